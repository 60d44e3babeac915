"""Exporters for OpenTelemetry that write what they are given to files, installed as a distribution of their own."""

from pathlib import Path

_CODE = """
import os
from pathlib import Path
from threading import Event

from opentelemetry.sdk.metrics.export import MetricExporter, MetricExportResult
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult


def _write(name, text):
    with (Path(os.environ["RECORDED_TELEMETRY"]) / name).open("a", encoding="utf-8") as file:
        file.write(text + "\\n")


class Spans(SpanExporter):
    def export(self, spans):
        for span in spans:
            _write("spans.jsonl", span.to_json(indent=None))
        return SpanExportResult.SUCCESS


class Stuck(SpanExporter):
    def export(self, spans):
        Event().wait()


class Failing(SpanExporter):
    def export(self, spans):
        return SpanExportResult.FAILURE


class Metrics(MetricExporter):
    def export(self, metrics_data, timeout_millis=10_000, **kwargs):
        _write("metrics.jsonl", metrics_data.to_json(indent=None))
        return MetricExportResult.SUCCESS

    def force_flush(self, timeout_millis=10_000):
        return True

    def shutdown(self, timeout_millis=30_000, **kwargs):
        pass
"""
_ENTRY_POINTS = """
[opentelemetry_traces_exporter]
recorder = span_recorder:Spans
stuck = span_recorder:Stuck
failing = span_recorder:Failing
broken = span_recorder_that_is_not_there:Spans

[opentelemetry_metrics_exporter]
recorder = span_recorder:Metrics
"""


def install_recorder(folder: Path) -> dict[str, str]:
    """Put the exporters into a folder; returns the variables with which a program finds and uses them.

    What it sends is then in `spans.jsonl` and `metrics.jsonl` of the folder.
    """
    packages = folder / "packages"
    info = packages / "span_recorder-1.0.dist-info"
    info.mkdir(parents=True)
    (packages / "span_recorder.py").write_text(_CODE, encoding="utf-8")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: span-recorder\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(_ENTRY_POINTS, encoding="utf-8")
    return {
        "PYTHONPATH": str(packages),
        "RECORDED_TELEMETRY": str(folder),
        "OTEL_TRACES_EXPORTER": "recorder",
        "OTEL_METRICS_EXPORTER": "recorder",
    }
