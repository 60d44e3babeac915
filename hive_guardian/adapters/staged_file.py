"""New content of a file, complete beside its place, to take it in one step."""

import os
from pathlib import Path


def stage_file(target: Path, data: bytes) -> Path:
    """Write content beside the place it is meant for, onto the disk, with the mode of what is there.

    Whoever calls this renames the file to `target`, and removes it if that did not happen.

    Args:
        target: the place; its directory exists.
        data: the content.

    Returns:
        Where the content is.

    Raises:
        OSError: it cannot be written; nothing is left behind.
    """
    from tempfile import mkstemp  # most commands write no file, and it brings shutil and random

    handle, name = mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
    staged = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        staged.chmod(target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~_umask())
    except OSError:
        staged.unlink(missing_ok=True)
        raise
    return staged


def replace_content(target: Path, data: bytes) -> None:
    """Give a file its content whole or not at all: whatever interrupts, what was there or the new content is there.

    Raises:
        OSError: it cannot be written.
    """
    staged = stage_file(target, data)
    try:
        staged.replace(target)
    finally:
        staged.unlink(missing_ok=True)  # once it took its place, there is none


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
