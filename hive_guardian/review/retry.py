"""Whether and when an attempt is worth another."""

from hive_guardian.model.frozen_class import frozen
from hive_guardian.review.attempt_error import RETRYABLE, Fault

_LEAST_USEFUL_SECONDS = 1.0
"""An attempt that has less time than this is not begun."""


@frozen
class RetryPolicy:
    """How often and how patiently a request is repeated.

    Attributes:
        attempts: at most; those that only found another way to send the schema do not count.
        first_seconds: the longest pause before the second attempt; it doubles each time.
        most_seconds: the longest pause at all.
    """

    attempts: int = 3
    first_seconds: float = 0.5
    most_seconds: float = 8.0


def pause_before_next(
    policy: RetryPolicy, fault: Fault, made: int, retry_after: float | None, remaining: float, chance: float
) -> float | None:
    """Return the seconds to wait before the next attempt, `None` if there should be none.

    Args:
        policy: how patient to be.
        fault: of the latest attempt.
        made: attempts that count so far, at least one.
        retry_after: what the remote side asked for; it is obeyed if it fits the deadline, else there is no attempt.
        remaining: seconds until the deadline.
        chance: uniform in [0, 1): full jitter, so that clients that failed together do not return together.
    """
    if fault not in RETRYABLE:
        return None
    if fault is Fault.OTHER_MODE:
        return 0.0
    if made >= policy.attempts:
        return None
    pause = chance * min(policy.most_seconds, policy.first_seconds * 2 ** (made - 1))
    pause = max(pause, retry_after or 0.0)
    return pause if pause + _LEAST_USEFUL_SECONDS <= remaining else None
