"""Answers that are kept, so that the same question is not paid for twice."""

import hmac
import json
from hashlib import blake2b, sha256
from hmac import compare_digest
from typing import Protocol

from hive_guardian.review.provider import ModelRequest, ModelResponse, Stop, Usage

_FORMAT = 1
_SIGNATURE_LENGTH = 64


class AnswerStore(Protocol):
    """Keeps texts for a while; losing one costs money, never correctness, so nothing here raises."""

    def get(self, key: str) -> str | None:
        """Return what was kept, `None` if nothing is, or no longer."""
        ...

    def put(self, key: str, text: str) -> None:
        """Keep a text."""
        ...


class NoAnswers:
    """Keeps nothing."""

    def get(self, key: str) -> str | None:
        """Return nothing."""
        del key
        return None

    def put(self, key: str, text: str) -> None:
        """Forget at once."""


class SignedAnswers:
    """A store that others can write to: what does not bear our signature was never kept.

    Args:
        store: where texts are kept.
        secret: whoever knows it may put words into a model's mouth.
    """

    def __init__(self, store: AnswerStore, secret: str) -> None:
        """Sign from now on."""
        self._store = store
        self._secret = secret.encode()

    def get(self, key: str) -> str | None:
        """Return what was kept under this very key and signed, `None` otherwise."""
        signed = self._store.get(key) or ""
        signature, text = signed[:_SIGNATURE_LENGTH], signed[_SIGNATURE_LENGTH:]
        return text if compare_digest(signature.encode(), self._sign(key, text).encode()) else None

    def put(self, key: str, text: str) -> None:
        """Keep a text with its signature."""
        self._store.put(key, self._sign(key, text) + text)

    def _sign(self, key: str, text: str) -> str:
        return hmac.new(self._secret, f"{key}\0{text}".encode("utf-8", "surrogatepass"), sha256).hexdigest()


def answer_key(request: ModelRequest, provider: str, model: str, effort: str) -> str:
    """Return the identity of a question to one model: all that decides the answer, and no secret.

    The prompt and the schema, redacted, are in the digest of the request, and with them rules and configuration as far
    as they are told to the model.
    """
    parts = json.dumps([_FORMAT, provider, model, effort, request.digest])
    return blake2b(parts.encode(), digest_size=20).hexdigest()


def dump_answer(response: ModelResponse) -> str:
    """Return a complete answer as text."""
    usage = response.usage
    counts = [
        usage.fresh, usage.cache_read, usage.cache_write_5m, usage.cache_write_1h, usage.output, usage.thinking,
    ]  # fmt: skip
    return json.dumps([response.provider, response.model, response.text, counts, response.request_id])


def load_answer(text: str) -> ModelResponse | None:
    """Return what `dump_answer` wrote, `None` for anything else."""
    try:
        provider, model, answer, counts, request_id = json.loads(text)
        words = (provider, model, answer, request_id)
        if not all(isinstance(word, str) for word in words) or not all(type(count) is int for count in counts):
            return None
        return ModelResponse(provider, model, answer, Stop.END, Usage(*counts), request_id=request_id)
    except (ValueError, TypeError, RecursionError):
        return None
