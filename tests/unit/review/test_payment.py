import asyncio

import pytest

from hive_guardian.review.attempt_error import Fault, Trace
from hive_guardian.review.ledger import Bill, Cap, Denial, Hold, Scope
from hive_guardian.review.observing import BudgetReached
from hive_guardian.review.payment import Payment, Reservation, assumed_bill
from hive_guardian.review.provider import Usage
from hive_guardian.review.terms import Terms
from tests.fakes.observers import RecordingObserver
from tests.fakes.review_models import ACCOUNT, FakeClock, MemoryLedger, ScriptedProvider, agent, asked

_RESERVED = Reservation(Hold(1), 9_999, 1_234, 1_000)


@pytest.mark.parametrize(
    ("fault", "usage", "bill"),
    [
        (Fault.TIMEOUT, None, Bill(9_999, 1_234, Usage(), "timeout", "r")),
        (Fault.CUT, Usage(fresh=10, output=1), Bill(10_020, 1_010, Usage(fresh=10, output=1_000), "cut", "r")),
        (Fault.OTHER_MODE, Usage(fresh=10, output=1), Bill(30, 11, Usage(fresh=10, output=1), "other-mode", "r")),
    ],
)
def test_what_is_not_known_is_assumed_at_its_worst(fault: Fault, usage: Usage | None, bill: Bill) -> None:
    """Nothing known: the reservation; a broken answer: its input and the most output; a whole one: what it said."""
    assert assumed_bill(agent(ScriptedProvider()), _RESERVED, fault, Trace(None, "r", usage, billed=True)) == bill


def test_a_call_that_is_too_dear_does_not_wait_for_others() -> None:
    """What others give back cannot help it."""
    ledger = MemoryLedger()
    payment = Payment(ledger, Terms(ACCOUNT, (Cap(Scope.CALL, 10_500),)), FakeClock())

    async def run() -> Reservation | Denial:
        one = agent(ScriptedProvider())
        assert isinstance(await payment.reserve(one, asked(), 100), Reservation)
        return await payment.reserve(one, asked(), 10_000)

    assert isinstance(asyncio.run(run()), Denial)
    assert ledger.states() == ["held"]


def test_a_watcher_learns_how_far_a_budget_is_used() -> None:
    """Shares that are reached are told, and what is left can be asked; a cap of one call has nothing left or used."""
    observer = RecordingObserver()
    caps = (Cap(Scope.REVIEW, 20_000), Cap(Scope.CALL, 50_000), Cap(Scope.DAY, tokens=10))
    payment = Payment(MemoryLedger(), Terms(ACCOUNT, caps[:2]), FakeClock(), observer)
    assert payment.left() == {"review": 20_000}
    reserved = asyncio.run(payment.reserve(agent(ScriptedProvider()), asked(), 1_000))
    assert isinstance(reserved, Reservation)
    assert observer.told == [BudgetReached("review", 50)]
    assert payment.left() == {"review": 20_000 - reserved.micro_usd}
    payment.settle(reserved, Bill(30_000, 1))
    assert payment.left() == {"review": 0}
    assert Payment(MemoryLedger(), Terms(ACCOUNT, caps[2:]), FakeClock()).left() == {}
