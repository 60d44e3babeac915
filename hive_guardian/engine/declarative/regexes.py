"""Regular expressions from files that nobody vouches for: only those whose work can be bounded beforehand.

Python's engine backtracks. The number of ways in which an expression can try to match is estimated from its
structure, and one with too many is refused: a repeated group must not hold a repetition or a choice, and there are few
repetitions side by side. Together with a bound on the text, no expression can stop a run.
"""

import re
import warnings

LONGEST_TEXT = 300
"""Longer texts match no expression."""
_LONGEST = 200
_MOST_WAYS = 3 * LONGEST_TEXT**3
_ATOM = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[^\\\[\]()|*+?{]|\]|\{(?!\d|,\d)", re.DOTALL)
_OPENING = re.compile(r"\((?:\?(?::|=|!|<=|<!|>|P<\w+>|[aiLmsux]+:))?")
_QUANTIFIER = re.compile(r"(?:[*+]|\?|\{(?P<least>\d*)(?P<comma>,(?P<most>\d*))?\})[?+]?")


class RegexError(ValueError):
    """An expression that is none, or that could take too long; the message says why."""


def compile_regex(text: str) -> re.Pattern[str]:
    """Compile an expression whose work is bounded.

    Raises:
        RegexError: it is too long, no regular expression, or could take too long.
    """
    if len(text) > _LONGEST:
        raise RegexError(f"longer than {_LONGEST} characters")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            compiled = re.compile(text)
    except (re.error, OverflowError, RecursionError, Warning) as error:
        raise RegexError(f"not a regular expression: {error}") from None
    ways, end = _alternatives(text, 0)
    if end != len(text):
        raise RegexError(f"{text[end : end + 8]!r}: such a construct is not allowed here")
    if ways > _MOST_WAYS:
        raise RegexError("could take too long: too many repetitions or choices side by side")
    return compiled


def matches_fully(regex: re.Pattern[str], text: str) -> bool:
    """Whether the whole of a text of bounded length matches."""
    return len(text) <= LONGEST_TEXT and regex.fullmatch(text) is not None


def _alternatives(text: str, at: int) -> tuple[int, int]:
    """Return in how many ways `a|b|...` can be tried, and where it ends."""
    total = 0
    while True:
        ways, at = _sequence(text, at)
        total += ways
        if not text.startswith("|", at):
            return total, at
        at += 1


def _sequence(text: str, at: int) -> tuple[int, int]:
    ways = 1
    while at < len(text) and text[at] not in "|)":
        inner, end = _item(text, at)
        if end == at:
            return ways, at
        at = end
        if quantifier := _QUANTIFIER.match(text, at):
            inner, at = _repeated(quantifier, inner), quantifier.end()
        ways *= inner
    return ways, at


def _item(text: str, at: int) -> tuple[int, int]:
    """Return the ways of one atom or group and where it ends; where it starts for what is not allowed."""
    if text[at] == "(":
        opening = _OPENING.match(text, at)
        if opening is None or (text.startswith("(?", at) and opening.end() == at + 1):
            return 1, at
        ways, end = _alternatives(text, opening.end())
        return (ways, end + 1) if text.startswith(")", end) else (1, at)
    atom = _ATOM.match(text, at)
    if atom is None or (atom[0][0] == "\\" and atom[0][1].isdigit()):
        return 1, at
    return 1, atom.end()


def _repeated(quantifier: re.Match[str], inner: int) -> int:
    least = int(quantifier["least"] or 0)
    most = quantifier["most"]
    if quantifier[0][0] == "?":
        return inner + 1
    if inner > 1:
        raise RegexError("could take too long: a repeated group must not hold a repetition or a choice")
    if quantifier[0][0] == "{" and quantifier["comma"] is None:
        return max(1, least)
    return int(most) if most else max(LONGEST_TEXT, least)
