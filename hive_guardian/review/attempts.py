"""Asking one model until it answers, or until there is a reason to stop."""

import asyncio

from hive_guardian.model.errors import ReviewError
from hive_guardian.review.agents import Agent
from hive_guardian.review.attempt_error import REMOTE, AttemptError, Fault, Trace, fault_of, trace_of
from hive_guardian.review.cost import estimate_tokens, worst_cost
from hive_guardian.review.health import Circuit
from hive_guardian.review.ledger import Bill, Denial
from hive_guardian.review.limits import Limited
from hive_guardian.review.observing import (
    SILENT,
    BreakerChanged,
    BudgetRefused,
    CallBegun,
    CallEnded,
    Observer,
    Waiting,
)
from hive_guardian.review.payment import Payment, Reservation, assumed_bill, bill_for
from hive_guardian.review.provider import (
    Attempt,
    Capability,
    Failure,
    FailureKind,
    Keep,
    ModelRequest,
    ModelResponse,
    Stop,
    Usage,
)
from hive_guardian.review.retry import pause_before_next
from hive_guardian.review.terms import Clock, Terms

_KINDS = {
    Fault.SPEND_LIMIT: FailureKind.BUDGET,
    Fault.CREDENTIALS: FailureKind.CREDENTIALS,
    Fault.UNKNOWN_MODEL: FailureKind.CONFIGURATION,
    Fault.INVALID: FailureKind.CONFIGURATION,
    Fault.TOO_LARGE: FailureKind.CONTEXT_WINDOW,
    Fault.MALFORMED: FailureKind.MALFORMED,
    Fault.OTHER_MODE: FailureKind.MALFORMED,
}
_CANCELLED = "cancelled"
_GRACE_SECONDS = 1.0
"""How much longer than its own limit a provider may take before it is stopped from outside."""
_COUNT_MARGIN = 64
"""Tokens by which a count may be short: servers call it an estimate."""


class Attempts:
    """Makes attempts and learns from them.

    Args:
        payment: what pays for them.
        terms: what may be spent.
        clock: time and chance.
        observer: watches.
    """

    def __init__(self, payment: Payment, terms: Terms, clock: Clock, observer: Observer = SILENT) -> None:
        """The deadline runs from the first request."""
        self._observer = observer
        self._payment = payment
        self._terms = terms
        self._clock = clock
        self._deadline: float | None = None
        self._circuits: dict[str, Circuit] = {}

    async def ask(self, agent: Agent, request: ModelRequest, trail: list[Attempt]) -> ModelResponse | Failure | None:
        """Ask one model.

        Args:
            agent: who is asked.
            request: what.
            trail: every attempt is added to it.

        Returns:
            A complete answer, why there is none, or `None` if the breaker lets nothing pass.
        """
        made, latest = 0, None
        while True:
            if agent.monitor.circuit(self._clock.now()) is Circuit.OPEN:
                return latest
            ready = await self._prepare(agent, request)
            if isinstance(ready, Failure):
                return _after(latest, ready)
            self._look_at_breaker(agent)
            if not agent.monitor.admits(self._clock.now()):
                self._payment.release(ready, "breaker")
                return latest
            result = await self._attempt(agent, request, ready, trail)
            if isinstance(result, ModelResponse):
                return _judge(result, agent)
            fault, trace = fault_of(result), trace_of(result)
            latest = Failure(_KINDS.get(fault, FailureKind.UNAVAILABLE), str(result))
            made += fault is not Fault.OTHER_MODE
            pause = pause_before_next(
                self._terms.retries, fault, made, trace.retry_after, self._remaining(), self._clock.chance()
            )
            if pause is None:
                return latest
            if pause:
                self._observer.tell(Waiting(agent.model, fault.value, pause))
                await self._clock.sleep(pause)

    async def _prepare(self, agent: Agent, request: ModelRequest) -> Reservation | Failure:
        """Wait for the rate limit and set the money aside."""
        tokens = estimate_tokens(request)
        amounts = {
            Limited.REQUESTS: 1.0,
            Limited.INPUT: float(tokens),
            Limited.OUTPUT: float(request.max_output_tokens),
        }
        while True:
            remaining = self._remaining()
            if remaining <= 0:
                text = f"the review had no time left after {self._terms.deadline_seconds:g} s; raise review.deadline"
                return Failure(FailureKind.DEADLINE, text)
            wait = agent.limits.wait(amounts, self._clock.now())
            if wait <= 0:
                break
            if wait >= remaining:
                text = f"the rate limit of {agent.model} opens in {wait:.0f} s, after the deadline of the review"
                return Failure(FailureKind.DEADLINE, text)
            self._observer.tell(Waiting(agent.model, "rate-limit", wait))
            await self._clock.sleep(wait)
        try:
            reserved = await self._reserve(agent, request, tokens)
        except ReviewError as error:
            return Failure(FailureKind.CONFIGURATION, str(error))
        if isinstance(reserved, Denial):
            self._observer.tell(BudgetRefused(reserved.scope.value))
            return Failure(FailureKind.BUDGET, reserved.describe())
        agent.limits.take(amounts, self._clock.now())
        return reserved

    async def _reserve(self, agent: Agent, request: ModelRequest, tokens: int) -> Reservation | Denial:
        """Reserve by the cautious estimate, and only if that is too much by the exact count."""
        reserved = await self._payment.reserve(agent, request, tokens)
        if isinstance(reserved, Reservation) or Capability.COUNT_TOKENS not in agent.provider.capabilities:
            return reserved
        output_alone = worst_cost(0, request.max_output_tokens, Keep.NO, agent.price)
        if not reserved.in_tokens and reserved.used + output_alone > reserved.limit:  # no count can help
            return reserved
        try:
            async with asyncio.timeout(self._remaining()):
                exact = await agent.provider.count_tokens(request, model=agent.model)
        except (ReviewError, TimeoutError):
            exact = None
        if exact is None or exact + _COUNT_MARGIN >= tokens:
            return reserved
        return await self._payment.reserve(agent, request, exact + _COUNT_MARGIN)

    async def _attempt(
        self, agent: Agent, request: ModelRequest, reserved: Reservation, trail: list[Attempt]
    ) -> ModelResponse | ReviewError:
        """Send a request once; whatever happens, the reservation is settled and the attempt on record."""
        begun = CallBegun(agent.provider.id, agent.model, request.role, len(trail) + 1, request.max_output_tokens)
        with self._observer.watch(begun) as end:
            began = self._clock.now()
            result: ModelResponse | ReviewError | None = None
            try:
                result = await self._send(agent, request)
            finally:
                seconds = self._clock.now() - began
                bill = _bill(agent, reserved, result)
                cost = (
                    self._payment.release(reserved, _error(result))
                    if bill is None
                    else self._payment.settle(reserved, bill)
                )
                self._learn(agent, result, seconds)
                attempt = Attempt(
                    agent.provider.id, agent.model, request.role, request.unit, bill.usage if bill else Usage(), cost,
                    seconds, _error(result), bill.request_id if bill else _request_id(result),
                )  # fmt: skip
                trail.append(attempt)
                end(_ended(attempt, result))
        return result

    async def _send(self, agent: Agent, request: ModelRequest) -> ModelResponse | ReviewError:
        seconds = max(min(self._remaining(), self._terms.attempt_seconds), 0.0)
        try:
            async with asyncio.timeout(seconds + _GRACE_SECONDS):
                response = await agent.provider.complete(request, model=agent.model, timeout_seconds=seconds)
        except ReviewError as error:
            return error
        except TimeoutError:
            text = f"{agent.id} did not keep its time limit of {seconds:.0f} s"
            return AttemptError(text, Fault.TIMEOUT, Trace(billed=True))
        except Exception as error:  # noqa: BLE001 - a provider may be foreign code: it is named, and counts as failed
            text = f"the provider {agent.provider.id} broke with {type(error).__name__}; report it to its author"
            return AttemptError(text, Fault.MALFORMED, Trace(billed=True))
        if response.stop is Stop.UNKNOWN:
            trace = Trace(request_id=response.request_id, usage=response.usage, billed=True)
            return AttemptError(f"{agent.id} ended an answer without a reason", Fault.CUT, trace)
        return response

    def _learn(self, agent: Agent, result: ModelResponse | ReviewError | None, seconds: float) -> None:
        match result:
            case ModelResponse():
                agent.monitor.record_answer(seconds)
            case ReviewError() if fault_of(result) in REMOTE:
                agent.monitor.record_failure(self._clock.now())
            case _:
                agent.monitor.give_up_try()
        self._look_at_breaker(agent)

    def _look_at_breaker(self, agent: Agent) -> None:
        """Tell whoever watches if the breaker is not as it was when it was last looked at."""
        circuit = agent.monitor.circuit(self._clock.now())
        if circuit is not self._circuits.get(agent.id, Circuit.CLOSED):
            self._observer.tell(BreakerChanged(agent.provider.id, agent.model, circuit.value))
        self._circuits[agent.id] = circuit

    def _remaining(self) -> float:
        now = self._clock.now()
        if self._deadline is None:
            self._deadline = now + self._terms.deadline_seconds
        return self._deadline - now


