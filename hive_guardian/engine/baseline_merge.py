"""Merge two baselines that come from one: what either side fixed is gone, what either side moved has moved (ADR 9)."""

from collections.abc import Iterable, Mapping

from hive_guardian.engine.baseline import Baseline, Entry, Recorded, make_baseline
from hive_guardian.engine.baseline_match import Pairs, pair_moved


def merge_baselines(base: Baseline, ours: Baseline, theirs: Baseline) -> Baseline:
    """Return the merge of two sides.

    An entry that one side removed is gone, also when the other side moved it; one that both moved, to different places,
    stands in both until `update`. Where both changed what a record says, ours stays. No entry comes from nowhere.

    Args:
        base: what both sides began with; empty where each side made its own.
        ours: the side that is merged into.
        theirs: the side that is merged.
    """
    sides = [{entry.fingerprint: entry for entry in side.entries} for side in (base, ours, theirs)]
    first, mine, other = sides
    dropped = {*_moved_but_removed(first, mine, other), *_moved_but_removed(first, other, mine)}
    entries = [
        entry
        for mark in {*mine, *other} - dropped
        if (entry := _merge_record(first.get(mark), mine.get(mark), other.get(mark))) is not None
    ]
    return make_baseline(entries, _merge_recorded(base, ours, theirs))


def _merge_record(base: Entry | None, ours: Entry | None, theirs: Entry | None) -> Entry | None:
    """Return one record of both sides, `None` when a side removed it."""
    if ours is None or theirs is None:
        return None if base is not None else ours or theirs
    return theirs if ours == base else ours


def _moved_but_removed(base: Mapping[str, Entry], side: Mapping[str, Entry], other: Mapping[str, Entry]) -> set[str]:
    """Return the fingerprints a side gave to entries that it moved and the other side removed."""
    pairs = Pairs(spare=_missing(base, side), open=_missing(side, base))
    pair_moved(pairs, _anywhere)
    moved_there = Pairs(spare=_missing(base, other), open=_missing(other, base))
    pair_moved(moved_there, _anywhere)
    return {
        new
        for new, entry in pairs.entries.items()
        if entry.fingerprint not in other and entry.fingerprint not in moved_there.moves
    }


def _missing(these: Mapping[str, Entry], there: Mapping[str, Entry]) -> list[Entry]:
    return sorted(entry for mark, entry in these.items() if mark not in there)


def _merge_recorded(base: Baseline, ours: Baseline, theirs: Baseline) -> Iterable[Recorded]:
    """Yield the counts of wildcards: a side that changed one wins, of two changes the lower."""
    sides = [{(one.ignore, one.source): one for one in side.recorded} for side in (base, ours, theirs)]
    first, mine, other = sides
    for key in {*mine, *other}:
        before, left, right = first.get(key), mine.get(key), other.get(key)
        if left is None or right is None:
            if before is None:
                yield from (one for one in (left, right) if one is not None)
        elif before is None or before not in (left, right):
            yield min(left, right)
        else:
            yield right if left == before else left


def _anywhere(_path: str) -> bool:
    """Whether an entry may follow its content: what a side wrote down as moved, it saw moved."""
    return True
