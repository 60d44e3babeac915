"""Spans and metrics of a review through the OpenTelemetry API: figures and words of ours, no content.

Without an SDK the API does nothing, and without its package this module is not imported.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from opentelemetry import metrics, trace
from opentelemetry.metrics import Meter, MeterProvider
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, TracerProvider
from opentelemetry.util.types import AttributeValue

import hive_guardian
from hive_guardian.adapters import telemetry_names as names
from hive_guardian.review.cost import input_tokens
from hive_guardian.review.observing import (
    AnswerReused,
    Begun,
    BreakerChanged,
    BudgetsLeft,
    CallBegun,
    CallEnded,
    End,
    Ended,
    Event,
    Planned,
    ReviewBegun,
    ReviewEnded,
    UnitBegun,
    UnitEnded,
)
from hive_guardian.review.provider import Role, Usage

_INCOMPLETE = "incomplete"
"""Class of the error of work that was left without a result: interrupted, or out of time."""
_MICRO = 1_000_000
_BREAKER = {"closed": 0, "half-open": 1, "open": 2}
_WORD = re.compile(r"[A-Za-z0-9_.:/@+-]{1,128}")
"""What a remote side may call a model or a request; anything else could be a text."""
_DROPPED = "dropped"

Record = Callable[[float, Mapping[str, str]], None]
"""Puts a figure with its dimensions into an instrument."""


class Telemetry:
    """Watches reviews for OpenTelemetry; one at a time.

    Args:
        redact: takes secrets out of every word.
        tracers: makes spans; `None` = the provider the process has, if any.
        meters: makes metrics; `None` = likewise.
    """

    def __init__(
        self,
        redact: Callable[[str], str],
        tracers: TracerProvider | None = None,
        meters: MeterProvider | None = None,
    ) -> None:
        """Make the instruments; nothing is recorded yet."""
        self._redact = redact
        version = hive_guardian.__version__
        self._tracer = trace.get_tracer(names.SCOPE, version, tracers)
        self._records = _make_instruments(metrics.get_meter(names.SCOPE, version, meters))
        self._repository = ""

    @contextmanager
    def watch(self, begun: Begun) -> Iterator[End]:
        """Open a span below the current one; it is the current one until the block ends."""
        name, kind, attributes = self._open(begun)
        context = self._tracer.start_as_current_span(
            name, kind=kind, attributes=attributes, record_exception=False, set_status_on_exception=False
        )  # the text of an exception may quote anything
        with context as span:
            is_over = False

            def end(ended: Ended) -> None:
                nonlocal is_over
                is_over = True
                self._close(span, begun, ended)

            try:
                yield end
            finally:
                if not is_over:
                    _fail(span, _INCOMPLETE)

    def tell(self, event: Event) -> None:
        """Count what is counted; the rest is for logs."""
        match event:
            case Planned():
                about = {names.PROVIDER: self._redact(event.provider), names.CONTEXT: event.context}
                trace.get_current_span().set_attributes(about)
            case BudgetsLeft():
                for scope, micro_usd in event.micro_usd.items():
                    self._put(names.BUDGET, micro_usd / _MICRO, scope=scope, repo=self._repository)
            case BreakerChanged():
                self._put(names.BREAKER, _BREAKER[event.state], model=self._redact(event.model))
            case AnswerReused():
                self._put(names.CACHE_HITS, 1, layer="answers")
            case _:
                pass

    def _open(self, begun: Begun) -> tuple[str, SpanKind, dict[str, AttributeValue]]:
        match begun:
            case ReviewBegun():
                self._repository = self._redact(begun.repository)
                return names.SPAN_REVIEW, SpanKind.INTERNAL, {
                    names.PROMPT_VERSION: begun.prompt_version, names.REPOSITORY: self._repository,
                }  # fmt: skip
            case UnitBegun():
                name = names.SPAN_VERIFICATION if begun.role is Role.VERIFIER else names.SPAN_UNIT
                return name, SpanKind.INTERNAL, {
                    names.UNIT_NUMBER: begun.number, names.UNIT_COUNT: begun.count, names.ROLE: begun.role.value,
                    names.PROMPT_VERSION: begun.prompt_version,
                }  # fmt: skip
            case CallBegun():
                model = self._redact(begun.model)
                return f"{names.OPERATION} {model}", SpanKind.CLIENT, {
                    **self._call_attributes(begun), names.GEN_AI_MAX_TOKENS: begun.max_output_tokens,
                    names.ROLE: begun.role.value, names.ATTEMPT: begun.number,
                }  # fmt: skip

    def _close(self, span: Span, begun: Begun, ended: Ended) -> None:
        match begun, ended:
            case ReviewBegun(), ReviewEnded():
                span.set_attributes(_review_attributes(ended))
                self._count_review(ended)
            case UnitBegun(), UnitEnded():
                kept = names.VERIFIED if begun.role is Role.VERIFIER else names.GROUNDED
                span.set_attributes({names.CANDIDATE: ended.candidate, kept: ended.kept})
                if ended.failure:
                    _fail(span, ended.failure)
            case CallBegun(), CallEnded():
                span.set_attributes(self._answer_attributes(ended))
                if ended.error:
                    _fail(span, ended.error)
                self._count_call(begun, ended)
            case _:
                pass

    def _call_attributes(self, begun: CallBegun) -> dict[str, str]:
        return {
            names.GEN_AI_OPERATION: names.OPERATION,
            names.GEN_AI_PROVIDER: self._redact(names.PROVIDERS.get(begun.provider, begun.provider)),
            names.GEN_AI_REQUEST_MODEL: self._redact(begun.model),
        }

    def _answer_attributes(self, ended: CallEnded) -> dict[str, AttributeValue]:
        usage = ended.usage
        found: dict[str, AttributeValue] = {
            names.GEN_AI_INPUT_TOKENS: input_tokens(usage),
            names.GEN_AI_OUTPUT_TOKENS: usage.output,
            names.GEN_AI_CACHE_READ: usage.cache_read,
            names.GEN_AI_CACHE_WRITE: usage.cache_write_5m + usage.cache_write_1h,
            names.GEN_AI_REASONING: usage.thinking,
            names.COST: ended.micro_usd / _MICRO,
        }
        if ended.stop:
            found[names.GEN_AI_FINISH_REASONS] = [ended.stop]
        for name, word in ((names.GEN_AI_RESPONSE_MODEL, ended.answered_by), (names.REQUEST_ID, ended.request_id)):
            if _WORD.fullmatch(word):
                found[name] = self._redact(word)
        return found

    def _count_call(self, begun: CallBegun, ended: CallEnded) -> None:
        attributes = self._call_attributes(begun)
        failed = {names.ERROR_TYPE: ended.error} if ended.error else {}
        self._put(names.DURATION, ended.seconds, **attributes, **failed)
        if ended.usage != Usage():
            for kind, tokens in (("input", input_tokens(ended.usage)), ("output", ended.usage.output)):
                self._put(names.TOKEN_USAGE, tokens, **attributes, **{names.GEN_AI_TOKEN_TYPE: kind})
        self._put(names.COSTS, ended.micro_usd / _MICRO, model=self._redact(begun.model), repo=self._repository)
        if ended.usage.cache_read:
            self._put(names.CACHE_HITS, 1, layer="prompt")

    def _count_review(self, ended: ReviewEnded) -> None:
        self._put(names.REVIEWS, 1, verdict=ended.verdict)
        stages = {
            "candidate": ended.candidate, "grounded": ended.grounded, "verified": ended.verified,
            "posted": ended.posted,
        }  # fmt: skip
        for stage, count in stages.items():
            self._put(names.FINDINGS, count, stage=stage, reason="")
        for reason, count in ended.dropped.items():
            self._put(names.FINDINGS, count, stage=_DROPPED, reason=reason)
        for kind, count in ended.redactions.items():
            self._put(names.REDACTIONS, count, kind=kind)

    def _put(self, metric: names.Metric, amount: float, **attributes: str) -> None:
        self._records[metric.name](amount, attributes)


def _review_attributes(ended: ReviewEnded) -> dict[str, AttributeValue]:
    return {
        names.VERDICT: ended.verdict,
        names.COVERAGE: ended.hunks_read / ended.hunks if ended.hunks else 1.0,
        names.HUNKS: ended.hunks,
        names.CANDIDATE: ended.candidate,
        names.GROUNDED: ended.grounded,
        names.VERIFIED: ended.verified,
        names.POSTED: ended.posted,
        names.HEURISTIC: ended.heuristic,
        names.SHORTFALLS: list(ended.shortfalls),
        names.COST: ended.spent_micro_usd / _MICRO,
    }


def _make_instruments(meter: Meter) -> Mapping[str, Record]:
    """Return name of a metric -> what records it."""
    made: dict[str, Record] = {}
    for one in names.METRICS:
        match one.kind:
            case names.Kind.COUNTER:
                made[one.name] = meter.create_counter(one.name, one.unit, one.description).add
            case names.Kind.HISTOGRAM:
                made[one.name] = meter.create_histogram(
                    one.name, one.unit, one.description, explicit_bucket_boundaries_advisory=one.buckets
                ).record
            case names.Kind.GAUGE:
                made[one.name] = meter.create_gauge(one.name, one.unit, one.description).set
    return made


def _fail(span: Span, error: str) -> None:
    """Mark a span as failed by a class of errors; a message could quote anything."""
    span.set_attribute(names.ERROR_TYPE, error)
    span.set_status(Status(StatusCode.ERROR))
