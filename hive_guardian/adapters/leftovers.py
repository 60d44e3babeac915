"""What a run leaves on disk, as text in which something can be looked for."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

_SQLITE = b"SQLite format 3\0"


def read_leftovers(*folders: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and the content of every file below some directories; of a database, its rows.

    Raises:
        OSError: a file cannot be read.
        sqlite3.Error: a database is damaged.
    """
    for folder in folders:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            content = path.read_bytes()
            yield path.name, content.decode("utf-8", "replace")
            if content.startswith(_SQLITE):
                yield path.name, "\n".join(_rows(path))


def _rows(path: Path) -> Iterator[str]:
    with closing(sqlite3.connect(path)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in connection.execute(f'SELECT * FROM "{table}"'):  # noqa: S608 - the name is the database's own
                yield " ".join(_text(value) for value in row)


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
