"""Sending spans and metrics where the standard variables of OpenTelemetry say, with an SDK the user has installed.

Nothing global is set: whoever runs this program below `opentelemetry-instrument`, or embeds it, has a provider already,
and that one is used.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from threading import Thread

from opentelemetry import metrics, trace
from opentelemetry.metrics import MeterProvider
from opentelemetry.sdk.metrics import MeterProvider as SdkMeterProvider
from opentelemetry.sdk.metrics.export import MetricExporter, MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import TracerProvider as SdkTracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import ProxyTracerProvider, TracerProvider

import hive_guardian
from hive_guardian.adapters.telemetry_signals import Signal, wanted_exporters

_SERVICE = "hive-guardian"
_GROUPS = {Signal.TRACES: "opentelemetry_traces_exporter", Signal.METRICS: "opentelemetry_metrics_exporter"}
_FLUSH_SECONDS = 5.0


@dataclass(slots=True)
class Providers:
    """Who makes spans and metrics.

    Attributes:
        tracers: `None` = whoever the process has.
        meters: likewise.
        problems: why something is not exported, for a person.
    """

    tracers: TracerProvider | None = None
    meters: MeterProvider | None = None
    problems: list[str] = field(default_factory=list)


@contextmanager
def open_providers(environ: Mapping[str, str], *, flush_seconds: float = _FLUSH_SECONDS) -> Iterator[Providers]:
    """Hand out providers for the time of a block, and send what is left when it ends.

    Args:
        environ: environment variables; the SDK reads those for its own parts from the process.
        flush_seconds: how long the end waits for a server that does not answer; then what is left is lost.
    """
    found = Providers()
    resource = _resource(environ)
    tracers: SdkTracerProvider | None = None
    meters: SdkMeterProvider | None = None
    if isinstance(trace.get_tracer_provider(), ProxyTracerProvider):
        made = [one for one in _make(Signal.TRACES, environ, found.problems) if isinstance(one, SpanExporter)]
        if made:
            found.tracers = tracers = SdkTracerProvider(resource=resource, shutdown_on_exit=False)
            for exporter in made:
                tracers.add_span_processor(BatchSpanProcessor(exporter))
    if not isinstance(metrics.get_meter_provider(), SdkMeterProvider):
        readers: list[MetricReader] = [
            PeriodicExportingMetricReader(one)
            for one in _make(Signal.METRICS, environ, found.problems)
            if isinstance(one, MetricExporter)
        ]
        if readers:
            found.meters = meters = SdkMeterProvider(readers, resource, shutdown_on_exit=False)
    try:
        yield found
    finally:
        _close([one.shutdown for one in (tracers, meters) if one is not None], flush_seconds)


def _close(shutdowns: Sequence[Callable[[], None]], seconds: float) -> None:
    """Shut down at once what may take its time: an exporter repeats for longer than a person wants to wait."""
    threads = [Thread(target=shutdown, daemon=True) for shutdown in shutdowns]
    until = time.monotonic() + seconds
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(until - time.monotonic(), 0.0))


def _resource(environ: Mapping[str, str]) -> Resource:
    """Return what the program is called, unless the environment has another name for it."""
    named = "OTEL_SERVICE_NAME" in environ or SERVICE_NAME in environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
    own = {SERVICE_VERSION: hive_guardian.__version__, **({} if named else {SERVICE_NAME: _SERVICE})}
    return Resource.create(own)


def _make(signal: Signal, environ: Mapping[str, str], problems: list[str]) -> Iterator[object]:
    """Yield the exporters of a signal; one that is not there, or does not start, is a problem."""
    for names in wanted_exporters(signal, environ):
        entry = _find(signal, names)
        if entry is None:
            problems.append(f"no exporter {' or '.join(names)} of OpenTelemetry is installed, so no {signal} are sent")
            continue
        try:
            yield entry.load()()
        except (ImportError, AttributeError, ValueError, TypeError, RuntimeError, OSError) as error:
            problems.append(
                f"the exporter {entry.name} did not start ({type(error).__name__}), so no {signal} are sent"
            )


def _find(signal: Signal, names: tuple[str, ...]) -> EntryPoint | None:
    """Return the first of some exporters that is installed."""
    return next((entry for name in names for entry in entry_points(group=_GROUPS[signal], name=name)), None)
