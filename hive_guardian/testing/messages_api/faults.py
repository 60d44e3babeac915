"""Everything that can go wrong between a client and the Messages API, by name."""

from collections.abc import Mapping
from dataclasses import replace

from hive_guardian.model.frozen_class import frozen
from hive_guardian.testing.messages_api.reply import (
    ANSWER,
    Answer,
    End,
    Reply,
    error,
    events,
    labelled,
    message,
    say,
    stream,
)

_PARTIAL = '{"findings": ['
_PROSE = "Sure! I looked at the change, and it looks good to me."
_DRIP_SECONDS = 1.0
_GRAMMAR = "The compiled grammar is too large, which would cause performance issues."
_CYBER = {"type": "refusal", "category": "cyber", "explanation": "This request was declined."}


@frozen
class Fault:
    """One way to fail.

    Attributes:
        name: on the command line and in scripts.
        summary: what happens, for a person.
        answer: makes the reply.
    """

    name: str
    summary: str
    answer: Answer


def fault(name: str) -> Answer:
    """Return what fails in a named way.

    Raises:
        KeyError: there is no such fault.
    """
    found = FAULTS[name].answer

    def answer(body: Mapping[str, object]) -> Reply | None:
        reply = found(body)
        return None if reply is None else labelled(reply, name)

    return answer


def _always(reply: Reply) -> Answer:
    return lambda _: reply


