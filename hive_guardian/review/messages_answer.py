"""From what the Messages API sent, whole or in events, to an answer; nothing is taken on trust."""

import json
from collections.abc import Mapping

from hive_guardian.review.attempt_error import AttemptError, Fault, Trace
from hive_guardian.review.messages_request import ANSWER_TOOL, Mode
from hive_guardian.review.provider import ModelResponse, Stop, Usage

_STOPS = {
    "end_turn": Stop.END,
    "tool_use": Stop.END,
    "max_tokens": Stop.MAX_TOKENS,
    "refusal": Stop.REFUSAL,
    "model_context_window_exceeded": Stop.CONTEXT_WINDOW,
}
_FENCE = "```"


def read_message(body: object, provider: str, mode: Mode, request_id: str) -> ModelResponse:
    """Return the answer in the body of a response with status 200.

    Args:
        body: decoded JSON.
        provider: id of the provider.
        mode: how the model was made to answer with JSON.
        request_id: of the remote side.

    Raises:
        AttemptError: it has not the shape of a message; what was billed is then unknown.
    """
    message = body if isinstance(body, Mapping) else {}
    content, usage, reason = message.get("content"), message.get("usage"), message.get("stop_reason")
    if message.get("type") != "message" or not isinstance(content, list) or not isinstance(usage, Mapping):
        raise AttemptError(
            "the server answered with something that is no message of the Messages API; check review.base-url and "
            "whether a proxy stands in between",
            Fault.MALFORMED,
            Trace(request_id=request_id, billed=True),
        )
    details = message.get("stop_details")
    category = details.get("category") if isinstance(details, Mapping) else None
    return ModelResponse(
        provider=provider,
        model=str(message.get("model", "")),
        text=_text(content, mode),
        stop=_STOPS.get(reason, Stop.UNKNOWN) if isinstance(reason, str) else Stop.UNKNOWN,
        usage=read_usage(usage),
        stop_detail=category if isinstance(category, str) else "",
        request_id=request_id,
    )


def read_usage(table: Mapping[str, object]) -> Usage:
    """Return the tokens a `usage` object counts; what is absent or no number counts as none."""
    creation, details = table.get("cache_creation"), table.get("output_tokens_details")
    by_time = creation if isinstance(creation, Mapping) else {}
    written = _count(table, "cache_creation_input_tokens")
    hour = _count(by_time, "ephemeral_1h_input_tokens")
    minutes = _count(by_time, "ephemeral_5m_input_tokens")
    return Usage(
        fresh=_count(table, "input_tokens"),
        cache_read=_count(table, "cache_read_input_tokens"),
        cache_write_5m=max(minutes, written - hour),
        cache_write_1h=hour,
        output=_count(table, "output_tokens"),
        thinking=_count(details, "thinking_tokens") if isinstance(details, Mapping) else 0,
    )


def _count(table: Mapping[str, object], key: str) -> int:
    value = table.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _text(content: list[object], mode: Mode) -> str:
    blocks = [block for block in content if isinstance(block, Mapping)]
    if mode is Mode.TOOL:
        inputs = [
            block.get("input")
            for block in blocks
            if block.get("type") == "tool_use" and block.get("name") == ANSWER_TOOL
        ]
        if inputs:
            return json.dumps(inputs[0], ensure_ascii=False)
    text = "".join(str(block.get("text", "")) for block in blocks if block.get("type") == "text")
    return _unfenced(text) if mode is Mode.WORDS else text


def _unfenced(text: str) -> str:
    """Return what stands in a code fence that is all there is; models without structured output like to draw one."""
    lines = text.strip().splitlines()
    is_fenced = len(lines) > 2 and lines[0].startswith(_FENCE) and lines[-1].strip() == _FENCE
    return "\n".join(lines[1:-1]) if is_fenced else text


def is_json_object(text: str) -> bool:
    """Whether a text is one JSON object: a server that ignored the schema is known by that."""
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


class EventReader:
    """Puts the events of a streamed message together.

    Source: Messages API, streaming: `message_start`, `content_block_start|delta|stop`, `message_delta`, `message_stop`.
    """

    def __init__(self) -> None:
        """Wait for `message_start`."""
        self._message: dict[str, object] = {}
        self._usage: dict[str, object] = {}
        self._blocks: dict[int, dict[str, object]] = {}
        self._is_complete = False

    @property
    def usage(self) -> Usage | None:
        """What was billed so far, `None` before the message has begun."""
        return read_usage(self._usage) if self._message else None

    def add(self, event: Mapping[str, object]) -> None:
        """Take one event; unknown ones are passed over, as the API asks."""
        match event.get("type"):
            case "message_start":
                message = event.get("message")
                if isinstance(message, Mapping):
                    self._message = {str(key): value for key, value in message.items()}
                    self._add_usage(message.get("usage"))
            case "content_block_start":
                block = event.get("content_block")
                if isinstance(block, Mapping):
                    self._blocks[_index(event)] = {str(key): value for key, value in block.items()}
            case "content_block_delta":
                self._add_delta(_index(event), event.get("delta"))
            case "message_delta":
                delta = event.get("delta")
                if isinstance(delta, Mapping):
                    self._message.update({str(key): value for key, value in delta.items()})
                self._add_usage(event.get("usage"))
            case "message_stop":
                self._is_complete = True

    def message(self) -> dict[str, object] | None:
        """Return the body as it would have come in one piece; `None` if the stream ended before its end."""
        if not self._is_complete or not self._message:
            return None
        content = [_finished(block) for _, block in sorted(self._blocks.items())]
        return {**self._message, "content": content, "usage": self._usage}

    def _add_usage(self, usage: object) -> None:
        if isinstance(usage, Mapping):
            self._usage.update({str(key): value for key, value in usage.items() if value is not None})

    def _add_delta(self, index: int, delta: object) -> None:
        block = self._blocks.get(index)
        if block is None or not isinstance(delta, Mapping):
            return
        for key in ("text", "partial_json"):
            piece = delta.get(key)
            if isinstance(piece, str):
                block[key] = str(block.get(key, "")) + piece


def _index(event: Mapping[str, object]) -> int:
    index = event.get("index")
    return index if isinstance(index, int) else 0


def _finished(block: dict[str, object]) -> dict[str, object]:
    """Return a block whose pieces are all there; the input of a tool came as text."""
    pieces = block.pop("partial_json", None)
    if isinstance(pieces, str) and pieces:
        try:
            block["input"] = json.loads(pieces)
        except (ValueError, RecursionError):
            block["input"] = None
    return block
