import pytest

from hive_guardian.autofix.comparison import Checkup, Comparison
from hive_guardian.autofix.selection import Attempt, Candidate
from hive_guardian.model.edit import Change, Edit, Fix, Safety
from hive_guardian.model.finding import Finding, Location, Status
from hive_guardian.model.severity import Confidence, Severity

EDIT = Edit("pyproject.toml", 1, 5, 1, 6, "2")


def finding(path: str, rule: str, fix: Fix | None = None) -> Finding:
    """A new finding on the first line of a file."""
    place = Location(path, 1, 1, 1, 1)
    return Finding(rule, rule, rule, Severity.WARNING, Confidence.HIGH, place, "m", fix=fix, status=Status.NEW)


@pytest.mark.parametrize(
    ("changes", "path", "is_accepted"),
    [
        (frozenset({Change.LOCK}), "uv.lock", True),
        (frozenset({Change.LOCK}), "packages/a/poetry.lock", True),
        (frozenset({Change.LOCK}), "other.toml", False),
        (frozenset({Change.COMMENT}), "uv.lock", False),
    ],
)
def test_a_declared_change_may_leave_a_lock_stale(changes: frozenset[Change], path: str, *, is_accepted: bool) -> None:
    """Whoever changes what is to be installed cannot know the new lock; other findings speak against it."""
    fix = Fix("t", Safety.UNSAFE, (EDIT,), changes=changes)
    candidate = Candidate(finding("pyproject.toml", "R1", fix), fix)
    made = Attempt("pyproject.toml", (candidate,), b"x = 1\n", b"x = 2\n", ((4, 5, "2"),))
    before, after = Checkup((candidate.finding,)), Checkup((finding(path, "R2"),))
    problems = Comparison(before, after, {"pyproject.toml": made}).problems()
    assert (problems == {}) is is_accepted
