from pathlib import Path

import pytest

from hive_guardian.adapters.disk import DiskTree
from hive_guardian.adapters.patched_tree import PatchedTree
from tests.fakes.repositories import Repository


def test_replaced_added_and_absent_files(tmp_path: Path) -> None:
    """What is laid over wins, absent files are gone everywhere, and the rest is that of the tree below."""
    repository = Repository(tmp_path / "r")
    repository.commit({"a.py": "1\n", "b.py": "2\n", "c.py": "3\n"})
    tree = PatchedTree(DiskTree(repository.root), {"a.py": b"9\n", "b.py": None, "d.py": b"4\n"})
    assert tree.paths() == ["a.py", "c.py", "d.py"]
    assert [tree.read(path) for path in tree.paths()] == [b"9\n", b"3\n", b"4\n"]
    assert [tree.exists(path) for path in ("a.py", "b.py", "c.py", "d.py")] == [True, False, True, True]
    assert [tree.oddity(path) for path in ("a.py", "b.py", "c.py")] == [None, "", None]
    assert tree.shared == {"c.py"}
    assert tree.stat("a.py")[1] == 2
    assert tree.stat("a.py") != PatchedTree(tree.below, {"a.py": b"8\n"}).stat("a.py")
    assert tree.stat("c.py") == tree.below.stat("c.py")
    with pytest.raises(FileNotFoundError):
        tree.read("b.py")
