import asyncio
from datetime import UTC

from hive_guardian.adapters.review_clock import SystemClock


def test_time_and_chance_are_what_they_should_be() -> None:
    """Time does not go back, the time of day is UTC, chance is a share, and no time at all is slept in no time."""
    clock = SystemClock()
    before = clock.now()
    asyncio.run(clock.sleep(0))
    assert clock.now() >= before
    assert clock.utc().tzinfo is UTC
    chances = {clock.chance() for _ in range(20)}
    assert len(chances) > 1
    assert all(0 <= chance < 1 for chance in chances)
