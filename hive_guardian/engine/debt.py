"""Debt: every exception from policy in one list, whoever granted it and wherever it stands.

The ledger that GR45 judges answers whether an exception is in order. This answers how many there are, whose they are,
how old, and what they do; both read the same counts of one run.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from enum import StrEnum

from hive_guardian.model.config import DebtBudget, Origin
from hive_guardian.model.frozen_class import frozen

NOBODY = "nobody"
"""The owner of what CODEOWNERS gives to no one."""


class DebtKind(StrEnum):
    """Where an exception stands."""

    SUPPRESSION = "suppression"
    IGNORE = "ignore"
    OVERRIDE = "override"
    BASELINE = "baseline"


@frozen
class Debt:
    """One exception from policy.

    Attributes:
        kind: where it stands.
        rules: ids of the rules it is about, or the words that were written; empty for all rules.
        path: root-relative file it excepts, or the configuration file it stands in.
        origin: where it stands.
        what: how a person calls it; empty where kind, rules and path say it all.
        reason: why; empty when nobody said.
        since: the day it was granted, `None` when nobody knows.
        until: last day on which it holds, `None` for ever.
        hits: how many findings, imports or files it excepts now; `None` where that was not counted.
        owners: who answers for `path`, as CODEOWNERS writes them; `nobody` alone when no one does.
    """

    kind: DebtKind
    rules: tuple[str, ...]
    path: str
    origin: Origin
    what: str = ""
    reason: str = ""
    since: date | None = None
    until: date | None = None
    hits: int | None = None
    owners: tuple[str, ...] = (NOBODY,)

    @property
    def sort_key(self) -> tuple[str, str, int, str, tuple[str, ...], str]:
        """By file, then by where it stands; the same order for equal projects."""
        return (self.path, self.origin.source, self.origin.line, self.kind, self.rules, self.what)

    def age(self, today: date) -> int | None:
        """Days since it was granted, `None` when nobody knows."""
        return None if self.since is None else max((today - self.since).days, 0)

    def is_expired(self, today: date) -> bool:
        """Whether its last day is over."""
        return self.until is not None and self.until < today


@frozen
class Excess:
    """A budget that does not suffice.

    Attributes:
        owner: whose budget; empty for the whole project's.
        count: how many exceptions there are.
        limit: how many may be there.
        source: who set the limit: a place in the configuration, or the option.
    """

    owner: str
    count: int
    limit: int
    source: str


@frozen
class DebtLedger:
    """All debt of a project, or of a part of it.

    Attributes:
        version: of this program.
        today: date of the run.
        debts: ordered by file and place.
        excesses: budgets that do not suffice, the project's first, then by owner.
        budget: what the configuration allows.
        notes: what a person should know about the figures.
    """

    version: str
    today: date
    debts: tuple[Debt, ...]
    excesses: tuple[Excess, ...] = ()
    budget: DebtBudget = field(default_factory=DebtBudget)
    notes: tuple[str, ...] = ()


def with_dates(debts: Iterable[Debt], dates: Mapping[tuple[str, int], date]) -> list[Debt]:
    """Return debts, those without a date with the day their line was written.

    Args:
        debts: in any order.
        dates: (root-relative file, 1-based line) -> day.
    """
    return [
        debt if debt.since else replace(debt, since=dates.get((debt.origin.source, debt.origin.line))) for debt in debts
    ]


def count_by_owner(debts: Iterable[Debt]) -> dict[str, int]:
    """Return owner -> how many exceptions are theirs, most first; one with several owners counts for each."""
    counts: dict[str, int] = {}
    for debt in debts:
        for owner in debt.owners:
            counts[owner] = counts.get(owner, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def find_excesses(debts: Sequence[Debt], budget: DebtBudget, origins: Mapping[str, Origin]) -> list[Excess]:
    """Return the budgets of the configuration that do not suffice.

    Args:
        debts: everything that counts.
        budget: what the configuration allows.
        origins: dotted key -> where it stands.
    """
    found: list[Excess] = []
    if budget.limit is not None and len(debts) > budget.limit:
        found.append(Excess("", len(debts), budget.limit, str(origins.get("debt.max", "debt.max"))))
    counts = count_by_owner(debts)
    for owner, limit in sorted(budget.owners.items()):
        if counts.get(owner, 0) > limit:
            place = origins.get(f'debt.owners."{owner}"') or origins.get(f"debt.owners.{owner}")
            found.append(Excess(owner, counts[owner], limit, str(place or "debt.owners")))
    return found


def select_debts(debts: Iterable[Debt], *, owners: Sequence[str] = (), rules: Sequence[str] = ()) -> list[Debt]:
    """Return the debts of some owners and about some rules; without a name, of all.

    Args:
        debts: in any order.
        owners: as CODEOWNERS writes them, in any case, with or without `@`; `nobody` for what no one owns.
        rules: ids; an exception from all rules is about each of them.
    """
    wanted = {owner.casefold().removeprefix("@") for owner in owners}
    codes = set(rules)
    return [
        debt
        for debt in debts
        if (not wanted or any(owner.casefold().removeprefix("@") in wanted for owner in debt.owners))
        and (not codes or not debt.rules or not codes.isdisjoint(debt.rules))
    ]
