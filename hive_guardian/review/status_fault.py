"""What an error of the Messages API means, by its status, type and code."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isnan

from hive_guardian.model.frozen_class import frozen
from hive_guardian.review.attempt_error import Fault

_BY_TYPE = {
    "overloaded_error": Fault.OVERLOADED,
    "api_error": Fault.SERVER,
    "timeout_error": Fault.SERVER,
    "rate_limit_error": Fault.RATE_LIMITED,
    "billing_error": Fault.SPEND_LIMIT,
    "authentication_error": Fault.CREDENTIALS,
    "permission_error": Fault.CREDENTIALS,
    "not_found_error": Fault.UNKNOWN_MODEL,
}
_BY_STATUS = {
    401: Fault.CREDENTIALS,
    402: Fault.SPEND_LIMIT,
    403: Fault.CREDENTIALS,
    404: Fault.UNKNOWN_MODEL,
    408: Fault.SERVER,
    409: Fault.SERVER,
    413: Fault.TOO_LARGE,
    429: Fault.RATE_LIMITED,
    529: Fault.OVERLOADED,
}
_SPEND_CODE = "spend_limit_reached"
_NO_CREDIT = "credit balance"
_EFFORT = "effort"
_TOO_LONG = (
    "prompt is too long",
    "context window",
    "context length",
    "context_length",
    "exceeds the maximum number of tokens",
)
_NO_STRUCTURE = (
    "grammar is too large",
    "output_config",
    "output_format",
    "json_schema",
    "strict",
    "tool_choice",
    "tools",
)


@frozen
class ErrorAnswer:
    """An error as the remote side told it.

    Attributes:
        status: of HTTP; 200 for an error in the middle of a stream.
        type: `error.type`, empty if there is none.
        code: `error.details.error_code`, empty if there is none.
        message: `error.message`; its wording may change, so it decides only what nothing else tells.
    """

    status: int
    type: str = ""
    code: str = ""
    message: str = ""


def fault_of_answer(answer: ErrorAnswer) -> Fault:
    """Return what can be done about an error.

    Source: Messages API, errors. Some cases of `invalid_request_error` have no code and are told by their words: a
    prompt that is too long, an account without credit, a schema that is not taken.
    """
    words = answer.message.lower()
    if answer.code.endswith(_SPEND_CODE) or (answer.status in {400, 402, 403} and _NO_CREDIT in words):
        return Fault.SPEND_LIMIT
    if answer.status == 413:
        return Fault.TOO_LARGE
    if answer.status in {400, 422} or answer.type == "invalid_request_error":
        if any(phrase in words for phrase in _TOO_LONG):
            return Fault.TOO_LARGE
        is_about_mode = any(phrase in words for phrase in _NO_STRUCTURE) and _EFFORT not in words
        return Fault.OTHER_MODE if is_about_mode else Fault.INVALID
    by_status = Fault.SERVER if answer.status >= 500 else Fault.INVALID
    return _BY_TYPE.get(answer.type) or _BY_STATUS.get(answer.status, by_status)


def describe(answer: ErrorAnswer, fault: Fault, model: str, base_url: str) -> str:
    """Return an error as a sentence for a person, without anything the remote side wrote but its type and code."""
    said = " ".join(part for part in (str(answer.status), answer.type, answer.code) if part)
    match fault:
        case Fault.CREDENTIALS:
            return f"{base_url} refused the key ({said}); check the key and what it may use"
        case Fault.SPEND_LIMIT:
            return f"the account at {base_url} may not spend more ({said}); raise its limit there"
        case Fault.UNKNOWN_MODEL if answer.type:
            return f"{base_url} has no model {model!r} for this key ({said}); it may be retired: set review.models"
        case Fault.UNKNOWN_MODEL:
            return f"{base_url} has no Messages API ({said}); check review.base-url"
        case Fault.TOO_LARGE:
            return f"the request is too large for {model} ({said})"
        case Fault.OTHER_MODE:
            return f"{model} at {base_url} does not take the schema this way ({said})"
        case Fault.RATE_LIMITED:
            return f"{base_url} limits the rate of {model} ({said})"
        case Fault.OVERLOADED:
            return f"{model} at {base_url} is overloaded ({said})"
        case Fault.INVALID:
            return f"{base_url} did not accept the request for {model} ({said}); check review.models and review.effort"
        case _:
            return f"{base_url} failed ({said})"


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return how many seconds the remote side asks to wait, `None` if it does not say.

    Args:
        headers: of the response, names in lower case.
        now: UTC time.

    Source: RFC 9110, section 10.2.3; `retry-after-ms` is what the SDK reads first.
    """
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        text = headers.get(name, "")
        try:
            seconds = float(text) / unit
        except ValueError:
            continue
        if not isnan(seconds):
            return max(seconds, 0.0)
    try:
        then = parsedate_to_datetime(headers.get("retry-after", ""))
    except ValueError:
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max((then - now).total_seconds(), 0.0)
