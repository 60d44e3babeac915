from pathlib import Path

import pytest

from hive_guardian.adapters.git.fast_import import Commit, create_repository, point_branch, write_commits
from hive_guardian.model.errors import UsageError
from tests.fakes.repositories import Repository


def test_commits_are_written_without_a_work_tree(tmp_path: Path) -> None:
    """Each holds its files and no others, builds on its parent, and is the same each time."""
    heads: list[str] = []
    for name in ("one", "two"):
        root = tmp_path / name
        create_repository(root)
        write_commits(root, [
            Commit("base", "", {"a b.py": b"x\r\n", "ü.py": b"\0"}), Commit("next", "base", {"c.py": b"y"}),
        ])  # fmt: skip
        point_branch(root, "work", "next")
        git = Repository(root).git
        assert git("-c", "core.quotepath=off", "ls-tree", "--name-only", "base").split("\n")[:2] == ["a b.py", "ü.py"]
        assert git("show", "work:c.py") == "y"
        assert git("rev-parse", "work^") == git("rev-parse", "base")
        heads.append(git("rev-parse", "work"))
    assert heads[0] == heads[1]


def test_what_git_refuses_is_said(tmp_path: Path) -> None:
    """A branch that does not exist cannot be pointed at or built on."""
    root = tmp_path / "r"
    create_repository(root)
    with pytest.raises(UsageError, match="fast-import failed"):
        write_commits(root, [Commit("a", "missing", {})])
    with pytest.raises(UsageError, match="update-ref failed"):
        point_branch(root, "a", "missing")
