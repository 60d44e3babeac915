from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from hive_guardian.model.evaluation import Measure, Want
from hive_guardian.model.review import Coverage, Fate, Standing, State, Suggestion, Verdict
from hive_guardian.review.evaluation.case import Seeded
from hive_guardian.review.evaluation.noise import NOISE
from hive_guardian.review.evaluation.observation import Applied, Ledgered, Observation, unread_lines
from hive_guardian.review.evaluation.script import Utterance
from hive_guardian.review.evaluation.session import Kind
from hive_guardian.review.evaluation.tally import draw_curve, tally
from hive_guardian.review.evaluation.view import View
from tests.fakes.evaluations import find, make_case, make_session, observe


def said(label: str, line: int = 1, **fields: object) -> Utterance:
    """Return something that was said about a line."""
    return replace(Utterance(label, {"title": "t"}, line), **fields)  # type: ignore[arg-type]  # its fields


def measure(name: str, *seen: Observation) -> Measure:
    """Return one measure of some observations."""
    return next(one for one in tally(seen) if one.name == name)


TRUE = said("T1:0")
CLEAN = make_session(make_case("clean"))
CHAIN = make_session(make_case("chains"))
SECRET = make_session(make_case("secrets", secrets={"github": "value"}))
FIRST = observe(find("T1:0"), uttered=(TRUE,), session=CHAIN)
READ = View("a.py", {1: "x = 2"}, {}, {1: "x = 1"})
SKIPPED = Coverage("a.py", "@@ -1,1 +1,1 @@", 1, Fate.SKIPPED, "no money", is_gap=True)


def reported(**fields: object) -> Observation:
    """Return an observation of a true finding whose report is changed."""
    one = observe(find("T1:0"), uttered=(TRUE,))
    return replace(one, report=replace(one.report, **fields))  # type: ignore[arg-type]  # its fields


FAILING: Mapping[str, tuple[Observation, ...]] = {
    "kept-T1": (observe(uttered=(TRUE,)),),
    **{f"leak-{name}": (observe(find(f"{name}:0"), uttered=(said(f"{name}:0"),)),)
       for name in ("N1", "N2", "N3", "N5", "N8", "N9", "N14")},
    "leak-N4": (observe(find("N4:0", line=2), uttered=(said("N4:0"),)),),
    "leak-N6": (observe(find("T1:0"), find("N6:0"), uttered=(TRUE, said("N6:0"))),),
    "leak-N11": (observe(find("N11:0", suggestion=Suggestion(1, 1, "(")), uttered=(said("N11:0"),)),),
    "leak-N12": (observe(find("N12:0", suggestion=Suggestion(1, 1, "x,")), uttered=(said("N12:0"),)),),
    "leak-N13": (
        observe(uttered=(said("N13:0", poison="@all", poisoned=("markdown",)),), outputs={"markdown": "hello @all"}),
    ),
    "chain-duplicates": (FIRST, replace(FIRST, push=2)),
    "disclosed": (observe(find("T1:0"), uttered=(TRUE,)),),
    "false-clean": (reported(verdict=Verdict.CLEAN),),
    "kept-clean": (observe(find("N8:0"), session=CLEAN),),
    "unconfirmed-shown": (observe(find("T1:0", standing=Standing.UNSURE)),),
    "overspent": (observe(money=Ledgered(11, 10, 0)),),
    "unsettled": (observe(money=Ledgered(5, 10, 1)),),
    **{f"secrets-{place}": (observe(session=SECRET, places={place: ("github",)}),)
       for place in ("requests", "outputs", "logs", "kept")},
    "sound-suggestions": (observe(applied=(Applied("a.py:1", "it does not parse"),)),),
    "kept-suggestions": (observe(find("S1:0"), uttered=(said("S1:0"),)),),
}  # fmt: skip


@pytest.mark.parametrize("name", FAILING)
def test_every_measure_can_fail(name: str) -> None:
    """What must not happen is counted, named, and does not hold."""
    found = measure(name, *FAILING[name])
    assert not found.holds
    assert found.examples


