"""Options that several commands share."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

import click

from hive_guardian.config.layers import CommandLine
from hive_guardian.model.errors import UsageError

Command = TypeVar("Command", bound=Callable[..., object])
Decorator = Callable[[Command], Command]
LEVELS = ("CRITICAL", "ERROR", "WARNING", "INFO")

Option = Callable[[Callable[..., object]], Callable[..., object]]


def level_option(default: str) -> Option:
    """Return the option `--level` of a command that runs this level when nobody names one."""
    return click.option(
        "--level",
        type=click.Choice(LEVELS, case_sensitive=False),
        help=f"Run the rules of this severity and above; default: {default}.",
    )


SELECTION_OPTIONS: tuple[Option, ...] = (
    click.option("--select", multiple=True, metavar="RULE", help="Run these ids, names, tags or ALL instead."),
    click.option("--extend-select", multiple=True, metavar="RULE", help="Run these as well."),
    click.option("--ignore", multiple=True, metavar="RULE", help="Do not run these."),
    click.option("--preset", metavar="NAME", help="default, strict, hive, or one from a plugin."),
    click.option(
        "--config", "config_file", type=click.Path(dir_okay=False), metavar="FILE", help="Read this file only."
    ),
    click.option("--isolated", is_flag=True, help="Read no configuration file."),
    click.option(
        "--local-rules/--no-local-rules", default=None, help="Run the rules of the project itself; default: not in CI."
    ),
)
"""Which rules run, and where the configuration comes from."""
COMMAND_LINE_OPTIONS: tuple[Option, ...] = (
    level_option("the configured one, else ERROR"),
    click.option(
        "--fail-on",
        type=click.Choice((*LEVELS, "never"), case_sensitive=False),
        help="Findings of this severity and above fail the run; default: the level.",
    ),
    *SELECTION_OPTIONS,
)

RULES_OPTION = click.option(
    "--rules", multiple=True, metavar="DIR", type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="Bring the rules in DIR along, such as your own tools/rules; their code runs. May be repeated.",
)  # fmt: skip


def add_options(options: Iterable[Callable[..., Callable[..., object]]]) -> Callable[[Command], Command]:
    """Return a decorator that adds options in the order given."""

    def decorate(command: Command) -> Command:
        for option in reversed(list(options)):
            command = option(command)
        return command

    return decorate


def command_line(options: dict[str, object]) -> CommandLine:
    """Return what was said on the command line about configuration.

    Raises:
        UsageError: the configuration file cannot be read.
    """
    config_file = options.get("config_file")
    select = _names(options.get("select"))
    return CommandLine(
        level=_text(options.get("level")),
        fail_on=_text(options.get("fail_on")),
        select=select or None,
        extend_select=_names(options.get("extend_select")),
        ignore=_names(options.get("ignore")),
        preset=_text(options.get("preset")),
        config_file=str(config_file or ""),
        config_text=_read(str(config_file)) if config_file else None,
        isolated=bool(options.get("isolated")),
    )


def local_rules_said(options: Mapping[str, object], environment: Mapping[str, str]) -> bool | None:
    """Whether the code of local rules may run; `None` in CI when nobody said so: a checkout may be a stranger's."""
    said = options.get("local_rules")
    if isinstance(said, bool):
        return said
    return None if environment.get("CI", "").lower() not in {"", "0", "false"} else True


def _text(value: object) -> str | None:
    return str(value) if value else None


def _names(value: object) -> tuple[str, ...]:
    """Split repeated options and comma-separated lists alike."""
    items = value if isinstance(value, tuple) else ()
    return tuple(name.strip() for item in items for name in str(item).split(",") if name.strip())


def _read(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise UsageError(f"--config {name}: {error.strerror}") from error


def parse_date(value: object, option: str = "--today") -> date | None:
    """Return the ISO date an option was given, `None` when nothing was given.

    Raises:
        UsageError: it is no date.
    """
    if not value:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise UsageError(f"{option} {value}: expected a date such as 2026-01-31") from error


def utc_today() -> date:
    """Return the date in UTC: no answer may depend on where the machine stands."""
    return datetime.now(tz=UTC).date()
