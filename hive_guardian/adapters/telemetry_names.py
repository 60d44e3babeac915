"""Every name of spans, metrics and attributes, in one place: the conventions for generative AI still change.

Source: OpenTelemetry semantic conventions for generative AI, client spans and client metrics. A metric `guardian.x` is
`guardian_x`, a counter `guardian_x_total`, where Prometheus reads it.
"""

from collections.abc import Mapping
from enum import StrEnum

from hive_guardian.model.frozen_class import frozen

SCOPE = "hive_guardian"
"""Name of the instrumentation scope."""

SPAN_REVIEW = "guardian.review"
SPAN_UNIT = "guardian.unit"
SPAN_VERIFICATION = "guardian.verification"
OPERATION = "chat"
"""The span of one sending is called by operation and model."""

PROVIDER = "guardian.provider"
CONTEXT = "guardian.context"
PROMPT_VERSION = "guardian.prompt_version"
REPOSITORY = "guardian.repository"
VERDICT = "guardian.verdict"
COVERAGE = "guardian.coverage"
HUNKS = "guardian.hunks"
CANDIDATE = "guardian.findings.candidate"
GROUNDED = "guardian.findings.grounded"
VERIFIED = "guardian.findings.verified"
POSTED = "guardian.findings.posted"
HEURISTIC = "guardian.findings.heuristic"
SHORTFALLS = "guardian.shortfalls"
COST = "guardian.cost_usd"
UNIT_NUMBER = "guardian.unit.number"
UNIT_COUNT = "guardian.unit.count"
ROLE = "guardian.role"
ATTEMPT = "guardian.attempt"
REQUEST_ID = "guardian.request_id"

GEN_AI_OPERATION = "gen_ai.operation.name"
GEN_AI_PROVIDER = "gen_ai.provider.name"
GEN_AI_REQUEST_MODEL = "gen_ai.request.model"
GEN_AI_MAX_TOKENS = "gen_ai.request.max_tokens"
GEN_AI_RESPONSE_MODEL = "gen_ai.response.model"
GEN_AI_FINISH_REASONS = "gen_ai.response.finish_reasons"
GEN_AI_INPUT_TOKENS = "gen_ai.usage.input_tokens"
GEN_AI_OUTPUT_TOKENS = "gen_ai.usage.output_tokens"
GEN_AI_CACHE_READ = "gen_ai.usage.cache_read.input_tokens"
GEN_AI_CACHE_WRITE = "gen_ai.usage.cache_creation.input_tokens"
GEN_AI_REASONING = "gen_ai.usage.reasoning.output_tokens"
GEN_AI_TOKEN_TYPE = "gen_ai.token.type"  # noqa: S105 - the name of an attribute
ERROR_TYPE = "error.type"

PROVIDERS: Mapping[str, str] = {"bedrock": "aws.bedrock", "vertex": "gcp.vertex_ai"}
"""Our id of a provider -> its name in the conventions, where that is another one."""

SPANS: Mapping[str, tuple[str, ...]] = {
    SPAN_REVIEW: (
        PROVIDER, CONTEXT, PROMPT_VERSION, REPOSITORY, VERDICT, COVERAGE, HUNKS, CANDIDATE, GROUNDED, VERIFIED, POSTED,
        HEURISTIC, SHORTFALLS, COST, ERROR_TYPE,
    ),
    SPAN_UNIT: (UNIT_NUMBER, UNIT_COUNT, ROLE, PROMPT_VERSION, CANDIDATE, GROUNDED, ERROR_TYPE),
    SPAN_VERIFICATION: (UNIT_NUMBER, UNIT_COUNT, ROLE, PROMPT_VERSION, CANDIDATE, VERIFIED, ERROR_TYPE),
    OPERATION: (
        GEN_AI_OPERATION, GEN_AI_PROVIDER, GEN_AI_REQUEST_MODEL, GEN_AI_MAX_TOKENS, GEN_AI_RESPONSE_MODEL,
        GEN_AI_FINISH_REASONS, GEN_AI_INPUT_TOKENS, GEN_AI_OUTPUT_TOKENS, GEN_AI_CACHE_READ, GEN_AI_CACHE_WRITE,
        GEN_AI_REASONING, ROLE, ATTEMPT, REQUEST_ID, COST, ERROR_TYPE,
    ),
}  # fmt: skip
"""Span -> the attributes it may have."""


class Kind(StrEnum):
    """Which instrument a metric is."""

    COUNTER = "counter"
    HISTOGRAM = "histogram"
    GAUGE = "gauge"


@frozen
class Metric:
    """One metric.

    Attributes:
        name: as OpenTelemetry has it.
        kind: of instrument.
        unit: in UCUM.
        attributes: the dimensions, each of few values.
        description: for people.
        buckets: bounds of a histogram that fit what it measures.
    """

    name: str
    kind: Kind
    unit: str
    attributes: tuple[str, ...]
    description: str
    buckets: tuple[float, ...] = ()


_GEN_AI = (GEN_AI_OPERATION, GEN_AI_PROVIDER, GEN_AI_REQUEST_MODEL)
TOKEN_USAGE = Metric(
    "gen_ai.client.token.usage", Kind.HISTOGRAM, "{token}", (*_GEN_AI, GEN_AI_TOKEN_TYPE),
    "tokens of one sending, in and out", tuple(float(4**power) for power in range(14)),
)  # fmt: skip
DURATION = Metric(
    "gen_ai.client.operation.duration", Kind.HISTOGRAM, "s", (*_GEN_AI, ERROR_TYPE),
    "how long one sending took", tuple(0.01 * 2**power for power in range(14)),
)  # fmt: skip
REVIEWS = Metric("guardian.review", Kind.COUNTER, "{review}", ("verdict",), "reviews by their verdict")
FINDINGS = Metric(
    "guardian.findings", Kind.COUNTER, "{finding}", ("stage", "reason"),
    "claims of models that reached a stage; at the stage dropped, why",
)  # fmt: skip
COSTS = Metric(
    "guardian.cost.usd", Kind.COUNTER, "{USD}", ("model", "repo"), "what sendings are taken to have cost, in dollars"
)
BUDGET = Metric(
    "guardian.budget.remaining", Kind.GAUGE, "{USD}", ("scope", "repo"),
    "what is left under a cap after the latest review, in dollars",
)  # fmt: skip
BREAKER = Metric(
    "guardian.breaker.state", Kind.GAUGE, "{state}", ("model",), "0 lets requests pass, 1 lets one try, 2 lets none"
)
CACHE_HITS = Metric(
    "guardian.cache.hits",
    Kind.COUNTER,
    "{hit}",
    ("layer",),
    "requests saved by kept answers, or cheaper by a prompt cache",
)
REDACTIONS = Metric(
    "guardian.redactions", Kind.COUNTER, "{secret}", ("kind",), "different secrets that a review replaced"
)
METRICS = (TOKEN_USAGE, DURATION, REVIEWS, FINDINGS, COSTS, BUDGET, BREAKER, CACHE_HITS, REDACTIONS)
