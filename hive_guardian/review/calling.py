"""The way of a request: kept answers, the choice of a model, and what becomes of it."""

import asyncio
from collections.abc import Mapping, Sequence

from hive_guardian.review.agents import Agent, Registry
from hive_guardian.review.answer_store import AnswerStore, answer_key, dump_answer, load_answer
from hive_guardian.review.attempts import Attempts
from hive_guardian.review.cost import estimate_request, estimate_tokens
from hive_guardian.review.health import Health
from hive_guardian.review.ledger import Ledger
from hive_guardian.review.lifecycle import Lifecycles
from hive_guardian.review.observing import SILENT, AnswerReused, Observer
from hive_guardian.review.payment import Payment
from hive_guardian.review.prefixes import Prefixes
from hive_guardian.review.provider import (
    Attempt,
    Estimate,
    Failure,
    FailureKind,
    ModelRequest,
    ModelResponse,
    Outcome,
    Stop,
)
from hive_guardian.review.terms import Clock, Terms


class PaidModels:
    """All that the pipeline knows of models; implements `Models`.

    Args:
        registry: who can be asked.
        ledger: the books.
        answers: what was answered before.
        terms: what may be spent.
        clock: time and chance.
        observer: watches.
    """

    def __init__(
        self,
        registry: Registry,
        ledger: Ledger,
        answers: AnswerStore,
        terms: Terms,
        clock: Clock,
        observer: Observer = SILENT,
    ) -> None:
        """Ask nobody yet; the deadline runs from the first request."""
        self._registry = registry
        self._answers = answers
        self._terms = terms
        self._clock = clock
        self._observer = observer
        self._payment = Payment(ledger, terms, clock, observer)
        self._attempts = Attempts(self._payment, terms, clock, observer)
        self._prefixes = Prefixes()
        self._lifecycles = Lifecycles(registry.agents(), clock)
        self._turns = asyncio.Semaphore(terms.concurrency)
        self._keys: dict[str, str] = {}

    @property
    def notes(self) -> Sequence[str]:
        """What a person should know besides the outcomes, in order."""
        return (*self._payment.notes, *self._prefixes.notes(), *self._lifecycles.notes)

    @property
    def spent_micro_usd(self) -> int:
        """What the attempts that ended are taken to have cost."""
        return self._payment.spent_micro_usd

    def budgets_left(self) -> Mapping[str, int]:
        """Return scope of a cap -> what is left under it, in micro-dollars."""
        return self._payment.left()

    def health(self) -> Mapping[str, Health]:
        """Return id of an agent -> how it has been doing."""
        return self._registry.health(self._clock.now())

    def estimate(self, request: ModelRequest) -> Estimate:
        """Return the worst case, without asking anyone."""
        agent = self._registry.chosen(request.role)
        if agent is None:
            return Estimate("", "", estimate_tokens(request), request.max_output_tokens, 0)
        return estimate_request(request, agent.provider.id, agent.model, agent.price)

    async def answer(self, request: ModelRequest) -> Outcome:
        """Answer a request. Never raises for anything remote; cancellation settles what was spent and propagates."""
        kept = self._kept_answer(request)
        if kept is not None:
            self._observer.tell(AnswerReused(request.role))
            return Outcome(kept, cached=True)
        trail: list[Attempt] = []
        found = await self._ask_around(request, trail)
        if isinstance(found, Failure):
            return Outcome(failure=found, attempts=tuple(trail))
        return Outcome(found, attempts=tuple(trail))

    def accept(self, request: ModelRequest, response: ModelResponse) -> None:
        """Learn that an answer was valid: only such answers are kept."""
        key = self._keys.get(request.digest)
        if key is not None and response.stop is Stop.END:
            self._answers.put(key, dump_answer(response))

    def _kept_answer(self, request: ModelRequest) -> ModelResponse | None:
        """Return what any model that may answer has answered before; the one of the role comes first."""
        for agent in self._registry.candidates(request.role, self._clock.now()):
            text = self._answers.get(self._key(agent, request))
            kept = load_answer(text) if text is not None else None
            if kept is not None:
                return kept
        return None

    def _key(self, agent: Agent, request: ModelRequest) -> str:
        return answer_key(request, agent.provider.id, agent.model, self._terms.efforts.get(request.role, ""))

    async def _ask_around(self, request: ModelRequest, trail: list[Attempt]) -> ModelResponse | Failure:
        """Ask the agent of the role; another one if that is not to be asked, and one more if it refuses."""
        refusal: Failure | None = None
        resting: Failure | None = None
        for agent in self._registry.candidates(request.role, self._clock.now()):
            objection = await self._lifecycles.objection(agent)
            if objection is not None:
                if agent is self._registry.chosen(request.role):
                    return objection
                continue
            async with self._prefixes.turn(agent, request), self._turns:
                found = await self._attempts.ask(agent, request, trail)
            if isinstance(found, ModelResponse):
                self._prefixes.learn(agent, request, found.usage)
                self._keys[request.digest] = self._key(agent, request)
                return found
            if found is None:
                text = f"{agent.id} failed too often and is not asked for a while"
                resting = resting or Failure(FailureKind.UNAVAILABLE, text)
            elif found.kind is FailureKind.REFUSED and refusal is None:
                refusal = found
            else:
                return found
        nobody = Failure(FailureKind.CONFIGURATION, f"no model has the role {request.role}: set review.models")
        return refusal or resting or nobody
