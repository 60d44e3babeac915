import pytest

from hive_guardian.review.attempt_error import Fault
from hive_guardian.review.retry import RetryPolicy, pause_before_next

_POLICY = RetryPolicy()


@pytest.mark.parametrize(
    ("fault", "made", "retry_after", "remaining", "chance", "pause"),
    [
        (Fault.SERVER, 1, None, 60, 0.0, 0.0),
        (Fault.SERVER, 1, None, 60, 0.5, 0.25),
        (Fault.SERVER, 2, None, 60, 0.5, 0.5),
        (Fault.SERVER, 3, None, 60, 0.5, None),
        (Fault.RATE_LIMITED, 1, 20.0, 60, 0.9, 20.0),
        (Fault.RATE_LIMITED, 1, 3600.0, 60, 0.9, None),
        (Fault.OVERLOADED, 1, 0.1, 60, 1.0, 0.5),
        (Fault.SERVER, 1, None, 1.2, 0.5, None),
        (Fault.OTHER_MODE, 3, None, 60, 0.9, 0.0),
        *((fault, 1, 1.0, 60, 0.5, None) for fault in (
            Fault.SPEND_LIMIT, Fault.CREDENTIALS, Fault.UNKNOWN_MODEL, Fault.TOO_LARGE, Fault.INVALID
        )),
    ],
)  # fmt: skip
def test_the_pause_before_the_next_attempt(
    fault: Fault, made: int, retry_after: float | None, remaining: float, chance: float, pause: float | None
) -> None:
    """Full jitter inside the deadline; an hour's `retry-after` and what cannot get better end it at once."""
    assert pause_before_next(_POLICY, fault, made, retry_after, remaining, chance) == pause


def test_no_pause_is_longer_than_the_ceiling() -> None:
    """Doubling ends."""
    assert pause_before_next(RetryPolicy(attempts=50), Fault.SERVER, 40, None, 600, 1.0) == 8.0
