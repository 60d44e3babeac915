"""A file tree with some contents replaced and some files gone: the other side of a diff."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b

from hive_guardian.engine.request import StatTree


class PatchedTree:
    """A tree in which some files have other content, exist only here, or are absent.

    Args:
        below: the other files.
        contents: root-relative path -> content, `None` for absent files.
    """

    def __init__(self, below: StatTree, contents: Mapping[str, bytes | None]) -> None:
        """Lay contents over a tree."""
        self.below = below
        self.contents = dict(contents)

    @property
    def shared(self) -> frozenset[str]:
        """The paths whose content is that of the tree below."""
        return frozenset(self.below.paths()) - self.contents.keys()

    def paths(self) -> Sequence[str]:
        """Return all files, sorted."""
        return sorted(self.shared | {path for path, data in self.contents.items() if data is not None})

    def read(self, path: str) -> bytes:
        """Return the content of a file; raises OSError."""
        if path not in self.contents:
            return self.below.read(path)
        data = self.contents[path]
        if data is None:
            raise FileNotFoundError(path)
        return data

    def exists(self, path: str) -> bool:
        """Whether there is such a file."""
        return self.contents[path] is not None if path in self.contents else self.below.exists(path)

    def stat(self, path: str) -> tuple[int, int]:
        """Return two numbers that change with the content; raises OSError."""
        if path not in self.contents:
            return self.below.stat(path)
        data = self.read(path)
        return int.from_bytes(blake2b(data, digest_size=7).digest()), len(data)

    def oddity(self, path: str) -> str | None:
        """Why a listed path cannot be analysed; see `DiskTree.oddity`."""
        if path not in self.contents:
            return self.below.oddity(path)
        return "" if self.contents[path] is None else None
