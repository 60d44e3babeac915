"""The progress bar: on standard error, only on a terminal, only for long work."""

import sys
import time
from types import TracebackType
from typing import Self

_AFTER_SECONDS = 0.5
_EVERY_SECONDS = 0.1
_CELLS = 28


class Progress:
    """A context that draws a bar while files are analysed and leaves nothing behind."""

    def __init__(self) -> None:
        """Draw only where a person watches."""
        self.enabled = sys.stderr.isatty()
        self.started = time.monotonic()
        self.drawn = 0.0

    def __enter__(self) -> Self:
        """Start the clock."""
        self.started = time.monotonic()
        return self

    def update(self, done: int, total: int) -> None:
        """Draw the bar when it is time to."""
        now = time.monotonic()
        if not self.enabled or now - self.started < _AFTER_SECONDS or now - self.drawn < _EVERY_SECONDS:
            return
        self.drawn = now
        filled = _CELLS * done // max(total, 1)
        sys.stderr.write(f"\r  {'━' * filled}{'╌' * (_CELLS - filled)} {done:,}/{total:,} files")
        sys.stderr.flush()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wipe the bar."""
        del kind, error, trace
        if self.drawn:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()
