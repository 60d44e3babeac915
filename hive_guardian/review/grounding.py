"""A claim counts only where its quote stands: in a file of the change, in the new state, at or around changed lines."""

import re
from collections.abc import Mapping, Sequence

from hive_guardian.model.frozen_class import frozen
from hive_guardian.review.answer import Claim
from hive_guardian.review.plan import Unit
from hive_guardian.review.redact import PLACEHOLDER
from hive_guardian.review.snapshot import ChangedFile, Side
from hive_guardian.review.symbols import Symbol, enclosing

_MOST_LINES = 6
_LEAST_CHARACTERS = 4
_OUR_MARK = re.compile(r"SECRET:[a-z-]+:\d+|(?:…|\.\.\.) ?\d+ lines left out|left out here by the reviewer")
"""What a prompt holds and the program does not, however a model spells it."""


@frozen
class Grounded:
    """A claim whose lines were found.

    Attributes:
        claim: what the model says.
        unit: the part of the change it was asked about.
        line: first line, 1-based, after the change.
        end_line: last line.
        symbol: dotted name of the enclosing definition, empty at module level.
        lines: the lines, redacted.
        occurrence: how many equal ranges stand before it in the file.
        model: who said so.
        request_id: of the remote side.
    """

    claim: Claim
    unit: Unit
    line: int
    end_line: int
    symbol: str
    lines: tuple[str, ...]
    occurrence: int
    model: str = ""
    request_id: str = ""

    @property
    def path(self) -> str:
        """The file."""
        return self.unit.path

    @property
    def anchor(self) -> str:
        """The quoted lines as one text."""
        return "\n".join(self.lines)


def ground(claim: Claim, unit: Unit, files: Mapping[str, ChangedFile]) -> Grounded | str:
    """Find the lines a claim is about; returns the reason why it is dropped otherwise.

    Args:
        claim: untrusted.
        unit: what was asked about.
        files: path -> file, of the whole change.
    """
    if claim.file not in files:
        return "foreign-file"
    if claim.file != unit.path:
        return "other-file"
    side = unit.file.new
    if side is None:
        return "deleted-file"
    told = (claim.quote, claim.title, claim.claim, claim.trigger, *claim.evidence)
    if any(PLACEHOLDER.search(text) or _cites_mark(text, side) for text in told):
        return "cites-redaction"
    wanted = [_fold(line) for line in claim.quote.strip("\n").split("\n")]
    while wanted and not wanted[-1]:
        wanted.pop()
    if not 0 < len(wanted) <= _MOST_LINES or len("".join(wanted)) < _LEAST_CHARACTERS:
        return "quote-size"
    starts = _find(wanted, side)
    if not starts:
        return "quote-absent"
    near = [start for start in starts if _touches_change(unit, side, start, start + len(wanted) - 1)]
    if not near:
        return "outside-change"
    if not all(_is_known(quote, unit) for quote in claim.evidence):
        return "evidence-absent"
    start = min(near, key=lambda at: (abs(at - claim.line_hint), at))
    end = start + len(wanted) - 1
    symbol = enclosing(side.symbols, start)
    lines = side.lines[start - 1 : end]
    return Grounded(claim, unit, start, end, symbol.name if symbol else "", lines, starts.index(start))


def _cites_mark(text: str, side: Side) -> bool:
    """Whether a text speaks of a mark of ours that the file itself does not hold."""
    return any(match[0] not in side.text for match in _OUR_MARK.finditer(text))


def _fold(line: str) -> str:
    return " ".join(line.split())


def _find(wanted: Sequence[str], side: Side) -> list[int]:
    """Return the 1-based lines at which equal lines stand, but for white space."""
    folded = [_fold(line) for line in side.lines]
    size = len(wanted)
    return [
        at + 1
        for at in range(len(folded) - size + 1)
        if folded[at] == wanted[0] and folded[at : at + size] == list(wanted)
    ]


def _touches_change(unit: Unit, side: Side, start: int, end: int) -> bool:
    """Whether a range has a changed line, or lies in a definition that has one and that the model was shown."""
    touched = touched_lines(unit)
    if any(start <= number <= end for number in touched):
        return True
    symbol = enclosing(side.symbols, start)
    return symbol is not None and not symbol.is_class and _has_any(symbol, touched)


def touched_lines(unit: Unit) -> set[int]:
    """Return the new lines, and those next to removed ones, of a unit."""
    found: set[int] = set()
    for portion in unit.portions:
        last = unit.file.change.hunks[portion.index].new_start
        for line in portion.lines:
            if line.new and not line.old:
                found.add(line.new)
            elif not line.new:
                found |= {last, last + 1}
            last = line.new or last
    return found


def _has_any(symbol: Symbol, numbers: set[int]) -> bool:
    return any(symbol.start <= number <= symbol.end for number in numbers)


def _is_known(quote: str, unit: Unit) -> bool:
    """Whether lines stand in the file before or after the change; the text of the prompt is no evidence."""
    wanted = [_fold(line) for line in quote.strip("\n").split("\n") if line.strip()]
    sides = [side for side in (unit.file.new, unit.file.old) if side is not None]
    return bool(wanted) and any(_find(wanted, side) for side in sides)
