"""What earlier reviews of each line of work found and read: one SQLite file beside the cost ledger.

It lies outside of the project on purpose: what lies in a repository was written by whoever wants a change merged.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from hive_guardian.model.errors import UsageError
from hive_guardian.review.memory import Life, Memory, dump_memory, load_memory

REVIEWS_FILE = "reviews.sqlite3"
_VERSION = 1
_BUSY_SECONDS = 5.0
_MOST_CHANGES = 100
_CREATE = """
CREATE TABLE memories (
    repository TEXT NOT NULL, change TEXT NOT NULL, at REAL NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (repository, change)
) STRICT;
CREATE TABLE dismissals (
    repository TEXT NOT NULL, change TEXT NOT NULL, fingerprint TEXT NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL,
    PRIMARY KEY (repository, change, fingerprint)
) STRICT;
"""


class SqliteReviews:
    """Memories of reviews, by repository and line of work.

    Losing them costs money and repeats findings; it never hides one, so a file that cannot be read is an empty one.

    Args:
        path: of the file; its directory is created when something is written.
        repository: whose memories.
    """

    def __init__(self, path: Path, repository: str) -> None:
        """Open nothing yet."""
        self._path = path
        self._repository = repository

    def read(self, change: str) -> Memory:
        """Return what is known of a line of work."""
        if not self._path.exists():
            return Memory()
        with suppress(sqlite3.Error, OSError), self._open() as connection:
            row = connection.execute(
                "SELECT text FROM memories WHERE repository = ? AND change = ?", (self._repository, change)
            ).fetchone()
            memory = load_memory(str(row[0])) if row else Memory()
            said = connection.execute(
                "SELECT fingerprint, who, why FROM dismissals WHERE repository = ? AND change = ?",
                (self._repository, change),
            ).fetchall()
            return _dismissed(memory, {str(found): (str(who), str(why)) for found, who, why in said})
        return Memory()

    def write(self, change: str, memory: Memory, at: float) -> str:
        """Replace what is known of a line of work; returns why that failed, empty if it did not.

        Args:
            change: the line of work.
            memory: what to know.
            at: seconds of a wall clock: the oldest lines of work of a repository are forgotten.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._open() as connection:
                connection.execute(
                    "INSERT OR REPLACE INTO memories VALUES (?, ?, ?, ?)",
                    (self._repository, change, at, dump_memory(memory)),
                )
                connection.execute(
                    "DELETE FROM memories WHERE repository = ?1 AND change NOT IN (SELECT change FROM memories "
                    "WHERE repository = ?1 ORDER BY at DESC LIMIT ?2)",
                    (self._repository, _MOST_CHANGES),
                )
        except (sqlite3.Error, OSError) as error:
            return f"{self._path.name} cannot be written, so the next review will not know this one: {error}"
        return ""

    def memories(self) -> Sequence[tuple[str, Memory]]:
        """Return every line of work with what is known of it, the latest first."""
        if not self._path.exists():
            return ()
        names: list[str] = []
        with suppress(sqlite3.Error, OSError), self._open() as connection:
            query = "SELECT change FROM memories WHERE repository = ? ORDER BY at DESC, change"
            names = [str(row[0]) for row in connection.execute(query, (self._repository,))]
        return [(name, self.read(name)) for name in names]

    def dismiss(self, change: str, fingerprint: str, who: str, why: str) -> None:
        """Write down that a finding is not wanted on a line of work.

        Raises:
            UsageError: the file cannot be written.
        """
        try:
            with self._open() as connection:
                connection.execute(
                    "INSERT OR REPLACE INTO dismissals VALUES (?, ?, ?, ?, ?)",
                    (self._repository, change, fingerprint, who, why),
                )
        except (sqlite3.Error, OSError) as error:
            raise UsageError(f"{self._path.name} cannot be written: {error}") from error

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self._path, timeout=_BUSY_SECONDS, isolation_level=None)
        try:
            connection.execute("BEGIN IMMEDIATE")
            found = connection.execute("PRAGMA user_version").fetchone()[0]
            if found == 0:
                for statement in filter(str.strip, _CREATE.split(";")):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {_VERSION}")
            elif found != _VERSION:
                raise sqlite3.DatabaseError("another version of hive-guardian wrote it")
            yield connection
            connection.execute("COMMIT")
        finally:
            connection.close()


def _dismissed(memory: Memory, said: dict[str, tuple[str, str]]) -> Memory:
    """Return a memory in which dismissed findings are marked so, whatever happened to them since."""
    known = tuple(
        replace(one, life=Life.DISMISSED, by=said[one.fingerprint][0], why=said[one.fingerprint][1])
        if one.fingerprint in said
        else one
        for one in memory.known
    )
    return replace(memory, known=known)
