from dataclasses import replace

from hive_guardian.model.evaluation import Want
from hive_guardian.model.review import Shortfall, Verdict
from hive_guardian.review.evaluation.case import Seeded
from hive_guardian.review.evaluation.genuine import tally_genuine
from hive_guardian.review.evaluation.observation import Observation
from hive_guardian.review.evaluation.view import View
from tests.fakes.evaluations import find, make_case, make_session, observe

SEEDED = Seeded("T1", 0, "a.py", "x = 2", "correctness", "error", "title", "claim")
READ = View("a.py", {1: "x = 2"}, {}, {1: "x = 1"})


def counted(name: str, *seen: Observation) -> tuple[int, int, bool]:
    """Return count, total, and whether a measure is judged."""
    one = next(one for one in tally_genuine(seen) if one.name == name)
    return one.count, one.of, one.want is not Want.NOTHING


def test_seeded_defects_are_found_by_place() -> None:
    """A finding within three lines counts, whatever it says; what a model was not shown does not count at all."""
    session = make_session(make_case(findings=(SEEDED,)))
    near, far = (observe(find("", line), session=session, views=(READ,)) for line in (4, 5))
    assert counted("seeded-found", near, far) == (1, 2, False)
    assert counted("seeded-found", observe(session=session)) == (0, 0, False)


def test_findings_about_clean_changes_are_counted_and_not_judged() -> None:
    """Without labels nobody knows whether they are right."""
    clean = make_session(make_case("clean"))
    assert counted("clean-disturbed", observe(find(""), session=clean), observe(session=clean)) == (1, 2, False)


def test_an_incomplete_review_that_is_called_clean_is_judged() -> None:
    """What was not read, or failed, forbids it."""
    seen = observe(views=(READ,))
    failed = replace(seen, report=replace(seen.report, shortfalls=(Shortfall("budget", "spent"),)))
    wrong = replace(failed, report=replace(failed.report, verdict=Verdict.CLEAN))
    assert counted("false-clean", seen, failed, wrong)[2]
    assert counted("false-clean", failed, wrong)[:2] == (1, 2)
