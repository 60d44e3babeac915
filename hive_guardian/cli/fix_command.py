"""`hive-guardian fix`."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hive_guardian.bootstrap import CheckRequest
from hive_guardian.cli.baseline_options import CHECK_OPTIONS, baseline_wish
from hive_guardian.cli.excluded import OPTION, is_left_out, say_left_out
from hive_guardian.cli.options import (
    COMMAND_LINE_OPTIONS,
    add_options,
    command_line,
    local_rules_said,
    parse_date,
    utc_today,
)
from hive_guardian.cli.progress import Progress
from hive_guardian.cli.terminal import is_coloured, write
from hive_guardian.model.edit import Safety
from hive_guardian.model.errors import UsageError
from hive_guardian.model.fix_report import FixReport, FixStatus
from hive_guardian.report.options import Verbosity

if TYPE_CHECKING:
    from hive_guardian.autofix.proposals import Proposal

CLEAN, CHANGED, INCOMPLETE = 0, 1, 3


@click.command(
    epilog="\b\nExamples:\n"
    "  hive-guardian fix\n"
    "  hive-guardian fix src --diff --unsafe-fixes\n"
    "  hive-guardian fix --select GR42 --output fixes.json\n"
    "  hive-guardian fix --from-review review.json --unsafe-fixes --diff\n\n"
    "Exit codes: 0 nothing to fix and nothing left at or above --fail-on, 1 something was fixed, rejected or is left, "
    "2 usage or configuration error, 3 incomplete, or a file could not be written."
)
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@add_options(COMMAND_LINE_OPTIONS)
@click.option("--unsafe-fixes", is_flag=True, help="Also apply fixes that may change what the program does.")
@click.option(
    "--scaffold",
    is_flag=True,
    help="Also create files that are missing: a readme, a first test, a manifest, a contract.",
)
@click.option("--diff", is_flag=True, help="Show what would change and write nothing.")
@click.option("--interactive", "-i", is_flag=True, help="Show each fix and ask.")
@click.option("--staged", is_flag=True, help="Fix the staged files only; those that also have other changes are left.")
@click.option("--since", metavar="REV", help="Fix only what was not there at a commit.")
@click.option(
    "--from-review",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Apply the suggestions of a review in JSON, and nothing else; they are unsafe fixes.",
)
@click.option("--require-clean", is_flag=True, help="Refuse a work tree with changes that are not committed.")
@click.option("--output", type=click.Path(dir_okay=False), metavar="FILE", help="Write a report in JSON to FILE.")
@add_options((*CHECK_OPTIONS, OPTION))
@click.option("--no-cache", is_flag=True, help="Neither use nor keep results of earlier runs.")
@click.option("--cache-dir", type=click.Path(file_okay=False), metavar="DIR", help="Keep results in DIR.")
@click.option("--jobs", "-j", type=click.IntRange(min=1), metavar="N", help="Worker processes; default: cores.")
@click.option("--today", metavar="DATE", help="Date of the run, YYYY-MM-DD; default: today (UTC).")
@click.option("--quiet", "-q", is_flag=True, help="Only what was done and what failed.")
@click.option("--verbose", "-v", is_flag=True, help="List every fix, and why others were not applied.")
def fix(paths: tuple[str, ...], **options: object) -> int:
    """Apply fixes that are proven safe to files and directories (default: the current one)."""
    from hive_guardian.bootstrap.fixing import FixRequest
    from hive_guardian.bootstrap.fixing import fix as run_fix
    from hive_guardian.cli.fix_questions import Questions

    is_interactive = bool(options["interactive"])
    if is_interactive and not sys.stdin.isatty():
        raise UsageError("--interactive asks questions, and standard input is no terminal")
    questions = Questions(is_on=is_interactive)
    with Progress() as progress:
        report = run_fix(
            FixRequest(
                check=_request(paths, options, progress),
                safeties=frozenset({Safety.SAFE, Safety.UNSAFE} if options["unsafe_fixes"] else {Safety.SAFE}),
                is_written=not options["diff"],
                needs_clean_tree=bool(options["require_clean"]),
                approve=questions.ask,
                makes_scaffolds=bool(options["scaffold"]),
                proposals=_proposals(options["from_review"]),
            )
        )
    if options["allow_excluded"] and is_left_out(paths, report.errors):
        say_left_out(paths)
        return CLEAN
    _show(report, options)
    return _exit_code(report)


def _request(paths: tuple[str, ...], options: dict[str, object], progress: Progress) -> CheckRequest:
    cache_directory, jobs, since = options["cache_dir"], options["jobs"], options["since"]
    return CheckRequest(
        paths=paths,
        command_line=command_line(options),
        today=parse_date(options["today"]) or utc_today(),
        jobs=jobs if isinstance(jobs, int) else None,
        cache=not options["no_cache"],
        cache_directory=Path(str(cache_directory)) if cache_directory else None,
        local_rules=local_rules_said(options, os.environ),
        progress=progress.update,
        baseline=baseline_wish(options),
        staged=bool(options["staged"]),
        since=str(since) if since else None,
    )


def _proposals(name: object) -> "tuple[Proposal, ...] | None":
    """Return the suggestions of a report, `None` when none was named.

    Raises:
        UsageError: it cannot be read, or is none.
    """
    if name is None:
        return None
    from hive_guardian.autofix.proposals import read_proposals  # few have a review at hand

    try:
        return read_proposals(Path(str(name)).read_bytes().decode("utf-8"))
    except OSError as error:
        raise UsageError(f"--from-review {name}: {error.strerror}") from error
    except (UnicodeDecodeError, UsageError) as error:
        raise UsageError(f"--from-review {name}: {error}") from error


def _show(report: FixReport, options: dict[str, object]) -> None:
    """Write the diff or the summary to standard output; beside a diff the summary goes to standard error."""
    from hive_guardian.report.fix_json import render_fixes
    from hive_guardian.report.fix_text import draw_diff, draw_fixes

    if options["output"]:
        write(render_fixes(report), str(options["output"]))
    verbosity = Verbosity.NORMAL
    if options["quiet"] or options["verbose"]:
        verbosity = Verbosity.QUIET if options["quiet"] else Verbosity.VERBOSE
    if options["diff"]:
        write(draw_diff(report, is_coloured=is_coloured(sys.stdout, os.environ)), None)
        text = draw_fixes(report, is_coloured=is_coloured(sys.stderr, os.environ), verbosity=verbosity)
        click.echo(text, err=True, nl=False, color=True)
    else:
        write(draw_fixes(report, is_coloured=is_coloured(sys.stdout, os.environ), verbosity=verbosity), None)


def _exit_code(report: FixReport) -> int:
    """Return the exit code; incomplete wins, because nobody knows what else there is."""
    statuses = {result.status for result in report.results}
    if report.errors or FixStatus.FAILED in statuses:
        return INCOMPLETE
    is_left = report.fail_on is not None and any(finding.severity >= report.fail_on for finding in report.left)
    return CHANGED if report.files or is_left or FixStatus.REJECTED in statuses else CLEAN
