"""Sending spans and metrics where the standard variables of OpenTelemetry say, with an SDK the user has installed.

Nothing global is set: whoever runs this program below `opentelemetry-instrument`, or embeds it, has a provider already,
and that one is used. Everything is kept in memory and sent once, at the end: an exporter starts threads, and the worker
processes of a review are forked.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from threading import Thread

from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import Counter, Histogram
from opentelemetry.sdk.metrics import MeterProvider as SdkMeterProvider
from opentelemetry.sdk.metrics.export import (
    AggregationTemporality,
    InMemoryMetricReader,
    MetricExporter,
    MetricExportResult,
)
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import TracerProvider as SdkTracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import ProxyTracerProvider

import hive_guardian
from hive_guardian.adapters.telemetry_signals import Signal, wanted_exporters

_SERVICE = "hive-guardian"
_GROUPS = {Signal.TRACES: "opentelemetry_traces_exporter", Signal.METRICS: "opentelemetry_metrics_exporter"}
_TEMPORALITY = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE"
_SEND_SECONDS = 5.0
_UNSENT = "the exporter {name} could not send what it was given"
_BROKEN = (ImportError, AttributeError, ValueError, TypeError, RuntimeError, OSError)
"""What foreign code raises that was installed badly or told nonsense."""


class Providers:
    """Who makes spans and metrics, and where they go in the end.

    Attributes:
        tracers: `None` = whoever the process has.
        meters: likewise.
    """

    def __init__(self, environ: Mapping[str, str], *, send_seconds: float = _SEND_SECONDS) -> None:
        """Set up what the environment asks for; no exporter is started.

        Args:
            environ: environment variables; the SDK reads those for its own parts from the process.
            send_seconds: how long is waited for a server that does not answer; then what was not sent is lost.
        """
        self.tracers: trace.TracerProvider | None = None
        self.meters: metrics.MeterProvider | None = None
        self._seconds = send_seconds
        self._problems: list[str] = []
        self._pending: list[tuple[str, Callable[[], None]]] = []
        resource = _resource(environ)
        if isinstance(trace.get_tracer_provider(), ProxyTracerProvider):
            self._collect_spans(resource, list(self._find(Signal.TRACES, environ)))
        if not isinstance(metrics.get_meter_provider(), SdkMeterProvider):
            self._collect_metrics(resource, list(self._find(Signal.METRICS, environ)), _temporality(environ))

    def send(self) -> Sequence[str]:
        """Send everything, the second time nothing; returns why something was not sent, for a person."""
        pending, self._pending = self._pending, []
        threads = [(name, Thread(target=send, daemon=True)) for name, send in pending]
        until = time.monotonic() + self._seconds
        for _, thread in threads:
            thread.start()
        for name, thread in threads:
            thread.join(max(until - time.monotonic(), 0.0))
            if thread.is_alive():
                self._problems.append(f"the exporter {name} did not end within {self._seconds:g} s and was left alone")
        problems, self._problems = self._problems, []
        return problems

    def _collect_spans(self, resource: Resource, entries: Sequence[EntryPoint]) -> None:
        if entries:
            spans = InMemorySpanExporter()
            tracers = SdkTracerProvider(resource=resource, shutdown_on_exit=False)
            tracers.add_span_processor(SimpleSpanProcessor(spans))
            self.tracers = tracers
            self._pending += [(entry.name, partial(self._send_spans, entry, spans)) for entry in entries]

    def _collect_metrics(
        self, resource: Resource, entries: Sequence[EntryPoint], temporality: dict[type, AggregationTemporality]
    ) -> None:
        if entries:
            reader = InMemoryMetricReader(temporality)
            self.meters = SdkMeterProvider([reader], resource, shutdown_on_exit=False)
            self._pending += [(entry.name, partial(self._send_metrics, entry, reader)) for entry in entries]

    def _find(self, signal: Signal, environ: Mapping[str, str]) -> Iterator[EntryPoint]:
        """Yield the exporters of a signal; one that is not installed is a problem."""
        for names in wanted_exporters(signal, environ):
            entry = next((one for name in names for one in entry_points(group=_GROUPS[signal], name=name)), None)
            if entry is not None:
                yield entry
                continue
            text = f"no exporter {' or '.join(names)} of OpenTelemetry is installed, so no {signal} are sent"
            self._problems.append(text)

    def _send_spans(self, entry: EntryPoint, spans: InMemorySpanExporter) -> None:
        exporter = self._start(entry)
        if isinstance(exporter, SpanExporter):
            if exporter.export(spans.get_finished_spans()) is not SpanExportResult.SUCCESS:
                self._problems.append(_UNSENT.format(name=entry.name))
            exporter.shutdown()

    def _send_metrics(self, entry: EntryPoint, reader: InMemoryMetricReader) -> None:
        exporter, data = self._start(entry), reader.get_metrics_data()
        if isinstance(exporter, MetricExporter) and data is not None:
            if exporter.export(data) is not MetricExportResult.SUCCESS:
                self._problems.append(_UNSENT.format(name=entry.name))
            exporter.shutdown()

    def _start(self, entry: EntryPoint) -> object:
        try:
            return entry.load()()
        except _BROKEN as error:
            self._problems.append(f"the exporter {entry.name} did not start ({type(error).__name__})")
            return None


@contextmanager
def open_providers(environ: Mapping[str, str], *, send_seconds: float = _SEND_SECONDS) -> Iterator[Providers]:
    """Hand out providers for the time of a block; what was not sent by then is sent at its end."""
    providers = Providers(environ, send_seconds=send_seconds)
    try:
        yield providers
    finally:
        providers.send()


def _resource(environ: Mapping[str, str]) -> Resource:
    """Return what the program is called, unless the environment has another name for it."""
    named = "OTEL_SERVICE_NAME" in environ or SERVICE_NAME in environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
    own = {SERVICE_VERSION: hive_guardian.__version__, **({} if named else {SERVICE_NAME: _SERVICE})}
    return Resource.create(own)


def _temporality(environ: Mapping[str, str]) -> dict[type, AggregationTemporality]:
    """Return how counts are labelled: since the start, or since the last time, which here is the same."""
    wants_delta = environ.get(_TEMPORALITY, "").strip().lower() in {"delta", "lowmemory"}
    return dict.fromkeys((Counter, Histogram), AggregationTemporality.DELTA) if wants_delta else {}
