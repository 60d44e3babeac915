from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from hive_guardian.bootstrap.checking import CheckRequest
from hive_guardian.bootstrap.debt import DebtWish, take_stock
from hive_guardian.config.layers import CommandLine
from hive_guardian.model.errors import UsageError
from tests.fakes.repositories import Repository

TODAY = date(2026, 1, 15)
CODE = "def show(text: str) -> None:\n    print(text)  # guardian: allow[GR10] a tool\n"


def wish(root: Path, *paths: str) -> DebtWish:
    """Ask for everything below some paths."""
    names = tuple(str(root / path) for path in paths or ("",))
    return DebtWish(CheckRequest(names, CommandLine(), TODAY, jobs=1, cache=False))


def test_puts_run_git_and_owners_together(tmp_path: Path) -> None:
    """Lines have the day of their commit, those that are not committed none, and GitHub's first file counts."""
    owners = {".github/CODEOWNERS": "/a/ @first\n", "CODEOWNERS": "* @second\n"}
    repository = Repository(tmp_path)
    repository.commit({"a/x.py": CODE, **owners}, "2026-01-05T23:59:00+00:00")
    repository.write({"b/y.py": CODE})
    found = take_stock(wish(tmp_path))
    assert [(one.path, one.since, one.owners, one.hits) for one in found.ledger.debts] == [
        ("a/x.py", date(2026, 1, 5), ("@first",), 1),
        ("b/y.py", None, ("nobody",), 1),
    ]
    assert found.ledger.notes == ("the age of 1 is unknown: not committed yet",)
    assert found.errors == ()


def test_budgets_are_judged_before_filters(tmp_path: Path) -> None:
    """What is not listed still counts, unless PATHS leave it out."""
    config = "[debt]\nmax = 1\n"
    Repository(tmp_path).commit(
        {"a/x.py": CODE, "b/y.py": CODE, "hive-guardian.toml": config, "CODEOWNERS": "/a/ @a\n"}
    )
    whole = replace(wish(tmp_path), owners=("@a",))
    ledger = take_stock(whole).ledger
    assert [one.path for one in ledger.debts] == ["a/x.py"]
    assert [(one.count, one.limit, one.source) for one in ledger.excesses] == [(2, 1, "hive-guardian.toml:2")]
    assert not take_stock(wish(tmp_path, "a")).ledger.excesses


def test_an_unknown_rule_is_a_mistake(tmp_path: Path) -> None:
    """A filter that matches nothing by a typing error must not read as no debt."""
    Repository(tmp_path).commit({"a.py": CODE})
    with pytest.raises(UsageError, match="--rule print-cal: there is no such rule; did you mean 'print-call'"):
        take_stock(replace(wish(tmp_path), rules=("print-cal",)))


def test_what_kept_the_run_from_being_complete_comes_along(tmp_path: Path) -> None:
    """Figures of half a project are not figures."""
    Repository(tmp_path).commit({"readme.txt": "x"})
    assert [error.kind for error in take_stock(wish(tmp_path)).errors] == ["nothing-checked"]
