"""Runs the loopback Messages API in a thread of its own, for the time of a block."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from hive_guardian.model.errors import UsageError
from hive_guardian.testing.messages_api.known_models import KnownModel, Models
from hive_guardian.testing.messages_api.reply import ANSWER, Answer, End, Reply, Seen, error, say
from hive_guardian.testing.messages_api.strictness import refuse

_MOST_BYTES = 32 * 1024 * 1024
_GRACE_SECONDS = 1.0
_JOIN_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what was answered, without content: what a log may show.

    Attributes:
        method: of HTTP.
        path: of its URL.
        model: that was asked, empty if none was named.
        is_streamed: whether a stream was asked for.
        size: of the request in bytes.
        status: of the response.
        label: what the reply is called, empty for a plain answer.
        seconds: from the arrival of the request to the end of the response.
    """

    method: str
    path: str
    model: str
    is_streamed: bool
    size: int
    status: int
    label: str
    seconds: float


@dataclass(eq=False)
class MessagesApi:
    """The server: what it is to answer, and what it was asked.

    Attributes:
        url: its base URL.
        script: replies to `POST /v1/messages`, the next first; one that has nothing to say stays for a later request.
        default: answers when the script has nothing.
        models: what it knows of models.
        latency_seconds: pause before each response.
        on_exchange: is told of every request once its response ended; called in the thread of the server.
        seen: requests in order of arrival.
        arrived: set when there was one.
    """

    url: str = ""
    script: list[Reply | Answer] = field(default_factory=list)
    default: Answer = field(default_factory=lambda: say(ANSWER))
    models: Models = field(default_factory=Models)
    latency_seconds: float = 0.0
    on_exchange: Callable[[Exchange], None] | None = None
    seen: list[Seen] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)

    def reply(self, seen: Seen) -> Reply:
        """Return the response to a request: what is wrong with it, else what the script says."""
        problem = refuse(seen, self.models)
        if problem is not None:
            return problem
        if seen.path.endswith("/count_tokens"):
            return _json_reply({"input_tokens": max(1, len(seen.raw) // 4)})
        if seen.path.startswith("/v1/models"):
            return self._model_page(seen.path)
        return self._scripted(seen.body)

    def _scripted(self, body: Mapping[str, object]) -> Reply:
        for index, each in enumerate(self.script):
            reply = each if isinstance(each, Reply) else each(body)
            if reply is not None:
                del self.script[index]
                return reply
        return self.default(body) or error(500, "api_error", "the script has no answer to this request")

    def _model_page(self, path: str) -> Reply:
        name = path.removeprefix("/v1/models").strip("/")
        if not name:
            listed = self.models.listed()
            page = {"data": listed, "has_more": False, "first_id": listed[0]["id"], "last_id": listed[-1]["id"]}
            return _json_reply(page)
        found = self.models.find(name)
        return _json_reply(found.page()) if found else error(404, "not_found_error", f"model: {name}")


@contextmanager
def serve(
    script: Sequence[Reply | Answer] = (),
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    default: Answer | None = None,
    models: Sequence[KnownModel] = (),
    latency_seconds: float = 0.0,
    on_exchange: Callable[[Exchange], None] | None = None,
) -> Iterator[MessagesApi]:
    """Run a server for the time of the block; afterwards its thread has ended and its port is free.

    Args:
        script: replies in order; more can be added while it runs.
        host: a loopback address.
        port: 0 = any that is free.
        default: answers when the script has nothing; an answer without findings if `None`.
        models: those it has; none named = those of the real API, and any other name is there.
        latency_seconds: pause before each response.
        on_exchange: see `MessagesApi`.

    Raises:
        UsageError: the host is no loopback address, or the port cannot be used.
    """
    listener = _listen(host, port)
    bound = listener.getsockname()
    shown = f"[{bound[0]}]" if ":" in bound[0] else bound[0]
    api = MessagesApi(
        f"http://{shown}:{bound[1]}", list(script), default or say(ANSWER), Models(models), latency_seconds, on_exchange
    )
    server = _Server(api)
    thread = threading.Thread(target=server.run, args=([listener],), name="messages-api")
    thread.start()
    try:
        yield api
    finally:
        server.stop()
        thread.join(_JOIN_SECONDS)
        listener.close()


def _listen(host: str, port: int) -> socket.socket:
    try:
        is_loopback = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise UsageError(f"the fake Messages API listens on loopback only, and {host!r} is no such address")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as problem:
        raise UsageError(f"cannot listen on {host}:{port}: {problem.strerror}") from problem


class _Server(uvicorn.Server):
    """A server that ends as soon as it is told to, with whatever is under way."""

    def __init__(self, api: MessagesApi) -> None:
        self._closing = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_stopped = threading.Event()
        application = _application(api, self)
        super().__init__(
            uvicorn.Config(
                application, loop="asyncio", http="h11", ws="none", lifespan="off", log_config=None,
                access_log=False, log_level="critical", date_header=False, server_header=False,
            )
        )  # fmt: skip

    @property
    def closing(self) -> asyncio.Event:
        """Set when the server ends, in its own event loop."""
        return self._closing

    async def main_loop(self) -> None:
        """Wait for the end instead of looking for it ten times a second."""
        self._loop = asyncio.get_running_loop()
        if not self._is_stopped.is_set():
            await self._closing.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End every pause and every connection; the base class looks ten times a second whether they have."""
        del sockets  # closed with the servers
        self._closing.set()
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        tasks = list(self.server_state.tasks)
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=_GRACE_SECONDS)
            for task in late:
                task.cancel()
        for connection in list(self.server_state.connections):
            connection.transport.abort()

    def stop(self) -> None:
        """End the server, from another thread."""
        self.should_exit = True
        self._is_stopped.set()
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._closing.set)

    def abort(self, client: tuple[str, int] | None) -> None:
        """Break the connection to a client."""
        for connection in list(self.server_state.connections):
            if getattr(connection, "client", None) == client:
                connection.transport.abort()


def _application(api: MessagesApi, server: _Server) -> Starlette:
    async def answer(request: Request) -> "_Sending":
        began = time.monotonic()
        raw = await request.body()
        seen = Seen(
            request.url.path,
            {name.lower(): value for name, value in request.headers.items()},
            _decode(raw),
            raw.decode("utf-8", "replace"),
            request.method,
        )
        api.seen.append(seen)
        api.arrived.set()
        reply = error(413, "request_too_large") if len(raw) > _MOST_BYTES else api.reply(seen)
        return _Sending(api, server, seen, reply, began)

    return Starlette(
        routes=[
            Route("/v1/messages", answer, methods=["POST"]),
            Route("/v1/messages/count_tokens", answer, methods=["POST"]),
            Route("/v1/models", answer, methods=["GET"]),
            Route("/v1/models/{model:path}", answer, methods=["GET"]),
        ],
        exception_handlers={HTTPException: _no_route},
    )


async def _no_route(request: Request, problem: Exception) -> "_Plain":
    """Answer a request for something the API does not have, in its own shape."""
    del request
    status = problem.status_code if isinstance(problem, HTTPException) else 500
    return _Plain(error(status, "not_found_error" if status == 404 else "invalid_request_error", "Not Found"))


class _Plain(Response):
    """Sends a reply, and breaks off where the reply says so."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self._reply = reply

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        del scope, receive
        await self._start(send)
        await send(_body(self._reply.body, is_last=True))

    async def _start(self, send: Send) -> None:
        headers = {"content-type": self._reply.content_type, "connection": "close", **self._reply.headers}
        if self._reply.end is End.WHOLE:
            headers["content-length"] = str(len(self._reply.body))
        raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": self._reply.status, "headers": raw})


class _Sending(_Plain):
    """As `_Plain`, with pauses and ends of all kinds, and an entry in the log."""

    def __init__(self, api: MessagesApi, server: _Server, seen: Seen, reply: Reply, began: float) -> None:
        super().__init__(reply)
        self._api = api
        self._server = server
        self._seen = seen
        self._began = began

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; a client that leaves, or a server that ends, ends every pause."""
        gone = asyncio.ensure_future(_wait_for_disconnect(receive))
        closing = asyncio.ensure_future(self._server.closing.wait())
        try:
            await self._send(scope, send, (gone, closing))
        finally:
            gone.cancel()
            closing.cancel()
            self._log()

    async def _send(self, scope: Scope, send: Send, ends: Sequence[asyncio.Future[Any]]) -> None:
        reply = self._reply
        await _pause(self._api.latency_seconds + reply.delay_seconds, ends)
        if reply.end is End.DROPPED:
            client = scope.get("client")
            self._server.abort(tuple(client) if client else None)
            return
        if reply.end is End.WAITS and not reply.body:
            await _pause(None, ends)
        await self._start(send)
        for piece in reply.pieces:
            await send(_body(piece, is_last=False))
            await _pause(reply.drip_seconds, ends)
        if reply.end is End.WAITS:
            await _pause(None, ends)
        if reply.end is End.WHOLE:  # else the response stays incomplete, and the server closes the connection
            await send(_body(b"", is_last=True))

    def _log(self) -> None:
        if self._api.on_exchange is None:
            return
        seen, body = self._seen, self._seen.body
        self._api.on_exchange(
            Exchange(
                seen.method, seen.path, str(body.get("model", "")), body.get("stream") is True,
                len(seen.raw.encode()), self._reply.status, self._reply.label, time.monotonic() - self._began,
            )
        )  # fmt: skip


async def _pause(seconds: float | None, ends: Sequence[asyncio.Future[Any]]) -> None:
    """Wait, for ever if `None`, but not longer than anybody listens."""
    if seconds is None or seconds > 0:
        await asyncio.wait(ends, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)


async def _wait_for_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _body(piece: bytes, *, is_last: bool) -> Message:
    return {"type": "http.response.body", "body": piece, "more_body": not is_last}


def _json_reply(body: Mapping[str, object]) -> Reply:
    return Reply(body=json.dumps(body).encode(), headers={"request-id": "req_1"})


def _decode(raw: bytes) -> Mapping[str, object]:
    """Return a JSON object, empty for anything else."""
    try:
        found = json.loads(raw) if raw else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
