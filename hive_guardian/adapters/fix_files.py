"""Replaces files by their fixed content, so that each holds its old or its new content at every moment."""

import errno
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

_KEPT = 0o7777


class FileSystem(Protocol):
    """The steps of replacing a file that can fail half-way; tests make each of them fail."""

    def create(self, directory: str, prefix: str) -> tuple[int, str]:
        """Create a file of its own name; returns its descriptor and path."""

    def write(self, descriptor: int, data: bytes) -> int:
        """Write some of the data; returns how much."""

    def sync(self, descriptor: int) -> None:
        """Wait until the content is on disk."""

    def replace(self, source: str, target: str) -> None:
        """Rename a file over another one, in one step."""

    def link(self, source: str, target: str) -> None:
        """Give a file a second name, in one step; raises FileExistsError where something has that name."""

    def remove(self, path: str) -> None:
        """Remove a file."""


class LocalFileSystem:
    """The file system of this machine."""

    def create(self, directory: str, prefix: str) -> tuple[int, str]:
        """Create a file that only this user can read until it gets its mode."""
        return tempfile.mkstemp(dir=directory, prefix=prefix, suffix=".tmp")

    def write(self, descriptor: int, data: bytes) -> int:
        """Write some of the data."""
        return os.write(descriptor, data)

    def sync(self, descriptor: int) -> None:
        """Wait until the content is on disk: a rename may otherwise survive a crash that the content does not."""
        os.fsync(descriptor)

    def replace(self, source: str, target: str) -> None:
        """Rename a file over another one."""
        Path(source).replace(target)

    def link(self, source: str, target: str) -> None:
        """Give a file a second name, which nothing has yet."""
        Path(target).hardlink_to(source)

    def remove(self, path: str) -> None:
        """Remove a file."""
        Path(path).unlink()


LOCAL = LocalFileSystem()


def replace_file(root: Path, path: str, before: bytes, after: bytes, system: FileSystem = LOCAL) -> str:
    """Give a file new content in one step; mode and owner stay.

    Args:
        root: the project root.
        path: root-relative path.
        before: what the fixes were made from; a file that holds anything else is left alone.
        after: the new content.
        system: the file system.

    Returns:
        Why nothing was changed, empty when the file was replaced.
    """
    target = root / path
    reason = refusal(root, path)
    if reason:
        return reason
    try:
        with _temporary(target, after, system, _take_over) as name:
            if target.read_bytes() != before:
                return "it has changed meanwhile"
            system.replace(name, str(target))
    except OSError as error:
        return f"it cannot be written: {error.strerror or type(error).__name__}"
    return ""


def create_file(root: Path, path: str, data: bytes, system: FileSystem = LOCAL) -> str:
    """Create a file, and the directories it lies in, in one step; what exists is never overwritten.

    Args:
        root: the project root.
        path: root-relative path.
        data: the content.
        system: the file system.

    Returns:
        Why there is no such file now, empty when there is.
    """
    target = root / path
    reason = creation_refusal(root, path)
    if reason:
        return reason
    missing = [directory for directory in target.parents if not directory.exists()]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _temporary(target, data, system, _share) as name:
            system.link(name, str(target))
    except OSError as error:
        for directory in missing:
            with suppress(OSError):  # somebody else may have put something there
                directory.rmdir()
        if isinstance(error, FileExistsError):
            return "it exists already"
        return f"it cannot be written: {error.strerror or type(error).__name__}"
    return ""


def creation_refusal(root: Path, path: str) -> str:
    """Return why a file is not to be created, empty when it may be.

    Its nearest directory that exists must be where its path says: a link may lead out of the project.
    """
    target = root / path
    if os.path.lexists(target):
        return "it exists already"
    directory = target.parent
    while not os.path.lexists(directory):
        directory = directory.parent
    try:
        real = directory.resolve(strict=True)
    except OSError as error:
        return f"it cannot be reached: {error.strerror or type(error).__name__}"
    if not real.is_dir():
        return f"{directory.name} is not a directory"
    if real != root.resolve() / directory.relative_to(root):
        return "a symbolic link leads to it"
    return "" if os.access(real, os.W_OK) else "its directory is read-only"


def refusal(root: Path, path: str) -> str:
    """Return why a file is not to be replaced, empty when it may be.

    A link is not followed: what it leads to may belong to somebody else, and else is fixed under its own name.
    """
    target = root / path
    try:
        status = target.lstat()
        real = target.parent.resolve()
    except OSError as error:
        return f"it cannot be reached: {error.strerror or type(error).__name__}"
    if stat.S_ISLNK(status.st_mode):
        return "it is a symbolic link"
    if not stat.S_ISREG(status.st_mode):
        return "it is not a regular file"
    if real != root.resolve() / Path(path).parent:
        return "a symbolic link leads to it"
    if not status.st_mode & stat.S_IWUSR or not os.access(target, os.W_OK):
        return "it is read-only"
    if status.st_nlink > 1:
        return "it has several hard links, and replacing it would separate them"
    return ""


@contextmanager
def _temporary(
    target: Path, data: bytes, system: FileSystem, finish: Callable[[int, str, Path], None]
) -> Iterator[str]:
    """Write content to a file beside its place and finish it, which sets its mode; it is gone at the end."""
    descriptor, name = system.create(str(target.parent), f".{target.name}.")
    try:
        try:
            left = memoryview(data)
            while left:
                written = system.write(descriptor, bytes(left))
                if written <= 0:
                    raise OSError(errno.EIO, os.strerror(errno.EIO))
                left = left[written:]
            finish(descriptor, name, target)
            system.sync(descriptor)
        finally:
            os.close(descriptor)
        yield name
    finally:
        if os.path.lexists(name):
            system.remove(name)


def _take_over(descriptor: int, name: str, old: Path) -> None:
    """Give a file the mode of another one, and its owner: where that is not allowed, the file is not replaced."""
    status = old.stat()
    mine = os.fstat(descriptor)
    if hasattr(os, "fchown") and (mine.st_uid, mine.st_gid) != (status.st_uid, status.st_gid):
        os.fchown(descriptor, status.st_uid, status.st_gid)
    Path(name).chmod(status.st_mode & _KEPT)


def _share(_descriptor: int, name: str, _target: Path) -> None:
    """Give a file the mode that a new file of this user gets."""
    mask = os.umask(0o022)  # it can only be read by setting it
    os.umask(mask)
    Path(name).chmod(0o666 & ~mask)
