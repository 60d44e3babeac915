from dataclasses import replace

from hive_guardian.model.review import Origin, ReviewFinding, Standing
from hive_guardian.model.severity import Severity
from hive_guardian.review.ranking import rank

ONE = ReviewFinding("AI-security", Origin.AI, "security", Severity.ERROR, "a.py", 1, 1, "", "t", "m", fingerprint="1")


def test_only_confirmed_findings_are_shown_in_full() -> None:
    """However severe it says it is, what nobody confirmed stands in the table; so does what exceeds the cap."""
    confirmed = [
        replace(ONE, line=line, standing=Standing.CONFIRMED, severity=Severity.WARNING, fingerprint=f"c{line}")
        for line in range(1, 8)
    ]
    loud = replace(ONE, line=99, fingerprint="loud")
    shown, others, dropped = rank([loud, *confirmed], floor=Severity.INFO, most_shown=5)
    assert [one.line for one in shown] == [1, 2, 3, 4, 5]
    assert {one.line for one in others} == {6, 7, 99}
    assert not dropped


def test_corroboration_and_severity_decide_the_order() -> None:
    """Severe before mild, and what a golden rule corroborates before what none does."""
    mild = replace(ONE, standing=Standing.CONFIRMED, severity=Severity.WARNING, fingerprint="2")
    backed = replace(mild, line=9, corroborated_by=("GR12",), fingerprint="3")
    severe = replace(mild, line=10, severity=Severity.ERROR, fingerprint="4")
    shown, _, _ = rank([mild, backed, severe], floor=Severity.INFO, most_shown=5)
    assert [one.fingerprint for one in shown] == ["4", "3", "2"]


def test_the_floor_is_for_models() -> None:
    """What a model says below the floor is left out and counted; heuristics stay."""
    computed = replace(ONE, origin=Origin.HEURISTIC, standing=Standing.CERTAIN, severity=Severity.INFO)
    said = replace(ONE, severity=Severity.INFO, fingerprint="2")
    shown, others, dropped = rank([computed, said], floor=Severity.WARNING, most_shown=5)
    assert (shown, others, dropped) == ((), (computed,), {"below-floor": 1})
