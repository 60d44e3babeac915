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
) -> Iterator[tuple[Observer, Sequence[str]]]:
    """Hand out who watches, and why something is not exported, for the time of a block; its end sends what is left.

    Args:
        environ: environment variables, of which those of OpenTelemetry count.
        redact: takes secrets out of every word.
        further: watch as well.
    """
    watching: list[Observer] = [ReviewLog(), *further]
    has_sdk = _is_there("opentelemetry.sdk.trace")
    if not has_sdk and "opentelemetry.trace" not in sys.modules:  # nothing could come of what the API is told
        yield Observers(watching), ()
        return
    from hive_guardian.adapters.telemetry import Telemetry  # imports the API, a matter of 25 ms

    if not has_sdk or not any(wanted_exporters(signal, environ) for signal in Signal):
        yield Observers([*watching, Telemetry(redact)]), ()
        return
    from hive_guardian.adapters.telemetry_export import open_providers  # imports the SDK and starts its threads

    with open_providers(environ) as providers:
        telemetry = Telemetry(redact, providers.tracers, providers.meters)
        yield Observers([*watching, telemetry]), providers.problems


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False
