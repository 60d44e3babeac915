import asyncio
import random
import re
from collections.abc import Coroutine
from dataclasses import replace
from typing import TypeVar

import pytest

from hive_guardian.model.errors import ReviewError
from hive_guardian.review.agents import Registry
from hive_guardian.review.attempt_error import AttemptError, Fault, Trace
from hive_guardian.review.calling import PaidModels
from hive_guardian.review.health import Circuit
from hive_guardian.review.ledger import Cap, Scope
from hive_guardian.review.provider import Capability, FailureKind, Keep, ModelResponse, Outcome, Role, Stop, Usage
from hive_guardian.review.terms import Terms
from tests.fakes.review_models import (
    ACCOUNT,
    FakeClock,
    MemoryLedger,
    ScriptedProvider,
    Step,
    agent,
    answered,
    asked,
    models,
)

_T = TypeVar("_T")


def _run(coroutine: Coroutine[object, object, _T]) -> _T:
    return asyncio.run(coroutine)


def _fail(fault: Fault, *, billed: bool = False, usage: Usage | None = None, wait: float | None = None) -> AttemptError:
    return AttemptError(f"it failed: {fault}", fault, Trace(wait, "req_f", usage, billed))


class _Scene:
    """One provider behind the reviewer, and its surroundings."""

    def __init__(self, *script: Step, caps: tuple[Cap, ...] = (), **terms: object) -> None:
        self.provider = ScriptedProvider(list(script))
        self.ledger, self.clock = MemoryLedger(), FakeClock()
        self.agent = agent(self.provider)
        self.models = models((Role.REVIEWER, self.agent), ledger=self.ledger, clock=self.clock, caps=caps, **terms)

    def answer(self) -> Outcome:
        return _run(self.models.answer(asked()))


def test_an_answer_is_paid_by_what_it_used() -> None:
    """The reservation is replaced by the bill, and the attempt is on record."""
    scene = _Scene(answered())
    outcome = scene.answer()
    assert outcome.response is not None
    assert outcome.failure is None
    (attempt,) = outcome.attempts
    assert (attempt.cost_micro_usd, attempt.usage.fresh, attempt.error, attempt.request_id) == (3000, 1000, "", "req_1")
    assert (scene.ledger.states(), scene.models.spent_micro_usd) == (["settled"], 3000)
    assert scene.ledger.peak == scene.models.estimate(asked()).micro_usd


@pytest.mark.parametrize(
    ("fault", "kind", "attempts"),
    [
        (Fault.UNREACHABLE, FailureKind.UNAVAILABLE, 3),
        (Fault.TIMEOUT, FailureKind.UNAVAILABLE, 3),
        (Fault.CUT, FailureKind.UNAVAILABLE, 3),
        (Fault.SERVER, FailureKind.UNAVAILABLE, 3),
        (Fault.OVERLOADED, FailureKind.UNAVAILABLE, 3),
        (Fault.RATE_LIMITED, FailureKind.UNAVAILABLE, 3),
        (Fault.MALFORMED, FailureKind.MALFORMED, 3),
        (Fault.SPEND_LIMIT, FailureKind.BUDGET, 1),
        (Fault.CREDENTIALS, FailureKind.CREDENTIALS, 1),
        (Fault.UNKNOWN_MODEL, FailureKind.CONFIGURATION, 1),
        (Fault.TOO_LARGE, FailureKind.CONTEXT_WINDOW, 1),
        (Fault.INVALID, FailureKind.CONFIGURATION, 1),
    ],
)
def test_what_fails_is_repeated_only_if_that_may_help(fault: Fault, kind: FailureKind, attempts: int) -> None:
    """Each fault ends in a failure the pipeline knows; what was not billed costs nothing."""
    scene = _Scene(_fail(fault))
    outcome = scene.answer()
    assert outcome.failure is not None
    assert (outcome.failure.kind, outcome.failure.message) == (kind, f"it failed: {fault}")
    assert [attempt.error for attempt in outcome.attempts] == [fault.value] * attempts
    assert scene.ledger.states() == ["released"] * attempts
    assert scene.models.spent_micro_usd == 0


def test_a_second_attempt_may_succeed() -> None:
    """Pauses have full jitter and double; the answer counts, and so does every attempt."""
    scene = _Scene(_fail(Fault.OVERLOADED), _fail(Fault.SERVER), answered())
    outcome = scene.answer()
    assert outcome.response is not None
    assert [attempt.error for attempt in outcome.attempts] == ["overloaded", "server", ""]
    assert scene.clock.slept == [0.25, 0.5]


