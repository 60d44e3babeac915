"""A Redis that knows a few commands, on the loopback interface."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO, cast


@dataclass
class Redis:
    """The server: its data, and how it misbehaves.

    Attributes:
        port: where it listens.
        password: what AUTH must say, empty = anybody may come in.
        reply: sent instead of every answer, if there is one.
        data: (number of the database, key) -> text.
        expiries: key -> seconds it was kept for.
        commands: every command that came in, in order.
    """

    port: int = 0
    password: str = ""
    reply: bytes | None = None
    data: dict[tuple[str, str], bytes] = field(default_factory=dict)
    expiries: dict[str, str] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)


@contextmanager
def serve_redis() -> Iterator[Redis]:
    """Run a server for the time of the block."""
    redis = Redis()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            _serve(redis, cast("BinaryIO", self.rfile), cast("BinaryIO", self.wfile))

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    redis.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield redis
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _serve(redis: Redis, source: BinaryIO, target: BinaryIO) -> None:
    database, is_known = "0", not redis.password
    while words := _read(source):
        redis.commands.append(words[0].decode())
        name, rest = words[0].decode(), [word.decode() for word in words[1:]]
        if redis.reply is not None:
            target.write(redis.reply)
            return
        if name == "AUTH":
            is_known = rest[-1] == redis.password
            target.write(b"+OK\r\n" if is_known else b"-WRONGPASS no\r\n")
        elif name == "CLIENT":
            target.write(b"+OK\r\n")
        elif not is_known:
            target.write(b"-NOAUTH Authentication required.\r\n")
        elif name == "SELECT":
            database = rest[0]
            target.write(b"+OK\r\n")
        elif name == "SET":
            redis.data[database, rest[0]] = words[2]
            redis.expiries[rest[0]] = rest[rest.index("EX") + 1]
            target.write(b"+OK\r\n")
        else:
            found = redis.data.get((database, rest[0]))
            target.write(b"$-1\r\n" if found is None else b"$%d\r\n%b\r\n" % (len(found), found))


def _read(source: BinaryIO) -> list[bytes]:
    head = source.readline()
    if not head:
        return []
    words = []
    for _ in range(int(head[1:])):
        size = int(source.readline()[1:])
        words.append(source.read(size + 2)[:-2])
    return words
