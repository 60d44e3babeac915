import asyncio

import pytest

from hive_guardian.review.prefixes import Prefixes
from hive_guardian.review.provider import Keep
from tests.fakes.review_models import asked


async def _order(agents: tuple[str, str], keep: Keep) -> list[str]:
    prefixes, seen = Prefixes(), list[str]()

    async def enter(name: str) -> None:
        async with prefixes.turn(name, asked(text=name, keep=keep)):
            seen.append("in")
            await asyncio.sleep(0)
            seen.append("out")

    await asyncio.gather(*(enter(name) for name in agents))
    return seen


@pytest.mark.parametrize(
    ("agents", "keep", "order"),
    [
        (("a", "a"), Keep.HOUR, ["in", "out", "in", "out"]),
        (("a", "b"), Keep.HOUR, ["in", "in", "out", "out"]),
        (("a", "a"), Keep.NO, ["in", "in", "out", "out"]),
    ],
)
def test_one_writes_and_the_others_read(agents: tuple[str, str], keep: Keep, order: list[str]) -> None:
    """Only requests with the same beginning, to be kept, by the same model take turns."""
    assert asyncio.run(_order(agents, keep)) == order


def test_a_first_that_fails_lets_the_others_pass() -> None:
    """Nobody waits for an answer that will not come."""

    async def run() -> bool:
        prefixes = Prefixes()
        with pytest.raises(ValueError, match="broken"):
            async with prefixes.turn("a", asked(keep=Keep.HOUR)):
                raise ValueError("broken")
        async with prefixes.turn("a", asked(keep=Keep.HOUR)):
            return True

    assert asyncio.run(run())
