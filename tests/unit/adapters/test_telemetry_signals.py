from collections.abc import Mapping, Sequence

import pytest

from hive_guardian.adapters.telemetry_signals import Signal, wanted_exporters

EITHER = ("otlp_proto_http", "otlp_proto_grpc")


@pytest.mark.parametrize(
    ("environ", "traces", "metrics"),
    [
        ({}, [], []),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318"}, [EITHER], [EITHER]),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://localhost:4318"}, [EITHER], []),
        ({"OTEL_TRACES_EXPORTER": "console, otlp", "OTEL_METRICS_EXPORTER": "none"}, [("console",), EITHER], []),
        ({"OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, [("otlp_proto_grpc",)], []),
        (
            {
                "OTEL_EXPORTER_OTLP_ENDPOINT": "x",
                "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc",
                "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL": "http/protobuf",
            },
            [("otlp_proto_grpc",)],
            [("otlp_proto_http",)],
        ),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "x", "OTEL_SDK_DISABLED": "True"}, [], []),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "x", "OTEL_TRACES_EXPORTER": "none"}, [], [EITHER]),
    ],
)
def test_the_standard_variables_decide(
    environ: Mapping[str, str], traces: Sequence[tuple[str, ...]], metrics: Sequence[tuple[str, ...]]
) -> None:
    """What is sent, and by which exporter, is what the specification says; without a variable nothing is."""
    assert list(wanted_exporters(Signal.TRACES, environ)) == traces
    assert list(wanted_exporters(Signal.METRICS, environ)) == metrics
