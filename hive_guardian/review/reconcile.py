"""What earlier reviews of the same line of work reported: the same again is open, what is gone has a fate."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import field, replace

from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.review import ReviewFinding, Standing, State
from hive_guardian.review.identity import is_same_title
from hive_guardian.review.memory import Known, Life, describe


@frozen
class Past:
    """What earlier reviews left behind, and how today's change relates to it.

    Attributes:
        known: their findings, whatever became of them.
        renamed: path of a file then -> path now.
        unread: paths of which nobody can say today whether their findings are gone.
        fates: fingerprint of an open finding -> what a second look made of it.
        head: how a person calls today's state.
    """

    known: Sequence[Known] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    unread: Collection[str] = ()
    fates: Mapping[str, Life] = field(default_factory=dict)
    head: str = ""


@frozen
class Reconciled:
    """The findings of today in the light of yesterday's.

    Attributes:
        findings: with their state; without those that were dismissed.
        dismissed: how many were left out for that.
        resolved: titles of those that are gone, ordered.
        known: what the next review should know: today's, those of files that nobody read, and the fate of others.
    """

    findings: tuple[ReviewFinding, ...]
    dismissed: int
    resolved: tuple[str, ...]
    known: tuple[Known, ...]


def reconcile(findings: Sequence[ReviewFinding], past: Past) -> Reconciled:
    """Match findings with those of earlier reviews, one to one.

    Args:
        findings: of today.
        past: what is known.
    """
    mapped = [replace(one, path=past.renamed.get(one.path, one.path)) for one in past.known]
    silenced = [one for one in mapped if one.life is Life.DISMISSED]
    wanted = [one for one in findings if _match(one, silenced) is None]
    left = [one for one in mapped if one.life is Life.OPEN]
    out: list[ReviewFinding] = []
    open_now: list[Known] = []
    closed: list[Known] = []
    for one in wanted:
        match = _match(one, left)
        if match is not None:
            left.remove(match)
        is_unjudged = match is not None and one.standing is Standing.UNVERIFIED
        if match is not None and is_unjudged and match.standing is not Standing.UNVERIFIED:
            open_now.append(match)  # nobody could look again: it stays what it was
        else:
            open_now.append(describe(one))
            if match is not None and match.fingerprint != one.fingerprint:
                closed.append(replace(match, life=Life.SUPERSEDED, why=one.fingerprint))
        out.append(replace(one, state=State.OPEN if match is not None else one.state))
    kept = [one for one in left if one.fingerprint not in past.fates and _is_unread(one, past)]
    ended = [_end(one, past) for one in left if one not in kept]
    earlier = [one for one in mapped if one.life not in {Life.OPEN, Life.DISMISSED}]
    return Reconciled(
        findings=tuple(out),
        dismissed=len(findings) - len(wanted),
        resolved=tuple(sorted({_name(one) for one in ended})),
        known=(*silenced, *earlier, *closed, *ended, *kept, *open_now),
    )


def _is_unread(one: Known, past: Past) -> bool:
    """Whether nobody looked; a heuristic looks everywhere, each time."""
    return not one.is_computed and one.path in past.unread


def _end(one: Known, past: Past) -> Known:
    return replace(one, life=past.fates.get(one.fingerprint, Life.FIXED), why=past.head)


def _name(one: Known) -> str:
    outdated = " (its lines changed, and nobody can say whether it still holds)"
    return f"{one.path}: {one.title}{outdated if one.life is Life.OUTDATED else ''}"


def _match(one: ReviewFinding, left: Sequence[Known]) -> Known | None:
    """Return the earlier finding by identity, else by place and wording."""
    exact = next((item for item in left if item.fingerprint == one.fingerprint), None)
    if exact is not None:
        return exact
    near = (item for item in left if (item.path, item.symbol, item.id) == (one.path, one.symbol, one.id))
    return next((item for item in near if is_same_title(item.title, one.title)), None)
