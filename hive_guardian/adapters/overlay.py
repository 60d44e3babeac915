"""A file tree with some contents replaced: standard input instead of a file on disk."""

import time
from collections.abc import Mapping, Sequence

from hive_guardian.engine.request import StatTree


class OverlayTree:
    """A tree in which some files have other content, or exist only here."""

    def __init__(self, below: StatTree, contents: Mapping[str, bytes]) -> None:
        """Lay contents (root-relative path -> bytes) over a tree."""
        self.below = below
        self.contents = dict(contents)

    def paths(self) -> Sequence[str]:
        """Return all project files, sorted."""
        return sorted({*self.below.paths(), *self.contents})

    def read(self, path: str) -> bytes:
        """Return the content of a file; raises OSError."""
        found = self.contents.get(path)
        return self.below.read(path) if found is None else found

    def exists(self, path: str) -> bool:
        """Whether there is such a file."""
        return path in self.contents or self.below.exists(path)

    def stat(self, path: str) -> tuple[int, int]:
        """Return (modification time in nanoseconds, size in bytes); raises OSError."""
        found = self.contents.get(path)
        return self.below.stat(path) if found is None else (time.time_ns(), len(found))

    def oddity(self, path: str) -> str | None:
        """Why a listed path cannot be analysed; see `DiskTree.oddity`."""
        return None if path in self.contents else self.below.oddity(path)
