"""The baseline as rules about exceptions see it, and the exceptions as the baseline records them (GR45)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from hive_guardian.engine.baseline import Recorded
from hive_guardian.engine.baseline_use import BaselineUse
from hive_guardian.engine.ledger import Accepted, Books, Excuse
from hive_guardian.model.config import Origin

_WILD = frozenset("*?[{")


def accepted(use: BaselineUse) -> Iterator[Accepted]:
    """Yield the entries of a baseline with what each did, in order; for a run of some paths those it could judge."""
    hits, lines = use.hits(), use.given.baseline.lines
    for entry in use.entries:
        if not use.is_whole and hits[entry.fingerprint] is None:
            continue
        yield Accepted(
            rule=entry.rule,
            path=entry.path,
            origin=Origin(use.given.path, lines.get(entry.fingerprint, 1)),
            reason=entry.reason,
            added=date.fromisoformat(entry.added),
            until=date.fromisoformat(entry.until) if entry.until else None,
            hits=hits[entry.fingerprint],
        )


def placed_excuses(books: Books, origins: Mapping[str, Origin]) -> Iterator[Excuse]:
    """Yield what project rules counted, each with the place of the file it stands in."""
    for excuse in books.excuses.values():
        yield replace(excuse, origin=origins.get(excuse.origin.source, excuse.origin))


def is_wildcard(excuse: Excuse) -> bool:
    """Whether an exception may come to accept more without being changed."""
    return not _WILD.isdisjoint(excuse.what)


def count_wildcards(excuses: Iterable[Excuse]) -> Iterator[Recorded]:
    """Yield how much each wildcard of the configuration excused in this run; those nobody could count are left out."""
    for excuse in excuses:
        if is_wildcard(excuse) and excuse.hits is not None and excuse.origin.line:
            yield Recorded(excuse.what, excuse.origin.source, excuse.hits)


def recorded_hits(use: BaselineUse | None) -> dict[tuple[str, str], int]:
    """Return (wildcard, configuration file) -> how much it excused when that was recorded."""
    recorded = use.given.baseline.recorded if use else ()
    return {(one.ignore, one.source): one.hits for one in recorded}
