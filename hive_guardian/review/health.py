"""How a model has been doing, learned from real calls alone, and the breaker that spares a failing one."""

from collections import deque
from enum import StrEnum

from hive_guardian.model.frozen_class import frozen


class Circuit(StrEnum):
    """Whether requests pass: all, none, or one to try."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@frozen
class BreakerPolicy:
    """When a breaker opens and closes.

    Attributes:
        window: how many of the latest calls count.
        least_calls: fewer calls say nothing.
        failure_rate: share of failures from which it opens.
        open_seconds: how long nothing passes before one call may try.
    """

    window: int = 20
    least_calls: int = 5
    failure_rate: float = 0.5
    open_seconds: float = 30.0


DEFAULT_POLICY = BreakerPolicy()


@frozen
class Health:
    """The state of one model.

    Attributes:
        circuit: whether requests pass.
        calls: how many calls the figures are from.
        error_rate: share of them that failed, 0 to 1.
        p95_seconds: 95 of 100 answers took no longer; `None` without an answer.
    """

    circuit: Circuit
    calls: int
    error_rate: float
    p95_seconds: float | None


class Monitor:
    """Watches one model. Times are seconds of a clock that never jumps; the caller's own mistakes are not recorded."""

    def __init__(self, policy: BreakerPolicy = DEFAULT_POLICY) -> None:
        """Start closed, knowing nothing."""
        self._policy = policy
        self._outcomes: deque[bool] = deque(maxlen=policy.window)
        self._seconds: deque[float] = deque(maxlen=policy.window * 5)
        self._opened_at: float | None = None
        self._is_trying = False

    def admits(self, now: float) -> bool:
        """Whether a call may be made now; in the half-open state only one is, until its outcome is recorded."""
        match self.circuit(now):
            case Circuit.CLOSED:
                return True
            case Circuit.OPEN:
                return False
            case Circuit.HALF_OPEN:
                admitted = not self._is_trying
                self._is_trying = True
                return admitted

    def record_answer(self, seconds: float) -> None:
        """Learn of an answer and how long it took; after a try the breaker closes and forgets."""
        self._seconds.append(seconds)
        if self._opened_at is not None:
            self._opened_at = None
            self._outcomes.clear()
        self._is_trying = False
        self._outcomes.append(True)

    def record_failure(self, now: float) -> None:
        """Learn of a failure of the remote side; enough of them, or a failed try, open the breaker."""
        self._outcomes.append(False)
        is_failing = len(self._outcomes) >= self._policy.least_calls and self._error_rate() >= self._policy.failure_rate
        if self._is_trying or (is_failing and self._opened_at is None):
            self._opened_at = now
        self._is_trying = False

    def give_up_try(self) -> None:
        """Learn that an admitted call was never made, or told nothing: another may try."""
        self._is_trying = False

    def circuit(self, now: float) -> Circuit:
        """Return the state of the breaker."""
        if self._opened_at is None:
            return Circuit.CLOSED
        return Circuit.HALF_OPEN if now - self._opened_at >= self._policy.open_seconds else Circuit.OPEN

    def health(self, now: float) -> Health:
        """Return the state in figures."""
        return Health(self.circuit(now), len(self._outcomes), self._error_rate(), self._p95())

    def _error_rate(self) -> float:
        return self._outcomes.count(False) / len(self._outcomes) if self._outcomes else 0.0

    def _p95(self) -> float | None:
        ordered = sorted(self._seconds)
        return ordered[(len(ordered) * 95 + 99) // 100 - 1] if ordered else None
