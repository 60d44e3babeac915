"""Log records on standard error, one line each: for people, or as JSON for programs."""

import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, TextIO

from hive_guardian.report.escaping import to_one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

_ROOT = "hive_guardian"


class LogFormatter(logging.Formatter):
    """Turns a record into one line without secrets.

    Args:
        clock: UTC time; a record's own is not used, so that a caller decides what time it is.
        redact: takes secrets out of a text.
        is_json: whether programs read it.
    """

    def __init__(self, clock: Callable[[], datetime], redact: Callable[[str], str], *, is_json: bool) -> None:
        """Format nothing yet."""
        super().__init__()
        self._clock = clock
        self._redact = redact
        self._is_json = is_json

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; the text of an exception is never part of it, only its class."""
        event = self._redact(record.getMessage())
        fields: Mapping[str, object] = getattr(record, "fields", {})
        clean = {name: self._redact(value) if isinstance(value, str) else value for name, value in fields.items()}
        if record.exc_info and record.exc_info[0] is not None:
            clean["exception"] = record.exc_info[0].__name__
        time = self._clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        level = record.levelname.lower()
        if self._is_json:
            head = {"time": time, "level": level, "logger": record.name, "event": event}
            return json.dumps({**head, **clean}, ensure_ascii=True, default=str)
        words = " ".join(f"{name}={value}" for name, value in clean.items() if value != "")
        return to_one_line(f"{time[11:-1]} {level:<7} {event} {words}".rstrip())


@contextmanager
def logging_to(
    clock: Callable[[], datetime],
    redact: Callable[[str], str],
    *,
    level: str,
    form: str,
    stream: TextIO | None = None,
) -> Iterator[None]:
    """Write the records of this program for the time of a block; other libraries' are left alone.

    Args:
        clock: UTC time.
        redact: takes secrets out of a text.
        level: debug, info, warning or error.
        form: text or json.
        stream: where to; `None` = standard error.
    """
    logger = logging.getLogger(_ROOT)
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(LogFormatter(clock, redact, is_json=form == "json"))
    before, spread = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(level.upper())
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
        logger.propagate = spread
