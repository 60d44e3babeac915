"""The baseline on disk: read whole, replaced in one step."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from hive_guardian.model.errors import UsageError


def read_baseline_file(path: Path, name: str) -> bytes:
    """Return the content of a baseline file.

    Args:
        path: where it lies.
        name: how messages call it.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{name}: {error.strerror or type(error).__name__}") from error


def write_baseline_file(path: Path, text: str, name: str) -> bool:
    """Write a baseline whole or not at all; returns whether it differs from what was there.

    The text goes to a file beside it, reaches the disk, and takes its place: whatever interrupts, the old file or the
    new one is there, whole. A link is followed; the mode of the file stays.

    Args:
        path: where it lies.
        text: what to write.
        name: how messages call it.

    Raises:
        UsageError: it cannot be written.
    """
    data = text.encode("utf-8")
    try:
        target = path.resolve()
        if target.is_file() and target.read_bytes() == data:
            return False
        _replace(target, data)
    except OSError as error:
        raise UsageError(f"{name}: cannot be written: {error.strerror or type(error).__name__}") from error
    return True


def _replace(target: Path, data: bytes) -> None:
    mode = target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~_umask()
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(target)
    finally:
        Path(temporary).unlink(missing_ok=True)  # once it took its place, there is none
    _sync_directory(target.parent)


def _sync_directory(directory: Path) -> None:
    """Make the new name survive a power failure, where the system can."""
    with suppress(OSError):  # some file systems refuse; the content itself is safe already
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
