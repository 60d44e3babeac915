"""How many copies lie on which shelf."""

import sqlite3

_connection: sqlite3.Connection | None = None


def connect(path: str = ":memory:") -> sqlite3.Connection:
    """Return the connection to the stock database, opened on first use."""
    global _connection
    if _connection is None:
        _connection = sqlite3.connect(path)
        _connection.execute("CREATE TABLE IF NOT EXISTS stock (isbn TEXT PRIMARY KEY, copies INTEGER NOT NULL)")
    return _connection


def reserve(isbn: str, copies: int) -> bool:
    """Take copies off the shelf; return False when there are too few."""
    with connect() as database:
        changed = database.execute(
            "UPDATE stock SET copies = copies - ? WHERE isbn = ? AND copies >= ?", (copies, isbn, copies)
        )
    return changed.rowcount == 1


def release(isbn: str, copies: int) -> None:
    """Put copies back on the shelf."""
    with connect() as database:
        database.execute("UPDATE stock SET copies = copies + ? WHERE isbn = ?", (copies, isbn))
