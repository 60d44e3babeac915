"""Which replacements of a model may be shown as suggestions: those that pass every gate; the others become prose."""

import re
from collections.abc import Callable

from hive_guardian.model.review import Suggestion
from hive_guardian.review.change import Mark
from hive_guardian.review.grounding import Grounded
from hive_guardian.review.redact import PLACEHOLDER, Redactor

Prove = Callable[[str, Suggestion], str]
"""Applies a suggestion to a copy of a file and returns what speaks against it, empty if nothing does: it parses and
compiles, changes nothing outside of its lines, trips no wire, keeps encoding and line ends, and no rule finds more."""

_LONGEST = 60
_IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+\S+[ \t]+)?import[ \t]+(\S[^\n#;]*)", re.MULTILINE)


def gate_suggestion(claim: Grounded, redactor: Redactor, prove: Prove) -> tuple[Suggestion | None, str]:
    """Return the suggestion and an empty text, or nothing and the reason.

    Args:
        claim: with or without a replacement.
        redactor: tells whether the text holds a secret.
        prove: the last and dearest gate.
    """
    text = claim.claim.replacement
    if text is None:
        return None, ""
    text = text.replace("\r\n", "\n").removesuffix("\n")
    suggestion = Suggestion(claim.line, claim.end_line, text)
    reason = _refuse_text(claim, suggestion, redactor) or prove(claim.path, suggestion)
    return (None, reason) if reason else (suggestion, "")


def _refuse_text(claim: Grounded, suggestion: Suggestion, redactor: Redactor) -> str:
    """Return what the look of the text alone says against it."""
    text, side = suggestion.text, claim.unit.file.new
    if side is None or PLACEHOLDER.search(claim.anchor) or PLACEHOLDER.search(text):
        return "the lines hold a secret that was taken out"
    if redactor.redact(text) != text:
        return "it holds a secret"
    if "\r" in text or "\0" in text or text.count("\n") >= _LONGEST:
        return f"it is longer than {_LONGEST} lines, or no plain text"
    if text == "\n".join(side.text.split("\n")[claim.line - 1 : claim.end_line]):
        return "it changes nothing"
    if _imports_in_vain(claim.anchor, text):
        return "it adds an import that none of its lines uses"
    return "" if _is_in_one_hunk(claim) else "its lines are not inside one hunk of the change"


def _imports_in_vain(old: str, new: str) -> bool:
    """Whether lines without an import get one that they do not use; an import may be replaced by another."""
    if _IMPORT.search(old):
        return False
    rest = _IMPORT.sub("", new)
    bound = [part.split()[-1].partition(".")[0] for found in _IMPORT.findall(new) for part in found.split(",")]
    return any(not re.search(rf"\b{re.escape(name.strip('()'))}\b", rest) for name in bound)


def _is_in_one_hunk(claim: Grounded) -> bool:
    wanted = set(range(claim.line, claim.end_line + 1))
    hunks = claim.unit.file.change.hunks
    return any(wanted <= {line.new for line in hunk.lines if line.mark is not Mark.OLD} for hunk in hunks)
