"""Runs the loopback Messages API in a thread of its own, for the time of a block."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from ipaddress import ip_address

import uvicorn

from hive_guardian.model.errors import UsageError
from hive_guardian.testing.messages_api.application import build_application
from hive_guardian.testing.messages_api.exchange import Exchange, MessagesApi
from hive_guardian.testing.messages_api.known_models import KnownModel, Models
from hive_guardian.testing.messages_api.reply import ANSWER, Answer, Reply, say

_GRACE_SECONDS = 1.0
_JOIN_SECONDS = 10.0


@contextmanager
def serve(
    script: Sequence[Reply | Answer] = (),
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    first: Sequence[Answer] = (),
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
        first: asked before the script, and never used up.
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
        url=f"http://{shown}:{bound[1]}", script=list(script), first=tuple(first), default=default or say(ANSWER),
        models=Models(models), latency_seconds=latency_seconds, on_exchange=on_exchange,
    )  # fmt: skip
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
        application = build_application(api, self)
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
