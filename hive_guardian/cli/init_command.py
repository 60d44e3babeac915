"""`hive-guardian init`."""

import sys
from pathlib import Path

import click

from hive_guardian.adoption.plan import Part
from hive_guardian.adoption.text import describe_found, describe_next_steps, render_diff
from hive_guardian.bootstrap.adopting import Adoption, AdoptionRequest, prepare_adoption
from hive_guardian.cli.options import utc_today
from hive_guardian.cli.progress import Progress
from hive_guardian.cli.terminal import write
from hive_guardian.model.errors import UsageError


@click.command(
    epilog="\b\nExamples:\n"
    "  hive-guardian init --dry-run\n"
    "  hive-guardian init --yes\n"
    "  hive-guardian init --only settings\n\n"
    "Exit codes: 0 written, nothing to write or refused at the question, 2 a file that cannot be edited or written."
)
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option("--yes", "-y", is_flag=True, help="Write without asking.")
@click.option("--dry-run", "--diff", "dry_run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option(
    "--only", multiple=True, type=click.Choice([str(part) for part in Part]), help="Write this part only; repeatable."
)
@click.option("--source", default="", metavar="URL[@REV]", help="Git repository to install from; default: the index.")
def init(path: Path, **options: object) -> int:
    """Set hive-guardian up in the project of PATH (default: the current directory).

    Writes settings with contracts that the code already keeps, an entry for pre-commit, and a workflow. Shows the
    changes and asks first. What is there already stays as it is.
    """
    only = options["only"]
    parts = tuple(Part(name) for name in only) if isinstance(only, tuple) and only else tuple(Part)
    with Progress() as progress:
        request = AdoptionRequest(path, utc_today(), parts, str(options["source"]), progress.update)
        adoption = prepare_adoption(request)
    changes = adoption.plan.changes
    write(describe_found(adoption.found, adoption.plan.notes) + render_diff(changes), None)
    if not changes:
        write("nothing to change\n", None)
    elif options["dry_run"]:
        write(f"dry run: {_count(len(changes))} would be written, nothing was\n", None)
        return 0
    elif not _is_agreed(yes=bool(options["yes"])):
        write("nothing was written\n", None)
        return 0
    else:
        adoption.write()
        write("".join(f"written: {change.path}\n" for change in changes), None)
    write(_next_steps(adoption), None)
    return 0


def _is_agreed(*, yes: bool) -> bool:
    """Ask, unless the answer was given.

    Raises:
        UsageError: nobody is there to answer.
    """
    if yes:
        return True
    if not sys.stdin.isatty():
        raise UsageError("nobody can answer the question here: say --yes to write, or --dry-run to look only")
    return click.confirm("Write this?", default=True)


def _next_steps(adoption: Adoption) -> str:
    return describe_next_steps(adoption.report, [change.path for change in adoption.plan.changes])


def _count(files: int) -> str:
    return f"{files} file{'' if files == 1 else 's'}"
