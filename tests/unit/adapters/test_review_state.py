import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from hive_guardian.adapters.review_state import SqliteReviews
from hive_guardian.model.errors import UsageError
from hive_guardian.model.review import Standing
from hive_guardian.review.memory import Known, Life, Memory

ONE = Known(
    "00ff", "AI-correctness", "correctness", "a.py", "f", "wrong", 3, "error", "it is", "always", "x = 1",
    Standing.CONFIRMED, "x = 2", "m", "r1",
)  # fmt: skip
MEMORY = Memory("feature (1234)", (ONE,), {"d1": "m"}, {"a.py": frozenset({"l1", "l2"})})


@pytest.fixture
def reviews(tmp_path: Path) -> SqliteReviews:
    """Memories of one repository."""
    return SqliteReviews(tmp_path / "state" / "reviews.sqlite3", "shop")


def test_what_was_written_is_read(reviews: SqliteReviews, tmp_path: Path) -> None:
    """By another process, for this line of work and repository only; looking creates nothing."""
    assert (reviews.read("main"), reviews.memories(), (tmp_path / "state").exists()) == (Memory(), (), False)
    assert reviews.write("main", MEMORY, 1.0) == ""
    again = SqliteReviews(tmp_path / "state" / "reviews.sqlite3", "shop")
    assert again.read("main") == MEMORY
    assert again.read("other") == Memory()
    assert SqliteReviews(tmp_path / "state" / "reviews.sqlite3", "till").read("main") == Memory()
    assert list(again.memories()) == [("main", MEMORY)]


def test_a_dismissal_outlives_the_next_review(reviews: SqliteReviews) -> None:
    """It is kept apart, so a review that ran meanwhile cannot forget it."""
    reviews.write("main", MEMORY, 1.0)
    reviews.dismiss("main", "00ff", "ann", "on purpose")
    reviews.write("main", MEMORY, 2.0)
    (found,) = reviews.read("main").known
    assert (found.life, found.by, found.why) == (Life.DISMISSED, "ann", "on purpose")
    assert reviews.read("main").living(Life.OPEN) == ()


def test_old_lines_of_work_are_forgotten(reviews: SqliteReviews) -> None:
    """The latest hundred are kept."""
    for number in range(103):
        reviews.write(str(number), MEMORY, float(number))
    assert [change for change, _ in reviews.memories()] == [str(number) for number in range(102, 2, -1)]


@pytest.mark.parametrize("content", [b"", b"no database" * 500])
def test_damage_is_as_if_there_was_no_review(tmp_path: Path, content: bytes) -> None:
    """Findings are then new again, never hidden; what cannot be written is said."""
    path = tmp_path / "reviews.sqlite3"
    path.write_bytes(content)
    reviews = SqliteReviews(path, "shop")
    assert reviews.read("main") == Memory()
    assert bool(reviews.write("main", MEMORY, 1.0)) == bool(content)


def test_another_format_is_not_guessed(reviews: SqliteReviews, tmp_path: Path) -> None:
    """A file of a later version is left alone, and a damaged row is none."""
    reviews.write("main", MEMORY, 1.0)
    path = tmp_path / "state" / "reviews.sqlite3"
    connection = sqlite3.connect(path)
    connection.execute("UPDATE memories SET text = '{'")
    connection.commit()
    assert reviews.read("main") == Memory()
    connection.execute("PRAGMA user_version = 9")
    connection.close()
    assert "another version" in reviews.write("main", MEMORY, 1.0)
    with pytest.raises(UsageError, match="another version"):
        reviews.dismiss("main", "00ff", "ann", "x")


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """The review goes on; a person who dismisses something is told that it did not happen."""
    (tmp_path / "file").write_text("", "utf-8")
    reviews = SqliteReviews(tmp_path / "file" / "reviews.sqlite3", "shop")
    assert "will not know this one" in reviews.write("main", MEMORY, 1.0)
    with pytest.raises(UsageError, match="cannot be written"):
        reviews.dismiss("main", "00ff", "ann", "x")


def test_only_open_and_dismissed_findings_are_kept_for_ever(reviews: SqliteReviews) -> None:
    """Of the others the latest are."""
    closed = [replace(ONE, fingerprint=f"f{number}", life=Life.FIXED) for number in range(300)]
    reviews.write("main", replace(MEMORY, known=(ONE, *closed)), 1.0)
    kept = reviews.read("main").known
    assert (kept[0], len(kept), kept[-1]) == (ONE, 201, closed[-1])
