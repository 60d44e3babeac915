"""When lines were written."""

import os
from datetime import date
from pathlib import Path

import pytest

from hive_guardian.adapters.git.blame import line_dates
from tests.fakes.repositories import Repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A file whose lines were written on two days, and one line that is not committed."""
    found = Repository(tmp_path / "shop")
    found.commit({"a.py": "one\ntwo\n", "b c.py": "x\n"}, date="2025-03-01T23:30:00-02:00")
    found.commit({"a.py": "one\n  two\nthree\n"}, date="2026-01-02T00:00:00+00:00")
    found.write({"a.py": "zero\none\n  two\nthree\n", "new.py": "x\n"})
    return found


def test_each_line_has_its_day(repository: Repository) -> None:
    """In UTC; indenting a line does not make it younger, and what is not committed has no day."""
    lines = {"a.py": [1, 2, 3, 4], "b c.py": [1], "new.py": [1], "gone.py": [1], "empty.py": []}
    assert line_dates(repository.root, lines) == {
        ("a.py", 2): date(2025, 3, 2),
        ("a.py", 3): date(2025, 3, 2),
        ("a.py", 4): date(2026, 1, 2),
        ("b c.py", 1): date(2025, 3, 2),
    }


def test_only_the_lines_asked_for_are_answered(repository: Repository) -> None:
    """Also when one of them lies beyond the end of the file."""
    assert line_dates(repository.root, {"a.py": [4, 99]}) == {("a.py", 4): date(2026, 1, 2)}
    assert line_dates(repository.root, {"a.py": range(2, 1000)}).keys() == {("a.py", 2), ("a.py", 3), ("a.py", 4)}


def test_revisions_git_is_told_to_ignore_do_not_count(repository: Repository) -> None:
    """A commit that formats everything has not written anything."""
    repository.write({"a.py": "one\n  two\nTHREE\n"})
    repository.git("commit", "-q", "-a", "-m", "format")
    (repository.root / ".git" / "ignored").write_text(repository.git("rev-parse", "HEAD"))
    repository.git("config", "blame.ignoreRevsFile", ".git/ignored")
    assert line_dates(repository.root, {"a.py": [3]}) == {("a.py", 3): date(2026, 1, 2)}


def test_many_files_are_asked_in_turns(tmp_path: Path) -> None:
    """The number of processes at once has a limit, that of files has none."""
    repository = Repository(tmp_path / "shop")
    names = [f"{number}.py" for number in range(20)]
    repository.commit(dict.fromkeys(names, "x\n"), date="2026-01-02T00:00:00+00:00")
    assert line_dates(repository.root, {name: [1] for name in names}) == {(name, 1): date(2026, 1, 2) for name in names}


def test_names_may_look_like_anything(tmp_path: Path) -> None:
    """Options, patterns and bytes that are no UTF-8 are names here."""
    repository = Repository(tmp_path / "shop")
    names = ["--help", "*.py", os.fsdecode(b"caf\xe9.py")]
    repository.commit(dict.fromkeys(names, "x\n"), date="2026-01-02T00:00:00+00:00")
    assert line_dates(repository.root, {name: [1] for name in names}).keys() == {(name, 1) for name in names}


def test_outside_of_a_repository_nothing_is_known(tmp_path: Path) -> None:
    """That is no error: age is a remark."""
    (tmp_path / "a.py").write_text("x\n")
    assert line_dates(tmp_path, {"a.py": [1]}) == {}


def test_a_commit_has_ages_of_its_own(repository: Repository) -> None:
    """Lines are those of the file as it was then."""
    commit = repository.git("rev-parse", "HEAD~1").strip()
    assert line_dates(repository.root, {"a.py": [1, 2, 3]}, commit) == {
        ("a.py", 1): date(2025, 3, 2),
        ("a.py", 2): date(2025, 3, 2),
    }
