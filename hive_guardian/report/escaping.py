"""Makes untrusted text harmless for the place it is written to.

Messages, paths and source lines come from the analysed repository. None of them may move the cursor of a terminal,
reorder what a reader sees, end a line early, open markup or start a workflow command.
"""

import re
from html import escape

# C0 and C1 controls, line and paragraph separators, and every character that reorders or hides text ("Trojan Source").
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
# Build agents look for these anywhere in a line of output: `##vso[` (Azure), `##[` (Azure and GitHub).
COMMAND_MARK = re.compile(r"##(?=(?:vso)?\[)", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")
# XML 1.0, production 2: everything else may not occur in a document, not even as a character reference.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CODE_SPAN = re.compile(r"`([^`]+)`")
_MARKDOWN_PUNCTUATION = re.compile(r"[!#$&*:<>@\[\\\]^_`{|}~]")
_WWW = re.compile(r"(?i)www\.")


def _name_character(match: re.Match[str]) -> str:
    """Return the visible name of one character, in Python's escape notation."""
    number = ord(match[0])
    if number <= 0xFF:
        return {"\n": r"\n", "\r": r"\r", "\t": r"\t"}.get(match[0], f"\\x{number:02x}")
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"


def to_one_line(text: str) -> str:
    """Return text that is safe to show on one line of a terminal or build log, not at its start.

    Each control character is written as its escape, and so is the mark of a build agent's command.
    """
    return COMMAND_MARK.sub(r"#\\x23", _UNSAFE.sub(_name_character, text))


def to_line_start(path: str) -> str:
    """Return a path that is safe at the start of a line, where `::` would begin a workflow command of GitHub."""
    shown = to_one_line(path)
    return f"./{shown}" if shown.lstrip().startswith("::") else shown


def to_encodable(text: str) -> str:
    """Return text that UTF-8 can encode: lone surrogates (undecodable file names) are written as their escape."""
    return _SURROGATE.sub(_name_character, text)


def to_xml(text: str) -> str:
    """Return text for XML 1.0 content or a quoted attribute; characters XML forbids are written as their escape."""
    allowed = _NOT_XML.sub(_name_character, text)
    return escape(allowed).replace("##", "#&#35;").replace("\t", "&#9;").replace("\n", "&#10;").replace("\r", "&#13;")


def to_html(text: str) -> str:
    """Return one line of text for HTML content or a quoted attribute."""
    return escape(to_one_line(text))


def to_html_prose(text: str) -> str:
    """Return one line of text for HTML content, with `backquoted` parts as code elements."""
    pieces = _CODE_SPAN.split(to_one_line(text))
    return "".join(
        f"<code>{escape(piece)}</code>" if index % 2 else escape(piece) for index, piece in enumerate(pieces)
    )


def _to_entities(text: str) -> str:
    """Return text in which no character can have a meaning in Markdown or HTML."""
    encoded = _MARKDOWN_PUNCTUATION.sub(lambda match: f"&#{ord(match[0])};", to_one_line(text))
    return _WWW.sub(lambda match: f"{match[0][:-1]}&#46;", encoded)


def to_markdown(text: str) -> str:
    """Return one line of text for a table cell or paragraph of GitHub Markdown: no markup, links or mentions.

    `Backquoted` parts become code elements.
    """
    pieces = _CODE_SPAN.split(text)
    return "".join(
        f"<code>{_to_entities(piece)}</code>" if index % 2 else _to_entities(piece)
        for index, piece in enumerate(pieces)
    )
