from pathlib import Path

import pytest

from hive_guardian.adapters.review_state import read_known, write_known
from hive_guardian.review.reconcile import Known

ONE = Known("00ff", "AI-security", "security", "a.py", "f", "a title")


def test_what_was_written_is_read(tmp_path: Path) -> None:
    """Findings are kept per line of work, and replaced by those of the next review."""
    write_known(tmp_path / "new", "x", [ONE])
    write_known(tmp_path / "new", "y", [])
    assert read_known(tmp_path / "new", "x") == (ONE,)
    assert read_known(tmp_path / "new", "y") == ()
    write_known(tmp_path / "new", "x", [])
    assert read_known(tmp_path / "new", "x") == ()


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"format": 9, "reviews": {"x": []}}', '{"format": 1, "reviews": {"x": [[1]]}}']
)
def test_damage_is_as_if_there_was_no_review(tmp_path: Path, text: str) -> None:
    """A damaged file is forgotten, not believed."""
    (tmp_path / "reviews.json").write_text(text, "utf-8")
    assert read_known(tmp_path, "x") == ()
    write_known(tmp_path, "x", [ONE])
    assert read_known(tmp_path, "x") == (ONE,)


def test_old_lines_of_work_are_forgotten(tmp_path: Path) -> None:
    """The file does not grow for ever."""
    for number in range(120):
        write_known(tmp_path, f"k{number}", [ONE])
    assert read_known(tmp_path, "k0") == ()
    assert read_known(tmp_path, "k119") == (ONE,)


def test_a_place_that_cannot_be_written_is_left_alone(tmp_path: Path) -> None:
    """Not remembering is no reason to fail."""
    (tmp_path / "file").write_text("", "utf-8")
    write_known(tmp_path / "file", "x", [ONE])
    assert read_known(tmp_path / "file", "x") == ()
