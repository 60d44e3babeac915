import ssl

import anthropic
import httpx2
import pytest

from hive_guardian.adapters.review_connection import connection_error, no_credentials
from hive_guardian.review.attempt_error import Fault
from hive_guardian.review.provider import Usage

_REQUEST = httpx2.Request("POST", "https://example.invalid")


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        (ssl.SSLCertVerificationError("self-signed certificate"), "its certificate was not accepted"),
        (ssl.SSLError("wrong version number"), "it does not speak TLS"),
    ],
)
def test_a_connection_nobody_can_trust_is_the_callers_problem(cause: ssl.SSLError, said: str) -> None:
    """A failed handshake is not tried again: it will fail the same way."""
    outer = anthropic.APIConnectionError(request=_REQUEST)
    outer.__cause__ = cause
    failure = connection_error(outer, "https://example.invalid", None)
    assert (failure.fault, failure.retryable, said in str(failure)) == (Fault.INVALID, False, True)


@pytest.mark.parametrize(
    ("cause", "fault", "is_billed"),
    [
        (httpx2.ConnectError("refused"), Fault.UNREACHABLE, False),
        (httpx2.ConnectTimeout("slow"), Fault.UNREACHABLE, False),
        (httpx2.ProxyError("no"), Fault.UNREACHABLE, False),
        (httpx2.UnsupportedProtocol("ftp"), Fault.INVALID, False),
        (httpx2.ReadTimeout("slow"), Fault.TIMEOUT, True),
        (httpx2.RemoteProtocolError("cut"), Fault.CUT, True),
        (httpx2.ReadError("reset"), Fault.CUT, True),
    ],
)
def test_only_what_left_may_be_billed(cause: Exception, fault: Fault, *, is_billed: bool) -> None:
    """A request that never reached the server costs nothing; one whose answer was lost may."""
    outer = anthropic.APIConnectionError(request=_REQUEST)
    outer.__cause__ = cause
    failure = connection_error(outer, "https://example.invalid", Usage(fresh=7))
    assert (failure.fault, failure.trace.billed) == (fault, is_billed)
    assert failure.trace.usage == (Usage(fresh=7) if is_billed else None)


def test_missing_credentials_are_named_by_their_error() -> None:
    """Libraries of clouds say more in their own words than may be shown; the class of the error is enough."""
    failure = no_credentials("https://example.invalid", LookupError("token xyz"))
    assert (failure.fault, failure.retryable, "xyz" in str(failure)) == (Fault.CREDENTIALS, False, False)
    assert "LookupError" in str(failure)