def test_another_way_to_send_the_schema_is_no_retry() -> None:
    """A server that needs words gets three attempts besides, at once."""
    other = _fail(Fault.OTHER_MODE)
    scene = _Scene(other, other, _fail(Fault.SERVER), _fail(Fault.SERVER), answered())
    assert len(scene.answer().attempts) == 5
    assert scene.clock.slept == [0.25, 0.5]


@pytest.mark.parametrize(
    ("error", "cost"),
    [
        (_fail(Fault.TIMEOUT, billed=True), "worst"),
        (_fail(Fault.CUT, billed=True, usage=Usage(fresh=1000, output=1)), "12000"),
        (_fail(Fault.OTHER_MODE, billed=True, usage=Usage(fresh=1000, output=100)), "3000"),
        (ReviewError("foreign", retryable=False), "worst"),
    ],
)
def test_a_broken_attempt_is_paid_at_its_worst(error: ReviewError, cost: str) -> None:
    """What a server said it billed is believed, and of the rest the most is assumed."""
    scene = _Scene(error, _fail(Fault.INVALID))
    outcome = scene.answer()
    worst = scene.models.estimate(asked()).micro_usd
    assert outcome.attempts[0].cost_micro_usd == (worst if cost == "worst" else int(cost))
    assert scene.ledger.states()[0] == "settled"


@pytest.mark.parametrize(
    ("stop", "detail", "kind", "text"),
    [
        (Stop.MAX_TOKENS, "", FailureKind.TRUNCATED, "limit of output"),
        (Stop.CONTEXT_WINDOW, "", FailureKind.CONTEXT_WINDOW, "do not fit"),
        (Stop.REFUSAL, "cyber", FailureKind.REFUSED, r"refused to answer \(cyber\)"),
        (Stop.REFUSAL, "<script>", FailureKind.REFUSED, r"refused to answer$"),
    ],
)
def test_only_a_complete_answer_is_one(stop: Stop, detail: str, kind: FailureKind, text: str) -> None:
    """Whatever else a model stopped for is a failure, billed as an answer and not repeated."""
    scene = _Scene(answered("{}", stop, detail=detail))
    outcome = scene.answer()
    assert outcome.response is None
    assert outcome.failure is not None
    assert outcome.failure.kind is kind
    assert re.search(text, outcome.failure.message)
    assert [attempt.cost_micro_usd for attempt in outcome.attempts] == [3000]


def test_an_answer_without_a_reason_to_stop_is_cut() -> None:
    """A stream that was cut ends without a reason: that is no answer."""
    scene = _Scene(answered("{}", Stop.UNKNOWN), answered())
    outcome = scene.answer()
    assert [attempt.error for attempt in outcome.attempts] == ["cut", ""]


def test_an_hour_to_wait_is_not_waited() -> None:
    """A `retry-after` beyond the deadline ends the request at once."""
    scene = _Scene(_fail(Fault.RATE_LIMITED, wait=3600.0))
    outcome = scene.answer()
    assert (len(outcome.attempts), scene.clock.slept) == (1, [])
    scene = _Scene(_fail(Fault.RATE_LIMITED, wait=20.0), answered())
    assert scene.answer().response is not None
    assert scene.clock.slept == [20.0]


def test_after_the_deadline_nothing_is_sent() -> None:
    """The deadline is one for all requests of a review, and each attempt has a limit of its own."""
    scene = _Scene(answered(), deadline_seconds=100.0, attempt_seconds=60.0)
    scene.answer()
    scene.clock.seconds = 70.0
    scene.answer()
    scene.clock.seconds = 100.0
    outcome = scene.answer()
    assert outcome.failure is not None
    assert outcome.failure.kind is FailureKind.DEADLINE
    assert [seconds for _, seconds in scene.provider.asked] == [60.0, 30.0]


@pytest.mark.parametrize("scope", list(Scope))
def test_a_budget_that_is_spent_sends_nothing(scope: Scope) -> None:
    """One micro-dollar less than the worst case is too little; the failure names the budget."""
    worst = _Scene(answered()).models.estimate(asked()).micro_usd
    assert _Scene(answered(), caps=(Cap(scope, worst),)).answer().response is not None
    scene = _Scene(answered(), caps=(Cap(scope, worst - 1),))
    outcome = scene.answer()
    assert outcome.failure is not None
    assert outcome.failure.kind is FailureKind.BUDGET
    assert f"review.budget.{scope}" in outcome.failure.message
    assert scene.provider.asked == []


