"""The two trees that git keeps beside the work tree: that of a commit, and the index."""

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from hive_guardian.adapters.git.command import Answer, ask, prefix_of, require_work_tree
from hive_guardian.adapters.git.object_tree import SUBMODULE, Entry, ObjectTree, read_entries
from hive_guardian.adapters.git.revision import Revision
from hive_guardian.engine.request import StatTree
from hive_guardian.model.errors import UsageError
from hive_guardian.model.frozen_class import frozen

_CHANGED_ON_DISK = ("diff-files", "--name-only", "-z", "--relative", "--ignore-submodules")
_CHANGED_IN_INDEX = (
    "diff-index", "--cached", "--name-only", "-z", "--relative", "--no-renames", "--ignore-submodules", "HEAD",
)  # fmt: skip
_INDEX = ("ls-files", "--stage", "-v", "-z")
_INDEX_LINE = re.compile(r"(.) ([0-7]+) ([0-9a-f]+) ([0-3])\t([^\0]+)\0")
_AS_ON_DISK = "H"
"""The tag of a path that git compares with the work tree; others say that it was told not to look (git ls-files)."""
_MOST_NAMED = 3


@frozen
class Staged:
    """What the next commit will contain.

    Attributes:
        tree: all its files.
        changed: those that differ from HEAD; deleted ones are no files.
    """

    tree: ObjectTree
    changed: frozenset[str]


def open_commit(root: Path, revision: Revision, below: StatTree) -> ObjectTree:
    """Return the files of a commit.

    Args:
        root: the project.
        revision: the commit.
        below: the files of today, those of the work tree or of the index.

    Raises:
        UsageError: git fails.
    """
    listed, index, on_disk = ask(root, ("ls-tree", "-r", "-z", revision.commit), _INDEX, _CHANGED_ON_DISK)
    for answer in (listed, index, on_disk):
        _refuse_failure(answer, f"--since {revision.name}")
    entries = read_entries(listed.output)
    if isinstance(below, ObjectTree):
        return ObjectTree(root, entries, below, _equal(entries, below.entries))
    found, _ = _read_index(index.output)
    present = {path: found[path][1] for path in _held_on_disk(root, found, on_disk.names())}
    return ObjectTree(root, entries, below, _equal(entries, present))


def open_index(root: Path, below: StatTree) -> Staged:
    """Return the files of the index.

    Args:
        root: the project.
        below: the files of the work tree.

    Raises:
        UsageError: there is no repository, git fails, or a merge has conflicts that are not resolved.
    """
    require_work_tree(root, "--staged")
    index, on_disk, changes = ask(root, _INDEX, _CHANGED_ON_DISK, _CHANGED_IN_INDEX)
    for answer in (index, on_disk):
        _refuse_failure(answer, "--staged")
    found, conflicts = _read_index(index.output)
    if conflicts:
        raise UsageError(f"--staged: a merge is not finished: resolve and `git add` {_name(conflicts)}")
    entries = {path: entry for path, (_, entry) in found.items()}
    tree = ObjectTree(root, entries, below, _held_on_disk(root, found, on_disk.names()))
    if changes.code:  # before the first commit there is no HEAD to compare with
        return Staged(tree, frozenset(entries))
    return Staged(tree, frozenset(entries.keys() & set(changes.names())))


def _equal(entries: Mapping[str, Entry], others: Mapping[str, Entry]) -> set[str]:
    return {path for path, entry in entries.items() if others.get(path) == entry}


def _held_on_disk(root: Path, index: Mapping[str, tuple[str, Entry]], doubtful: Iterable[str]) -> set[str]:
    """Return the paths of the index whose content the work tree holds.

    Args:
        root: the project.
        index: path -> tag and entry.
        doubtful: paths that may differ; git knows by time stamps only, so the content decides.
    """
    watched = {path for path, (tag, _) in index.items() if tag == _AS_ON_DISK}
    asked = [path for path in doubtful if path in watched and "\n" not in path and (root / path).is_file()]
    watched.difference_update(doubtful)
    if asked:
        prefix = prefix_of(root)  # unlike all else, these names are relative to the top of the work tree
        names = "".join(f"{prefix}{path}\n" for path in asked).encode("utf-8", "surrogateescape")
        (answer,) = ask(root, ("hash-object", "--stdin-paths"), stdin=names)
        blobs = answer.output.decode("ascii", "replace").split()
        if not answer.code and len(blobs) == len(asked):
            watched.update(path for path, blob in zip(asked, blobs, strict=True) if index[path][1].blob == blob)
    return watched


def _read_index(output: bytes) -> tuple[dict[str, tuple[str, Entry]], list[str]]:
    """Return path -> tag and entry, submodules left out, and the paths with conflicts."""
    lines = _INDEX_LINE.findall(os.fsdecode(output))
    conflicts = dict.fromkeys(path for _, _, _, stage, path in lines if stage != "0")
    found = {
        path: (tag, Entry(mode, blob)) for tag, mode, blob, stage, path in lines if stage == "0" and mode != SUBMODULE
    }
    return found, list(conflicts)


def _refuse_failure(answer: Answer, option: str) -> None:
    if answer.code:
        raise UsageError(f"{option}: git failed: {answer.complaint or f'exit code {answer.code}'}")


def _name(paths: list[str]) -> str:
    more = len(paths) - _MOST_NAMED
    return ", ".join(paths[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
