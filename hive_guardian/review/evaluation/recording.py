"""Answers of a real model, watched and written down as our own JSON, so that they can be replayed without a key."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from hive_guardian.review.evaluation.view import View, read_view
from hive_guardian.review.provider import Capability, ModelRequest, ModelResponse, Provider, Role, Stop
from hive_guardian.review.redact import Redactor

ANSWERS_FILE = "answers.jsonl"
ABOUT_FILE = "recording.json"


@dataclass(slots=True)
class Recorder:
    """Hands requests on to a provider, and what comes back to a sink; implements `Provider`.

    Attributes:
        provider: who answers.
        keep: is told of every complete answer.
        views: parts of a change that were answered.
        sent: every text that was sent.
    """

    provider: Provider
    keep: Callable[[ModelRequest, ModelResponse], None]
    views: list[View] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Name of the provider."""
        return self.provider.id

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What the provider can do."""
        return self.provider.capabilities

    async def complete(self, request: ModelRequest, *, model: str, timeout_seconds: float) -> ModelResponse:
        """Ask the provider.

        Raises:
            ReviewError: as the provider's.
        """
        self.sent.append("\n".join(block.text for block in (*request.system, *request.user)))
        response = await self.provider.complete(request, model=model, timeout_seconds=timeout_seconds)
        if response.stop is Stop.END:
            self.keep(request, response)
            if request.role is not Role.VERIFIER:
                self.views.append(read_view([block.text for block in request.user]))
        return response

    async def count_tokens(self, request: ModelRequest, *, model: str) -> int | None:
        """Return what the provider counts.

        Raises:
            ReviewError: as the provider's.
        """
        return await self.provider.count_tokens(request, model=model)

    async def close(self) -> None:
        """Close the connections of a provider that has any."""
        close = getattr(self.provider, "close", None)
        if close is not None:
            await close()


def dump_recording(request: ModelRequest, response: ModelResponse) -> str:
    """Return an answer as one line of JSON, redacted, as the provider `replay` reads it."""
    usage = response.usage
    row = {
        "digest": request.digest,
        "role": request.role.value,
        "unit": request.unit,
        "model": response.model,
        "text": Redactor().redact(response.text),
        "stop": response.stop.value,
        "usage": {"fresh": usage.fresh + usage.cache_read + usage.cache_write_5m + usage.cache_write_1h,
                  "output": usage.output},
        "request_id": response.request_id,
    }  # fmt: skip
    return json.dumps(row, ensure_ascii=True) + "\n"


def dump_about(models: Mapping[str, str], day: str, context: str) -> str:
    """Return what is to be known of a recording as a whole."""
    return json.dumps({"format": 1, "models": dict(models), "date": day, "context": context}, indent=2) + "\n"


def read_about(text: str) -> tuple[str, str]:
    """Return the label of a recording and its level of context.

    Raises:
        ValueError: it is none.
    """
    document = json.loads(text)
    models = document.get("models") if isinstance(document, dict) else None
    if not isinstance(models, dict) or not isinstance(document.get("date"), str):
        raise ValueError("is no recording of an evaluation")  # noqa: TRY004 - the value of a file, not an argument
    return label_of(models, document["date"]), str(document.get("context", "lean"))


def label_of(models: Mapping[str, str], day: str) -> str:
    """Return how results with the answers of models are called."""
    return f"recorded {models.get(Role.REVIEWER, 'unknown')} {day}"
