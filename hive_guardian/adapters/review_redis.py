"""Kept answers in a Redis server that several machines share."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from hive_guardian.model.errors import UsageError

_SECONDS = 2.0
_DAY_SECONDS = 86_400
_PREFIX = "hive-guardian:answer:"


class RedisAnswers:
    """Answers in Redis, each for a time; how much is kept is for the server to limit (`maxmemory`).

    A server that fails is not asked again in this run: that costs money, never correctness.

    Args:
        url: `redis://[[user]:password@]host[:port][/number]`, or `rediss://` with TLS.
        days: how long an answer is kept.

    Raises:
        UsageError: the URL is none.
    """

    def __init__(self, url: str, *, days: int) -> None:
        """Connect when the first answer is looked for."""
        parts = urlsplit(url)
        number = parts.path.strip("/") or "0"
        if parts.scheme not in {"redis", "rediss"} or not parts.hostname or not number.isdigit():
            raise UsageError("HIVE_GUARDIAN_ANSWERS_URL: expected an address such as redis://cache.example.com:6379/0")
        self._client: redis.Redis | None = redis.Redis.from_url(
            url,
            socket_timeout=_SECONDS,
            socket_connect_timeout=_SECONDS,
            retry=Retry(NoBackoff(), 0),
            protocol=2,  # what every version of the server speaks
        )
        self._seconds = days * _DAY_SECONDS

    def get(self, key: str) -> str | None:
        """Return what was kept, `None` if nothing is, or no longer."""
        with self._guarded() as client:
            found = client.get(_PREFIX + key) if client is not None else None
            if isinstance(found, bytes):
                return found.decode("utf-8", "replace")
        return None

    def put(self, key: str, text: str) -> None:
        """Keep a text."""
        with self._guarded() as client:
            if client is not None:
                client.set(_PREFIX + key, text.encode("utf-8", "replace"), ex=self._seconds)

    def close(self) -> None:
        """Close the connection."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(redis.RedisError, OSError):
                client.close()

    @contextmanager
    def _guarded(self) -> Iterator[redis.Redis | None]:
        """Hand out the client; a server that refuses, hangs or speaks another protocol is given up."""
        try:
            yield self._client
        except (redis.RedisError, OSError, ValueError):
            self.close()
