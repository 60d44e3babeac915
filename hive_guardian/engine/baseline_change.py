"""How a baseline changes: it shrinks by itself and grows only when a person says so."""

from collections.abc import Callable, Collection, Iterable

from hive_guardian.engine.baseline import Baseline, Entry, Recorded, make_baseline
from hive_guardian.engine.baseline_use import BaselineUse
from hive_guardian.model.frozen_class import frozen


@frozen
class Change:
    """A new baseline, and how it differs from the old one.

    Attributes:
        baseline: the new one.
        added: entries that are new.
        removed: entries that went.
        moved: entries that read differently now.
    """

    baseline: Baseline
    added: int = 0
    removed: int = 0
    moved: int = 0


def shrink(use: BaselineUse, excuses: Iterable[Recorded] = ()) -> Change:
    """Return a baseline without what is fixed, and with the entries of moved code where it is now.

    Args:
        use: what the baseline did in a run.
        excuses: how much each wildcard of the configuration excused in this run; a recorded count only falls, and one
            that nobody recorded is.
    """
    return grow(use, (), excuses)


def grow(use: BaselineUse, new: Iterable[Entry], excuses: Iterable[Recorded] = (), *, may_rise: bool = False) -> Change:
    """Return a baseline as `shrink` does, with further entries.

    Args:
        use: what the baseline did in a run.
        new: entries to add.
        excuses: as in `shrink`.
        may_rise: whether recorded counts rise to those of this run.
    """
    old = use.given.baseline
    gone = {entry.fingerprint for entry in use.stale}
    kept = [use.moves.get(entry.fingerprint, entry) for entry in old.entries if entry.fingerprint not in gone]
    added = list(new)
    entries = {entry.fingerprint: entry for entry in (*kept, *added)}
    recorded = {(one.ignore, one.source): one for one in old.recorded}
    for one in excuses:
        known = recorded.get((one.ignore, one.source))
        recorded[one.ignore, one.source] = one if known is None or may_rise else min(one, known)
    made = make_baseline(entries.values(), recorded.values())
    moved = sum(entry.fingerprint not in gone for entry in old.entries if entry.fingerprint in use.moves)
    return Change(made, len(added), len(gone), moved)


def extend(baseline: Baseline, new: Iterable[Entry]) -> Change:
    """Return a baseline with further entries and nothing else changed; one that was there is renewed."""
    added = list(new)
    entries = {entry.fingerprint: entry for entry in (*baseline.entries, *added)}
    return Change(make_baseline(entries.values(), baseline.recorded), added=len(added))


def prune(baseline: Baseline, exists: Callable[[str], bool], rules: Collection[str]) -> Change:
    """Return a baseline without the entries of files that are gone and of rules that do not exist.

    Args:
        baseline: the old one.
        exists: whether there is a file of this root-relative path.
        rules: ids of all rules.
    """
    kept = [entry for entry in baseline.entries if entry.rule in rules and (not entry.path or exists(entry.path))]
    recorded = [one for one in baseline.recorded if exists(one.source)]
    return Change(make_baseline(kept, recorded), removed=len(baseline.entries) - len(kept))
