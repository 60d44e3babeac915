"""The models the loopback server knows, as `GET /v1/models` tells of them."""

from collections.abc import Mapping, Sequence

from hive_guardian.model.frozen_class import frozen

RETIRED = "claude-opus-4-1"
"""A model that is gone: `GET /v1/models/{id}` still tells of it, and `POST /v1/messages` answers 404."""
LIFECYCLES = ("active", "deprecated", "retired")
_EPOCH = "2026-01-01T00:00:00Z"


@frozen
class KnownModel:
    """One model.

    Attributes:
        id: as requests name it.
        lifecycle: active, deprecated or retired.
        retires_at: RFC 3339, `None` if nothing is scheduled.
        max_input_tokens: size of its context window.
        max_tokens: the most it may answer.
    """

    id: str
    lifecycle: str = "active"
    retires_at: str | None = None
    max_input_tokens: int = 1_000_000
    max_tokens: int = 128_000

    def page(self) -> dict[str, object]:
        """Return it as the API tells of it."""
        return {
            "type": "model", "id": self.id, "display_name": self.id, "created_at": _EPOCH,
            "lifecycle": self.lifecycle, "retires_at": self.retires_at, "capabilities": None,
            "deprecated_at": None if self.lifecycle == "active" else _EPOCH, "line": None,
            "max_input_tokens": self.max_input_tokens, "max_tokens": self.max_tokens,
        }  # fmt: skip


DEFAULT_MODELS: Sequence[KnownModel] = (
    KnownModel("claude-sonnet-5-5"),
    KnownModel("claude-haiku-5-5"),
    KnownModel("claude-opus-5-5"),
    KnownModel("claude-sonnet-4-5", "deprecated", "2026-11-30T00:00:00Z"),
    KnownModel(RETIRED, "retired", "2026-08-05T00:00:00Z"),
)


class Models:
    """What is known of models.

    Args:
        known: the models; those of the real API if empty, and then any other name is a local model that is there.
    """

    def __init__(self, known: Sequence[KnownModel] = ()) -> None:
        """Index them."""
        self._is_closed = bool(known)
        self._known: Mapping[str, KnownModel] = {model.id: model for model in known or DEFAULT_MODELS}

    def find(self, model: str) -> KnownModel | None:
        """Return a model, `None` if the server never had it."""
        found = self._known.get(model)
        return found if found or self._is_closed or not model else KnownModel(model)

    def answers(self, model: str) -> bool:
        """Whether a model can be asked now."""
        found = self.find(model)
        return found is not None and found.lifecycle != "retired"

    def listed(self) -> list[dict[str, object]]:
        """Return what `GET /v1/models` lists."""
        return [model.page() for model in self._known.values()]
