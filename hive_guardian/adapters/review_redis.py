"""Kept answers in a Redis server that several machines share.

Two commands of its protocol are all that is needed, so no client library is.
"""

import socket
import ssl
from contextlib import suppress
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from hive_guardian.model.errors import UsageError

_PORT = 6379
_SECONDS = 2.0
_DAY_SECONDS = 86_400
_PREFIX = "hive-guardian:answer:"
_LONGEST = 16_000_000
"""Bytes of a text that are read at most: a server may promise anything."""


class RedisAnswers:
    """Answers in Redis, each for a time; how much is kept is for the server to limit (`maxmemory`).

    A server that fails is not asked again in this run: that costs money, never correctness.

    Args:
        url: `redis://[[user]:password@]host[:port][/number]`, or `rediss://` with TLS.
        days: how long an answer is kept.

    Raises:
        UsageError: the URL is none.

    Source: Redis serialization protocol, RESP2; commands AUTH, SELECT, GET, SET with EX.
    """

    def __init__(self, url: str, *, days: int) -> None:
        """Connect when the first answer is looked for."""
        parts = urlsplit(url)
        number = parts.path.strip("/") or "0"
        if parts.scheme not in {"redis", "rediss"} or not parts.hostname or not number.isdigit():
            raise UsageError("HIVE_GUARDIAN_ANSWERS_URL: expected an address such as redis://cache.example.com:6379/0")
        self._host, self._port, self._is_tls = parts.hostname, parts.port or _PORT, parts.scheme == "rediss"
        names = [unquote(name) for name in (parts.username, parts.password) if name]
        self._greeting = [("AUTH", *names)] if names else []
        self._greeting += [("SELECT", number)] if number != "0" else []
        self._seconds = days * _DAY_SECONDS
        self._socket: socket.socket | None = None
        self._stream: BinaryIO | None = None
        self._is_given_up = False

    def get(self, key: str) -> str | None:
        """Return what was kept, `None` if nothing is, or no longer."""
        found = self._ask("GET", _PREFIX + key)
        return found.decode("utf-8", "replace") if found is not None else None

    def put(self, key: str, text: str) -> None:
        """Keep a text."""
        self._ask("SET", _PREFIX + key, text, "EX", str(self._seconds))

    def close(self) -> None:
        """Close the connection."""
        for each in (self._stream, self._socket):
            if each is not None:
                with suppress(OSError):
                    each.close()
        self._socket = self._stream = None

    def _ask(self, *words: str) -> bytes | None:
        if self._is_given_up:
            return None
        try:
            if self._socket is None or self._stream is None:
                self._socket, self._stream = self._connect()
                for greeting in self._greeting:
                    _exchange(self._socket, self._stream, greeting)
            return _exchange(self._socket, self._stream, words)
        except (OSError, ValueError):
            self._is_given_up = True
            self.close()
            return None

    def _connect(self) -> tuple[socket.socket, BinaryIO]:
        connection = socket.create_connection((self._host, self._port), timeout=_SECONDS)
        if self._is_tls:
            connection = ssl.create_default_context().wrap_socket(connection, server_hostname=self._host)
        return connection, connection.makefile("rb")


def _exchange(connection: socket.socket, stream: BinaryIO, words: tuple[str, ...]) -> bytes | None:
    """Send a command and return its answer, `None` for the answer that there is nothing.

    Raises:
        ValueError: the server refused, or does not speak the protocol.
    """
    encoded = [word.encode("utf-8", "replace") for word in words]
    connection.sendall(b"*%d\r\n" % len(encoded) + b"".join(b"$%d\r\n%b\r\n" % (len(word), word) for word in encoded))
    line = _read_line(stream)
    kind, rest = line[:1], line[1:]
    if kind in {b"+", b":"}:
        return rest
    if kind != b"$":
        raise ValueError("the server refused a command")
    size = int(rest)
    if size < 0:
        return None
    if size > _LONGEST:
        raise ValueError("the server promises more than anybody kept")
    return _read_exactly(stream, size + 2)[:-2]


def _read_line(stream: BinaryIO) -> bytes:
    line = stream.readline(1024)
    if not line.endswith(b"\r\n"):
        raise ValueError("the server broke off")
    return line[:-2]


def _read_exactly(stream: BinaryIO, size: int) -> bytes:
    pieces: list[bytes] = []
    while size > 0:
        piece = stream.read(min(size, 65_536))
        if not piece:
            raise ValueError("the server broke off")
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)
