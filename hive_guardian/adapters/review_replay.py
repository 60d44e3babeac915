"""A provider that answers from a file of recorded answers: for tests, demonstrations and evaluations without a key."""

import json
from collections.abc import Mapping
from pathlib import Path

from hive_guardian.model.errors import ReviewError, UsageError
from hive_guardian.review.provider import Capability, ModelRequest, ModelResponse, Stop, Usage

ID = "replay"
MODEL = "recorded"
_CAPABILITIES = frozenset({Capability.SEMANTIC_REVIEW, Capability.VERIFY, Capability.STRICT_SCHEMA})


class ReplayProvider:
    """Answers a request with what was recorded for one of the same digest.

    Args:
        answers: digest -> answer.
    """

    def __init__(self, answers: Mapping[str, ModelResponse]) -> None:
        """Keep the answers."""
        self._answers = dict(answers)

    @property
    def id(self) -> str:
        """Name in configuration and reports."""
        return ID

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What was recorded was made with these."""
        return _CAPABILITIES

    async def complete(self, request: ModelRequest, *, model: str, timeout_seconds: float) -> ModelResponse:
        """Return the recorded answer.

        Raises:
            ReviewError: none was recorded.
        """
        del model, timeout_seconds
        found = self._answers.get(request.digest)
        if found is None:
            message = f"no answer to {request.unit} was recorded (digest {request.digest}); record the review again"
            raise ReviewError(message, retryable=False)
        return found

    async def count_tokens(self, request: ModelRequest, *, model: str) -> int | None:
        """Return nothing: a file cannot count."""
        del request, model
        return None


def read_recordings(path: Path) -> ReplayProvider:
    """Return a provider for a file of JSON lines, each with `digest`, `text` and optionally `model`, `stop`, `usage`.

    Raises:
        UsageError: the file cannot be read, or a line is no recording.
    """
    try:
        lines = path.read_bytes().decode("utf-8").splitlines()
    except OSError as error:
        raise UsageError(f"review.recordings: {path.name}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"review.recordings: {path.name}: is not UTF-8") from error
    answers: dict[str, ModelResponse] = {}
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                digest, answer = _read(json.loads(line))
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                raise UsageError(f"review.recordings: {path.name}:{number}: is no recorded answer") from error
            answers[digest] = answer
    return ReplayProvider(answers)


def _read(row: Mapping[str, object]) -> tuple[str, ModelResponse]:
    digest, text = row["digest"], row["text"]
    if not isinstance(digest, str) or not isinstance(text, str):
        raise TypeError("digest and text are texts")
    usage = row.get("usage")
    counts = usage if isinstance(usage, Mapping) else {}
    return digest, ModelResponse(
        ID,
        str(row.get("model", MODEL)),
        text,
        Stop(str(row.get("stop", Stop.END))),
        Usage(fresh=_count(counts, "fresh"), output=_count(counts, "output")),
        request_id=str(row.get("request_id", "")),
    )


def _count(counts: Mapping[str, object], key: str) -> int:
    value = counts.get(key, 0)
    if type(value) is not int or value < 0:
        raise ValueError(f"{key} is a count")
    return value