def _in_the_middle(end: End) -> Answer:
    """Return the first events of a stream and how it goes on from there; what is not streamed stops half-way."""

    def answer(body: Mapping[str, object]) -> Reply:
        whole = message()
        if body.get("stream"):
            return stream(events()[:4], end=end)
        return replace(whole, body=whole.body[: len(whole.body) // 2], end=end)

    return answer


def _mishap(kind: str) -> Answer:
    """Return an `error` event after the first text; what is not streamed fails with the status instead."""
    event = {"type": "error", "error": {"type": kind, "message": "made to fail"}}
    return lambda body: stream([*events()[:4], event]) if body.get("stream") else error(529, kind)


def _early_end(body: Mapping[str, object]) -> Reply:
    """End a stream, in good order, before its `message_stop`; a whole answer has no reason to have stopped."""
    return stream(events()[:4]) if body.get("stream") else message(ANSWER, None)


def _no_json(body: Mapping[str, object]) -> Reply:
    broken = b"event: message_start\ndata: {oops\n\n"
    return Reply(200, broken, "text/event-stream") if body.get("stream") else Reply(200, b'{"type": "mess')


def _drip(body: Mapping[str, object]) -> Reply | None:
    reply = say(ANSWER)(body)
    return None if reply is None else replace(reply, drip_seconds=_DRIP_SECONDS)


def _grammar_too_large(body: Mapping[str, object]) -> Reply | None:
    """Refuse a schema that would be compiled, by whichever way it came."""
    strict = any(tool.get("strict") for tool in _tables(body.get("tools")))
    if _has_format(body) or strict:
        return error(400, "invalid_request_error", _GRAMMAR)
    return None


def _no_output_config(body: Mapping[str, object]) -> Reply | None:
    """Answer as a server that has copied an older version of the API."""
    if "output_config" in body:
        return error(400, "invalid_request_error", "output_config: Extra inputs are not permitted")
    return None


def _no_structure(body: Mapping[str, object]) -> Reply | None:
    """Answer as a server that knows neither structured output nor tools."""
    if "tools" in body or "tool_choice" in body:
        return error(400, "invalid_request_error", "tools: this model does not support tools")
    return _no_output_config(body)


def _ignores_schema(body: Mapping[str, object]) -> Reply | None:
    """Answer in prose unless the schema is said in words."""
    return say(_PROSE)(body) if _has_format(body) or "tools" in body else None


def _has_format(body: Mapping[str, object]) -> bool:
    config = body.get("output_config")
    return isinstance(config, Mapping) and "format" in config


def _tables(value: object) -> list[Mapping[str, object]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _limited(**headers: str) -> Answer:
    return _always(error(429, "rate_limit_error", **headers))


def _spent(status: int, kind: str, text: str = "made to fail", code: str = "") -> Answer:
    return _always(error(status, kind, text, code))


_PAGE = b"<html><title>Sign in</title><p>Please sign in to this network.</html>"
_OTHER = b'{"id": "chatcmpl-1", "object": "chat.completion", "choices": []}'
_INVALID = "invalid_request_error"
_SPEND_CODE = "enforced_spend_limit_reached"
_NO_CREDIT = "Your credit balance is too low to access the API."
_TOO_LONG = "prompt is too long: 1200000 tokens > 1000000 maximum"

_ALL = (
    Fault("rate-limited", "429 without a Retry-After", _limited()),
    Fault("rate-limited-1s", "429 with a Retry-After of a second", _limited(retry_after="1")),
    Fault("rate-limited-1h", "429 with a Retry-After of an hour", _limited(retry_after="3600")),
    Fault("spend-limit", "429: the account may not spend more", _spent(429, "rate_limit_error", code=_SPEND_CODE)),
    Fault("no-credit", "400: the account has no credit", _spent(400, _INVALID, _NO_CREDIT)),
    Fault("billing", "402: the account is not paid for", _spent(402, "billing_error")),
    Fault("overloaded", "529", _always(error(529, "overloaded_error"))),
    Fault("server-error", "500", _always(error(500, "api_error"))),
    Fault("unavailable", "503 with a page that is no JSON", _always(Reply(503, _PAGE, "text/html"))),
    Fault("gateway-timeout", "504", _always(error(504, "timeout_error"))),
    Fault("request-timeout", "408", _always(error(408, "timeout_error"))),
    Fault("conflict", "409", _always(error(409, "conflict_error"))),
    Fault("bad-key", "401", _always(error(401, "authentication_error", "invalid x-api-key"))),
    Fault("forbidden", "403", _always(error(403, "permission_error"))),
    Fault("unknown-model", "404 in the shape of the API", _always(error(404, "not_found_error", "model: not found"))),
    Fault("no-api", "404 with a page: another server is there", _always(Reply(404, _PAGE, "text/html"))),
    Fault("too-large", "413", _always(error(413, "request_too_large"))),
    Fault("too-long", "400: the prompt is too long", _always(error(400, _INVALID, _TOO_LONG))),
    Fault("invalid", "400 for a reason of its own", _always(error(400, _INVALID, "metadata.user_id: too long"))),
    Fault("unprocessable", "422", _always(error(422, _INVALID))),
    Fault("grammar-too-large", "400 where a schema would be compiled", _grammar_too_large),
    Fault("no-output-config", "400 where output_config is used: an older server", _no_output_config),
    Fault("no-structure", "400 where output_config or tools are used: a simple server", _no_structure),
    Fault("ignores-schema", "prose, where a schema was to be kept", _ignores_schema),
    Fault("prose", "prose, whatever was asked", say(_PROSE)),
    Fault("html", "200 with the page of a captive portal", _always(Reply(200, _PAGE, "text/html"))),
    Fault("wrong-shape", "200 with the JSON of another API", _always(Reply(200, _OTHER))),
    Fault("empty", "200 without a body", _always(Reply(200, b""))),
    Fault("no-json", "200 with JSON or events that are broken", _no_json),
    Fault("hang", "no byte, for ever", _always(Reply(end=End.WAITS))),
    Fault("hang-in-stream", "the first events, then no byte, for ever", _in_the_middle(End.WAITS)),
    Fault("slow-drip", "a piece each second", _drip),
    Fault("dropped", "the connection closes before the first byte", _always(Reply(end=End.DROPPED))),
    Fault("cut", "the connection breaks in the middle of the answer", _in_the_middle(End.CUT)),
    Fault("early-end", "the stream ends in good order before the answer does", _early_end),
    Fault("error-in-stream", "an overloaded_error event after the first text", _mishap("overloaded_error")),
    Fault("refusal", "the model refuses and says nothing", say("", "refusal", stop_details=_CYBER)),
    Fault("refusal-with-text", "the model refuses after some text", say(_PARTIAL, "refusal", stop_details=_CYBER)),
    Fault("max-tokens", "the answer ends at the limit of output", say(_PARTIAL, "max_tokens")),
    Fault("max-tokens-no-text", "thinking used the limit of output up", say("", "max_tokens", content=[])),
    Fault("context-window", "the context window was full", say(_PARTIAL, "model_context_window_exceeded")),
    Fault("pause-turn", "the model stopped for a reason nobody asked for", say(ANSWER, "pause_turn")),
)  # fmt: skip
FAULTS: Mapping[str, Fault] = {each.name: each for each in _ALL}
"""Name -> fault, in the order they are listed."""
