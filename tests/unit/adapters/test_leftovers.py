import sqlite3
from contextlib import closing
from pathlib import Path

from hive_guardian.adapters.leftovers import read_leftovers


def test_rows_of_databases_are_read(tmp_path: Path) -> None:
    """A value that SQLite spreads over pages is found whole; other files are text."""
    long = "needle" * 5000
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection, connection:
        connection.execute("CREATE TABLE t (a, b)")
        connection.execute("INSERT INTO t VALUES (?, ?)", (long, b"blob"))
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.json").write_bytes(b"\xff text")
    found = list(read_leftovers(tmp_path))
    assert any(name == "a.db" and f"{long} blob" in text for name, text in found)
    assert any(name == "b.json" and "text" in text for name, text in found)
