import asyncio

from hive_guardian.model.errors import ReviewError
from hive_guardian.review.attempts import Attempts
from hive_guardian.review.payment import Payment
from hive_guardian.review.provider import Attempt, Failure, FailureKind, ModelResponse
from hive_guardian.review.terms import Terms
from tests.fakes.review_models import ACCOUNT, FakeClock, MemoryLedger, ScriptedProvider, Step, agent, answered, asked


def _ask(*script: Step) -> tuple[ModelResponse | Failure | None, list[Attempt]]:
    terms, clock, trail = Terms(ACCOUNT, ()), FakeClock(), list[Attempt]()
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
