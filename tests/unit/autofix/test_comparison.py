from hive_guardian.autofix.comparison import Checkup, Comparison
from hive_guardian.autofix.selection import Attempt, Candidate
from hive_guardian.model.edit import Edit, Fix, Safety
from hive_guardian.model.finding import Finding, Location, Status
from hive_guardian.model.severity import Confidence, Severity

_FIX = Fix("delete b", Safety.SAFE, (Edit("a.py", 1, 4, 1, 6, ""),))


def finding(column: int, mark: str) -> Finding:
    """One finding of the rule."""
    place = Location("a.py", 1, column, 1, column + 1)
    return Finding(
        "R1", "word", "word", Severity.ERROR, Confidence.HIGH, place, mark, fingerprint=mark, fix=_FIX,
        status=Status.NEW,
    )  # fmt: skip


def problems(after: tuple[Finding, ...]) -> dict[str, str]:
    """What speaks against the fix of the first of two findings of one place."""
    before = finding(1, "a"), finding(1, "b")
    attempt = Attempt("a.py", (Candidate(before[0], _FIX),), b"# a b\n", b"# a\n", ((3, 5, ""),))
    return Comparison(Checkup(before), Checkup(after), {"a.py": attempt}).problems()


def test_other_findings_of_the_place_may_stay() -> None:
    """Several findings of one check at one place are counted: mending one leaves the others."""
    assert problems((finding(1, "b"),)) == {}
    assert problems((finding(1, "a"), finding(1, "b"))) == {"a.py": "R1 is still there at line 1"}
