"""What the pipeline asks of language models, and what comes back.

Two protocols. A `Provider` makes one attempt and knows nothing of money; `Models` is all that the pipeline sees: it
chooses a provider, pays, retries and caches, and answers with an `Outcome` whatever happens.
"""

import json
from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from hashlib import blake2b
from typing import Protocol

from hive_guardian.model.frozen_class import frozen

_DIGEST_BYTES = 16


class Role(StrEnum):
    """What a request is for; configuration maps each to a model."""

    REVIEWER = "reviewer"
    VERIFIER = "verifier"
    ESCALATION = "escalation"


class Capability(StrEnum):
    """What a provider can do."""

    SEMANTIC_REVIEW = "semantic_review"
    VERIFY = "verify"
    STRICT_SCHEMA = "strict_schema"
    PROMPT_CACHE = "prompt_cache"
    COUNT_TOKENS = "count_tokens"


class Keep(StrEnum):
    """How long a provider is asked to keep the prompt up to and including a block."""

    NO = "no"
    MINUTES = "5m"
    HOUR = "1h"


@frozen
class Block:
    """A part of a prompt; redacted, ready to leave the process.

    Attributes:
        text: what is sent.
        keep: whether a cache breakpoint follows it.
    """

    text: str
    keep: Keep = Keep.NO


@frozen
class ModelRequest:
    """One question to a model. Nothing in it needs further redaction.

    Attributes:
        role: what it is for.
        system: rules and policy, most stable first; at most two blocks ask to be kept.
        user: data, most stable first.
        schema: JSON schema of the answer, within the subset that structured output accepts.
        prompt_version: version of the fixed texts and of `schema`.
        max_output_tokens: thinking included.
        unit: what the request is about, for reports; not sent.
        fence: the random text in `system` and `user` that encloses data, empty if there is none.
    """

    role: Role
    system: tuple[Block, ...]
    user: tuple[Block, ...]
    schema: Mapping[str, object]
    prompt_version: str
    max_output_tokens: int
    unit: str = ""
    fence: str = ""

    @property
    def digest(self) -> str:
        """Hex identity of everything that is sent except model and fence: the key of recordings and caches."""
        parts = [
            self.role.value,
            self.prompt_version,
            str(self.max_output_tokens),
            [[self._without_fence(block.text), block.keep.value] for block in self.system],
            [[self._without_fence(block.text), block.keep.value] for block in self.user],
            self.schema,
        ]
        text = json.dumps(parts, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return blake2b(text.encode("ascii"), digest_size=_DIGEST_BYTES).hexdigest()

    def _without_fence(self, text: str) -> str:
        return text.replace(self.fence, "fence") if self.fence else text


class Stop(StrEnum):
    """Why a model stopped; `UNKNOWN` also stands for none and is a failure."""

    END = "end_turn"
    MAX_TOKENS = "max_tokens"
    REFUSAL = "refusal"
    CONTEXT_WINDOW = "model_context_window_exceeded"
    UNKNOWN = "unknown"


@frozen
class Usage:
    """Tokens that were billed, in classes that do not overlap.

    Attributes:
        fresh: input that no cache served.
        cache_read: input from a cache.
        cache_write_5m: input written to a cache for five minutes.
        cache_write_1h: input written to a cache for an hour.
        output: thinking included.
        thinking: the part of `output` that was thinking.
    """

    fresh: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    output: int = 0
    thinking: int = 0


@frozen
class ModelResponse:
    """What one attempt brought. `text` is untrusted and not yet validated.

    Attributes:
        provider: id of the provider.
        model: id of the model that answered.
        text: all text of the answer, possibly empty.
        stop: why it ended; anything but `END` makes the text unusable.
        stop_detail: for a refusal its category, else empty.
        usage: what is billed.
        request_id: of the remote side, empty if it gave none.
    """

    provider: str
    model: str
    text: str
    stop: Stop
    usage: Usage
    stop_detail: str = ""
    request_id: str = ""


class Provider(Protocol):
    """A remote side that answers requests: one attempt per call, without retries, money or caches."""

    @property
    def id(self) -> str:
        """Name in configuration and reports."""
        ...

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What it can do."""
        ...

    async def complete(self, request: ModelRequest, *, model: str, timeout_seconds: float) -> ModelResponse:
        """Ask once.

        Raises:
            ReviewError: the attempt failed; `retryable` says whether another may succeed.
        """
        ...

    async def count_tokens(self, request: ModelRequest, *, model: str) -> int | None:
        """Return the exact size of the input in tokens, `None` if the provider cannot tell.

        Raises:
            ReviewError: as `complete`.
        """
        ...


class FailureKind(StrEnum):
    """Why a request has no usable answer; every one of them makes a review inconclusive."""

    BUDGET = "budget"
    DEADLINE = "deadline"
    REFUSED = "refused"
    TRUNCATED = "truncated"
    CONTEXT_WINDOW = "context-window"
    UNAVAILABLE = "unavailable"
    CREDENTIALS = "credentials"
    CONFIGURATION = "configuration"
    MALFORMED = "malformed"
    CANCELLED = "cancelled"


@frozen
class Failure:
    """Why a request has no usable answer.

    Attributes:
        kind: the class of the reason. `CONTEXT_WINDOW` makes the pipeline ask again with halves.
        message: what, where and what to do; without secrets and without model text.
    """

    kind: FailureKind
    message: str


@frozen
class Attempt:
    """One request that was sent, whatever became of it.

    Attributes:
        provider: id of the provider.
        model: id of the model.
        role: what it was for.
        unit: what it was about.
        usage: what was billed; all zero if the remote side did not say.
        cost_micro_usd: what it is taken to have cost, in millionths of a dollar, rounded up.
        seconds: how long it took.
        error: empty for an answer; else the class of the error.
        request_id: of the remote side, empty if it gave none.
    """

    provider: str
    model: str
    role: Role
    unit: str
    usage: Usage
    cost_micro_usd: int
    seconds: float
    error: str = ""
    request_id: str = ""


@frozen
class Outcome:
    """What became of a request: exactly one of `response` and `failure` is there.

    Attributes:
        response: the answer, complete (`Stop.END`) but not validated.
        failure: why there is none.
        attempts: all that were made, in order; empty if a cache answered or nothing could be sent.
        cached: whether an earlier answer was used again.
    """

    response: ModelResponse | None = None
    failure: Failure | None = None
    attempts: tuple[Attempt, ...] = field(default=())
    cached: bool = False


@frozen
class Estimate:
    """What a request may cost at worst.

    Attributes:
        provider: who would be asked.
        model: which model.
        input_tokens: size of the input; exact only if `exact`.
        output_tokens: the most it may answer.
        micro_usd: worst case in millionths of a dollar, without retries.
        exact: whether the provider counted the input.
    """

    provider: str
    model: str
    input_tokens: int
    output_tokens: int
    micro_usd: int
    exact: bool = False


class Models(Protocol):
    """All that the pipeline knows of models: routing, money, caches, limits and retries lie behind it."""

    def estimate(self, request: ModelRequest) -> Estimate:
        """Return the worst case, without asking anyone."""
        ...

    async def answer(self, request: ModelRequest) -> Outcome:
        """Answer a request. Never raises for anything remote; cancellation settles what was spent and propagates."""
        ...

    def accept(self, request: ModelRequest, response: ModelResponse) -> None:
        """Learn that an answer was valid: only such answers may be cached."""
        ...
