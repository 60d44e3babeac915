"""The baseline on disk: read whole, replaced in one step."""

import os
from contextlib import suppress
from pathlib import Path

from hive_guardian.adapters.staged_file import replace_content
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
        replace_content(target, data)
        _sync_directory(target.parent)
    except OSError as error:
        raise UsageError(f"{name}: cannot be written: {error.strerror or type(error).__name__}") from error
    return True


def _sync_directory(directory: Path) -> None:
    """Make the new name survive a power failure, where the system can."""
    with suppress(OSError):  # some file systems refuse; the content itself is safe already
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