def test_an_exact_count_may_fit_where_an_estimate_does_not() -> None:
    """The server is asked to count only when the cautious estimate is too much."""
    request = asked(text="x" * 9000)
    scene = _Scene(answered(), caps=(Cap(Scope.REVIEW, 14_000),))
    scene.provider.able |= {Capability.COUNT_TOKENS}
    scene.provider.counted = 1500
    assert scene.models.estimate(request).micro_usd > 14_000
    assert _run(scene.models.answer(request)).response is not None
    scene.provider.counted = None
    assert _run(_Scene(answered(), caps=(Cap(Scope.REVIEW, 14_000),)).models.answer(request)).response is None


def test_near_a_budget_calls_take_turns() -> None:
    """Two worst cases do not fit, two bills do: the second call waits for the first to settle."""
    worst = _Scene(answered()).models.estimate(asked()).micro_usd
    scene = _Scene(answered(), caps=(Cap(Scope.REVIEW, worst + 3500),))

    async def run() -> list[Outcome]:
        return await asyncio.gather(*(scene.models.answer(asked(text=f"part {n}")) for n in range(2)))

    outcomes = _run(run())
    assert [outcome.failure for outcome in outcomes] == [None, None]
    assert scene.provider.most_running == 1
    assert scene.ledger.peak <= worst + 3500


def test_no_more_run_at_once_than_agreed() -> None:
    """Concurrency is bounded."""
    scene = _Scene(answered(), concurrency=3)

    async def run() -> None:
        await asyncio.gather(*(scene.models.answer(asked(text=str(n))) for n in range(20)))

    _run(run())
    assert scene.provider.most_running == 3
    assert len(scene.provider.asked) == 20


def test_a_thousand_random_calls_never_exceed_the_budget() -> None:
    """Failures of every kind, cancellations and answers: bills and reservations stay below the cap at every moment."""
    chance = random.Random(11)  # noqa: S311 - repeatable, not secret
    answers = [answered(usage=Usage(fresh=80, output=output)) for output in (20, 300, 600, 900)]
    faults = [
        _fail(Fault.SERVER),
        _fail(Fault.TIMEOUT, billed=True),
        _fail(Fault.CUT, billed=True),
        _fail(Fault.INVALID),
    ]
    steps: list[ModelResponse | Exception] = [*answers * 3, *faults]
    cap = 2_000_000
    scene = _Scene(lambda: chance.choice(steps), caps=(Cap(Scope.REVIEW, cap),), deadline_seconds=10**9, concurrency=8)

    async def run() -> None:
        tasks = [asyncio.create_task(scene.models.answer(asked(text=str(n)))) for n in range(1000)]
        for task in chance.sample(tasks, 100):
            asyncio.get_running_loop().call_later(chance.random() / 50, task.cancel)
        await asyncio.gather(*tasks, return_exceptions=True)

    _run(run())
    assert cap * 0.95 < scene.ledger.peak <= cap
    assert "held" not in scene.ledger.states()


def test_a_cancelled_call_settles_its_reservation() -> None:
    """Ctrl-C in the middle of an answer: the worst case is booked, the cancellation goes on, nothing stays reserved."""
    scene = _Scene(answered())

    async def run() -> None:
        scene.provider.gate = asyncio.Event()
        task = asyncio.create_task(scene.models.answer(asked()))
        while not scene.provider.running:  # noqa: ASYNC110 - the fake has no event, and the loop turns at once
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    _run(run())
    assert scene.ledger.states() == ["settled"]
    assert scene.models.spent_micro_usd == scene.models.estimate(asked()).micro_usd


def test_a_model_that_keeps_failing_is_spared() -> None:
    """After enough failures the breaker opens: no call, no money, a clear reason; later one may try."""
    scene = _Scene(_fail(Fault.SERVER), deadline_seconds=10**6)
    scene.answer()
    scene.answer()
    assert scene.models.health()[scene.agent.id].circuit is Circuit.OPEN
    made = len(scene.provider.asked)
    outcome = scene.answer()
    assert outcome.failure is not None
    assert (outcome.failure.kind, outcome.attempts) == (FailureKind.UNAVAILABLE, ())
    assert "failed too often" in outcome.failure.message
    assert len(scene.provider.asked) == made
    scene.clock.seconds += 31.0
    scene.provider.script[:] = [answered()]
    assert scene.answer().response is not None


