"""Which of the fixes of one file can be applied together."""

from collections.abc import Callable, Iterable

from hive_guardian.autofix.source_text import SourceText, Span, apply_spans
from hive_guardian.model.edit import Fix
from hive_guardian.model.finding import Finding
from hive_guardian.model.frozen_class import frozen


@frozen
class Candidate:
    """A finding and the fix, with its edits, that would mend it."""

    finding: Finding
    fix: Fix


Approve = Callable[[Candidate, Callable[[], str]], bool]
"""Whether a fix is to be applied; the second argument makes its diff, for whoever shows it."""


@frozen
class Attempt:
    """Fixes applied to one file, before anyone knows whether the result is good.

    Attributes:
        path: the file.
        candidates: what was applied.
        before: the content as it was.
        after: the content with the fixes.
        spans: the replaced ranges of the old text with their new text, ordered.
    """

    path: str
    candidates: tuple[Candidate, ...]
    before: bytes
    after: bytes
    spans: tuple[Span, ...]


def attempt(path: str, data: bytes, source: SourceText, candidates: Iterable[Candidate], limit: int) -> Attempt:
    """Apply as many fixes as can stand together, the first in the file first.

    Args:
        path: the file.
        data: its content.
        source: its text.
        candidates: their edits fit the file; at least one.
        limit: at most this many.

    Raises:
        FixRefusedError: the result cannot be encoded.
    """
    chosen: list[Candidate] = []
    taken: set[Span] = set()
    groups: set[str] = set()
    spans = [(source.spans(candidate.fix.edits), candidate) for candidate in candidates]
    for wanted, candidate in sorted(spans, key=lambda item: (item[0][0][0], item[1].finding.sort_key)):
        if len(chosen) == limit:
            break
        group = candidate.fix.isolation
        if (group and group in groups) or any(_collide(span, other) for span in wanted for other in taken):
            continue
        chosen.append(candidate)
        taken.update(wanted)
        groups.add(group)
    ordered = tuple(sorted(taken))
    after = source.encode(apply_spans(source.text, ordered))
    return Attempt(path, tuple(chosen), data, after, ordered)


def _collide(one: Span, other: Span) -> bool:
    """Whether two edits cannot both be applied; the same edit twice is one edit."""
    if one == other:
        return False
    if one[0] == one[1] or other[0] == other[1]:  # where something is inserted, the order of two edits would matter
        return one[0] <= other[1] and other[0] <= one[1]
    return one[0] < other[1] and other[0] < one[1]
