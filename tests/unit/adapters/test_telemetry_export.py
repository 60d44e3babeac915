import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.trace import TracerProvider

from hive_guardian.adapters.telemetry_export import open_providers
from tests.fakes.span_recorder import install_recorder


def test_without_variables_the_providers_of_the_process_are_used() -> None:
    """Nothing is built when nothing is asked for."""
    with open_providers({}) as providers:
        assert (providers.tracers, providers.meters, providers.problems) == (None, None, [])


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


def test_a_server_that_never_answers_does_not_hold_the_program(recorder: Mapping[str, str]) -> None:
    """The end waits for a while, then what was not sent is lost."""
    environ = {**recorder, "OTEL_TRACES_EXPORTER": "stuck"}
    began = time.monotonic()
    with open_providers(environ, flush_seconds=0.05) as providers:
        assert providers.tracers is not None
        providers.tracers.get_tracer("t").start_span("a span").end()
    assert time.monotonic() - began < 5


def test_an_exporter_that_is_not_there_is_named() -> None:
    """The review goes on without it."""
    environ = {"OTEL_TRACES_EXPORTER": "nowhere", "OTEL_METRICS_EXPORTER": "nowhere"}
    with open_providers(environ) as providers:
        assert (providers.tracers, providers.meters) == (None, None)
        assert providers.problems == [
            "no exporter nowhere of OpenTelemetry is installed, so no traces are sent",
            "no exporter nowhere of OpenTelemetry is installed, so no metrics are sent",
        ]
