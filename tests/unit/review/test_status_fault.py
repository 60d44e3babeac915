from datetime import UTC, datetime

import pytest

from hive_guardian.review.attempt_error import Fault
from hive_guardian.review.status_fault import ErrorAnswer, describe, fault_of_answer, retry_after

_NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (ErrorAnswer(200, "overloaded_error"), Fault.OVERLOADED),
        (ErrorAnswer(200, "a type of tomorrow"), Fault.INVALID),
        (ErrorAnswer(429, "rate_limit_error", "contract_spend_limit_reached"), Fault.SPEND_LIMIT),
        (ErrorAnswer(402, "billing_error", "linked_organization_spend_limit_reached"), Fault.SPEND_LIMIT),
        (ErrorAnswer(429, "rate_limit_error", "ramp_limit_exceeded"), Fault.RATE_LIMITED),
        (ErrorAnswer(400, "invalid_request_error", "", "input exceeds the context window"), Fault.TOO_LARGE),
        (ErrorAnswer(413, "invalid_request_error", "", "whatever"), Fault.TOO_LARGE),
        (ErrorAnswer(400, "invalid_request_error", "", "tools.0.strict: unsupported"), Fault.OTHER_MODE),
        (ErrorAnswer(400, "invalid_request_error", "", "output_config.effort: unknown"), Fault.INVALID),
        (ErrorAnswer(422), Fault.INVALID),
        (ErrorAnswer(418), Fault.INVALID),
        (ErrorAnswer(504), Fault.SERVER),
    ],
)
def test_codes_count_before_types_and_types_before_statuses(answer: ErrorAnswer, fault: Fault) -> None:
    """What the API names most precisely decides; what nobody knows is not tried again, unless the server failed."""
    assert fault_of_answer(answer) is fault


@pytest.mark.parametrize("fault", list(Fault))
def test_a_description_never_quotes_the_remote_side(fault: Fault) -> None:
    """Its text may echo the prompt; status, type and code cannot."""
    text = describe(ErrorAnswer(400, "t", "c", "SECRET-ECHO"), fault, "m", "https://example.invalid")
    assert "SECRET-ECHO" not in text
    assert "400 t c" in text


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "9"}, 9.0),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "Sat, 21 Nov 2026 12:01:00 GMT"}, 60.0),
        ({"retry-after": "Sat, 21 Nov 2026 11:00:00 GMT"}, 0.0),
        ({"retry-after": "later"}, None),
    ],
)
def test_the_wait_is_in_seconds(headers: dict[str, str], seconds: float | None) -> None:
    """Milliseconds, seconds and dates are read; what lies in the past is no wait."""
    assert retry_after(headers, _NOON) == seconds
