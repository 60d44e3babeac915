"""The loopback Messages API as an ASGI application: its addresses, and responses that break off where they should."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any, Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from hive_guardian.testing.messages_api.arrival import read_request
from hive_guardian.testing.messages_api.exchange import Exchange, MessagesApi
from hive_guardian.testing.messages_api.frames import put_into_frames
from hive_guardian.testing.messages_api.reply import End, Reply, Seen, error

_MOST_BYTES = 32 * 1024 * 1024


class Connections(Protocol):
    """What the application must know of the server that runs it."""

    @property
    def closing(self) -> asyncio.Event:
        """Set when the server ends."""
        ...

    def abort(self, client: tuple[str, int] | None) -> None:
        """Break the connection to a client."""
        ...


def build_application(api: MessagesApi, connections: Connections) -> Starlette:
    """Return the ASGI application that answers as a script says."""

    async def answer(request: Request) -> "_Sending":
        began = time.monotonic()
        raw = await request.body()
        headers = {name.lower(): value for name, value in request.headers.items()}
        seen = read_request(request.method, request.url.path, headers, raw)
        reply = error(413, "request_too_large") if len(raw) > _MOST_BYTES else api.take(seen)
        reply = put_into_frames(reply) if seen.in_frames else reply
        return _Sending(api, connections, seen, reply, began)

    return Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])


class _Sending(Response):
    """Sends a reply with its pauses, breaks off where it says so, and leaves an entry in the log."""

    def __init__(self, api: MessagesApi, connections: Connections, seen: Seen, reply: Reply, began: float) -> None:
        super().__init__()
        self._reply = reply
        self._api = api
        self._connections = connections
        self._seen = seen
        self._began = began

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; a client that leaves, or a server that ends, ends every pause."""
        gone = asyncio.ensure_future(_wait_for_disconnect(receive))
        closing = asyncio.ensure_future(self._connections.closing.wait())
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
            self._connections.abort(tuple(client) if client else None)
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

    async def _start(self, send: Send) -> None:
        headers = {"content-type": self._reply.content_type, "connection": "close", **self._reply.headers}
        if self._reply.end is End.WHOLE:
            headers["content-length"] = str(len(self._reply.body))
        raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": self._reply.status, "headers": raw})

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
