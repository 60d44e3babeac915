from pathlib import Path

import pytest

from hive_guardian.adapters.staged_file import replace_content, stage_file


def test_content_takes_its_place_with_the_mode_that_was_there(tmp_path: Path) -> None:
    """The new file is as readable as the old one was, and nothing else is left."""
    target = tmp_path / "notes.txt"
    target.write_bytes(b"old")
    target.chmod(0o640)
    replace_content(target, b"new")
    assert (target.read_bytes(), target.stat().st_mode & 0o777) == (b"new", 0o640)
    assert list(tmp_path.iterdir()) == [target]


def test_staged_content_touches_nothing_yet(tmp_path: Path) -> None:
    """The place keeps its content until somebody renames."""
    target = tmp_path / "notes.txt"
    target.write_bytes(b"old")
    staged = stage_file(target, b"new")
    assert (target.read_bytes(), staged.read_bytes()) == (b"old", b"new")


def test_what_cannot_take_its_place_is_removed(tmp_path: Path) -> None:
    """A directory in the way stays, and no half-made file beside it."""
    target = tmp_path / "notes"
    (target / "deep").mkdir(parents=True)
    with pytest.raises(OSError, match="directory"):
        replace_content(target, b"new")
    assert list(tmp_path.iterdir()) == [target]
