"""Which signals the standard variables of OpenTelemetry ask for, and by which exporters; imports nothing of it.

Source: OpenTelemetry specification, environment variables: `OTEL_SDK_DISABLED`, `OTEL_TRACES_EXPORTER`,
`OTEL_METRICS_EXPORTER`, `OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_EXPORTER_OTLP_PROTOCOL`, and those of one signal.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

_PROTOCOLS = {"http/protobuf": ("otlp_proto_http",), "grpc": ("otlp_proto_grpc",)}
_EITHER = ("otlp_proto_http", "otlp_proto_grpc")


class Signal(StrEnum):
    """What is sent."""

    TRACES = "traces"
    METRICS = "metrics"


def wanted_exporters(signal: Signal, environ: Mapping[str, str]) -> Sequence[tuple[str, ...]]:
    """Return one entry per exporter: the names under which it may be installed, the best first.

    Without `OTEL_..._EXPORTER` something is sent only where an endpoint is named; the specification's default would
    make every run look for a server on this machine.
    """
    if environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return ()
    upper = signal.value.upper()
    said = environ.get(f"OTEL_{upper}_EXPORTER", "").strip()
    if not said:
        has_place = any(
            environ.get(name) for name in (f"OTEL_EXPORTER_OTLP_{upper}_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
        )
        said = "otlp" if has_place else ""
    names = [name.strip() for name in said.split(",") if name.strip() not in {"", "none"}]
    return [_protocol(upper, environ) if name == "otlp" else (name,) for name in names]


def _protocol(upper: str, environ: Mapping[str, str]) -> tuple[str, ...]:
    said = environ.get(f"OTEL_EXPORTER_OTLP_{upper}_PROTOCOL") or environ.get("OTEL_EXPORTER_OTLP_PROTOCOL") or ""
    return _PROTOCOLS.get(said.strip(), _EITHER)