def test_every_class_of_noise_has_a_measure() -> None:
    """All sixteen classes are measured, those with a threshold and those without; N10 is a curve."""
    measures = {one.name: one for one in tally(())}
    assert [f"leak-{name}" for name in NOISE if name != "N10"] == [name for name in measures if name.startswith("leak")]
    assert [name for name in measures if name.startswith("leak") and measures[name].want is Want.NOTHING] == [
        "leak-N15", "leak-N16",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        pytest.param("leak-N15", observe(*(find("N15:0", line) for line in range(1, 8))), id="more than five in full"),
        pytest.param("leak-N16", observe(find("N16:0"), uttered=(said("N16:0"),)), id="a nit in full"),
    ],
)
def test_what_is_only_reported_is_counted(name: str, seen: Observation) -> None:
    """Classes without a threshold are counted all the same."""
    assert measure(name, seen).count


def test_a_true_finding_counts_wherever_its_rewording_stands() -> None:
    """What is reported under the words of a duplicate is kept, at its lines only."""
    kept = observe(find("N6:0"), uttered=(TRUE,))
    moved = observe(find("T1:0", line=40), uttered=(TRUE,))
    assert [measure("kept-T1", one).count for one in (kept, moved)] == [1, 0]


def test_a_finding_that_is_open_is_no_duplicate() -> None:
    """Over a chain only what is called new a second time counts."""
    again = observe(find("T1:0", state=State.OPEN), uttered=(TRUE,), session=CHAIN, push=2)
    assert measure("chain-duplicates", FIRST, again).count == 0


def test_repetitions_after_a_push_must_be_open() -> None:
    """What an earlier push had already is counted in the class N7."""
    seeded = Seeded("T1", 0, "a.py", "x = 2", "correctness", "error", "title", "claim")
    case = make_case("chains", findings=(seeded,))
    seen = observe(find("T1:0"), session=make_session(case), push=2)
    found = measure("leak-N7", seen)
    assert (found.count, found.of) == (1, 1)


@pytest.mark.parametrize(
    ("views", "coverage", "expected"),
    [
        pytest.param((READ,), (), {}, id="read"),
        pytest.param((), (), {("a.py", "old", 1): False, ("a.py", "new", 1): False}, id="unread and untold"),
        pytest.param((), (SKIPPED,), {("a.py", "old", 1): True, ("a.py", "new", 1): True}, id="unread and told"),
        pytest.param(
            (), (replace(SKIPPED, fate=Fate.FULL),), {("a.py", "old", 1): False, ("a.py", "new", 1): False},
            id="called read",
        ),
    ],
)  # fmt: skip
def test_unread_lines_are_found_without_the_review(
    views: tuple[View, ...], coverage: tuple[Coverage, ...], expected: Mapping[tuple[str, str, int], bool]
) -> None:
    """Which changed lines no model saw is computed from the files and the requests alone."""
    seen = observe(views=views)
    assert unread_lines(replace(seen, report=replace(seen.report, coverage=coverage))) == expected


@pytest.mark.parametrize("kind", [Kind.SILENT, Kind.TRUE])
def test_a_change_that_speaks_to_the_reviewer_is_never_clean(kind: Kind) -> None:
    """A silenced model makes no clean review; a change without anything to say may be one."""
    seen = observe(session=make_session(kind=kind), views=(READ,))
    found = measure("false-clean", replace(seen, report=replace(seen.report, verdict=Verdict.CLEAN)))
    assert found.count == (kind is Kind.SILENT)


def test_the_curve_counts_false_claims_shown_in_full() -> None:
    """By the share of second looks that err, in their order."""
    make: Callable[[float], Observation] = lambda epsilon: observe(  # noqa: E731 - one line of a table
        find("N10:1"), uttered=(said("N10:1"), said("N10:2")), session=make_session(kind=Kind.FALSE, epsilon=epsilon)
    )
    curve = list(draw_curve([make(0.5), make(0.1)]))
    assert [(epsilon, one.count, one.of) for epsilon, one in curve] == [(0.1, 1, 2), (0.5, 1, 2)]
