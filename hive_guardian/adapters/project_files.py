"""Read and replace single files of a project: all of several, or none."""

import os
from collections.abc import Iterable
from pathlib import Path

from hive_guardian.adapters.staged_file import stage_file
from hive_guardian.model.errors import UsageError


def read_project_file(root: Path, path: str) -> bytes | None:
    """Return the content of a root-relative file, `None` when there is nothing of that name.

    Raises:
        UsageError: it is there and cannot be read.
    """
    try:
        return (root / path).read_bytes()
    except FileNotFoundError:
        if (root / path).is_symlink():
            raise UsageError(f"{path}: is a broken symbolic link") from None
        return None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error


def write_project_files(root: Path, contents: Iterable[tuple[str, bytes | None, bytes]]) -> None:
    """Replace files, each in one step, after everything that can refuse has been asked.

    Args:
        root: the project root.
        contents: (root-relative path, what it held when it was read, what it is to hold).

    Raises:
        UsageError: a file lies outside the project by a link, is read-only, has changed meanwhile, or cannot be
            written; nothing was replaced, unless the message says so.
    """
    wanted = [(path, _target(root, path, before), after) for path, before, after in contents]
    staged: list[tuple[str, Path, Path]] = []
    try:
        for path, target, after in wanted:
            staged.append((path, _stage(path, target, after), target))
        for done, (path, temporary, target) in enumerate(staged):
            _put(path, temporary, target, [name for name, _, _ in staged[:done]])
    finally:
        for _, temporary, _ in staged:
            temporary.unlink(missing_ok=True)


def _target(root: Path, path: str, before: bytes | None) -> Path:
    """Return the file that a path means, links resolved."""
    target = (root / path).resolve()
    if root.resolve() not in target.parents:
        raise UsageError(f"{path}: leads out of the project by a symbolic link; nothing was written")
    if read_project_file(root, path) != before:
        raise UsageError(f"{path}: has changed meanwhile; nothing was written, run the command again")
    if before is not None and not (target.stat().st_mode & 0o222 and os.access(target, os.W_OK)):
        raise UsageError(f"{path}: is read-only; nothing was written")
    return target


def _stage(path: str, target: Path, content: bytes) -> Path:
    """Write the content beside its place."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        return stage_file(target, content)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; nothing was written") from error


def _put(path: str, temporary: Path, target: Path, written: list[str]) -> None:
    try:
        temporary.replace(target)
    except OSError as error:
        already = f"only {', '.join(written)} was written" if written else "nothing was written"
        raise UsageError(f"{path}: {error.strerror}; {already}") from error
