import asyncio
from collections.abc import Mapping

import pytest
from opentelemetry import trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import HistogramDataPoint, InMemoryMetricReader, NumberDataPoint
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from hive_guardian.adapters import telemetry_names as names
from hive_guardian.adapters.telemetry import Telemetry
from hive_guardian.review.observing import (
    AnswerReused,
    BreakerChanged,
    BudgetsLeft,
    CallBegun,
    CallEnded,
    Planned,
    ReviewBegun,
    ReviewEnded,
    UnitBegun,
    UnitEnded,
    Waiting,
)
from hive_guardian.review.provider import Role, Usage
from hive_guardian.review.redact import Redactor

USAGE = Usage(fresh=100, cache_read=40, cache_write_5m=7, cache_write_1h=3, output=30, thinking=12)
REVIEW = ReviewBegun("review-1", "shop-1234")
RESULT = ReviewEnded(
    "findings", 4, 3, 5, 4, 2, 3, 1, {"quote-absent": 1, "refuted": 2}, {"github": 2}, ("budget", "deadline"), 12_500
)
CALL = CallBegun("bedrock", "sonnet", Role.REVIEWER, 2, 8000)
ANSWER = CallEnded(USAGE, 2_500, 1.5, "", "end_turn", "claude-sonnet", "req_1")


class _Backend:
    """An SDK that keeps everything in memory."""

    def __init__(self) -> None:
        self._spans = InMemorySpanExporter()
        tracers = TracerProvider(shutdown_on_exit=False)
        tracers.add_span_processor(SimpleSpanProcessor(self._spans))
        self._reader = InMemoryMetricReader()
        meters = MeterProvider([self._reader], shutdown_on_exit=False)
        self.telemetry = Telemetry(Redactor().redact, tracers, meters)

    def spans(self) -> Mapping[str, ReadableSpan]:
        """Return the spans by their names, the last of equal ones."""
        return {span.name: span for span in self._spans.get_finished_spans()}

    def points(self, name: str) -> dict[tuple[str, ...], float]:
        """Return the values of a metric by those of its attributes, in their order; of a histogram the sums."""
        data = self._reader.get_metrics_data()
        found: dict[tuple[str, ...], float] = {}
        for resource in data.resource_metrics if data else ():
            for scope in resource.scope_metrics:
                for metric in scope.metrics:
                    for point in metric.data.data_points if metric.name == name else ():
                        key = tuple(str(value) for value in (point.attributes or {}).values())
                        assert isinstance(point, NumberDataPoint | HistogramDataPoint)
                        found[key] = point.value if isinstance(point, NumberDataPoint) else point.sum
        return found


@pytest.fixture
def backend() -> _Backend:
    """Return an SDK that keeps everything in memory."""
    return _Backend()


def attributes(span: ReadableSpan) -> dict[str, object]:
    """Return the attributes of a span."""
    return dict(span.attributes or {})


def test_a_review_is_a_tree_of_spans(backend: _Backend) -> None:
    """The review has parts, the parts have sendings, and each says in figures what became of it."""
    telemetry = backend.telemetry
    with telemetry.watch(REVIEW) as end_review:
        telemetry.tell(Planned("anthropic", "lean", 2, 4, 2))
        with telemetry.watch(UnitBegun(1, 2, Role.REVIEWER, "review-1")) as end_unit:
            with telemetry.watch(CALL) as end_call:
                end_call(ANSWER)
            end_unit(UnitEnded("", 5, 4))
        end_review(RESULT)
    spans = backend.spans()
    review, unit, call = (spans[name] for name in ("guardian.review", "guardian.unit", "chat sonnet"))
    assert (review.parent, unit.parent, call.parent) == (None, review.context, unit.context)
    assert attributes(review) == {
        "guardian.prompt_version": "review-1", "guardian.repository": "shop-1234", "guardian.provider": "anthropic",
        "guardian.context": "lean", "guardian.verdict": "findings", "guardian.coverage": 0.75, "guardian.hunks": 4,
        "guardian.findings.candidate": 5, "guardian.findings.grounded": 4, "guardian.findings.verified": 2,
        "guardian.findings.posted": 3, "guardian.findings.heuristic": 1, "guardian.shortfalls": ("budget", "deadline"),
        "guardian.cost_usd": 0.0125,
    }  # fmt: skip
    assert attributes(unit) == {
        "guardian.unit.number": 1, "guardian.unit.count": 2, "guardian.role": "reviewer",
        "guardian.prompt_version": "review-1", "guardian.findings.candidate": 5, "guardian.findings.grounded": 4,
    }  # fmt: skip
    assert call.kind is SpanKind.CLIENT
    assert attributes(call) == {
        "gen_ai.operation.name": "chat", "gen_ai.provider.name": "aws.bedrock", "gen_ai.request.model": "sonnet",
        "gen_ai.request.max_tokens": 8000, "gen_ai.response.model": "claude-sonnet",
        "gen_ai.response.finish_reasons": ("end_turn",), "gen_ai.usage.input_tokens": 150,
        "gen_ai.usage.output_tokens": 30, "gen_ai.usage.cache_read.input_tokens": 40,
        "gen_ai.usage.cache_creation.input_tokens": 10, "gen_ai.usage.reasoning.output_tokens": 12,
        "guardian.role": "reviewer", "guardian.attempt": 2, "guardian.request_id": "req_1", "guardian.cost_usd": 0.0025,
    }  # fmt: skip
    assert {span.status.status_code for span in spans.values()} == {StatusCode.UNSET}


