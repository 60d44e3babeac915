from collections.abc import Sequence
from dataclasses import replace

import pytest

from hive_guardian.model.report import ErrorKind, FileCounts, Report, RunError
from hive_guardian.model.review import Fate, ReviewReport, Shortfall, Standing, State, Verdict
from hive_guardian.model.severity import Severity
from hive_guardian.review.asking import Judgement, Reading
from hive_guardian.review.change import ChangeSet
from hive_guardian.review.conclusion import Materials, conclude, exit_code
from hive_guardian.review.memory import Life, Memory, describe
from hive_guardian.review.plan import make_plan
from hive_guardian.review.recall import Recalled, Recollection, digest_lines
from hive_guardian.review.redact import Redactor
from hive_guardian.review.settings import ReviewSettings
from tests.fakes.changes import SHOP, SHOP_AFTER, change_set, changed_files
from tests.fakes.reports import make_finding
from tests.unit.review.test_dedupe import grounded

BEFORE, AFTER = {"shop.py": SHOP}, {"shop.py": SHOP_AFTER}
RULES = Report("1", "2026-01-01", (), (), (), FileCounts(1, 1, 0), (), Severity.ERROR, Severity.ERROR)
READ = Reading(models={"m"})
ASKED = ReviewSettings(provider="replay")


def materials(reading: Reading | None = READ, *, settings: ReviewSettings = ASKED, rules: Report = RULES) -> Materials:
    """Return what a report of the change of SHOP is made from."""
    plan = make_plan(changed_files(BEFORE, AFTER), {}, unit_tokens=6000, most_units=9)
    return Materials("1", change_set(BEFORE, AFTER), plan, rules, (), reading, settings, Redactor())


def report(given: Materials) -> ReviewReport:
    """Return the report; no suggestion is refused."""
    return conclude(given, lambda _path, _suggestion: "")[0]


def said(standing: Standing = Standing.CONFIRMED, **changes: object) -> Reading:
    """Return a reading with one claim."""
    return Reading([Judgement(grounded(**changes), standing)], models={"m"})


def test_a_complete_review_without_findings_is_clean() -> None:
    """Only this is clean: a model read every hunk, and nobody found anything."""
    found = report(materials())
    assert (found.verdict, found.ai_ran) == (Verdict.CLEAN, True)
    assert [one.fate for one in found.coverage] == [Fate.FULL]


def test_findings_are_a_verdict() -> None:
    """A claim that stands, a heuristic and a new golden-rule finding each end the cleanness."""
    assert report(materials(said())).verdict is Verdict.FINDINGS
    assert report(materials(said(Standing.UNVERIFIED))).verdict is Verdict.FINDINGS
    rules = replace(RULES, findings=(make_finding(),))
    assert report(materials(rules=rules)).verdict is Verdict.FINDINGS


INCOMPLETE: Sequence[tuple[str, Materials]] = (
    ("offline", materials(None, settings=ReviewSettings())),
    ("unread unit", materials(Reading(unread={"shop.py": "budget"}))),
    ("failure", materials(Reading(shortfalls=[Shortfall("refused", "no")], models={"m"}))),
    ("broken rules", materials(rules=replace(RULES, errors=(RunError(ErrorKind.RULE_FAILED, "boom"),)))),
    ("empty change", replace(materials(), change=ChangeSet("a", "b", ()))),
    (
        "denied file",
        replace(materials(), plan=make_plan(changed_files({}, {".env": "A=1\n"}), {}, unit_tokens=600, most_units=9)),
    ),
    ("with findings", materials(replace(said(), shortfalls=[Shortfall("deadline", "late")]))),
)


@pytest.mark.parametrize("given", [pytest.param(given, id=name) for name, given in INCOMPLETE])
def test_whatever_is_missing_makes_it_inconclusive(given: Materials) -> None:
    """Nothing that was not read in full, and nothing that failed, is ever clean; required then means exit code 3."""
    found = report(given)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.shortfalls or found.rules.errors
    assert exit_code(found, 0) == 0
    assert exit_code(replace(found, required=True), 0) == 3


@pytest.mark.parametrize("code", [0, 1, 3])
def test_models_never_change_the_exit_code_of_the_rules(code: int) -> None:
    """Whatever models say, or do not, a failure of the golden rules stays one, and no finding of theirs is one."""
    for reading in (READ, said(), None):
        found = report(materials(reading))
        assert exit_code(found, code) == code
        assert exit_code(replace(found, required=True), code) in {code, 3}


