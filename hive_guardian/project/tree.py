"""The files of a project as the core sees them: names and bytes, no disk."""

from collections.abc import Mapping, Sequence
from typing import Protocol


class FileTree(Protocol):
    """Read access to one project's files.

    Paths are relative to the project root, POSIX style, without a leading `./`.
    An implementation decides what belongs to the project (`.gitignore`, a git revision);
    everything it lists it can also read, and nothing else exists.
    """

    def paths(self) -> Sequence[str]:
        """Every file of the project, sorted by code point."""

    def read(self, path: str) -> bytes:
        """The content of one file.

        Raises:
            OSError: the file vanished, is not readable or was never part of the project.
        """

    def exists(self, path: str) -> bool:
        """Whether `path` is one of `paths()`."""


class MemoryTree:
    """A `FileTree` held in memory: rule examples, tests, unsaved buffers.

    Text is encoded as UTF-8, lone surrogates as the bytes they escape; hand in bytes to control the encoding.
    """

    __slots__ = ("_files", "_paths")

    def __init__(self, files: Mapping[str, str | bytes]) -> None:
        self._files = {
            path: text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
            for path, text in files.items()
        }
        self._paths = tuple(sorted(self._files))

    def paths(self) -> Sequence[str]:
        """Every file of the tree, sorted by code point."""
        return self._paths

    def read(self, path: str) -> bytes:
        """The content of one file.

        Raises:
            FileNotFoundError: the tree has no such file.
        """
        try:
            return self._files[path]
        except KeyError:
            raise FileNotFoundError(path) from None

    def exists(self, path: str) -> bool:
        """Whether the tree has a file of that name."""
        return path in self._files


class WatchedTree:
    """A tree that remembers which of its files were read.

    Attributes:
        read_paths: those whose content somebody asked for.
    """

    __slots__ = ("_below", "read_paths")

    def __init__(self, below: FileTree) -> None:
        """Stand before another tree."""
        self._below = below
        self.read_paths: set[str] = set()

    def paths(self) -> Sequence[str]:
        """Every file of the tree, sorted by code point."""
        return self._below.paths()

    def read(self, path: str) -> bytes:
        """The content of one file; raises what the other tree raises."""
        self.read_paths.add(path)
        return self._below.read(path)

    def exists(self, path: str) -> bool:
        """Whether the tree has a file of that name."""
        return self._below.exists(path)


def join_path(directory: str, relative: str) -> str | None:
    """`directory/relative` with `.` and `..` resolved; `None` when it leaves the project."""
    parts = directory.split("/") if directory else []
    for part in relative.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)
