"""SQLite files that several processes open at once."""

import sqlite3
import time
from pathlib import Path

_PAUSE_SECONDS = 0.01


def connect(path: Path, *, patience: float) -> sqlite3.Connection:
    """Open a file without implicit transactions; its directory is created.

    Args:
        path: of the file.
        patience: seconds each statement waits for other processes.

    Raises:
        sqlite3.Error: it cannot be opened.
        OSError: its directory cannot be created.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    return sqlite3.connect(path, timeout=patience, isolation_level=None)


def keep_write_ahead_log(connection: sqlite3.Connection, *, patience: float) -> None:
    """Let readers go on while one process writes; a file remembers that it does.

    SQLite does not wait when two processes turn the log on at once, because each holds what the other needs: one of
    them fails at once, whatever its timeout (https://sqlite.org/rescode.html#busy), and has to come again.

    Raises:
        sqlite3.Error: the file cannot be used, or others kept it locked for `patience` seconds.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return


def is_busy(error: Exception) -> bool:
    """Whether a failure says no more than that other processes use the file."""
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
