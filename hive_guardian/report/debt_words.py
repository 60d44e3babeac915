"""What the formats of the debt ledger have in common: groups, cells and sentences."""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum

from hive_guardian.engine.debt import Debt, DebtKind, DebtLedger, Excess
from hive_guardian.model.frozen_class import frozen
from hive_guardian.report.summary import describe_count

NOT_KNOWN = "?"
_MONTH, _YEAR = 60, 730
"""Days from which an age is told in months, and in years."""


class Grouping(StrEnum):
    """What a ledger is divided by."""

    OWNER = "owner"
    RULE = "rule"
    KIND = "kind"


@frozen
class Row:
    """One debt as the cells of a table, each one line of text.

    Attributes:
        kind: where it stands.
        rules: what it is about.
        place: where it stands, and what it excepts if that is elsewhere.
        age: how long it has been there.
        until: its last day, or empty.
        hits: how much it excepts.
        reason: why.
        is_expired: whether its last day is over.
        is_unused: whether it excepts nothing.
    """

    kind: str
    rules: str
    place: str
    age: str
    until: str
    hits: str
    reason: str
    is_expired: bool
    is_unused: bool


_KINDS = {
    DebtKind.SUPPRESSION: "suppressed",
    DebtKind.IGNORE: "ignored",
    DebtKind.OVERRIDE: "overridden",
    DebtKind.BASELINE: "in the baseline",
}
HEADER = ("kind", "rules", "place", "age", "until", "hits", "reason")


def group(debts: Iterable[Debt], by: Grouping) -> dict[str, list[Debt]]:
    """Return the debts under what they have in common, the largest group first; several owners together are one."""
    groups: dict[str, list[Debt]] = {}
    for debt in debts:
        names = {Grouping.OWNER: debt.owners, Grouping.RULE: debt.rules or ("all rules",), Grouping.KIND: (debt.kind,)}
        groups.setdefault(", ".join(names[by]), []).append(debt)
    return dict(sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])))


def make_row(debt: Debt, today: date) -> Row:
    """Return the cells of a debt."""
    place = str(debt.origin) if debt.origin.source == debt.path else debt.path
    expired = debt.is_expired(today)
    until = f"{debt.until} (over)" if expired else str(debt.until or "")
    return Row(
        kind=debt.kind,
        rules=", ".join(debt.rules) or "all",
        place=f"{place} {debt.what}".rstrip(),
        age=describe_age(debt.age(today)),
        until=until,
        hits=NOT_KNOWN if debt.hits is None else f"{debt.hits:,}",
        reason=debt.reason or "-",
        is_expired=expired,
        is_unused=debt.hits == 0,
    )


def describe_age(days: int | None) -> str:
    """Return an age in days, months or years."""
    if days is None:
        return NOT_KNOWN
    if days < _MONTH:
        return f"{days} d"
    return f"{days // 30} mo" if days < _YEAR else f"{days / 365:.1f} y"


def describe_total(ledger: DebtLedger) -> str:
    """Return the size of a ledger."""
    return describe_count(len(ledger.debts), "exception")


def describe_kinds(ledger: DebtLedger) -> list[str]:
    """Return how many exceptions stand where, one phrase each."""
    counts = {kind: sum(debt.kind is kind for debt in ledger.debts) for kind in DebtKind}
    return [f"{count:,} {_KINDS[kind]}" for kind, count in counts.items() if count]


def describe_flaws(ledger: DebtLedger) -> list[str]:
    """Return what is wrong with the exceptions, one phrase each, nothing for what is in order."""
    debts = ledger.debts
    figures = [
        (sum(debt.is_expired(ledger.today) for debt in debts), "expired"),
        (sum(not debt.reason for debt in debts), "without a reason"),
        (sum(debt.hits == 0 for debt in debts), "no longer needed"),
    ]
    return [f"{count:,} {what}" for count, what in figures if count]


def describe_excess(excess: Excess) -> str:
    """Return who has too much and by how much."""
    who = excess.owner or "the project"
    over = excess.count - excess.limit
    return f"{who} has {excess.count:,}, {over:,} more than the {excess.limit:,} allowed ({excess.source})"


def order(debts: Sequence[Debt], today: date) -> list[Debt]:
    """Return debts as a list shows them: expired ones first, then the oldest, then by place."""
    return sorted(debts, key=lambda debt: (not debt.is_expired(today), -(debt.age(today) or 0), debt.sort_key))