def test_the_second_look_is_a_span_of_its_own(backend: _Backend) -> None:
    """A batch of claims says how many it confirmed."""
    with backend.telemetry.watch(UnitBegun(1, 1, Role.VERIFIER, "verify-1")) as end:
        end(UnitEnded("malformed", 3, 0))
    span = backend.spans()["guardian.verification"]
    assert attributes(span)["guardian.findings.verified"] == 0
    assert attributes(span)["error.type"] == "malformed"
    assert span.status.status_code is StatusCode.ERROR


def test_a_failed_sending_names_its_class_only(backend: _Backend) -> None:
    """The span is one of an error, without message and without event."""
    with backend.telemetry.watch(CALL) as end:
        end(CallEnded(Usage(), 0, 0.5, "overloaded"))
    span = backend.spans()["chat sonnet"]
    assert attributes(span)["error.type"] == "overloaded"
    assert (span.status.status_code, span.status.description, span.events) == (StatusCode.ERROR, None, ())
    assert backend.points("gen_ai.client.token.usage") == {}
    assert backend.points("gen_ai.client.operation.duration") == {("chat", "aws.bedrock", "sonnet", "overloaded"): 0.5}


def test_work_that_breaks_off_is_an_error_without_its_text(backend: _Backend) -> None:
    """An exception may quote anything: neither its text nor its trace is recorded."""
    with pytest.raises(ValueError, match="quotes"), backend.telemetry.watch(REVIEW):
        raise ValueError("quotes the code")
    span = backend.spans()["guardian.review"]
    assert attributes(span)["error.type"] == "incomplete"
    assert (span.status.description, span.events) == (None, ())


def test_metrics_of_a_sending(backend: _Backend) -> None:
    """Tokens in and out, time, money, and what the prompt cache served."""
    with backend.telemetry.watch(REVIEW):
        with backend.telemetry.watch(CALL) as end:
            end(ANSWER)
        backend.telemetry.tell(AnswerReused(Role.REVIEWER))
    common = ("chat", "aws.bedrock", "sonnet")
    usage = backend.points("gen_ai.client.token.usage")
    assert usage == {(*common, "input"): 150, (*common, "output"): 30}
    assert backend.points("gen_ai.client.operation.duration") == {common: 1.5}
    assert backend.points("guardian.cost.usd") == {("sonnet", "shop-1234"): 0.0025}
    assert backend.points("guardian.cache.hits") == {("prompt",): 1, ("answers",): 1}


def test_metrics_of_a_review(backend: _Backend) -> None:
    """Verdict, claims by stage and reason, secrets by kind, and what is left of the budgets."""
    with backend.telemetry.watch(REVIEW) as end:
        backend.telemetry.tell(BudgetsLeft({"review": 500_000, "day": 19_000_000}))
        end(RESULT)
    assert backend.points("guardian.review") == {("findings",): 1}
    assert backend.points("guardian.findings") == {
        ("candidate", ""): 5, ("grounded", ""): 4, ("verified", ""): 2, ("posted", ""): 3,
        ("dropped", "quote-absent"): 1, ("dropped", "refuted"): 2,
    }  # fmt: skip
    assert backend.points("guardian.redactions") == {("github",): 2}
    assert backend.points("guardian.budget.remaining") == {("review", "shop-1234"): 0.5, ("day", "shop-1234"): 19.0}


