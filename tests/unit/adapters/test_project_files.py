from pathlib import Path

import pytest

from hive_guardian.adapters.project_files import read_project_file, write_project_files
from hive_guardian.model.errors import UsageError


def test_writes_new_and_old_files(tmp_path: Path) -> None:
    """Directories are made, modes stay, and nothing else is left behind."""
    (tmp_path / "old").write_bytes(b"1")
    (tmp_path / "old").chmod(0o640)
    write_project_files(tmp_path, [("old", b"1", b"2"), ("a/b/new", None, b"3")])
    assert (tmp_path / "old").read_bytes() == b"2"
    assert (tmp_path / "old").stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "a/b/new").read_bytes() == b"3"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a", "b", "new", "old"]


def test_reads_what_is_there(tmp_path: Path) -> None:
    """Nothing is `None`; a directory and a broken link are errors."""
    (tmp_path / "file").write_bytes(b"1")
    (tmp_path / "directory").mkdir()
    (tmp_path / "broken").symlink_to("nowhere")
    assert read_project_file(tmp_path, "file") == b"1"
    assert read_project_file(tmp_path, "none") is None
    with pytest.raises(UsageError, match="directory: "):
        read_project_file(tmp_path, "directory")
    with pytest.raises(UsageError, match="broken symbolic link"):
        read_project_file(tmp_path, "broken")


def test_a_refusal_writes_nothing_at_all(tmp_path: Path) -> None:
    """One file that cannot be written keeps the others as they were."""
    outside = tmp_path / "outside"
    outside.write_bytes(b"o")
    root = tmp_path / "root"
    root.mkdir()
    (root / "good").write_bytes(b"1")
    (root / "link").symlink_to(outside)
    (root / "locked").write_bytes(b"1")
    (root / "locked").chmod(0o444)
    (root / "changed").write_bytes(b"2")
    for path, before, message in (
        ("link", b"o", "leads out of the project"),
        ("locked", b"1", "read-only"),
        ("changed", b"1", "has changed meanwhile"),
        ("good/below", None, "good/below: "),
    ):
        with pytest.raises(UsageError, match=message):
            write_project_files(root, [("good", b"1", b"9"), (path, before, b"9")])
    assert outside.read_bytes() == b"o"
    assert {path.name: path.read_bytes() for path in root.iterdir()} == {
        "good": b"1",
        "link": b"o",
        "locked": b"1",
        "changed": b"2",
    }


def test_follows_links_inside_the_project(tmp_path: Path) -> None:
    """A link to a file of the project stays a link."""
    (tmp_path / "real").write_bytes(b"1")
    (tmp_path / "link").symlink_to("real")
    write_project_files(tmp_path, [("link", b"1", b"2")])
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"2"
