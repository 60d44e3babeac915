"""The exit code of the benchmarks."""

import pytest

from benchmarks.__main__ import judge
from benchmarks.budget import Budget, Row

MET = Row("a", "a", value=1.0, budget=Budget(2.0))
MISSED = Row("b", "b", value=3.0, budget=Budget(2.0))
UNMEASURED = Row("c", "c", failure="no index")


@pytest.mark.parametrize(
    ("rows", "code"),
    [([MET], 0), ([MET, MISSED], 1), ([MISSED, UNMEASURED], 3)],
)
def test_exit_code(rows: list[Row], code: int) -> None:
    """A row without a figure weighs more than a missed budget."""
    assert judge(rows) == code
