"""Writing to a person or a file."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from hive_guardian.adapters.staged_file import replace_content
from hive_guardian.model.errors import UsageError


def is_coloured(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether to colour output: NO_COLOR wins, then FORCE_COLOR, then whether the stream is a capable terminal."""
    if environment.get("NO_COLOR"):
        return False
    forced = environment.get("FORCE_COLOR")
    if forced:
        return forced != "0"
    return stream.isatty() and environment.get("TERM") != "dumb"


def write(text: str, output: str | None, option: str = "--output") -> None:
    """Write a report to standard output, or whole or not at all to a file.

    Args:
        text: the report.
        output: the file; `None` = standard output.
        option: what named the file.

    Raises:
        UsageError: the file or standard output cannot be written.
        BrokenPipeError: nobody reads standard output any more.
    """
    data = text.encode("utf-8", "backslashreplace")
    try:
        if output is None:
            sys.stdout.flush()
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        else:
            _write_file(data, Path(output).resolve())
    except BrokenPipeError:
        raise
    except OSError as error:
        place = "standard output" if output is None else f"{option} {output}"
        raise UsageError(f"{place}: {error.strerror}") from error


def _write_file(data: bytes, target: Path) -> None:
    """Replace a file in one step; a device or pipe is written to."""
    if target.exists() and not target.is_file():
        target.write_bytes(data)
        return
    replace_content(target, data)
