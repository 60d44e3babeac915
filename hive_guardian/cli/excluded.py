"""`--allow-excluded`: for hooks that name files without asking what the configuration leaves out."""

from collections.abc import Sequence
from pathlib import Path

import click

from hive_guardian.model.report import ErrorKind, RunError

OPTION = click.option(
    "--allow-excluded", is_flag=True, help="Succeed where every one of PATHS is a file that configuration excludes."
)


def is_left_out(paths: Sequence[str], errors: Sequence[RunError]) -> bool:
    """Whether a run had nothing to do because policy leaves out every file it was given, and for no other reason.

    A file that is named takes part unless configuration excludes it: nothing else can have kept all of them out.
    """
    is_idle = bool(errors) and all(error.kind is ErrorKind.NOTHING_CHECKED for error in errors)
    return is_idle and bool(paths) and all(Path(path).is_file() for path in paths)


def say_left_out(paths: Sequence[str]) -> None:
    """Say on standard error that nothing was done, and why."""
    click.echo(f"nothing to do: configuration excludes what was named ({len(paths)})", err=True)
