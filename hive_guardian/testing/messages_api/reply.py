"""What the loopback Messages API sends: a reply, and the shapes of the real API to build one from."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from enum import StrEnum

from hive_guardian.model.frozen_class import frozen

KEY = "fake-api-key"
"""The only key the loopback server takes; it opens nothing else."""
MODEL = "claude-sonnet-5-5"
USAGE: Mapping[str, object] = {"input_tokens": 120, "output_tokens": 30}
STREAM_TYPE = "text/event-stream"
ANSWER = '{"findings": []}'
"""What a reviewer answers that found nothing."""


class End(StrEnum):
    """How the body of a reply ends."""

    WHOLE = "whole"
    CUT = "cut"
    WAITS = "waits"
    DROPPED = "dropped"


@frozen
class Reply:
    """One response of the server.

    Attributes:
        status: of HTTP.
        body: as it is sent, before `end`.
        content_type: header.
        headers: further headers.
        end: `WHOLE` completes the response; `CUT` breaks the connection in its middle; `WAITS` sends nothing more until
            the client or the server ends; `DROPPED` breaks the connection before the first byte.
        delay_seconds: pause before the first byte.
        drip_seconds: pause after each event of a stream, or after each 16 bytes of anything else.
        label: what the log calls it; empty = its status says enough.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    end: End = End.WHOLE
    delay_seconds: float = 0.0
    drip_seconds: float = 0.0
    label: str = ""

    @property
    def pieces(self) -> list[bytes]:
        """The body in the pieces a drip sends it in."""
        if not self.drip_seconds:
            return [self.body]
        if self.content_type == STREAM_TYPE:
            return [event + b"\n\n" for event in self.body.split(b"\n\n") if event]
        return [self.body[start : start + _DRIP_BYTES] for start in range(0, len(self.body), _DRIP_BYTES)]


Answer = Callable[[Mapping[str, object]], Reply | None]
"""Makes a reply from the body of a request; `None` = it has nothing to say to this one."""

_DRIP_BYTES = 16


@frozen
class Seen:
    """One request as it arrived.

    Attributes:
        path: of its URL.
        headers: names in lower case.
        body: decoded; empty if it was no JSON object.
        raw: the body as text.
        method: of HTTP.
        in_frames: whether streams are sent as Bedrock does.
    """

    path: str
    headers: Mapping[str, str]
    body: Mapping[str, object]
    raw: str
    method: str = "POST"
    in_frames: bool = False


def error(status: int, kind: str, text: str = "made to fail", code: str = "", **headers: str) -> Reply:
    """Return an error in the shape the API documents.

    Args:
        status: of HTTP.
        kind: `error.type`.
        text: `error.message`.
        code: `error.details.error_code`, empty for none.
        headers: further headers, `_` for `-`.
    """
    details: dict[str, object] = {"type": kind, "message": text}
    if code:
        details["details"] = {"error_code": code}
    body = {"type": "error", "error": details, "request_id": "req_error"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, json.dumps(body).encode(), headers={"request-id": "req_error", **named})


def message(text: str = ANSWER, stop: str | None = "end_turn", **fields: object) -> Reply:
    """Return an answer in one piece; `fields` replace those of the message."""
    body = {**_message(text, stop), **fields}
    return Reply(body=json.dumps(body).encode(), headers={"request-id": "req_1"})


def events(
    pieces: Sequence[str] = (ANSWER,), stop: str | None = "end_turn", **fields: object
) -> list[dict[str, object]]:
    """Return the events of a streamed answer; `fields` replace those of the message, `usage` and `content` too."""
    whole = {**_message("", None), "content": [{"type": "text", "text": "".join(pieces)}], **fields}
    usage, content = whole["usage"], whole["content"]
    counted = dict(usage) if isinstance(usage, Mapping) else {}
    output = counted.get("output_tokens", 0)
    sent: list[dict[str, object]] = [
        {"type": "message_start", "message": {**whole, "content": [], "usage": {**counted, "output_tokens": 1}}},
    ]
    for index, block in enumerate(content if isinstance(content, list) else []):
        sent += _block_events(index, block, pieces)
    delta: dict[str, object] = {"stop_reason": stop, "stop_sequence": None}
    if "stop_details" in fields:
        delta["stop_details"] = fields["stop_details"]
    return [
        *sent,
        {"type": "message_delta", "delta": delta, "usage": {"output_tokens": output}},
        {"type": "message_stop"},
    ]


def stream(
    sent: Sequence[Mapping[str, object]], *, end: End = End.WHOLE, drip_seconds: float = 0.0, label: str = ""
) -> Reply:
    """Return events as a stream; the arguments are those of `Reply`."""
    body = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in sent).encode()
    return Reply(200, body, STREAM_TYPE, {"request-id": "req_s"}, end, drip_seconds=drip_seconds, label=label)


def say(text: str, stop: str | None = "end_turn", **fields: object) -> Answer:
    """Return what answers with a text as it was asked: whole or streamed, in words or by the tool of a strict schema.

    Args:
        text: of the answer; JSON becomes the input of a tool where one is demanded.
        stop: why the model stopped.
        fields: replace those of the message; the model is the one that was asked unless one is named.
    """

    def answer(body: Mapping[str, object]) -> Reply:
        said = {"model": body.get("model", MODEL), **fields}
        tool = _demanded_tool(body)
        given = _json_object(text) if tool else None
        ends = stop
        if given is not None and "content" not in said:
            said["content"] = [{"type": "tool_use", "id": "toolu_1", "name": tool, "input": given}]
            ends = "tool_use" if stop == "end_turn" else stop
        return stream(events([text], ends, **said)) if body.get("stream") else message(text, ends, **said)

    return answer


def labelled(reply: Reply, label: str) -> Reply:
    """Return a reply with a name for the log, unless it has one."""
    return reply if reply.label else replace(reply, label=label)


def _message(text: str, stop: str | None) -> dict[str, object]:
    return {
        "id": "msg_1", "type": "message", "role": "assistant", "model": MODEL, "stop_reason": stop,
        "stop_sequence": None, "content": [{"type": "text", "text": text}], "usage": dict(USAGE),
    }  # fmt: skip


def _block_events(index: int, block: object, pieces: Sequence[str]) -> list[dict[str, object]]:
    """Return the events of one block; a ping follows the first start, as the real API sends one."""
    table = dict(block) if isinstance(block, Mapping) else {}
    if table.get("type") == "tool_use":
        start = {**table, "input": {}}
        deltas = [{"type": "input_json_delta", "partial_json": json.dumps(table.get("input", {}))}]
    else:
        text = str(table.get("text", ""))
        start = {**table, "text": ""}
        deltas = [{"type": "text_delta", "text": piece} for piece in (pieces if text == "".join(pieces) else [text])]
    ping: list[dict[str, object]] = [{"type": "ping"}] if index == 0 else []
    return [
        {"type": "content_block_start", "index": index, "content_block": start},
        *ping,
        *({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": index},
    ]


def _demanded_tool(body: Mapping[str, object]) -> str:
    choice = body.get("tool_choice")
    return str(choice.get("name", "")) if isinstance(choice, Mapping) and choice.get("type") == "tool" else ""


def _json_object(text: str) -> dict[str, object] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
