"""A Messages API on the loopback interface that judges requests as strictly as the real one and fails on command."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast

KEY = "sk-ant-" + "test-0123456789"
_VERSIONS = {"2023-06-01", "2026-10-21"}
_FORBIDDEN = ("temperature", "top_p", "top_k")
_KNOWN = {
    "model", "max_tokens", "messages", "system", "output_config", "tools", "tool_choice", "stream", "metadata",
    "thinking",
}  # fmt: skip
USAGE = {"input_tokens": 120, "output_tokens": 30}
ANSWER = '{"findings": []}'
RETIRED = "claude-opus-4-1"


@dataclass(frozen=True)
class Reply:
    """One response, whatever was asked.

    Attributes:
        status: of HTTP.
        body: as it is sent.
        content_type: header.
        headers: further headers.
        waits: the response is held back until the server closes.
        promised: bytes that `content-length` promises besides those that come.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    waits: bool = False
    promised: int = 0


@dataclass(frozen=True)
class Seen:
    """One request as it arrived; header names in lower case."""

    path: str
    headers: Mapping[str, str]
    body: Mapping[str, object]
    raw: str


@dataclass
class MessagesApi:
    """The server: what it is to answer, and what it was asked.

    Attributes:
        url: its base URL.
        script: responses, the next first; when it is empty, an answer without findings follows.
        seen: requests in order of arrival.
        arrived: set when there was one.
        closing: set when the server ends.
    """

    url: str = ""
    script: list[Reply | Callable[[Mapping[str, object]], Reply]] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)
    closing: threading.Event = field(default_factory=threading.Event)

    def reply(self, seen: Seen) -> Reply:
        """Return the response to a request."""
        problem = _refuse(seen)
        if problem is not None:
            return problem
        if seen.path.endswith("/count_tokens"):
            return Reply(body=json.dumps({"input_tokens": len(seen.raw) // 4}).encode())
        scripted = self.script.pop(0) if self.script else say(ANSWER)
        return scripted if isinstance(scripted, Reply) else scripted(seen.body)


def error(status: int, kind: str, text: str = "made to fail", code: str = "", **headers: str) -> Reply:
    """Return an error in the shape the API documents."""
    details: dict[str, object] = {"type": kind, "message": text}
    if code:
        details["details"] = {"error_code": code}
    body = {"type": "error", "error": details, "request_id": "req_error"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, json.dumps(body).encode(), headers={"request-id": "req_error", **named})


def message(text: str = ANSWER, stop: str | None = "end_turn", **fields: object) -> Reply:
    """Return an answer in one piece."""
    body: dict[str, object] = {
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-sonnet-5-5", "stop_reason": stop,
        "stop_sequence": None, "content": [{"type": "text", "text": text}], "usage": USAGE,
    }  # fmt: skip
    return Reply(body=json.dumps({**body, **fields}).encode(), headers={"request-id": "req_1"})


def events(pieces: Sequence[str] = (ANSWER,), stop: str = "end_turn") -> list[dict[str, object]]:
    """Return the events of a streamed answer."""
    start = json.loads(message("", None).body)
    start["content"], start["usage"] = [], {"input_tokens": 120, "output_tokens": 1}
    deltas = [
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}} for piece in pieces
    ]
    return [
        {"type": "message_start", "message": start},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "ping"},
        *deltas,
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": stop, "stop_sequence": None},
            "usage": {"output_tokens": 30},
        },
        {"type": "message_stop"},
    ]


def stream(sent: Sequence[Mapping[str, object]], **fields: object) -> Reply:
    """Return events as a stream; `waits` and `promised` as in `Reply`."""
    body = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in sent)
    reply = Reply(body=body.encode(), content_type="text/event-stream", headers={"request-id": "req_s"})
    return Reply(**{**vars(reply), **fields})


def say(text: str) -> Callable[[Mapping[str, object]], Reply]:
    """Return an answer that comes as it was asked for: in one piece or as a stream."""
    return lambda body: stream(events([text])) if body.get("stream") else message(text)


@contextmanager
def serve() -> Iterator[MessagesApi]:
    """Run a server of its own for the time of the block."""
    api = MessagesApi()

    class Handler(_Handler):
        pass

    Handler.api = api
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    host, port = server.server_address[:2]
    api.url = f"http://{host!s}:{port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield api
    finally:
        api.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    api: MessagesApi
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answer as the script says."""
        raw = self.rfile.read(int(self.headers.get("content-length", "0")))
        body = cast("Mapping[str, object]", json.loads(raw))
        seen = Seen(self.path, {name.lower(): value for name, value in self.headers.items()}, body, raw.decode())
        self.api.seen.append(seen)
        self.api.arrived.set()
        self._send(self.api.reply(seen))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the signature of the base class
        """Say nothing."""

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("content-type", reply.content_type)
        self.send_header("connection", "close")
        is_whole = not reply.waits
        if is_whole:
            self.send_header("content-length", str(len(reply.body) + reply.promised))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)
        self.wfile.flush()
        if reply.waits:
            self.api.closing.wait()
        self.close_connection = True


def _refuse(seen: Seen) -> Reply | None:
    """Return what the real server would say to a request that is wrong."""
    if seen.headers.get("anthropic-version") not in _VERSIONS:
        return error(400, "invalid_request_error", "anthropic-version: header is required")
    said = seen.headers.get("x-api-key") or seen.headers.get("authorization", "").removeprefix("Bearer ")
    if said != KEY:
        return error(401, "authentication_error", "invalid x-api-key")
    body = seen.body
    if body.get("model") == RETIRED:
        return error(404, "not_found_error", f"model: {RETIRED}")
    for name in _FORBIDDEN:
        if name in body:
            return error(400, "invalid_request_error", f"{name}: Extra inputs are not permitted")
    unknown = set(body) - _KNOWN
    if unknown:
        return error(400, "invalid_request_error", f"{min(unknown)}: Extra inputs are not permitted")
    return _refuse_blocks(body) or _refuse_schema(body)


def _refuse_blocks(body: Mapping[str, object]) -> Reply | None:
    blocks = [*_dicts(body.get("system"))]
    for each in _dicts(body.get("messages")):
        blocks += _dicts(each.get("content"))
    lives = [
        cast("Mapping[str, object]", block["cache_control"])["ttl"] for block in blocks if "cache_control" in block
    ]
    if len(lives) > 4:
        return error(
            400,
            "invalid_request_error",
            f"A maximum of 4 blocks with cache_control may be provided. Found {len(lives)}.",
        )
    if "5m" in lives and "1h" in lives[lives.index("5m") :]:
        return error(
            400, "invalid_request_error", "a ttl='1h' cache_control block must not come after a ttl='5m' block"
        )
    if any(not block.get("text") for block in blocks):
        return error(400, "invalid_request_error", "text content blocks must be non-empty")
    return None


def _refuse_schema(body: Mapping[str, object]) -> Reply | None:
    config = body.get("output_config")
    form = cast("Mapping[str, object]", config).get("format") if isinstance(config, Mapping) else None
    schema = cast("Mapping[str, object]", form).get("schema") if isinstance(form, Mapping) else None
    stack = [schema] if isinstance(schema, Mapping) else []
    while stack:
        node = stack.pop()
        if node.get("type") == "object" and node.get("additionalProperties") is not False:
            text = (
                "output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to false"
            )
            return error(400, "invalid_request_error", text)
        for value in node.values():
            stack += [value] if isinstance(value, Mapping) else _dicts(value)
    return None


def _dicts(value: object) -> list[Mapping[str, object]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
