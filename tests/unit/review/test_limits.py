from datetime import UTC, datetime

import pytest

from hive_guardian.review.limits import Limited, RateLimits

_NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def _headers(kind: str, limit: object, remaining: object, reset: str = "") -> dict[str, str]:
    prefix = f"anthropic-ratelimit-{kind}"
    headers = {f"{prefix}-limit": str(limit), f"{prefix}-remaining": str(remaining)}
    return headers | ({f"{prefix}-reset": reset} if reset else {})


def test_nothing_is_limited_before_a_response_said_so() -> None:
    """A first request does not wait."""
    assert RateLimits().wait({Limited.REQUESTS: 1, Limited.INPUT: 10**9}, 0.0) == 0.0


@pytest.mark.parametrize(
    ("remaining", "reset", "amount", "seconds"),
    [
        (60, "", 60, 0.0),
        (0, "", 1, 1.0),
        (0, "2026-11-21T12:00:30Z", 30, 15.0),
        (50, "2026-11-21T12:00:20Z", 60, 20.0),
        (0, "2026-11-21T11:59:00Z", 1, 1.0),
        (0, "soon", 1, 1.0),
        (0, "2026-11-21T12:00:30", 1, 1.0),
        (0, "", 10**6, 60.0),
    ],
)
def test_a_request_waits_until_it_fits(remaining: int, reset: str, amount: float, seconds: float) -> None:
    """The speed follows from the reset, else from the limit per minute; more than the limit waits for a full bucket."""
    limits = RateLimits()
    limits.learn(_headers("requests", 60, remaining, reset), 0.0, _NOON)
    assert limits.wait({Limited.REQUESTS: amount}, 0.0) == pytest.approx(seconds)


def test_what_was_taken_flows_back() -> None:
    """Requests on their way count before the server has seen them."""
    limits = RateLimits()
    limits.learn(_headers("input-tokens", 600, 600), 0.0, _NOON)
    limits.take({Limited.INPUT: 600}, 0.0)
    assert limits.wait({Limited.INPUT: 100}, 0.0) == pytest.approx(10.0)
    assert limits.wait({Limited.INPUT: 100}, 10.0) == pytest.approx(0.0)
    limits.learn(_headers("input-tokens", 600, 590), 0.0, _NOON)
    assert limits.wait({Limited.INPUT: 100}, 0.0) == pytest.approx(10.0)


def test_the_tightest_limit_decides() -> None:
    """A request must fit requests, input and output alike."""
    limits = RateLimits()
    limits.learn(_headers("requests", 60, 60) | _headers("output-tokens", 60, 0), 0.0, _NOON)
    assert limits.wait({Limited.REQUESTS: 1, Limited.OUTPUT: 30}, 0.0) == pytest.approx(30.0)


@pytest.mark.parametrize(("limit", "remaining"), [("0", "0"), ("many", "1"), ("60", "-1"), ("60", "nan"), ("inf", "1")])
def test_headers_that_make_no_sense_limit_nothing(limit: str, remaining: str) -> None:
    """A proxy may send anything."""
    limits = RateLimits()
    limits.learn(_headers("requests", limit, remaining), 0.0, _NOON)
    assert limits.wait({Limited.REQUESTS: 10}, 0.0) == 0.0