def test_the_callers_mistakes_do_not_open_the_breaker() -> None:
    """A wrong key says nothing about the health of a model."""
    scene = _Scene(_fail(Fault.CREDENTIALS))
    for _ in range(10):
        scene.answer()
    assert scene.models.health()[scene.agent.id].circuit is Circuit.CLOSED


def _two(reviewer: ScriptedProvider, escalation: ScriptedProvider) -> tuple[PaidModels, MemoryLedger]:
    ledger = MemoryLedger()
    agents = ((Role.REVIEWER, agent(reviewer)), (Role.ESCALATION, agent(escalation, "claude-opus-5-5")))
    return models(*agents, ledger=ledger, clock=FakeClock()), ledger


def test_a_refusal_is_asked_of_one_other_model() -> None:
    """The fallback answers, and both are paid; for the next unit the first choice is asked again."""
    first, second = ScriptedProvider([answered("", Stop.REFUSAL, detail="cyber")]), ScriptedProvider([answered("{}")])
    paid, _ = _two(first, second)
    outcome = _run(paid.answer(asked()))
    assert outcome.response is not None
    assert [(attempt.model, attempt.cost_micro_usd) for attempt in outcome.attempts] == [
        ("claude-sonnet-5-5", 3000), ("claude-opus-5-5", 6000),
    ]  # fmt: skip
    _run(paid.answer(asked(text="another")))
    assert len(first.asked) == 2


def test_two_refusals_are_one_failure() -> None:
    """Nobody goes shopping for a model that does not refuse."""
    first, second, third = (ScriptedProvider([answered("", Stop.REFUSAL)]) for _ in range(3))
    ledger, clock = MemoryLedger(), FakeClock()
    agents = [
        (Role.REVIEWER, agent(first)), (Role.ESCALATION, agent(second, "claude-opus-5-5")),
        (Role.VERIFIER, agent(third, "claude-haiku-5-5")),
    ]  # fmt: skip
    outcome = _run(models(*agents, ledger=ledger, clock=clock).answer(asked()))
    assert outcome.failure is not None
    assert outcome.failure.kind is FailureKind.REFUSED
    assert (len(first.asked), len(second.asked), len(third.asked)) == (1, 1, 0)


def test_a_resting_model_is_replaced() -> None:
    """While the breaker of the first choice is open, another that can do the same answers."""
    first, second = ScriptedProvider([_fail(Fault.SERVER)]), ScriptedProvider([answered()])
    paid, _ = _two(first, second)
    for _ in range(2):
        _run(paid.answer(asked()))
    outcome = _run(paid.answer(asked()))
    assert outcome.response is not None
    assert outcome.response.model == "claude-opus-5-5"


def test_a_role_without_a_model_is_a_mistake_of_configuration() -> None:
    """Nothing is asked, and the failure says what to set."""
    provider = ScriptedProvider([answered()], able=frozenset({Capability.SEMANTIC_REVIEW}))
    paid = models((Role.REVIEWER, agent(provider)), ledger=MemoryLedger(), clock=FakeClock())
    outcome = _run(paid.answer(asked(Role.VERIFIER)))
    assert outcome.failure is not None
    assert (outcome.failure.kind, provider.asked) == (FailureKind.CONFIGURATION, [])


def test_a_foreign_provider_that_breaks_is_named() -> None:
    """Whatever it raises, the pipeline gets an outcome, without the text of the error."""
    outcome = _Scene(ZeroDivisionError("with a secret in it")).answer()
    assert outcome.failure is not None
    assert outcome.failure.kind is FailureKind.MALFORMED
    assert "fake broke with ZeroDivisionError" in outcome.failure.message
    assert "secret" not in outcome.failure.message


def test_without_books_nothing_is_sent() -> None:
    """A ledger that cannot be written is a failure before the call, and a note after it."""
    scene = _Scene(answered())
    scene.ledger.broken = "reserve"
    outcome = scene.answer()
    assert (outcome.response, scene.provider.asked) == (None, [])
    scene.ledger.broken = "settle"
    assert scene.answer().response is not None
    assert scene.ledger.states() == ["held"]
    assert scene.models.notes == ("the cost ledger cannot be used",)


def test_shares_of_a_budget_are_told_once() -> None:
    """At 50, 80 and 100 percent a person is told."""
    worst = _Scene(answered()).models.estimate(asked()).micro_usd
    scene = _Scene(answered(), caps=(Cap(Scope.DAY, worst + 3000),))
    scene.answer()
    scene.answer()
    assert scene.models.notes == tuple(
        f"{percent} % of the day budget are spent or reserved" for percent in (50, 80, 100)
    )


