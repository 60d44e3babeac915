import os
from pathlib import Path

import pytest

from hive_guardian.adapters.disk import DiskTree, find_root, relative_paths
from hive_guardian.model.errors import UsageError


def _write(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("")


@pytest.mark.parametrize(
    ("files", "start", "root"),
    [
        (["a/b/x.py"], "a/b", "a/b"),
        (["a/b/x.py"], "a/b/x.py", "a/b"),
        (["pyproject.toml", "a/hive-guardian.toml"], "a", ""),
        (["pyproject.toml", "a/setup.cfg", "a/b/c/x.py"], "a/b/c", ""),
        (["pyproject.toml", "a/x.py", "a/b/pyproject.toml"], "a/b", "a/b"),
        (["pyproject.toml", "a/.git/HEAD", "a/b/pyproject.toml"], "a/b", "a"),
    ],
)
def test_the_root_is_git_or_the_outermost_of_a_chain_of_manifests(
    tmp_path: Path, files: list[str], start: str, root: str
) -> None:
    """A nested configuration file does not split a project; an unrelated manifest further up does not join one."""
    _write(tmp_path, *files)
    assert find_root(tmp_path / start) == (tmp_path / root if root else tmp_path)


def test_a_file_that_says_root_ends_the_search(tmp_path: Path) -> None:
    """`root = true` wins over a chain that goes on."""
    _write(tmp_path, "pyproject.toml", "a/b/x.py")
    (tmp_path / "a" / "hive-guardian.toml").write_text("root = true\n")
    assert find_root(tmp_path / "a" / "b") == tmp_path / "a"


def test_a_path_that_does_not_exist_is_the_callers_fault(tmp_path: Path) -> None:
    """A broken link exists, as a link."""
    (tmp_path / "broken").symlink_to("nowhere")
    assert find_root(tmp_path / "broken") == tmp_path
    assert relative_paths(tmp_path, [str(tmp_path / "broken")]) == ["broken"]
    with pytest.raises(UsageError, match="no such file or directory"):
        find_root(tmp_path / "missing")


def test_every_entry_is_listed_once_and_loops_end(tmp_path: Path) -> None:
    """Links to directories are entries, not directories; what is no file says why."""
    _write(tmp_path, "pkg/a.py", ".venv/lib/b.py", "pkg/__pycache__/a.pyc")
    (tmp_path / "pkg" / "self").symlink_to(".")
    (tmp_path / "pkg" / "loop.py").symlink_to("loop.py")
    os.mkfifo(tmp_path / "pkg" / "pipe.py")
    tree = DiskTree(tmp_path)
    assert tree.paths() == ("pkg/a.py", "pkg/loop.py", "pkg/pipe.py", "pkg/self")
    assert {path: tree.oddity(path) for path in tree.paths()} == {
        "pkg/a.py": None,
        "pkg/loop.py": "broken symbolic link",
        "pkg/pipe.py": "not a regular file",
        "pkg/self": "",
    }


def test_a_file_is_read_whole_and_a_directory_is_an_error(tmp_path: Path) -> None:
    """What is longer than one block comes in several."""
    content = bytes(range(256)) * 1000
    (tmp_path / "a.py").write_bytes(content)
    (tmp_path / "empty.py").write_bytes(b"")
    (tmp_path / "pkg").mkdir()
    tree = DiskTree(tmp_path)
    assert tree.read("a.py") == content
    assert tree.read("empty.py") == b""
    with pytest.raises(IsADirectoryError):
        tree.read("pkg")
