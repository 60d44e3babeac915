"""What earlier reviews of the same line of work reported: the same again is open, what is gone is resolved."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from hive_guardian.model.review import ReviewFinding, State
from hive_guardian.review.identity import is_same_title


@dataclass(frozen=True, slots=True)
class Known:
    """A finding of an earlier run.

    Attributes:
        fingerprint: its identity.
        id: of the finding.
        category: of the finding.
        path: of the finding.
        symbol: of the finding.
        title: of the finding.
    """

    fingerprint: str
    id: str
    category: str
    path: str
    symbol: str
    title: str


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The findings of today in the light of yesterday's.

    Attributes:
        findings: with their state.
        resolved: titles of those that are gone, ordered.
        known: what the next run should know: today's, and those of files that were not read today.
    """

    findings: tuple[ReviewFinding, ...]
    resolved: tuple[str, ...]
    known: tuple[Known, ...]


def reconcile(
    findings: Sequence[ReviewFinding], known: Sequence[Known], renamed: dict[str, str], unread: Iterable[str]
) -> Reconciled:
    """Match findings with those of earlier runs, one to one.

    Args:
        findings: of today.
        known: of earlier runs.
        renamed: path of a file then -> path now.
        unread: paths of which nobody can say today whether their findings are gone.
    """
    left = [replace(one, path=renamed.get(one.path, one.path)) for one in known]
    out: list[ReviewFinding] = []
    for one in findings:
        match = _match(one, left)
        if match is not None:
            left.remove(match)
        out.append(replace(one, state=State.OPEN if match is not None else State.NEW))
    unsure = frozenset(unread)
    kept = [one for one in left if one.path in unsure]
    gone = sorted({f"{one.path}: {one.title}" for one in left if one.path not in unsure})
    return Reconciled(tuple(out), tuple(gone), (*map(describe, out), *kept))


def describe(one: ReviewFinding) -> Known:
    """Return what a later run needs to know of a finding."""
    return Known(one.fingerprint, one.id, one.category, one.path, one.symbol, one.title)


def _match(one: ReviewFinding, left: Sequence[Known]) -> Known | None:
    """Return the earlier finding by identity, else by place and wording."""
    exact = next((item for item in left if item.fingerprint == one.fingerprint), None)
    if exact is not None:
        return exact
    near = (item for item in left if (item.path, item.symbol, item.id) == (one.path, one.symbol, one.id))
    return next((item for item in near if is_same_title(item.title, one.title)), None)