class _Memory:
    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def get(self, key: str) -> str | None:
        return self.texts.get(key)

    def put(self, key: str, text: str) -> None:
        self.texts[key] = text


def _keeping(
    provider: ScriptedProvider, store: _Memory, model: str = "claude-sonnet-5-5", effort: str = ""
) -> PaidModels:
    terms = Terms(ACCOUNT, (), efforts={Role.REVIEWER: effort})
    return PaidModels(Registry({Role.REVIEWER: agent(provider, model)}), MemoryLedger(), store, terms, FakeClock())


def test_an_accepted_answer_is_not_paid_twice() -> None:
    """Only what the pipeline found valid is kept, and only for the same question to the same model."""
    provider, store = ScriptedProvider([answered('{"a": 1}')]), _Memory()
    first = _keeping(provider, store)
    outcome = _run(first.answer(asked()))
    assert outcome.response is not None
    assert store.texts == {}
    first.accept(asked(), outcome.response)
    again = _run(_keeping(provider, store).answer(asked()))
    assert again.cached
    assert again.attempts == ()
    assert again.response == replace(outcome.response, stop=Stop.END)
    for paid, request in [
        (_keeping(provider, store), asked(text="changed")),
        (_keeping(provider, store, "claude-opus-5-5"), asked()),
        (_keeping(provider, store, effort="high"), asked()),
    ]:
        assert not _run(paid.answer(request)).cached


def test_a_kept_answer_that_was_spoiled_is_asked_again() -> None:
    """A shared store may hold anything."""
    provider, store = ScriptedProvider([answered()]), _Memory()
    first = _keeping(provider, store)
    outcome = _run(first.answer(asked()))
    assert outcome.response is not None
    first.accept(asked(), outcome.response)
    for spoiled in ("", "{", "[1, 2]", '["a", "b", 3, [], ""]', '["a", "b", "c", ["x"], ""]'):
        store.texts = dict.fromkeys(store.texts, spoiled)
        assert not _run(_keeping(provider, store).answer(asked())).cached


def test_requests_that_begin_alike_wait_for_the_first() -> None:
    """The first answer writes the prompt cache before the others are sent; without a wish to keep all go at once."""

    async def run(keep: Keep) -> int:
        provider = ScriptedProvider([answered(usage=Usage(fresh=10, cache_write_1h=50, output=1))])
        provider.able |= {Capability.PROMPT_CACHE}
        provider.gate = asyncio.Event()
        paid = models((Role.REVIEWER, agent(provider)), ledger=MemoryLedger(), clock=FakeClock())
        tasks = [asyncio.create_task(paid.answer(asked(text=str(n), keep=keep))) for n in range(3)]
        for _ in range(20):
            await asyncio.sleep(0)
        first_wave = provider.running
        provider.gate.set()
        await asyncio.gather(*tasks)
        assert len(provider.asked) == 3
        return first_wave

    assert _run(run(Keep.HOUR)) == 1
    assert _run(run(Keep.NO)) == 3


@pytest.mark.parametrize(("usage", "notes"), [(Usage(fresh=10, output=1), 1), (Usage(cache_read=10, output=1), 0)])
def test_a_prompt_cache_that_saves_nothing_is_told(usage: Usage, notes: int) -> None:
    """Below a size of the model's own it silently does not cache."""
    scene = _Scene(answered(usage=usage))
    scene.provider.able |= {Capability.PROMPT_CACHE}
    for n in range(2):
        _run(scene.models.answer(asked(text=str(n), keep=Keep.HOUR)))
    assert len(scene.models.notes) == notes


def test_rate_limits_are_waited_for_within_the_deadline() -> None:
    """A full bucket delays a request; one that opens too late fails it."""
    scene = _Scene(answered())
    headers = {"anthropic-ratelimit-requests-limit": "60", "anthropic-ratelimit-requests-remaining": "0"}
    scene.agent.limits.learn(headers, 0.0, scene.clock.utc())
    assert scene.answer().response is not None
    assert scene.clock.slept == [1.0]
    late = headers | {"anthropic-ratelimit-requests-reset": "2026-11-22T12:00:00Z"}
    scene.agent.limits.learn(late, scene.clock.now(), scene.clock.utc())
    outcome = scene.answer()
    assert outcome.failure is not None
    assert outcome.failure.kind is FailureKind.DEADLINE
