import asyncio

from hive_guardian.model.errors import ReviewError
from hive_guardian.review.attempt_error import AttemptError, Fault, Trace
from hive_guardian.review.attempts import Attempts
from hive_guardian.review.ledger import Cap, Scope
from hive_guardian.review.payment import Payment
from hive_guardian.review.provider import Attempt, Failure, FailureKind, ModelResponse
from hive_guardian.review.terms import Terms
from tests.fakes.review_models import ACCOUNT, FakeClock, MemoryLedger, ScriptedProvider, Step, agent, answered, asked


def _ask(*script: Step, caps: tuple[Cap, ...] = ()) -> tuple[ModelResponse | Failure | None, list[Attempt]]:
    terms, clock, trail = Terms(ACCOUNT, caps), FakeClock(), list[Attempt]()
    attempts = Attempts(Payment(MemoryLedger(), terms, clock), terms, clock)
    return asyncio.run(attempts.ask(agent(ScriptedProvider(list(script))), asked(), trail)), trail


def test_a_plain_error_of_a_foreign_provider_is_understood() -> None:
    """`retryable` is all it says: it is repeated, or it ends the request."""
    found, trail = _ask(ReviewError("busy", retryable=True), answered())
    assert isinstance(found, ModelResponse)
    assert [attempt.error for attempt in trail] == ["server", ""]
    found, trail = _ask(ReviewError("wrong", retryable=False))
    assert isinstance(found, Failure)
    assert (found.kind, found.message, len(trail)) == (FailureKind.CONFIGURATION, "wrong", 1)


def test_a_provider_that_ignores_its_limit_is_stopped() -> None:
    """A time-out of its own counts as one, whoever raised it."""
    found, trail = _ask(TimeoutError())
    assert isinstance(found, Failure)
    assert found.kind is FailureKind.UNAVAILABLE
    assert {attempt.error for attempt in trail} == {"timeout"}


def test_a_repetition_nobody_can_pay_names_both_reasons() -> None:
    """The budget ends the request, and what broke before it is not forgotten."""
    cut = AttemptError("the answer was cut", Fault.CUT, Trace(billed=True))
    found, trail = _ask(cut, answered(), caps=(Cap(Scope.REVIEW, 15_000),))
    assert isinstance(found, Failure)
    assert found.kind is FailureKind.BUDGET
    assert found.message.startswith("the answer was cut; it is not tried again: the review budget is $0.02")
    assert len(trail) == 1
