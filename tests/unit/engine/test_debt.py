from datetime import date

import pytest

from hive_guardian.engine.debt import (
    Debt,
    DebtKind,
    Excess,
    count_by_owner,
    find_excesses,
    select_debts,
    with_dates,
)
from hive_guardian.model.config import DebtBudget, Origin

TODAY = date(2026, 1, 15)


def debt(path: str = "a.py", *owners: str, rules: tuple[str, ...] = ("GR10",), since: date | None = None) -> Debt:
    """An exception on line 3."""
    return Debt(DebtKind.SUPPRESSION, rules, path, Origin(path, 3), since=since, owners=owners or ("nobody",))


DEBTS = [debt("a.py", "@web"), debt("b.py", "@web", "@api"), debt("c.py", rules=()), debt("d.py", rules=("GR12",))]


@pytest.mark.parametrize(
    ("owners", "rules", "paths"),
    [
        ((), (), "abcd"),
        (("@web",), (), "ab"),
        (("WEB",), (), "ab"),
        (("nobody",), (), "cd"),
        ((), ("GR10",), "abc"),
        (("@api", "nobody"), ("GR12",), "cd"),
    ],
)
def test_selects_by_owner_and_rule(owners: tuple[str, ...], rules: tuple[str, ...], paths: str) -> None:
    """Owners match in any case, and an exception from all rules is about each of them."""
    assert "".join(one.path[0] for one in select_debts(DEBTS, owners=owners, rules=rules)) == paths


def test_counts_for_each_owner() -> None:
    """What two own counts twice, most first."""
    assert count_by_owner(DEBTS) == {"@web": 2, "nobody": 2, "@api": 1}


@pytest.mark.parametrize(
    ("budget", "found"),
    [
        (DebtBudget(), []),
        (DebtBudget(4, {"@web": 2}), []),
        (DebtBudget(3), [Excess("", 4, 3, "p.toml:2")]),
        (DebtBudget(0, {"@web": 1, "@gone": 0}), [Excess("", 4, 0, "p.toml:2"), Excess("@web", 2, 1, "p.toml:3")]),
        (DebtBudget(None, {"nobody": 0}), [Excess("nobody", 2, 0, "p.toml:4")]),
    ],
)
def test_finds_budgets_that_do_not_suffice(budget: DebtBudget, found: list[Excess]) -> None:
    """Each says who has how many, how many were allowed, and where that stands."""
    origins = {
        "debt.max": Origin("p.toml", 2),
        'debt.owners."@web"': Origin("p.toml", 3),
        "debt.owners.nobody": Origin("p.toml", 4),
    }
    assert find_excesses(DEBTS, budget, origins) == found


def test_dates_only_what_has_none() -> None:
    """The date of an entry of the baseline is not that of its line."""
    day, other = date(2025, 1, 1), date(2024, 1, 1)
    dates = {("a.py", 3): day, ("b.py", 3): day}
    dated = with_dates([debt("a.py"), debt("b.py", since=other), debt("c.py")], dates)
    assert [one.since for one in dated] == [day, other, None]
    assert [one.age(TODAY) for one in dated] == [379, 745, None]


@pytest.mark.parametrize(
    ("until", "is_expired"), [(None, False), (date(2026, 1, 15), False), (date(2026, 1, 14), True)]
)
def test_expires_after_its_last_day(until: date | None, *, is_expired: bool) -> None:
    """The last day still counts."""
    one = Debt(DebtKind.OVERRIDE, (), "p.toml", Origin("p.toml", 1), until=until)
    assert one.is_expired(TODAY) == is_expired


def test_nothing_is_older_than_today() -> None:
    """A date in the future, from another clock, is no age."""
    assert debt(since=date(2027, 1, 1)).age(TODAY) == 0
