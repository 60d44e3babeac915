import json
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest
from opentelemetry import trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.trace import TracerProvider

from hive_guardian.adapters.telemetry_export import open_providers
from tests.fakes.span_recorder import install_recorder


def test_without_variables_the_providers_of_the_process_are_used() -> None:
    """Nothing is built when nothing is asked for."""
    with open_providers({}) as providers:
        assert (providers.tracers, providers.meters, list(providers.send())) == (None, None, [])


@pytest.fixture
def recorder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, str]:
    """Install exporters that write into the folder of the test; returns the variables that name them."""
    environ = install_recorder(tmp_path)
    monkeypatch.syspath_prepend(environ["PYTHONPATH"])
    monkeypatch.setenv("RECORDED_TELEMETRY", str(tmp_path))
    monkeypatch.delitem(sys.modules, "span_recorder", raising=False)
    return environ


def test_everything_is_sent_when_the_block_ends(tmp_path: Path, recorder: Mapping[str, str]) -> None:
    """What is still waiting goes out at the end, under the name of this program."""
    with open_providers(recorder) as providers:
        assert isinstance(providers.tracers, TracerProvider)
        assert isinstance(providers.meters, MeterProvider)
        providers.tracers.get_tracer("t").start_span("a span").end()
        providers.meters.get_meter("t").create_counter("a.counter").add(1)
    span = json.loads((tmp_path / "spans.jsonl").read_text())
    assert (span["name"], span["resource"]["attributes"]["service.name"]) == ("a span", "hive-guardian")
    assert '"a.counter"' in (tmp_path / "metrics.jsonl").read_text()


@pytest.mark.parametrize("named", [{"OTEL_SERVICE_NAME": "x"}, {"OTEL_RESOURCE_ATTRIBUTES": "service.name=x"}])
def test_a_name_of_the_user_stays(
    named: Mapping[str, str], tmp_path: Path, recorder: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`OTEL_SERVICE_NAME` and the attributes of the resource win over our own name."""
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    with open_providers({**recorder, **named}) as providers:
        assert providers.tracers is not None
        providers.tracers.get_tracer("t").start_span("a span").end()
    span = json.loads((tmp_path / "spans.jsonl").read_text())
    assert span["resource"]["attributes"]["service.name"] == "x"


def test_nothing_runs_before_the_end(tmp_path: Path, recorder: Mapping[str, str]) -> None:
    """Workers are forked meanwhile: no thread is started and nothing is sent before somebody says so, and then once."""
    before = threading.active_count()
    with open_providers(recorder) as providers:
        assert providers.tracers is not None
        providers.tracers.get_tracer("t").start_span("a span").end()
        assert (threading.active_count(), (tmp_path / "spans.jsonl").exists()) == (before, False)
        assert list(providers.send()) == []
    assert len((tmp_path / "spans.jsonl").read_text().splitlines()) == 1


@pytest.mark.parametrize(
    ("exporter", "problem"),
    [
        ("nowhere", "no exporter nowhere of OpenTelemetry is installed, so no traces are sent"),
        ("broken", "the exporter broken did not start (ModuleNotFoundError)"),
        ("failing", "the exporter failing could not send what it was given"),
        ("stuck", "the exporter stuck did not end within 0.05 s and was left alone"),
    ],
)
def test_what_goes_wrong_is_said_and_holds_nobody_up(exporter: str, problem: str, recorder: Mapping[str, str]) -> None:
    """A missing, broken, failing or silent exporter costs its spans and a remark, not the review."""
    environ = {**recorder, "OTEL_TRACES_EXPORTER": exporter, "OTEL_METRICS_EXPORTER": "none"}
    with open_providers(environ, send_seconds=0.05 if exporter == "stuck" else 30) as providers:
        (providers.tracers or trace.get_tracer_provider()).get_tracer("t").start_span("a span").end()
        assert list(providers.send()) == [problem]


@pytest.mark.parametrize(("said", "temporality"), [("", 2), ("cumulative", 2), ("Delta", 1), ("lowmemory", 1)])
def test_counts_are_labelled_as_the_backend_wants(
    said: str, temporality: int, tmp_path: Path, recorder: Mapping[str, str]
) -> None:
    """Some backends take only differences; of a single report they are the same figures."""
    environ = {**recorder, "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE": said}
    with open_providers(environ) as providers:
        assert providers.meters is not None
        providers.meters.get_meter("t").create_counter("a.counter").add(1)
    assert f'"aggregation_temporality": {temporality}' in (tmp_path / "metrics.jsonl").read_text()
