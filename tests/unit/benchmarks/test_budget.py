"""Verdicts over figures and budgets."""

import pytest

from benchmarks.budget import Budget, Row, Verdict


@pytest.mark.parametrize(
    ("value", "budget", "verdict"),
    [
        (2.0, Budget(2.0), Verdict.MET),
        (2.01, Budget(2.0), Verdict.MISSED),
        (10.0, Budget(10, at_least=True), Verdict.MET),
        (9.9, Budget(10, at_least=True), Verdict.MISSED),
        (5.0, None, Verdict.UNBUDGETED),
        (None, Budget(2.0), Verdict.UNMEASURED),
        (None, None, Verdict.UNMEASURED),
    ],
)
def test_verdict(value: float | None, budget: Budget | None, verdict: Verdict) -> None:
    """The limit itself is met, and a row without a figure never is."""
    assert Row("row", "what", value=value, budget=budget).verdict is verdict


def test_budget_reads_as_a_comparison() -> None:
    """A budget shows its direction."""
    assert [str(Budget(2.0)), str(Budget(50, at_least=True))] == ["<= 2", ">= 50"]
