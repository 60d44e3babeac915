"""What the command line says about the baseline."""

from collections.abc import Callable

import click

from hive_guardian.bootstrap import BaselineWish
from hive_guardian.model.errors import UsageError

Option = Callable[[Callable[..., object]], Callable[..., object]]

FILE_OPTION: Option = click.option(
    "--baseline",
    "baseline_file",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Baseline; default: that of the configuration, else hive-guardian-baseline.json.",
)
CHECK_OPTIONS: tuple[Option, ...] = (
    FILE_OPTION,
    click.option("--no-baseline", is_flag=True, help="Compare with no baseline: every finding is new."),
    click.option("--frozen", is_flag=True, help="For CI: baseline entries that nothing needs fail the run."),
)


def baseline_wish(options: dict[str, object]) -> BaselineWish:
    """Return what the options of `check` say.

    Raises:
        UsageError: they contradict each other.
    """
    is_off = bool(options.get("no_baseline"))
    for name, given in (("--baseline", options.get("baseline_file")), ("--frozen", options.get("frozen"))):
        if is_off and given:
            raise UsageError(f"--no-baseline compares with none; leave out {name}")
    return BaselineWish(file_named(options), is_used=not is_off, is_frozen=bool(options.get("frozen")))


def file_named(options: dict[str, object]) -> str | None:
    """Return the file of `--baseline`, `None` when it was not given."""
    name = options.get("baseline_file")
    return str(name) if name else None
