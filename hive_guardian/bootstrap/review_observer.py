"""Who watches a review: its log always, OpenTelemetry where the process has some of it."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec

from hive_guardian.adapters.review_log import ReviewLog
from hive_guardian.adapters.telemetry_signals import Signal, wanted_exporters
from hive_guardian.review.observing import Observer, Observers


@contextmanager
def open_observer(
    environ: Mapping[str, str], redact: Callable[[str], str], further: Sequence[Observer] = ()
) -> Iterator[tuple[Observer, Callable[[], Sequence[str]]]]:
    """Hand out who watches, and what sends what was collected and says what went wrong; the end of the block sends too.

    Args:
        environ: environment variables, of which those of OpenTelemetry count.
        redact: takes secrets out of every word.
        further: watch as well.
    """
    watching: list[Observer] = [ReviewLog(), *further]
    exports = any(wanted_exporters(signal, environ) for signal in Signal) and _is_there("opentelemetry.sdk.trace")
    if not exports and not _has_provider(environ):  # nothing could come of what the API is told
        yield Observers(watching), tuple
        return
    from hive_guardian.adapters.telemetry import Telemetry  # imports the API, a matter of 25 ms

    if not exports:
        yield Observers([*watching, Telemetry(redact)]), tuple
        return
    from hive_guardian.adapters.telemetry_export import open_providers  # imports the SDK

    with open_providers(environ) as providers:
        telemetry = Telemetry(redact, providers.tracers, providers.meters)
        yield Observers([*watching, telemetry]), providers.send


def _has_provider(environ: Mapping[str, str]) -> bool:
    """Whether the process may have providers of its own: somebody imported the API, or a variable names one."""
    named = any(environ.get(name) for name in ("OTEL_PYTHON_TRACER_PROVIDER", "OTEL_PYTHON_METER_PROVIDER"))
    return "opentelemetry.trace" in sys.modules or (named and _is_there("opentelemetry.trace"))


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False