def test_offline_says_that_no_model_ran() -> None:
    """Without a provider nothing counts as read, and the report says so."""
    found = report(materials(None, settings=ReviewSettings()))
    assert not found.ai_ran
    assert [one.kind for one in found.shortfalls] == ["offline"]
    assert {one.reason for one in found.coverage} == {"no model was asked"}


def test_suggestions_need_a_confirmed_claim_and_a_proof() -> None:
    """Only what was confirmed is proven; what speaks against it is told."""
    text = "        return prices[0]"
    (one,) = report(materials(said(replacement=text))).shown
    assert one.suggestion is not None
    assert one.suggestion.text == text
    (one,) = report(materials(said(Standing.UNSURE, replacement=text))).others
    assert (one.suggestion, one.why_no_suggestion) == (None, "")
    found, _ = conclude(materials(said(replacement=text)), lambda _path, _one: "it does not parse")
    assert (found.shown[0].suggestion, found.shown[0].why_no_suggestion) == (None, "it does not parse")


def test_the_next_review_knows_this_one() -> None:
    """What was reported is open next time, and has a fate when it is gone; of what nobody read nothing is gone."""
    first, memory = conclude(materials(said()), lambda _path, _one: "")
    assert memory.known == tuple(map(describe, first.findings))
    again = report(replace(materials(said()), memory=memory))
    assert [one.state for one in again.findings] == [State.OPEN]
    gone, later = conclude(replace(materials(), memory=memory), lambda _path, _one: "")
    assert gone.resolved == ("shop.py: the second price is returned instead of the first",)
    assert [(one.life, one.why) for one in later.known] == [(Life.FIXED, "head")]
    unread = report(replace(materials(Reading(unread={"shop.py": "late"})), memory=memory))
    assert unread.resolved == ()


def test_what_nobody_was_asked_about_stays_as_it_was() -> None:
    """A review without a model forgets nothing of what models read, and shows what still stands."""
    (unit,) = materials().plan.units
    memory = Memory("x", (), {"d": "m"}, {"shop.py": frozenset({"l"})})
    standing = Recollection(describe(report(materials(said())).shown[0]), grounded())
    given = replace(
        materials(None, settings=ReviewSettings()), memory=memory, recalled=Recalled((unit,), standing=(standing,))
    )
    found, after = conclude(given, lambda _path, _one: "")
    assert [one.id for one in found.findings] == ["AI-correctness"]
    assert (after.read, after.lines) == (memory.read, memory.lines)


def test_what_a_person_dismissed_is_not_reported_again() -> None:
    """Neither it, nor the same in other words; it is counted, and does not speak against the change."""
    first = report(materials(said()))
    dismissed = replace(describe(first.shown[0]), life=Life.DISMISSED, by="ann", why="on purpose")
    for fingerprint in (dismissed.fingerprint, "other"):
        memory = Memory("x", (replace(dismissed, fingerprint=fingerprint),))
        found, after = conclude(replace(materials(said()), memory=memory), lambda _path, _one: "")
        assert (found.findings, found.dropped, found.verdict) == ((), {"dismissed": 1}, Verdict.CLEAN)
        assert [one.life for one in after.known] == [Life.DISMISSED]


def test_what_an_earlier_review_could_have_said_is_not_shown_in_full() -> None:
    """Its lines were read, and are as they were: it goes to the table; on a line that is new it is shown."""
    given = materials(said())
    (unit,) = given.plan.units
    lines = frozenset(digest_lines(unit))
    late = report(replace(given, memory=Memory(lines={"shop.py": lines})))
    assert (late.shown, [one.state for one in late.others]) == ((), [State.LATE])
    other = frozenset(sorted(lines)[:1])
    assert report(replace(given, memory=Memory(lines={"shop.py": other}))).shown


def test_only_what_was_read_in_full_is_remembered_as_read() -> None:
    """The next review sends the rest again."""
    (unit,) = materials().plan.units
    recalled = Recalled((unit,), digests={unit.id: "content"})
    reading = Reading(models={"m"}, readers={unit.id: "m"})
    _, after = conclude(replace(materials(reading), recalled=recalled), lambda _path, _one: "")
    assert (after.read, set(after.lines)) == ({"content": "m"}, {"shop.py"})
    failed = replace(reading, unread={unit.id: "half of it failed"})
    _, after = conclude(replace(materials(failed), recalled=recalled), lambda _path, _one: "")
    assert (after.read, after.lines) == ({}, {})


def test_models_cannot_smuggle_secrets_out() -> None:
    """What a model writes is redacted like everything else."""
    secret = "AKIA" + "Q3EXWPLMZ7T2RNVK"
    found = report(materials(said(title=f"uses {secret}", said=f"the key {secret} is used")))
    assert secret not in repr(found.findings)
