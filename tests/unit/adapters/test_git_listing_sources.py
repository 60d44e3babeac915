"""The files beside a project that decide what git lists."""

from pathlib import Path

import pytest

from hive_guardian.adapters.git.listing_sources import ListingSources, listing_sources
from tests.fakes.repositories import Repository


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory of a user without any configuration of git."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return home


@pytest.fixture
def repository(home: Path) -> Repository:
    """An empty repository of that user."""
    return Repository(home.parent / "top")


def _read(root: Path, base: Path) -> tuple[set[str], set[str]]:
    """Return (present, absent) below a directory, relative to it."""
    found = listing_sources(root)
    assert found is not None
    present, absent = (
        {Path(path).relative_to(base).as_posix() for path in paths if Path(path).is_relative_to(base)}
        for paths in (found.present, found.absent)
    )
    return present, absent


def test_without_git_nothing_decides(tmp_path: Path) -> None:
    """A project outside of a work tree has no such files."""
    assert listing_sources(tmp_path) == ListingSources()


def test_a_root_below_the_top(repository: Repository) -> None:
    """Ignore files between root and top count, present or not; those of the project itself are the caller's."""
    top = repository.root
    repository.write({".gitignore": "", "apps/pay/.gitignore": "", "../.gitignore": ""})
    present, absent = _read(top / "apps" / "pay", top)
    assert present == {".gitignore", ".git/config", ".git/info/exclude"}
    assert absent == {"apps/.gitignore", ".git/index", ".git/config.worktree"}


def test_a_linked_work_tree(repository: Repository) -> None:
    """The index is its own, what is excluded is shared."""
    repository.commit({"a.txt": ""})
    repository.git("worktree", "add", "--quiet", "../linked")
    present, _ = _read(repository.root.parent / "linked", repository.root)
    assert present == {".git/worktrees/linked/index", ".git/config", ".git/info/exclude"}


def test_what_the_user_has_configured(repository: Repository, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Included files and the named file of ignored names are found; what is not there yet is known as absent."""
    assert _read(repository.root, home) == (set(), {".gitconfig", ".config/git/config", ".config/git/ignore"})
    (home / ".gitconfig").write_text("[include]\npath = more\n")
    (home / "more").write_text("[core]\nexcludesFile = ~/ignored\n")
    present, absent = _read(repository.root, home)
    assert present == {".gitconfig", "more"}
    assert absent == {"ignored", ".config/git/config", ".config/git/ignore"}
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "xdg"))
    assert _read(repository.root, home)[1] == {"ignored", "xdg/git/config", "xdg/git/ignore"}


def test_git_that_cannot_say_is_no_answer(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Broken configuration and a missing program alike."""
    config = repository.root / ".git" / "config"
    good = config.read_text()
    config.write_text("[core\n")
    assert listing_sources(repository.root) is None
    config.write_text(good)
    monkeypatch.setenv("PATH", "")
    assert listing_sources(repository.root) is None
