"""What can become of one attempt that brought no answer, in terms a retry policy can act on."""

from enum import StrEnum

from hive_guardian.model.errors import ReviewError
from hive_guardian.model.frozen_class import frozen
from hive_guardian.review.provider import Usage


class Fault(StrEnum):
    """Why an attempt failed, by what can be done about it."""

    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    CUT = "cut"
    SERVER = "server"
    OVERLOADED = "overloaded"
    RATE_LIMITED = "rate-limited"
    SPEND_LIMIT = "spend-limit"
    CREDENTIALS = "credentials"
    UNKNOWN_MODEL = "unknown-model"
    TOO_LARGE = "too-large"
    INVALID = "invalid-request"
    MALFORMED = "malformed-answer"
    OTHER_MODE = "other-mode"


RETRYABLE = frozenset(
    {
        Fault.UNREACHABLE, Fault.TIMEOUT, Fault.CUT, Fault.SERVER, Fault.OVERLOADED, Fault.RATE_LIMITED,
        Fault.MALFORMED, Fault.OTHER_MODE,
    }
)  # fmt: skip
"""Faults after which the same request may succeed."""
REMOTE = RETRYABLE - {Fault.RATE_LIMITED, Fault.OTHER_MODE}
"""Faults that speak against the health of the remote side; the caller's own mistakes do not."""


@frozen
class Trace:
    """What is known of a failed attempt besides its fault.

    Attributes:
        retry_after: seconds the remote side asked to wait, `None` if it said nothing.
        request_id: of the remote side, empty if it gave none.
        usage: what it said it billed, `None` if it did not say.
        billed: whether it may have billed something.
    """

    retry_after: float | None = None
    request_id: str = ""
    usage: Usage | None = None
    billed: bool = False


NO_TRACE = Trace()


class AttemptError(ReviewError):
    """One attempt failed; built-in providers raise it, others may raise a plain `ReviewError`.

    Attributes:
        fault: why.
        trace: what else is known.
    """

    def __init__(self, message: str, fault: Fault, trace: Trace = NO_TRACE) -> None:
        """Keep the fault; whether retrying helps follows from it."""
        super().__init__(message, retryable=fault in RETRYABLE)
        self.fault = fault
        self.trace = trace


def fault_of(error: ReviewError) -> Fault:
    """Return the fault of any error a provider may raise; a plain one counts as the remote side's if retrying helps."""
    if isinstance(error, AttemptError):
        return error.fault
    return Fault.SERVER if error.retryable else Fault.INVALID


def trace_of(error: ReviewError) -> Trace:
    """Return what is known; of a plain error it is assumed that something was billed."""
    return error.trace if isinstance(error, AttemptError) else Trace(billed=True)
