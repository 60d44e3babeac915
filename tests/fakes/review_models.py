"""Time, money, memory and models for tests of the reviewer."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from hive_guardian.model.errors import ReviewError
from hive_guardian.review.agents import Agent, Registry
from hive_guardian.review.answer_store import NoAnswers
from hive_guardian.review.calling import PaidModels
from hive_guardian.review.ledger import Account, Bill, Booking, Cap, Denial, Hold, Scope, Used, Wish, judge
from hive_guardian.review.prices import shipped_prices
from hive_guardian.review.provider import Block, Capability, Keep, ModelRequest, ModelResponse, Role, Stop, Usage
from hive_guardian.review.terms import Terms

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ACCOUNT = Account("shop", "feature", "r1", NOON)
USAGE = Usage(fresh=1000, output=100)
Step = ModelResponse | Exception | Callable[[], "Step"]


@dataclass
class FakeClock:
    """Time that passes only when somebody sleeps; chance that never varies."""

    seconds: float = 0.0
    slept: list[float] = field(default_factory=list)
    luck: float = 0.5

    def now(self) -> float:
        """Return the seconds that passed."""
        return self.seconds

    def utc(self) -> datetime:
        """Return noon and what passed since."""
        return NOON + timedelta(seconds=self.seconds)

    def chance(self) -> float:
        """Return the same number each time."""
        return self.luck

    async def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        self.slept.append(seconds)
        self.seconds += seconds
        await asyncio.sleep(0)


@dataclass
class MemoryLedger:
    """Books without a file."""

    rows: dict[int, tuple[Wish, int, int, str]] = field(default_factory=dict)
    broken: str = ""
    peak: int = 0

    def reserve(self, wish: Wish, caps: Sequence[Cap]) -> Hold | Denial:
        """Reserve, or deny."""
        self._complain("reserve")
        used = [(cap.scope, self.used(cap.scope, wish.account)) for cap in caps if cap.scope is not Scope.CALL]
        verdict = judge(wish, caps, used)
        if isinstance(verdict, Denial):
            return verdict
        number = len(self.rows) + 1
        self.rows[number] = (wish, wish.micro_usd, wish.tokens, "held")
        self.peak = max(self.peak, self.used(Scope.MONTH, wish.account).micro_usd)
        return Hold(number, verdict)

    def settle(self, hold: Hold, bill: Bill) -> None:
        """Book a bill."""
        self._complain("settle")
        self.rows[hold.id] = (self.rows[hold.id][0], bill.micro_usd, bill.tokens, "settled")

    def release(self, hold: Hold, error: str = "") -> None:
        """Give back."""
        self.rows[hold.id] = (self.rows[hold.id][0], 0, 0, "released")

    def used(self, scope: Scope, account: Account) -> Used:
        """Return all there is: tests have one account."""
        return Used(sum(row[1] for row in self.rows.values()), sum(row[2] for row in self.rows.values()))

    def bookings(self, since: date, until: date) -> Sequence[Booking]:
        """Return nothing."""
        return []

    def states(self) -> list[str]:
        """Return what became of each reservation, in order."""
        return [row[3] for row in self.rows.values()]

    def _complain(self, step: str) -> None:
        if self.broken == step:
            raise ReviewError("the cost ledger cannot be used", retryable=False)


@dataclass
class ScriptedProvider:
    """A provider that says what it is told to say.

    Attributes:
        script: answers and errors, the next first; the last one is repeated.
        gate: if there is one, every call waits for it.
    """

    script: list[Step] = field(default_factory=list)
    name: str = "fake"
    able: frozenset[Capability] = frozenset({Capability.SEMANTIC_REVIEW, Capability.VERIFY})
    counted: int | None = None
    gate: asyncio.Event | None = None
    asked: list[tuple[str, float]] = field(default_factory=list)
    running: int = 0
    most_running: int = 0

    @property
    def id(self) -> str:
        """Its name."""
        return self.name

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What it says it can do."""
        return self.able

    async def complete(self, request: ModelRequest, *, model: str, timeout_seconds: float) -> ModelResponse:
        """Follow the script."""
        self.asked.append((model, timeout_seconds))
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            await (self.gate.wait() if self.gate else asyncio.sleep(0))
            step = self.script.pop(0) if len(self.script) > 1 else self.script[0]
            while not isinstance(step, ModelResponse | Exception):
                step = step()
            if isinstance(step, Exception):
                raise step
            return replace(step, model=model)
        finally:
            self.running -= 1

    async def count_tokens(self, request: ModelRequest, *, model: str) -> int | None:
        """Return the number it was given."""
        return self.counted


def answered(text: str = "{}", stop: Stop = Stop.END, usage: Usage = USAGE, detail: str = "") -> ModelResponse:
    """Return an answer."""
    return ModelResponse("fake", "m", text, stop, usage, detail, "req_1")


def asked(
    role: Role = Role.REVIEWER, text: str = "the change", keep: Keep = Keep.NO, output: int = 1000
) -> ModelRequest:
    """Return a request."""
    return ModelRequest(role, (Block("policy", keep),), (Block(text),), {"type": "object"}, "v1", output, "pkg/a.py")


def agent(provider: ScriptedProvider, model: str = "claude-sonnet-5-5") -> Agent:
    """Return an agent with its published price."""
    return Agent(provider, model, shipped_prices().price(model))


def models(
    *agents: tuple[Role, Agent], ledger: MemoryLedger, clock: FakeClock, caps: Sequence[Cap] = (), **terms: object
) -> PaidModels:
    """Return models over one registry, without kept answers."""
    given = replace(Terms(ACCOUNT, tuple(caps)), **terms)  # type: ignore[arg-type]  # the fields are those of Terms
    return PaidModels(Registry(dict(agents)), ledger, NoAnswers(), given, clock)
