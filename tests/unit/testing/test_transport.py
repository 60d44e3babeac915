from dataclasses import replace

import pytest

from hive_guardian.model.evaluation import Measure
from hive_guardian.model.review import Verdict
from hive_guardian.review.evaluation.observation import Ledgered
from hive_guardian.review.evaluation.script import Utterance
from hive_guardian.testing.messages_api import FAULTS
from hive_guardian.testing.transport import ALWAYS, ONCE, Passage, measure_passages
from tests.fakes.evaluations import find, make_case, make_session, observe

SAID = Utterance("T1:0", {}, 1)
GOOD = observe(find("T1:0"), uttered=(SAID,))
SECRET = make_session(make_case(secrets={"github": "value"}))


def measured(name: str, passage: Passage) -> Measure:
    """Return one measure of one passage."""
    return next(one for one in measure_passages([passage]) if one.name == name)


@pytest.mark.parametrize(
    ("name", "passage"),
    [
        pytest.param("transport-unasked", Passage("cut", GOOD, 0), id="nothing arrived"),
        pytest.param(
            "transport-clean",
            Passage("cut", replace(GOOD, report=replace(GOOD.report, verdict=Verdict.CLEAN)), 1),
            id="called clean",
        ),
        pytest.param("transport-disclosed", Passage("cut", GOOD, 1), id="unread and untold"),
        pytest.param("transport-overspent", Passage("cut", replace(GOOD, money=Ledgered(11, 10)), 1), id="dear"),
        pytest.param("transport-unsettled", Passage("cut", replace(GOOD, money=Ledgered(1, 10, 1)), 1), id="held"),
        pytest.param("transport-recovered", Passage("cut", observe(uttered=(SAID,)), 2, is_always=False), id="lost"),
        pytest.param("transport-recovered", Passage("cut", observe(), 1, is_always=False), id="never answered"),
        pytest.param(
            "transport-secrets",
            Passage("cut", observe(session=SECRET, places={"bodies": ("github",)}), 1),
            id="a secret left",
        ),
    ],
)
def test_every_measure_of_the_line_can_fail(name: str, passage: Passage) -> None:
    """What must not happen on the way is counted and does not hold."""
    assert not measured(name, passage).holds


def test_what_recovers_holds() -> None:
    """A finding that arrives at the second attempt is recovered."""
    assert measured("transport-recovered", Passage("cut", GOOD, 2, is_always=False)).share == 1.0


def test_the_faults_exist() -> None:
    """Every fault that is tried is one the server knows."""
    assert {*ALWAYS, *ONCE} <= set(FAULTS)
