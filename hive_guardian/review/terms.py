"""Under which terms models are asked, and where time and chance come from."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Protocol

from hive_guardian.model.frozen_class import frozen
from hive_guardian.review.ledger import Account, Cap
from hive_guardian.review.provider import Role
from hive_guardian.review.retry import RetryPolicy


class Clock(Protocol):
    """Time and chance, so that tests have their own."""

    def now(self) -> float:
        """Return seconds of a clock that never jumps."""
        ...

    def utc(self) -> datetime:
        """Return the time of day in UTC."""
        ...

    def chance(self) -> float:
        """Return a number in [0, 1)."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        ...


@frozen
class Terms:
    """What a review may spend, in money, time and patience.

    Attributes:
        account: repository, change and review that pay; its time is replaced by that of each attempt.
        caps: over what they may spend.
        deadline_seconds: for everything, from the first request on.
        attempt_seconds: for one attempt, so that a silent server leaves time for another.
        concurrency: requests at the same time.
        retries: how patient to be.
        efforts: role -> how hard to think; a part of what decides an answer.
    """

    account: Account
    caps: tuple[Cap, ...]
    deadline_seconds: float = 180.0
    attempt_seconds: float = 90.0
    concurrency: int = 4
    retries: RetryPolicy = field(default_factory=RetryPolicy)
    efforts: Mapping[Role, str] = field(default_factory=dict)
