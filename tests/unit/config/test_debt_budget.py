from datetime import date

import pytest

from hive_guardian.config.explain import effective
from hive_guardian.config.load import load
from hive_guardian.model.config import DebtBudget
from hive_guardian.model.errors import UsageError
from hive_guardian.project.tree import MemoryTree

TODAY = date(2026, 1, 15)


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("", DebtBudget()),
        ("[debt]\nmax = 0\n", DebtBudget(0)),
        ('[debt]\nowners = { "@acme/web" = 10, nobody = 0 }\n', DebtBudget(None, {"@acme/web": 10, "nobody": 0})),
    ],
)
def test_reads_the_budget(text: str, budget: DebtBudget) -> None:
    """Zero is a budget, and so is none; `config show` says the same."""
    configs = load(MemoryTree({"hive-guardian.toml": text}), today=TODAY)
    assert configs.root.debt == budget
    shown = {"max": budget.limit, "owners": dict(budget.owners)}
    assert effective(configs, "").get("debt", {}) == {
        key: value for key, value in shown.items() if value not in (None, {})
    }


@pytest.mark.parametrize("value", ["-1", "true", '"5"', "1.5"])
def test_refuses_what_is_no_count(value: str) -> None:
    """A budget is a whole number from 0."""
    with pytest.raises(UsageError, match=r"hive-guardian.toml:2: debt.max: expected a whole number from 0"):
        load(MemoryTree({"hive-guardian.toml": f"[debt]\nmax = {value}\n"}), today=TODAY)


def test_holds_for_the_whole_project() -> None:
    """A budget in a nested file would be nobody's."""
    with pytest.raises(UsageError, match=r"a/hive-guardian.toml:1: debt: holds for the whole project"):
        load(MemoryTree({"a/hive-guardian.toml": "[debt]\nmax = 1\n", "a/x.py": ""}), today=TODAY)


def test_does_not_invalidate_stored_findings() -> None:
    """Another budget gives the same findings."""
    texts = ("[debt]\nmax = 1\n", "[debt]\nmax = 2\nowners.nobody = 3\n")
    assert len({load(MemoryTree({"hive-guardian.toml": text}), today=TODAY).digest() for text in texts}) == 1
