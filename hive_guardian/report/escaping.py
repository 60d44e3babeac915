"""Makes untrusted text harmless for the place it is written to.

Messages, paths and source lines come from the analysed repository. None of them may move the cursor of a terminal,
reorder what a reader sees, end a line early or start a workflow command; for markup see `report.markup`.
"""

import re

# C0 and C1 controls, line and paragraph separators, and every character that reorders or hides text ("Trojan Source").
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
# Build agents look for these anywhere in a line of output: `##vso[` (Azure), `##[` (Azure and GitHub).
COMMAND_MARK = re.compile(r"##(?=(?:vso)?\[)", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")


def show_character(match: re.Match[str]) -> str:
    """Return the visible name of one character, in Python's escape notation."""
    number = ord(match[0])
    if number <= 0xFF:
        return {"\n": r"\n", "\r": r"\r", "\t": r"\t"}.get(match[0], f"\\x{number:02x}")
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"


def to_one_line(text: str) -> str:
    """Return text that is safe to show on one line of a terminal or build log, not at its start.

    Each control character is written as its escape, and so is the mark of a build agent's command.
    """
    if text.isprintable() and "##" not in text:  # none of the unsafe characters is printable
        return text
    return COMMAND_MARK.sub(r"#\\x23", _UNSAFE.sub(show_character, text))


def to_line_start(path: str) -> str:
    """Return a path that is safe at the start of a line, where `::` would begin a workflow command of GitHub."""
    shown = to_one_line(path)
    return f"./{shown}" if shown.lstrip().startswith("::") else shown


def to_encodable(text: str) -> str:
    """Return text that UTF-8 can encode: lone surrogates (undecodable file names) are written as their escape."""
    return _SURROGATE.sub(show_character, text)
