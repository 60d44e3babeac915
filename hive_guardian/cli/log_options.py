"""The options of commands that can tell what they do while they do it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

import click

_LEVELS = ("debug", "info", "warning", "error")
_FORMATS = ("text", "json")

LOG_OPTIONS: tuple[Callable[[Callable[..., object]], Callable[..., object]], ...] = (
    click.option("--verbose", "-v", is_flag=True, help="Tell on standard error what is done: --log-level info."),
    click.option(
        "--log-level", type=click.Choice(_LEVELS, case_sensitive=False), help="Log on standard error from this level."
    ),
    click.option(
        "--log-format", type=click.Choice(_FORMATS), help="Lines for people, or a JSON object per line; default: text."
    ),
)


@contextmanager
def log_options(
    options: Mapping[str, object],
    redact: Callable[[str], str],
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Iterator[None]:
    """Log as the options say for the time of a block; without any of them, nothing is.

    Args:
        options: by the names of `LOG_OPTIONS`.
        redact: takes secrets out of a text.
        clock: UTC time.
    """
    level, form = options["log_level"], options["log_format"]
    if not (options["verbose"] or level or form):
        yield
        return
    from hive_guardian.cli.logs import logging_to  # a run without a log imports none

    with logging_to(clock, redact, level=str(level or "info"), form=str(form or "text")):
        yield
