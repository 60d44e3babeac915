"""Kept answers in one SQLite file, for a time and up to a size."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hive_guardian.adapters.sqlite_file import connect, keep_write_ahead_log

_BUSY_SECONDS = 2.0
_VERSION = 1
_CREATE = """
DROP TABLE IF EXISTS answers;
CREATE TABLE answers (key TEXT PRIMARY KEY, text TEXT NOT NULL, stored REAL NOT NULL, used REAL NOT NULL) STRICT;
"""
_DAY_SECONDS = 86_400.0


class SqliteAnswers:
    """Answers on disk. A file that cannot be used keeps nothing: that costs money, never correctness.

    Args:
        path: of the file; its directory is created.
        days: how long an answer is kept.
        megabytes: how much is kept; what was not used for longest goes first.
        clock: wall time in seconds.
    """

    def __init__(self, path: Path, *, days: int, megabytes: int, clock: Callable[[], float]) -> None:
        """Open the file and drop what is too old."""
        self._seconds = days * _DAY_SECONDS
        self._bytes = megabytes * 1_000_000
        self._clock = clock
        self._connection: sqlite3.Connection | None = None
        try:
            self._connection = connect(path, patience=_BUSY_SECONDS)
        except (sqlite3.Error, OSError):
            return
        with self._guarded() as connection:
            if connection is not None:
                keep_write_ahead_log(connection, patience=_BUSY_SECONDS)
                if connection.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
                    connection.executescript(f"BEGIN IMMEDIATE; {_CREATE} PRAGMA user_version = {_VERSION}; COMMIT;")
                connection.execute("DELETE FROM answers WHERE stored <= ?", (self._clock() - self._seconds,))

    def get(self, key: str) -> str | None:
        """Return what was kept, `None` if nothing is, or no longer."""
        now = self._clock()
        with self._guarded() as connection:
            if connection is not None:
                query = "UPDATE answers SET used = ? WHERE key = ? AND stored > ? RETURNING text"
                row = connection.execute(query, (now, key, now - self._seconds)).fetchone()
                return str(row[0]) if row else None
        return None

    def put(self, key: str, text: str) -> None:
        """Keep a text, and make room for it."""
        now = self._clock()
        with self._guarded() as connection:
            if connection is not None:
                connection.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)", (key, text, now, now))
                connection.execute(
                    "DELETE FROM answers WHERE key IN (SELECT key FROM (SELECT key, sum(length(CAST(text AS BLOB))) "
                    "OVER (ORDER BY used DESC, key) AS size FROM answers) WHERE size > ?)",
                    (self._bytes,),
                )

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @contextmanager
    def _guarded(self) -> Iterator[sqlite3.Connection | None]:
        """Hand out the connection; a failing file is given up."""
        try:
            yield self._connection
        except (sqlite3.Error, UnicodeError):
            self.close()
