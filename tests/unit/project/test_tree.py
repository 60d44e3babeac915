import pytest

from hive_guardian.project.tree import FileTree, MemoryTree


def test_memory_tree_lists_sorted_and_reads_bytes() -> None:
    """Text becomes UTF-8, bytes stay as they are, names come sorted."""
    tree: FileTree = MemoryTree({"b.py": "é", "a/x.py": b"\xff"})
    assert list(tree.paths()) == ["a/x.py", "b.py"]
    assert tree.read("b.py") == b"\xc3\xa9"
    assert tree.read("a/x.py") == b"\xff"
    assert tree.exists("b.py")
    assert not tree.exists("a")


def test_memory_tree_raises_what_a_disk_would() -> None:
    """A file that is not there is an `OSError`, as from any other tree."""
    with pytest.raises(OSError, match=r"gone\.py"):
        MemoryTree({}).read("gone.py")
