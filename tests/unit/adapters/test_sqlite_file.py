"""Files that several processes open at once wait for each other; nobody throws away what another one uses."""

import sqlite3
import threading
from pathlib import Path

import pytest

from hive_guardian.adapters import cache_store
from hive_guardian.adapters.cache_store import CacheStore
from hive_guardian.adapters.sqlite_file import connect, keep_write_ahead_log


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file that does not exist yet."""
    return tmp_path / "store.sqlite3"


@pytest.fixture
def writer(path: Path) -> sqlite3.Connection:
    """Another process in the middle of writing, as far as SQLite can tell."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("CREATE TABLE other (name TEXT)")
    connection.execute("BEGIN IMMEDIATE")
    return connection


def test_turning_the_log_on_is_tried_again_while_others_hold_the_file(path: Path, writer: sqlite3.Connection) -> None:
    """SQLite itself gives up at once here."""
    timer = threading.Timer(0.1, writer.execute, ["COMMIT"])
    connection = connect(path, patience=0.0)
    timer.start()
    keep_write_ahead_log(connection, patience=30.0)
    timer.join()
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
    writer.close()


def test_patience_ends(path: Path, writer: sqlite3.Connection) -> None:
    """A file that stays locked is an error, not a hang."""
    connection = connect(path, patience=0.0)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        keep_write_ahead_log(connection, patience=0.02)
    connection.close()
    writer.close()


def test_a_cache_that_others_keep_locked_is_not_thrown_away(
    path: Path, writer: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run goes on without a cache; what the other process has stays."""
    monkeypatch.setattr(cache_store, "_BUSY_SECONDS", 0.02)
    store = CacheStore(path, "1")
    store.store("key", "text")
    assert store.value("key") is None
    assert store.notes == (f"no cache: other processes kept {path.name} locked",)
    writer.execute("INSERT INTO other VALUES ('kept')")
    writer.execute("COMMIT")
    assert writer.execute("SELECT name FROM other").fetchall() == [("kept",)]
    writer.close()


def test_a_cache_of_another_version_is_emptied_once(path: Path) -> None:
    """Whoever comes second finds what the first one stored."""
    old = CacheStore(path, "1")
    old.store("key", "old")
    old.close()
    first = CacheStore(path, "2")
    assert first.value("key") is None
    first.store("key", "new")
    second = CacheStore(path, "2")
    assert (second.value("key"), second.notes) == ("new", ())
    first.close()
    second.close()
