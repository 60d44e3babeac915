from pathlib import Path

import pytest

from hive_guardian.adapters.disk import DiskTree
from hive_guardian.adapters.overlay import OverlayTree


def test_content_lies_over_the_disk(tmp_path: Path) -> None:
    """A replaced file has the new content, a new one exists, the others are as they are on disk."""
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_bytes(b"disk")
    tree = OverlayTree(DiskTree(tmp_path), {"a.py": b"editor", "new.py": b""})
    assert list(tree.paths()) == ["a.py", "b.py", "new.py"]
    assert [tree.read(path) for path in tree.paths()] == [b"editor", b"disk", b""]
    assert [tree.stat(path)[1] for path in tree.paths()] == [6, 4, 0]
    assert [tree.oddity(path) for path in tree.paths()] == [None, None, None]
    assert tree.exists("new.py")
    assert not tree.exists("gone.py")
    with pytest.raises(OSError, match=r"gone\.py"):
        tree.read("gone.py")
