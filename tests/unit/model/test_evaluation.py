import pytest

from hive_guardian.model.evaluation import Evaluation, Measure, Omission, Want


@pytest.mark.parametrize(
    ("count", "of", "expected"),
    [
        pytest.param(0, 10, (0.0, 0.2775), id="none of ten"),
        pytest.param(10, 10, (0.7225, 1.0), id="all of ten"),
        pytest.param(5, 10, (0.2366, 0.7634), id="half of ten"),
        pytest.param(1, 100, (0.0018, 0.0545), id="one of a hundred"),
        pytest.param(0, 0, (0.0, 1.0), id="nothing is known"),
    ],
)
def test_intervals_are_those_of_wilson(count: int, of: int, expected: tuple[float, float]) -> None:
    """The bounds are those of published tables."""
    assert Measure("m", "", count, of).interval == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize(
    ("want", "count", "holds"),
    [
        pytest.param(Want.LEAST, 99, True, id="high enough"),
        pytest.param(Want.LEAST, 98, False, id="too low"),
        pytest.param(Want.MOST, 99, True, id="low enough"),
        pytest.param(Want.MOST, 100, False, id="too high"),
        pytest.param(Want.NOTHING, 0, True, id="reported only"),
    ],
)
def test_thresholds_hold_or_do_not(want: Want, count: int, *, holds: bool) -> None:
    """A share is compared with its limit in the direction that is wanted."""
    assert Measure("m", "", count, 100, want, 0.99).holds is holds


GOOD, BAD = (Measure("m", "", count, 1, Want.MOST) for count in (0, 1))
UNKNOWN = Measure("m", "", 0, 0, Want.MOST)


@pytest.mark.parametrize(
    ("measures", "omissions", "code"),
    [
        pytest.param((GOOD,), (), 0, id="all hold"),
        pytest.param((GOOD, BAD), (), 1, id="one does not"),
        pytest.param((GOOD,), (Omission("transport", "why"),), 3, id="a part did not run"),
        pytest.param((GOOD, UNKNOWN), (), 3, id="nothing was counted for one"),
        pytest.param((BAD,), (Omission("transport", "why"),), 1, id="a failure weighs more"),
    ],
)
def test_the_exit_code_tells_failed_from_incomplete(
    measures: tuple[Measure, ...], omissions: tuple[Omission, ...], code: int
) -> None:
    """Only an evaluation that ran as a whole, and of which everything holds, ends with 0."""
    assert Evaluation("1.0", "scripted", "lean", 1, 1, measures, omissions=omissions).exit_code == code