def _after(latest: Failure | None, reason: Failure) -> Failure:
    """Return why a request ended, with what made another attempt necessary, if there was one before."""
    if latest is None:
        return reason
    return Failure(reason.kind, f"{latest.message}; it is not tried again: {reason.message}")


def _judge(response: ModelResponse, agent: Agent) -> ModelResponse | Failure:
    match response.stop:
        case Stop.MAX_TOKENS:
            text = f"{agent.model} reached its limit of output before its answer was complete"
            return Failure(FailureKind.TRUNCATED, text)
        case Stop.REFUSAL:
            category = f" ({response.stop_detail})" if response.stop_detail.isidentifier() else ""
            return Failure(FailureKind.REFUSED, f"{agent.model} refused to answer{category}")
        case Stop.CONTEXT_WINDOW:
            return Failure(FailureKind.CONTEXT_WINDOW, f"the request and its answer do not fit into {agent.model}")
        case _:
            return response


def _bill(agent: Agent, reserved: Reservation, result: ModelResponse | ReviewError | None) -> Bill | None:
    """Return what an attempt cost, `None` if it cost nothing; one that was cancelled is taken at its worst."""
    if isinstance(result, ModelResponse):
        return bill_for(agent, result.usage, result.request_id)
    if result is None:
        return Bill(reserved.micro_usd, reserved.tokens, Usage(), _CANCELLED)
    trace = trace_of(result)
    return assumed_bill(agent, reserved, fault_of(result), trace) if trace.billed else None


def _ended(attempt: Attempt, result: ModelResponse | ReviewError | None) -> CallEnded:
    """Return what may be told of an attempt: its figures, not what it was about."""
    stop, model = (result.stop.value, result.model) if isinstance(result, ModelResponse) else ("", "")
    return CallEnded(
        attempt.usage, attempt.cost_micro_usd, attempt.seconds, attempt.error, stop, model, attempt.request_id
    )


def _error(result: ModelResponse | ReviewError | None) -> str:
    if isinstance(result, ModelResponse):
        return ""
    return _CANCELLED if result is None else fault_of(result).value


def _request_id(result: ModelResponse | ReviewError | None) -> str:
    return trace_of(result).request_id if isinstance(result, ReviewError) else ""
