"""Reviews that spend at random, against a remote side that keeps its own books; run as a process of its own."""

import asyncio
import os
import random
import sys
import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from hive_guardian.adapters.review_ledger import SqliteLedger
from hive_guardian.review.agents import Agent, Registry
from hive_guardian.review.answer_store import NoAnswers
from hive_guardian.review.attempt_error import AttemptError, Fault, Trace
from hive_guardian.review.calling import PaidModels
from hive_guardian.review.cost import cost_of, estimate_tokens
from hive_guardian.review.ledger import Account, Cap, Scope
from hive_guardian.review.prices import shipped_prices
from hive_guardian.review.provider import Capability, ModelRequest, ModelResponse, Role, Stop, Usage
from hive_guardian.review.terms import Terms
from tests.fakes.review_models import NOON, FakeClock, asked

CHANGES = 5
CAPS = (
    Cap(Scope.CALL, 15_000), Cap(Scope.REVIEW, 30_000, 9_000), Cap(Scope.CHANGE, 900_000),
    Cap(Scope.DAY, 4_000_000, 3_000_000), Cap(Scope.MONTH, 4_100_000),
)  # fmt: skip
_ABLE = frozenset({Capability.SEMANTIC_REVIEW, Capability.VERIFY})
_MODELS = {Role.REVIEWER: "claude-sonnet-5-5", Role.VERIFIER: "claude-haiku-5-5", Role.ESCALATION: "claude-opus-5-5"}
_DEATHS_PER_THOUSAND = 4


class RandomProvider:
    """Bills what it likes within what a request allows, and answers, fails or kills the process.

    Args:
        chance: decides.
        bills: what was billed is appended to it, before anything else happens.
    """

    id = "random"
    capabilities = _ABLE

    def __init__(self, chance: random.Random, bills: Path) -> None:
        """Bill nothing yet."""
        self._chance = chance
        self._bills = bills

    async def complete(self, request: ModelRequest, *, model: str, timeout_seconds: float) -> ModelResponse:
        """Bill, then do anything."""
        await asyncio.sleep(0)
        what = self._chance.randrange(10)
        if what == 0:
            raise AttemptError("overloaded", Fault.OVERLOADED)
        tokens = self._chance.randint(1, estimate_tokens(request))
        usage = Usage(fresh=tokens, output=self._chance.randint(1, request.max_output_tokens))
        self._bill(cost_of(usage, shipped_prices().price(model)))
        if self._chance.randrange(1000) < _DEATHS_PER_THOUSAND:
            os._exit(9)
        await asyncio.sleep(0)
        match what:
            case 1:
                raise AttemptError("cut", Fault.CUT, Trace(usage=Usage(fresh=tokens), billed=True))
            case 2:
                raise AttemptError("silent", Fault.TIMEOUT, Trace(billed=True))
            case 3:
                raise RuntimeError("a provider that is broken")
            case 4:
                return ModelResponse(self.id, model, "", Stop.REFUSAL, usage)
        return ModelResponse(self.id, model, "{}", Stop.END, usage)

    async def count_tokens(self, request: ModelRequest, *, model: str) -> int | None:
        """Count nothing."""
        return None

    def _bill(self, micro_usd: int) -> None:
        handle = os.open(self._bills, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(handle, f"{micro_usd}\n".encode())
        os.close(handle)


async def _review(ledger: SqliteLedger, provider: RandomProvider, chance: random.Random, name: str) -> None:
    """Run one review: requests of all roles at once, some of them interrupted."""
    prices = shipped_prices()
    agents = {role: Agent(provider, model, prices.price(model)) for role, model in _MODELS.items()}
    account = Account("shop", f"change {chance.randrange(CHANGES)}", name, NOON)
    models = PaidModels(Registry(agents), ledger, NoAnswers(), Terms(account, CAPS), FakeClock())
    requests = [asked(chance.choice([Role.REVIEWER, Role.VERIFIER]), f"part {number}") for number in range(3)]
    tasks = [asyncio.create_task(models.answer(request)) for request in requests]
    for _ in range(chance.randrange(8)):
        await asyncio.sleep(0)
    if chance.random() < 0.2:
        tasks[0].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _spend(path: Path, bills: Path, runs: Path, seed: int, count: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    with closing(SqliteLedger(path)) as ledger:
        for number in range(count):
            with runs.open("a") as file:
                file.write("run\n")
            asyncio.run(_review(ledger, RandomProvider(chance, bills), chance, f"{seed}/{number}"))


def main(arguments: Sequence[str]) -> None:
    """Run reviews in two threads: `LEDGER BILLS RUNS SEED COUNT`."""
    path, bills, runs = map(Path, arguments[:3])
    seed, count = int(arguments[3]), int(arguments[4])
    threads = [
        threading.Thread(target=_spend, args=(path, bills, runs, 2 * seed + half, count // 2)) for half in (0, 1)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main(sys.argv[1:])