@pytest.mark.parametrize(("state", "value"), [("closed", 0), ("half-open", 1), ("open", 2)])
def test_the_breaker_is_a_gauge(state: str, value: int, backend: _Backend) -> None:
    """A model that is not asked shows."""
    backend.telemetry.tell(BreakerChanged("anthropic", "sonnet", state))
    backend.telemetry.tell(Waiting("sonnet", "overloaded", 1.0))
    assert backend.points("guardian.breaker.state") == {("sonnet",): value}


def test_what_a_server_calls_things_cannot_carry_text(backend: _Backend) -> None:
    """An id or model name of the remote side that is a sentence is left out; a secret in a name of ours is replaced."""
    secret = "gh" + "p_aB3dE6gH9jK2mN5pQ8sT1vW4yZ7"
    begun = CallBegun("anthropic", f"local-{secret}", Role.REVIEWER, 1, 10)
    with backend.telemetry.watch(begun) as end:
        end(CallEnded(Usage(), 0, 0.1, "", "end_turn", "a model that quotes code", "id with\nnewline"))
    (span,) = backend.spans().values()
    assert secret not in span.to_json()
    assert attributes(span).keys().isdisjoint({"gen_ai.response.model", "guardian.request_id"})


def test_calls_at_once_have_their_own_parents(backend: _Backend) -> None:
    """Each sending lies below the part it belongs to, however the tasks take turns."""
    telemetry, turn = backend.telemetry, asyncio.Barrier(3)

    async def read(number: int) -> None:
        with telemetry.watch(UnitBegun(number, 3, Role.REVIEWER, "v")):
            await turn.wait()
            with telemetry.watch(CallBegun("p", f"m{number}", Role.REVIEWER, 1, 10)):
                await turn.wait()

    async def review() -> None:
        with telemetry.watch(REVIEW):
            await asyncio.gather(*(read(number) for number in (1, 2, 3)))

    asyncio.run(review())
    units = {
        attributes(span)["guardian.unit.number"]: span
        for span in backend._spans.get_finished_spans()
        if span.name == "guardian.unit"
    }
    for number in (1, 2, 3):
        call = backend.spans()[f"chat m{number}"]
        assert (call.parent, units[number].parent) == (
            units[number].context,
            backend.spans()["guardian.review"].context,
        )


def test_nothing_has_attributes_beyond_the_names(backend: _Backend) -> None:
    """Every attribute of a span and every dimension of a metric stands in the module of names."""
    telemetry = backend.telemetry
    with telemetry.watch(REVIEW) as end:
        telemetry.tell(Planned("anthropic", "lean", 2, 4, 2))
        with telemetry.watch(UnitBegun(1, 2, Role.REVIEWER, "review-1")), telemetry.watch(CALL) as end_call:
            end_call(ANSWER)
        end(RESULT)
    for name, span in backend.spans().items():
        assert set(attributes(span)) <= set(names.SPANS[name.partition(" ")[0]])
    telemetry.tell(BreakerChanged("anthropic", "sonnet", "open"))
    telemetry.tell(BudgetsLeft({"review": 1}))
    seen = 0
    data = backend._reader.get_metrics_data()
    known = {metric.name: set(metric.attributes) for metric in names.METRICS}
    for resource in data.resource_metrics if data else ():
        for metric in (one for scope in resource.scope_metrics for one in scope.metrics):
            seen += 1
            assert all(set(point.attributes or {}) <= known[metric.name] for point in metric.data.data_points)
    assert seen == len(names.METRICS)


def test_without_an_sdk_nothing_is_recorded() -> None:
    """The API alone takes everything and does nothing with it."""
    telemetry = Telemetry(str)
    with telemetry.watch(REVIEW) as end:
        telemetry.tell(BreakerChanged("anthropic", "sonnet", "open"))
        assert not trace.get_current_span().is_recording()
        end(RESULT)
