import asyncio

import pytest

from hive_guardian.review.prefixes import Prefixes
from hive_guardian.review.provider import Capability, Keep
from tests.fakes.review_models import ScriptedProvider, agent, asked

_CACHING = ScriptedProvider(able=frozenset(Capability))
_PLAIN = ScriptedProvider()


async def _order(agents: tuple[str, str], keep: Keep, provider: ScriptedProvider) -> list[str]:
    prefixes, seen = Prefixes(), list[str]()

    async def enter(name: str) -> None:
        async with prefixes.turn(agent(provider, name), asked(text=name, keep=keep)):
            seen.append("in")
            await asyncio.sleep(0)
            seen.append("out")

    await asyncio.gather(*(enter(name) for name in agents))
    return seen


@pytest.mark.parametrize(
    ("agents", "keep", "provider", "order"),
    [
        (("a", "a"), Keep.HOUR, _CACHING, ["in", "out", "in", "out"]),
        (("a", "b"), Keep.HOUR, _CACHING, ["in", "in", "out", "out"]),
        (("a", "a"), Keep.NO, _CACHING, ["in", "in", "out", "out"]),
        (("a", "a"), Keep.HOUR, _PLAIN, ["in", "in", "out", "out"]),
    ],
)
def test_one_writes_and_the_others_read(
    agents: tuple[str, str], keep: Keep, provider: ScriptedProvider, order: list[str]
) -> None:
    """Only requests with the same beginning, to be kept, for the same model of a provider that keeps, take turns."""
    assert asyncio.run(_order(agents, keep, provider)) == order


def test_a_first_that_fails_lets_the_others_pass() -> None:
    """Nobody waits for an answer that will not come."""

    async def run() -> bool:
        prefixes = Prefixes()
        with pytest.raises(ValueError, match="broken"):
            async with prefixes.turn(agent(_CACHING), asked(keep=Keep.HOUR)):
                raise ValueError("broken")
        async with prefixes.turn(agent(_CACHING), asked(keep=Keep.HOUR)):
            return True

    assert asyncio.run(run())
