"""From a request to the parameters of the Messages API."""

import json
from collections.abc import Mapping
from enum import IntEnum
from typing import NamedTuple

from hive_guardian.model.frozen_class import frozen
from hive_guardian.review.provider import Keep, ModelRequest

ANSWER_TOOL = "answer"
_MOST_BREAKPOINTS = 4
_IN_WORDS = (
    "Answer with exactly one JSON object and nothing else: no prose before or after it, no code fence. "
    "It must match this JSON schema:\n"
)


class Mode(IntEnum):
    """How a model is made to answer with JSON of a schema, the most reliable way first."""

    SCHEMA = 0
    TOOL = 1
    WORDS = 2

    def weaker(self) -> "Mode | None":
        """Return what can be tried where this is not understood."""
        return Mode(self + 1) if self < Mode.WORDS else None


@frozen
class Dialect:
    """What a server is told besides the question.

    Attributes:
        mode: how it is made to answer with JSON.
        breakpoints: whether it caches prompts.
        effort: how hard it should think; empty = its own default.
        geo: where the model must run; empty = anywhere.
    """

    mode: Mode = Mode.SCHEMA
    breakpoints: bool = True
    effort: str = ""
    geo: str = ""


class _Placed(NamedTuple):
    """A text and what is asked of the cache after it."""

    text: str
    keep: Keep


def build_parameters(request: ModelRequest, model: str, dialect: Dialect) -> dict[str, object]:
    """Return the body of `POST /v1/messages`, `stream` excepted.

    Source: Messages API, version 2026-10-21; structured outputs; prompt caching.
    """
    kept = _place(request, dialect)
    system = [_block(placed) for placed in kept[: len(request.system)]]
    user = [_block(placed) for placed in kept[len(request.system) :]]
    has_effort = bool(dialect.effort) and dialect.mode is not Mode.WORDS  # who took nothing else will not take that
    config: dict[str, object] = {"effort": dialect.effort} if has_effort else {}
    parameters: dict[str, object] = {
        "model": model,
        "max_tokens": request.max_output_tokens,
        "messages": [{"role": "user", "content": user}],
    }
    if dialect.geo:
        parameters["inference_geo"] = dialect.geo
    schema = dict(request.schema)
    match dialect.mode:
        case Mode.SCHEMA:
            config["format"] = {"type": "json_schema", "schema": schema}
        case Mode.TOOL:
            parameters["tools"] = [
                {"name": ANSWER_TOOL, "description": "Give the answer.", "input_schema": schema, "strict": True}
            ]
            parameters["tool_choice"] = {"type": "tool", "name": ANSWER_TOOL, "disable_parallel_tool_use": True}
        case Mode.WORDS:
            system.append({"type": "text", "text": _IN_WORDS + json.dumps(schema, sort_keys=True)})
    if system:
        parameters["system"] = system
    if config:
        parameters["output_config"] = config
    return parameters


def _place(request: ModelRequest, dialect: Dialect) -> list[_Placed]:
    """Return the blocks with the breakpoints the API accepts: four at most, none of an hour after one of minutes."""
    placed: list[_Placed] = []
    is_short = False
    for block in (*request.system, *request.user):
        keep = block.keep if dialect.breakpoints else Keep.NO
        is_short = is_short or keep is Keep.MINUTES
        placed.append(_Placed(block.text, Keep.MINUTES if is_short and keep is Keep.HOUR else keep))
    marked = [index for index, each in enumerate(placed) if each.keep is not Keep.NO]
    for index in marked[:-_MOST_BREAKPOINTS]:
        placed[index] = _Placed(placed[index].text, Keep.NO)
    return placed


def _block(placed: _Placed) -> dict[str, object]:
    block: dict[str, object] = {"type": "text", "text": placed.text}
    if placed.keep is not Keep.NO:
        block["cache_control"] = {"type": "ephemeral", "ttl": placed.keep.value}
    return block


def counting_parameters(parameters: Mapping[str, object]) -> dict[str, object]:
    """Return what of a request `POST /v1/messages/count_tokens` takes."""
    known = ("model", "messages", "system", "tools", "tool_choice", "output_config")
    return {key: parameters[key] for key in known if key in parameters}
