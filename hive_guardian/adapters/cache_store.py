"""The cache on disk: one SQLite file per project, because it is atomic, shared and executes nothing it reads."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hive_guardian.adapters.sqlite_file import connect, is_busy, keep_write_ahead_log
from hive_guardian.engine.cache import CachedFacts, CachedFile

_TABLES = {
    "texts": "(key TEXT PRIMARY KEY, text TEXT NOT NULL, used INTEGER NOT NULL)",
    "files": """(
        run INTEGER NOT NULL, path TEXT NOT NULL, changed_ns INTEGER NOT NULL, size INTEGER NOT NULL,
        recorded_ns INTEGER NOT NULL, digest TEXT NOT NULL, info TEXT NOT NULL, redirects TEXT NOT NULL,
        role_by_head TEXT NOT NULL, findings TEXT NOT NULL, directives TEXT NOT NULL, facts_digest TEXT NOT NULL,
        PRIMARY KEY (run, path)
    ) WITHOUT ROWID""",
    "facts": """(
        run INTEGER NOT NULL, path TEXT NOT NULL, facts TEXT NOT NULL, collected TEXT NOT NULL,
        PRIMARY KEY (run, path)
    ) WITHOUT ROWID""",
    "runs": "(run INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, used INTEGER NOT NULL)",
}
_KEPT_RUNS = 6
_KEPT_TEXTS = 60
_BUSY_SECONDS = 5.0


class CacheStore:
    """A cache in one SQLite file.

    Args:
        path: the database file; its directory is created.
        schema: version of what is stored; another version is discarded.
    """

    def __init__(self, path: Path, schema: str) -> None:
        """Open or create the file; a corrupt one is discarded with a note, an unusable place leaves no cache."""
        self.path = path
        self._schema = schema
        self._notes: list[str] = []
        self._connection: sqlite3.Connection | None = None
        self._clock = 0
        self._writable = True
        try:
            self._connection = self._open(schema)
        except (sqlite3.Error, OSError) as error:
            if is_busy(error):
                self._note(f"no cache: other processes kept {path.name} locked")
            else:
                self._discard(f"the cache {path.name} was unusable and has been discarded ({error})", schema)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know, in order."""
        return tuple(self._notes)

    def value(self, key: str) -> str | None:
        """Return a stored text."""
        with self._guarded() as connection:
            if connection is not None:
                row = connection.execute("SELECT text FROM texts WHERE key = ?", (key,)).fetchone()
                return str(row[0]) if row else None
        return None

    def store(self, key: str, text: str) -> None:
        """Remember a text; old ones are dropped."""
        with self._writing() as connection:
            if connection is not None:
                connection.execute("INSERT OR REPLACE INTO texts VALUES (?, ?, ?)", (key, text, self._tick()))
                connection.execute(
                    "DELETE FROM texts WHERE key NOT IN (SELECT key FROM texts ORDER BY used DESC LIMIT ?)",
                    (_KEPT_TEXTS,),
                )

    def files(self, run_key: str) -> Mapping[str, CachedFile]:
        """Return path -> stored result of a run key."""
        found: dict[str, CachedFile] = {}
        with self._guarded() as connection:
            run = self._run(run_key) if connection is not None else None
            if connection is not None and run is not None:
                query = (
                    "SELECT path, changed_ns, size, recorded_ns, digest, info, redirects, role_by_head, findings, "
                    "directives, facts_digest FROM files WHERE run = ?"
                )
                found.update((row[0], CachedFile._make(row)) for row in connection.execute(query, (run,)))
        return found

    def facts(self, run_key: str, paths: Iterable[str]) -> Mapping[str, CachedFacts]:
        """Return path -> stored facts."""
        found: dict[str, CachedFacts] = {}
        wanted = set(paths)
        with self._guarded() as connection:
            run = self._run(run_key) if connection is not None else None
            if connection is not None and run is not None:
                rows = connection.execute("SELECT path, facts, collected FROM facts WHERE run = ?", (run,))
                found.update((path, CachedFacts(facts, collected)) for path, facts, collected in rows if path in wanted)
        return found

    def update(self, run_key: str, files: Iterable[tuple[CachedFile, CachedFacts]], gone: Iterable[str]) -> None:
        """Remember results and forget files that are gone, in one transaction."""
        with self._writing() as connection:
            if connection is None:
                return
            run = self._run(run_key, create=True)
            kept = list(files)
            connection.executemany(
                f"INSERT OR REPLACE INTO files VALUES ({', '.join('?' * 12)})",  # noqa: S608 - only placeholders
                ((run, *_row(file)) for file, _ in kept),
            )
            connection.executemany(
                "INSERT OR REPLACE INTO facts VALUES (?, ?, ?, ?)",
                ((run, file.path, facts.facts, facts.collected) for file, facts in kept),
            )
            for table in ("files", "facts"):
                connection.executemany(
                    f"DELETE FROM {table} WHERE run = ? AND path = ?",  # noqa: S608 - two fixed table names
                    [(run, path) for path in gone],
                )
            self._forget_old_runs(connection)

    def discard(self, reason: str) -> None:
        """Throw everything away and start anew, with a note."""
        self._discard(f"the cache {self.path.name} was corrupt and has been discarded ({reason})", self._schema)

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self, schema: str) -> sqlite3.Connection:
        connection = connect(self.path, patience=_BUSY_SECONDS)
        try:
            if _schema_of(connection) != schema:
                keep_write_ahead_log(connection, patience=_BUSY_SECONDS)
                _lay_out(connection, schema)
            latest = connection.execute("SELECT max(used) FROM texts").fetchone()[0] or 0
            self._clock = latest + 1
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _discard(self, note: str, schema: str) -> None:
        """Throw the file away and start anew; without a usable place go on without a cache."""
        self.close()
        try:
            for suffix in ("", "-wal", "-shm"):
                Path(f"{self.path}{suffix}").unlink(missing_ok=True)
            self._connection = self._open(schema)
        except (sqlite3.Error, OSError) as error:
            self._connection = None
            self._note(f"no cache: {self.path.parent.name} cannot be used ({error})")
            return
        self._note(note)

    def _note(self, text: str) -> None:
        if text not in self._notes:
            self._notes.append(text)

    def _run(self, run_key: str, *, create: bool = False) -> int | None:
        connection = self._connection
        if connection is None:
            return None
        row = connection.execute("SELECT run FROM runs WHERE key = ?", (run_key,)).fetchone()
        if row is None and create:
            connection.execute("INSERT INTO runs (key, used) VALUES (?, ?)", (run_key, self._tick()))
            row = connection.execute("SELECT run FROM runs WHERE key = ?", (run_key,)).fetchone()
        elif row is not None and create:
            connection.execute("UPDATE runs SET used = ? WHERE run = ?", (self._tick(), row[0]))
        return int(row[0]) if row else None

    def _forget_old_runs(self, connection: sqlite3.Connection) -> None:
        old = connection.execute("SELECT run FROM runs ORDER BY used DESC LIMIT -1 OFFSET ?", (_KEPT_RUNS,)).fetchall()
        for (run,) in old:
            for table in ("files", "facts", "runs"):
                connection.execute(f"DELETE FROM {table} WHERE run = ?", (run,))  # noqa: S608 - fixed table names

    def _tick(self) -> int:
        """Return a logical time that orders uses; the wall clock may jump."""
        self._clock += 1
        return self._clock

    @contextmanager
    def _guarded(self) -> Iterator[sqlite3.Connection | None]:
        """Hand out the connection; a failing file is given up with a note."""
        try:
            yield self._connection
        except (sqlite3.Error, UnicodeError) as error:
            self.close()
            self._note(f"the cache {self.path.name} failed and was not used ({error})")

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection | None]:
        """Hand out the connection inside one transaction; a read-only place leaves a note."""
        connection = self._connection if self._writable else None
        if connection is None:
            yield None
            return
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        except (sqlite3.Error, UnicodeError) as error:
            self._writable = False
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            self._note(f"the cache {self.path.name} was not updated ({error})")


def _schema_of(connection: sqlite3.Connection) -> str | None:
    """Return the version of what a file holds, `None` when it holds nothing."""
    if connection.execute("SELECT name FROM sqlite_master WHERE name = 'texts'").fetchone() is None:
        return None
    row = connection.execute("SELECT text FROM texts WHERE key = 'schema'").fetchone()
    return str(row[0]) if row else None


def _lay_out(connection: sqlite3.Connection, schema: str) -> None:
    """Empty a file and create the tables, unless another process just did."""
    connection.execute("BEGIN IMMEDIATE")
    if _schema_of(connection) != schema:
        for table, columns in _TABLES.items():
            connection.execute(f"DROP TABLE IF EXISTS {table}")
            connection.execute(f"CREATE TABLE {table} {columns}")
        connection.execute("INSERT INTO texts VALUES ('schema', ?, ?)", (schema, 2**62))
    connection.execute("COMMIT")


def _row(file: CachedFile) -> tuple[object, ...]:
    return (
        file.path, file.changed_ns, file.size, file.recorded_ns, file.digest, file.info, file.redirects,
        file.role_by_head, file.findings, file.directives, file.facts_digest,
    )  # fmt: skip
