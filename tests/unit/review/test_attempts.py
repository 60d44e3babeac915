import asyncio

from hive_guardian.model.errors import ReviewError
from hive_guardian.review.attempt_error import AttemptError, Fault, Trace
from hive_guardian.review.attempts import Attempts
from hive_guardian.review.health import BreakerPolicy, Monitor
from hive_guardian.review.ledger import Cap, Scope
from hive_guardian.review.observing import (
    BreakerChanged,
    BudgetRefused,
    CallBegun,
    CallEnded,
    Waiting,
)
from hive_guardian.review.payment import Payment
from hive_guardian.review.provider import Attempt, Failure, FailureKind, ModelResponse, Role, Usage
from hive_guardian.review.terms import Terms
from tests.fakes.observers import RecordingObserver
from tests.fakes.review_models import (
    ACCOUNT,
    USAGE,
    FakeClock,
    MemoryLedger,
    ScriptedProvider,
    Step,
    agent,
    answered,
    asked,
)


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


def _watch(*script: Step, caps: tuple[Cap, ...] = (), monitor: Monitor | None = None) -> RecordingObserver:
    """Ask once and return what was told."""
    terms, clock, observer = Terms(ACCOUNT, caps), FakeClock(), RecordingObserver()
    attempts = Attempts(Payment(MemoryLedger(), terms, clock, observer), terms, clock, observer)
    one = agent(ScriptedProvider(list(script)))
    one.monitor = monitor or one.monitor
    asyncio.run(attempts.ask(one, asked(), []))
    return observer


def test_every_sending_and_every_pause_is_told() -> None:
    """A watcher sees what was sent to whom, what came of it, and how long it is waited before the next."""
    overloaded = AttemptError("the code of the change", Fault.OVERLOADED, Trace(request_id="req_o"))
    told = _watch(overloaded, answered()).told
    waiting = told[2]
    assert isinstance(waiting, Waiting)
    assert (waiting.reason, waiting.seconds > 0) == ("overloaded", True)
    model = "claude-sonnet-5-5"
    assert told == [
        CallBegun("fake", model, Role.REVIEWER, 1, 1000),
        CallEnded(Usage(), 0, 0.0, "overloaded", request_id="req_o"),
        waiting,
        CallBegun("fake", model, Role.REVIEWER, 2, 1000),
        CallEnded(USAGE, 3000, 0.0, "", "end_turn", model, "req_1"),
    ]
    assert "the code of the change" not in repr(told)


def test_a_refusal_of_the_ledger_is_told() -> None:
    """A request that nobody may pay is not sent, and a watcher learns whose cap it was."""
    assert _watch(answered(), caps=(Cap(Scope.REVIEW, 1),)).told == [BudgetRefused("review")]


def test_a_breaker_that_opens_is_told_once() -> None:
    """A watcher learns when a model is given up, not at every failure."""
    failure = AttemptError("no", Fault.SERVER, Trace())
    observer = _watch(failure, monitor=Monitor(BreakerPolicy(least_calls=2)))
    changes = [one for one in observer.told if isinstance(one, BreakerChanged)]
    assert changes == [BreakerChanged("fake", "claude-sonnet-5-5", "open")]
