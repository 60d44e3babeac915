"""The files of a commit or of the index, read from git's objects; the work tree serves where it holds the same."""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from hive_guardian.adapters.git.command import ask
from hive_guardian.engine.request import StatTree
from hive_guardian.project.tree import join_path

_LINK = "120000"
SUBMODULE = "160000"
"""The mode of an entry that is a commit of another repository."""

_MOST_LINKS = 20
_STAMP_DIGITS = 15


class Entry(NamedTuple):
    """What git records of a file; a named tuple, because a run reads thousands.

    Attributes:
        mode: `100644`, `100755`, or `120000` for a symbolic link.
        blob: object id of its content.
    """

    mode: str
    blob: str


def read_entries(output: bytes) -> dict[str, Entry]:
    """Return path -> entry from `git ls-tree -r -z`; submodules are not files and are left out."""
    found: dict[str, Entry] = {}
    for line in os.fsdecode(output).split("\0"):
        head, tab, path = line.partition("\t")
        if tab:
            mode, _, blob = head.split(" ")
            if mode != SUBMODULE:
                found[path] = Entry(mode, blob)
    return found


class ObjectTree:
    """A tree of files whose content lies in git.

    It travels to worker processes, so it holds data only, and no open process.

    Args:
        root: the project.
        entries: path -> what git records.
        below: the tree to read from where it holds the same.
        same: paths whose content in `below` is that of the entry, however it is stored there (line endings, filters).
    """

    def __init__(self, root: Path, entries: Mapping[str, Entry], below: StatTree, same: Iterable[str]) -> None:
        """Know where every file is; of the content, only where links point."""
        self.root = root
        self.entries = dict(entries)
        self.below = below
        links = {path for path, entry in self.entries.items() if entry.mode == _LINK}
        self.same = frozenset(same) & self.entries.keys() - links
        self._contents: dict[str, bytes] = {}
        self._paths = tuple(sorted(self.entries))
        self.load(links)

    @property
    def on_disk(self) -> frozenset[str]:
        """The paths whose content is read from the work tree."""
        return self.same & self.below.on_disk if isinstance(self.below, ObjectTree) else self.same

    def paths(self) -> Sequence[str]:
        """Return all files, sorted."""
        return self._paths

    def read(self, path: str) -> bytes:
        """Return the content of a file, of a link that of its target.

        Raises:
            OSError: there is no such file, or its object is missing.
        """
        real = self._real(path)
        if real is None:
            raise FileNotFoundError(path)
        if real in self.same:
            return self.below.read(real)
        blob = self.entries[real].blob
        if blob not in self._contents:
            self.load([real])
        try:
            return self._contents[blob]
        except KeyError:
            raise OSError(f"{path}: git has no content for it here") from None

    def exists(self, path: str) -> bool:
        """Whether there is such a file."""
        return self._real(path) is not None

    def stat(self, path: str) -> tuple[int, int]:
        """Return two numbers that change when the content does: a commit knows no times.

        Raises:
            OSError: there is no such file.
        """
        if path in self.same:
            return self.below.stat(path)
        real = self._real(path)
        if real is None:
            raise FileNotFoundError(path)
        if real in self.same:
            return self.below.stat(real)
        blob = self.entries[real].blob
        return int(blob[:_STAMP_DIGITS], 16), int(blob[_STAMP_DIGITS : 2 * _STAMP_DIGITS], 16)

    def oddity(self, path: str) -> str | None:
        """Why a listed path cannot be analysed, as for a tree on disk."""
        entry = self.entries.get(path)
        if entry is None:
            return ""
        if entry.mode != _LINK:
            return None
        target = self._target(path)
        if target is None:
            return "symbolic link out of the project"
        real = self._real(path)
        if real is not None:
            return f"symbolic link to {real}"
        inside = f"{target}/"
        return "" if any(other.startswith(inside) for other in self._paths) else "broken symbolic link"

    def load(self, paths: Iterable[str]) -> None:
        """Read the content of several files at once; what git does not have stays unknown."""
        wanted = {self.entries[path].blob for path in paths if path not in self.same} - self._contents.keys()
        if wanted:
            self._contents.update(read_blobs(self.root, sorted(wanted)))

    def _real(self, path: str) -> str | None:
        """Return the path of the regular file that a path leads to."""
        for _ in range(_MOST_LINKS):
            entry = self.entries.get(path)
            if entry is None:
                return None
            if entry.mode != _LINK:
                return path
            target = self._target(path)
            if target is None:
                return None
            path = target
        return None

    def _target(self, path: str) -> str | None:
        """Return where a link points, `None` outside of the project."""
        target = os.fsdecode(self._contents.get(self.entries[path].blob, b""))
        return None if target.startswith("/") else join_path(path.rpartition("/")[0], target)


def read_blobs(root: Path, blobs: Sequence[str]) -> dict[str, bytes]:
    """Return object id -> content of those that are here, in one question."""
    (answer,) = ask(root, ("cat-file", "--batch"), stdin="".join(f"{blob}\n" for blob in blobs).encode("ascii"))
    found: dict[str, bytes] = {}
    at = 0
    while (end := answer.output.find(b"\n", at)) >= 0:
        head = answer.output[at:end].split(b" ")
        at = end + 1
        match head:
            case [name, b"blob", size]:
                found[name.decode("ascii")] = answer.output[at : at + int(size)]
                at += int(size) + 1
            case _:
                continue
    return found
