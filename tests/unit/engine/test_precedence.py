from dataclasses import replace

import pytest

from hive_guardian.engine.precedence import without_superseded
from hive_guardian.model.rule import Rule
from tests.fakes.reports import make_finding


class Mild(Rule):
    """Yields to W1."""

    yields_to = {"check": ("W1",)}  # noqa: RUF012 - declared as ClassVar by the base


class Winner(Rule):
    """Yields to nobody."""


RULES: dict[str, type[Rule]] = {"M1": Mild, "W1": Winner}


@pytest.mark.parametrize(
    ("path", "line", "symbol", "kept"),
    [
        ("a.py", 4, "f", ["W1"]),
        ("a.py", 4, "g", ["W1"]),
        ("a.py", 5, "f", ["M1", "W1"]),
        ("b.py", 4, "f", ["M1", "W1"]),
    ],
)
def test_a_finding_yields_on_the_same_line(path: str, line: int, symbol: str, kept: list[str]) -> None:
    """One cause is one finding; another line is another cause, whatever the symbol."""
    mild = replace(make_finding("a.py", 4, rule="M1"), symbol="f")
    winner = replace(make_finding(path, line, rule="W1"), symbol=symbol)
    assert [item.rule for item in without_superseded([mild, winner], RULES)] == kept


def test_findings_about_a_component_yield_by_symbol() -> None:
    """Manifests have many lines for one cause: the component counts."""
    mild = replace(make_finding("pyproject.toml", 1, rule="M1"), symbol="core")
    winner = replace(make_finding("pyproject.toml", 9, rule="W1"), symbol="core")
    other = replace(winner, symbol="shop")
    assert [item.rule for item in without_superseded([mild, winner], RULES)] == ["W1"]
    assert [item.rule for item in without_superseded([mild, other], RULES)] == ["M1", "W1"]


def test_other_checks_of_the_rule_stay() -> None:
    """Only the check that declares it yields."""
    mild = replace(make_finding("a.py", 4, rule="M1"), check="another")
    assert without_superseded([mild, make_finding("a.py", 4, rule="W1")], RULES)[0] is mild


def test_a_tentative_finding_wins_nothing() -> None:
    """It may be withdrawn later, but it yields like any other."""
    mild, winner = make_finding("a.py", 4, rule="M1"), make_finding("a.py", 4, rule="W1")
    assert len(without_superseded([mild, replace(winner, tentative=True)], RULES)) == 2
    assert without_superseded([replace(mild, tentative=True), winner], RULES) == [winner]
