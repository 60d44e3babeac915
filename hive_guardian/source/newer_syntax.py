"""Why a file does not parse here although it does elsewhere: syntax newer than the running Python (GR00)."""

import re
import sys
from typing import NamedTuple

from hive_guardian.source.broken import BrokenFile


class NewerSyntax(NamedTuple):
    """A construct and the first Python that knows it."""

    construct: str
    needed: tuple[int, int]


class _Sign(NamedTuple):
    """How a construct shows: in the parser's message, before the offending token, and from the token on."""

    construct: str
    needed: tuple[int, int]
    message: str
    before: str
    token: str


_NESTED_QUOTE = r"""(?i:.*\b(?:f|fr|rf)(["'])(?:(?!\1).)*\{(?:(?!\1)[^{}])*\1(?:(?!\1)[^{}])*\1[^{}]*\})"""
_CONFUSED = r"f-string: (unmatched|expecting|invalid syntax).*|unexpected character after line continuation character"
_SIGNS = (
    _Sign("a `type` statement", (3, 12), "invalid syntax", r"\s*type\s+", r"\w+\s*(\[.*\])?\s*=[^=]"),
    _Sign("a type parameter default", (3, 13), ".*", r"\s*(async\s+def|def|class)\s+\w+\s*", r"\[[^\]]*[^=]=[^=]"),
    _Sign("a type parameter list", (3, 12), ".*", r"\s*(async\s+def|def|class)\s+\w+\s*", r"\["),
    _Sign("a backslash in an f-string expression", (3, 12), r"f-string expression part cannot .* backslash", "", ""),
    _Sign("a comment in an f-string expression", (3, 12), r"f-string expression part cannot include '#'", "", ""),
    _Sign(
        "a line break in an f-string", (3, 12), "unterminated string.*", "", r"""(?i:fr?|rf)(["'])[^"']*\{[^}"']*$"""
    ),
    _Sign("a template string", (3, 14), "invalid syntax.*", r"(.*\W)?(?i:t|tr|rt)", "[\"']"),
    _Sign(
        "`except` with types that are not parenthesised",
        (3, 14),
        "multiple exception types must be parenthesized",
        "",
        r"(?!.*\bas\b)",
    ),
    _Sign("unpacking in a comprehension", (3, 15), ".* unpacking cannot be used in .*comprehension", "", ""),
    _Sign("a lazy import", (3, 15), "invalid syntax", r"\s*lazy\s+", r"(import|from)\b"),
)


def explain_newer_syntax(
    broken: BrokenFile, running: tuple[int, int] = (sys.version_info[0], sys.version_info[1])
) -> NewerSyntax | None:
    """Return the newer construct at the place where the parser stopped, `None` when nothing points to one.

    Args:
        broken: what the parser said and where.
        running: the Python that parsed; what it knows itself explains nothing.
    """
    before = broken.line_text[: broken.column - 1]
    for sign in _SIGNS:
        if (
            sign.needed > running
            and re.fullmatch(sign.message, broken.message)
            and (not sign.before or re.fullmatch(sign.before, before))
            and re.match(sign.token, broken.token)
        ):
            return NewerSyntax(sign.construct, sign.needed)
    if running < (3, 12) and re.fullmatch(_CONFUSED, broken.message) and re.match(_NESTED_QUOTE, broken.line_text):
        return NewerSyntax("a quote nested in an f-string", (3, 12))
    return None
