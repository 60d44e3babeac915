from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hive_guardian.adapters.review_answers import SqliteAnswers

_DAY = 86_400.0


@dataclass
class _Time:
    seconds: float = 1_000_000.0

    def __call__(self) -> float:
        self.seconds += 1.0
        return self.seconds


@pytest.fixture
def time() -> _Time:
    """A clock that moves one second each time it is read."""
    return _Time()


@pytest.fixture
def answers(tmp_path: Path, time: _Time) -> Iterator[SqliteAnswers]:
    """Open an empty store for two days and a megabyte."""
    opened = SqliteAnswers(tmp_path / "state" / "answers.sqlite3", days=2, megabytes=1, clock=time)
    yield opened
    opened.close()


def test_what_was_kept_comes_back(answers: SqliteAnswers) -> None:
    """A key has one text, the latest."""
    assert answers.get("a") is None
    answers.put("a", "one")
    answers.put("a", "zwei \u4e16")
    assert answers.get("a") == "zwei \u4e16"


def test_what_is_too_old_is_forgotten(answers: SqliteAnswers, time: _Time, tmp_path: Path) -> None:
    """Use does not prolong the time; a later opening throws old answers away."""
    answers.put("a", "one")
    time.seconds += 1.5 * _DAY
    assert answers.get("a") == "one"
    time.seconds += 0.6 * _DAY
    assert answers.get("a") is None
    answers.close()
    again = SqliteAnswers(tmp_path / "state" / "answers.sqlite3", days=9, megabytes=1, clock=time)
    assert again.get("a") == "one"
    again.close()


def test_what_was_not_used_for_longest_makes_room(answers: SqliteAnswers) -> None:
    """The size in bytes counts, and use counts as use."""
    text = "\u00e9" * 200_000
    for key in ("a", "b"):
        answers.put(key, text)
    assert answers.get("a") is not None
    answers.put("c", text)
    assert [key for key in ("a", "b", "c") if answers.get(key) is not None] == ["a", "c"]


def test_a_later_process_finds_them(answers: SqliteAnswers, tmp_path: Path, time: _Time) -> None:
    """Two openings of one file see the same."""
    answers.put("a", "one")
    other = SqliteAnswers(tmp_path / "state" / "answers.sqlite3", days=2, megabytes=1, clock=time)
    assert other.get("a") == "one"
    other.close()


@pytest.mark.parametrize("content", [b"no database " * 100, None])
def test_a_file_that_cannot_be_used_keeps_nothing(tmp_path: Path, content: bytes | None, time: _Time) -> None:
    """Losing answers costs money, never a review."""
    path = tmp_path / "answers.sqlite3"
    path.mkdir() if content is None else path.write_bytes(content)
    answers = SqliteAnswers(path, days=2, megabytes=1, clock=time)
    answers.put("a", "one")
    assert answers.get("a") is None
    answers.close()
