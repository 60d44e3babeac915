"""What a change does to files: the parsed diff, on which every later stage works."""

from enum import StrEnum
from typing import NamedTuple

from hive_guardian.model.frozen_class import frozen

SUBMODULE_MODE = "160000"
LINK_MODE = "120000"


class ChangeKind(StrEnum):
    """What happened to a file."""

    ADDED = "added"
    MODIFIED = "modified"
    DELETED = "deleted"
    RENAMED = "renamed"
    COPIED = "copied"


class Mark(StrEnum):
    """Which sides of a change have a line."""

    BOTH = " "
    NEW = "+"
    OLD = "-"


class Line(NamedTuple):
    """One line of a hunk.

    Attributes:
        mark: the sides that have it.
        old: 1-based line before the change, 0 for an added line.
        new: 1-based line after the change, 0 for a removed line.
        text: without its line end.
    """

    mark: Mark
    old: int
    new: int
    text: str


@frozen
class Hunk:
    """Lines that changed, and a few around them.

    Attributes:
        old_start: 1-based first line before the change; 0 in a file that was empty or absent.
        old_count: lines of that side.
        new_start: 1-based first line after the change; 0 in a file that is empty or gone.
        new_count: lines of that side.
        lines: in order of the diff.
    """

    old_start: int
    old_count: int
    new_start: int
    new_count: int
    lines: tuple[Line, ...]

    @property
    def header(self) -> str:
        """The ranges, as diffs write them."""
        return f"@@ -{self.old_start},{self.old_count} +{self.new_start},{self.new_count} @@"

    @property
    def new_span(self) -> tuple[int, int]:
        """The first and the last line after the change, 1-based; lines around a pure removal count."""
        return self.new_start, self.new_start + max(self.new_count - 1, 0)

    @property
    def added(self) -> tuple[Line, ...]:
        """The lines that only the new side has."""
        return tuple(line for line in self.lines if line.mark is Mark.NEW)

    @property
    def removed(self) -> tuple[Line, ...]:
        """The lines that only the old side has."""
        return tuple(line for line in self.lines if line.mark is Mark.OLD)


@frozen
class FileChange:
    """What happened to one file.

    Attributes:
        path: root-relative path after the change; of a deleted file, before it.
        old_path: path before the change; empty for an added file.
        kind: what happened.
        hunks: in order; none for a binary file, a pure rename, or a change of mode.
        is_binary: whether git calls the content binary.
        old_mode: as git writes it, empty when the diff does not say.
        new_mode: as `old_mode`.
    """

    path: str
    old_path: str
    kind: ChangeKind
    hunks: tuple[Hunk, ...] = ()
    is_binary: bool = False
    old_mode: str = ""
    new_mode: str = ""

    @property
    def is_submodule(self) -> bool:
        """Whether the entry is a commit of another repository."""
        return SUBMODULE_MODE in (self.old_mode, self.new_mode)

    @property
    def is_link(self) -> bool:
        """Whether the entry is a symbolic link, whose content is a path."""
        return LINK_MODE in (self.old_mode, self.new_mode)

    @property
    def added_lines(self) -> frozenset[int]:
        """Numbers of the lines that are new, 1-based."""
        return frozenset(line.new for hunk in self.hunks for line in hunk.added)


@frozen
class ChangeSet:
    """A change.

    Attributes:
        base: how a person calls the state before it.
        head: how a person calls the state after it.
        files: ordered by path.
    """

    base: str
    head: str
    files: tuple[FileChange, ...]

    def find(self, path: str) -> FileChange | None:
        """Return what happened to a file, `None` if the change does not touch it."""
        return next((file for file in self.files if file.path == path), None)
