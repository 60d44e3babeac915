"""Rate limits as token buckets that learn their size, level and speed from the headers of responses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

_PREFIX = "anthropic-ratelimit-"
_MINUTE = 60.0


class Limited(StrEnum):
    """What is limited per minute; the words are those of the headers."""

    REQUESTS = "requests"
    INPUT = "input-tokens"
    OUTPUT = "output-tokens"


@dataclass(slots=True)
class Bucket:
    """One limit, refilled continuously.

    Attributes:
        size: how much it holds.
        level: how much it held at `at`; below 0 what was taken in advance.
        speed: how much flows in per second.
        at: seconds of a clock that never jumps.
    """

    size: float
    level: float
    speed: float
    at: float

    def wait(self, amount: float, now: float) -> float:
        """Return the seconds until so much is there; more than its size is never asked of it."""
        missing = min(amount, self.size) - self.level_at(now)
        return max(missing / self.speed, 0.0) if self.speed > 0 else (0.0 if missing <= 0 else _MINUTE)

    def take(self, amount: float, now: float) -> None:
        """Take an amount, also one that is not there."""
        self.level, self.at = self.level_at(now) - min(amount, self.size), max(now, self.at)

    def level_at(self, now: float) -> float:
        """Return how much is there."""
        return min(self.size, self.level + max(now - self.at, 0.0) * self.speed)


@dataclass(slots=True)
class RateLimits:
    """The limits of one model; none are known before its first response."""

    _buckets: dict[Limited, Bucket] = field(default_factory=dict)

    def wait(self, amounts: Mapping[Limited, float], now: float) -> float:
        """Return the seconds until a request of this size fits all limits."""
        waits = (bucket.wait(amounts.get(kind, 0.0), now) for kind, bucket in self._buckets.items())
        return max(waits, default=0.0)

    def take(self, amounts: Mapping[Limited, float], now: float) -> None:
        """Book a request that is about to be sent."""
        for kind, bucket in self._buckets.items():
            bucket.take(amounts.get(kind, 0.0), now)

    def learn(self, headers: Mapping[str, str], now: float, utc_now: datetime) -> None:
        """Take over what a response says; of two levels the lower counts, since other requests are on their way.

        Args:
            headers: names in lower case.
            now: seconds of a clock that never jumps.
            utc_now: the same moment in UTC, for the times of day in the headers.

        Source: Messages API, rate limits, response headers: `limit`, `remaining`, and `reset` as the RFC 3339 time at
        which the limit is full again.
        """
        for kind in Limited:
            size = _number(headers.get(f"{_PREFIX}{kind}-limit"))
            level = _number(headers.get(f"{_PREFIX}{kind}-remaining"))
            if size is None or level is None or size <= 0:
                continue
            speed = _speed(size, level, headers.get(f"{_PREFIX}{kind}-reset"), utc_now)
            known = self._buckets.get(kind)
            self._buckets[kind] = Bucket(size, min(level, known.level_at(now)) if known else level, speed, now)


def _speed(size: float, level: float, reset: str | None, utc_now: datetime) -> float:
    """Return how much flows in per second: what is missing until the reset, else the limit per minute."""
    try:
        seconds = (datetime.fromisoformat(reset) - utc_now).total_seconds() if reset else 0.0
    except (ValueError, TypeError):  # no time, or one without a zone
        seconds = 0.0
    missing = size - level
    return missing / seconds if seconds > 0 and missing > 0 else size / _MINUTE


def _number(text: str | None) -> float | None:
    try:
        number = float(text) if text is not None else None
    except ValueError:
        return None
    return number if number is not None and 0 <= number < float("inf") else None
