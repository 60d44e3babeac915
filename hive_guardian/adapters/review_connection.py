"""What went wrong between here and a server, in terms a retry policy can act on."""

import ssl
from collections.abc import Iterator

import httpx2

from hive_guardian.review.attempt_error import AttemptError, Fault, Trace
from hive_guardian.review.provider import Usage


def no_credentials(place: str, error: Exception) -> AttemptError:
    """Return that whoever finds the credentials of a provider found none."""
    text = f"{place} could not be asked ({type(error).__name__}); check the credentials of the provider"
    return AttemptError(text, Fault.CREDENTIALS)


def connection_error(error: Exception, place: str, usage: Usage | None) -> AttemptError:
    """Tell a request that never left from one whose answer was lost: only the latter may have been billed."""
    causes = list(_causes(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return AttemptError(f"no trusted connection to {place}: its certificate was not accepted", Fault.INVALID)
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return AttemptError(
            f"no encrypted connection to {place}: it does not speak TLS; check its address", Fault.INVALID
        )
    if any(isinstance(cause, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.ProxyError) for cause in causes):
        return AttemptError(f"{place} cannot be reached", Fault.UNREACHABLE)
    if any(isinstance(cause, httpx2.UnsupportedProtocol) for cause in causes):
        return AttemptError(f"{place} is no address of a server; check review.base-url", Fault.INVALID)
    trace = Trace(usage=usage, billed=True)
    if any(isinstance(cause, httpx2.TimeoutException) for cause in causes):
        return AttemptError(f"{place} did not answer in time", Fault.TIMEOUT, trace)
    return AttemptError(f"{place} closed the connection before its answer was complete", Fault.CUT, trace)


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__
