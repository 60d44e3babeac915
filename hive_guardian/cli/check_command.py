"""`hive-guardian check`."""

import os
import sys
from dataclasses import replace
from pathlib import Path

import click

from hive_guardian.bootstrap import Checked, CheckRequest
from hive_guardian.bootstrap import check as run_check
from hive_guardian.cli.baseline_options import CHECK_OPTIONS, baseline_wish
from hive_guardian.cli.call import Call
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
from hive_guardian.cli.report_facts import complete_options
from hive_guardian.cli.sources import sources_of
from hive_guardian.cli.terminal import is_coloured, write
from hive_guardian.engine.run import exit_code
from hive_guardian.model.errors import UsageError
from hive_guardian.report import FORMATS, render_report
from hive_guardian.report.options import RenderOptions, SarifTarget, Verbosity

_TELL_HISTORY = frozenset({"sarif"})
"""The formats that name commit and branch, which may change while no file does."""
_CARRY_EDITS = frozenset({"json", "rdjson", "sarif"})
_NEED_SOURCES = frozenset({"text", "sarif", "html", "markdown"})


@click.command(
    epilog="\b\nExamples:\n"
    "  hive-guardian check\n"
    "  hive-guardian check src --level WARNING\n"
    "  hive-guardian check --format sarif --output findings.sarif\n\n"
    "Exit codes: 0 clean, 1 findings at or above --fail-on, 2 usage or configuration error, "
    "3 incomplete or broken."
)
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@add_options(COMMAND_LINE_OPTIONS)
@click.option(
    "--format", "output_format", type=click.Choice(FORMATS), default="text", show_default=True, help="Report format."
)
@click.option("--output", type=click.Path(dir_okay=False), metavar="FILE", help="Write the report to FILE.")
@click.option(
    "--report", "reports", multiple=True, metavar="FORMAT=FILE", help="Also write the report to FILE; may be repeated."
)
@add_options(CHECK_OPTIONS)
@click.option("--show", type=click.Choice(["new", "all"]), default="new", help="all: accepted findings as well.")
@click.option("--sarif-for", type=click.Choice(["any", "github"]), default="any", help="Who reads the SARIF file.")
@add_options((OPTION,))
@click.option("--no-cache", is_flag=True, help="Neither use nor keep results of earlier runs.")
@click.option("--cache-dir", type=click.Path(file_okay=False), metavar="DIR", help="Keep results in DIR.")
@click.option("--jobs", "-j", type=click.IntRange(min=1), metavar="N", help="Worker processes; default: cores.")
@click.option("--since", metavar="REV", help="Only what was not there at a commit counts; REV... is the fork point.")
@click.option("--staged", is_flag=True, help="Check what is staged, and report on the staged files only.")
@click.option("--statistics", is_flag=True, help="Count findings per rule instead of listing them.")
@click.option("--timings", is_flag=True, help="Show the time spent in each rule; measures without the cache.")
@click.option("--stdin-filename", metavar="NAME", help="Check standard input as if it were this file.")
@click.option("--today", metavar="DATE", help="Date of the run, YYYY-MM-DD; default: today (UTC).")
@click.option("--quiet", "-q", is_flag=True, help="One line per finding, no summary when clean.")
@click.option(
    "--verbose", "-v", is_flag=True, help="Also list what was skipped, and the check and confidence of each finding."
)
def check(paths: tuple[str, ...], **options: object) -> int:
    """Run the rules over files and directories (default: the current one)."""
    further = _further_reports(options)
    with Progress() as progress:
        carries_edits = not _CARRY_EDITS.isdisjoint({str(options["output_format"]), *further.values()})
        request = replace(_request(paths, options, progress), with_edits=carries_edits)
        checked = run_check(request)
    report = checked.outcome.report
    if options["allow_excluded"] and is_left_out(paths, report.errors):
        say_left_out(paths)
        return 0
    output_format = str(options["output_format"])
    if not _NEED_SOURCES.isdisjoint({output_format, *further.values()}):
        report = replace(report, sources=sources_of(checked.tree, report.findings))
    output = options["output"]
    for name, form in further.items():
        style = _render_options(options, checked, is_file=True)
        write(render_report(form, report, complete_options(form, style, checked, report, request)), name, "--report")
    style = _render_options(options, checked, is_file=output is not None)
    text = render_report(output_format, report, complete_options(output_format, style, checked, report, request))
    write(text, str(output) if output else None)
    code = exit_code(report)
    call = click.get_current_context().obj
    if isinstance(call, Call) and output_format not in _TELL_HISTORY:
        checked.remember(call.arguments, text, code, call.began_ns)
    return code


def _further_reports(options: dict[str, object]) -> dict[str, str]:
    """Return file -> format of the reports to write besides the one that is shown.

    Raises:
        UsageError: a format is unknown, a file is missing or named twice.
    """
    given = options["reports"]
    taken = {str(options["output"] or "")}
    found: dict[str, str] = {}
    for item in given if isinstance(given, tuple) else ():
        form, _, name = str(item).partition("=")
        if form not in FORMATS or not name:
            raise UsageError(f"--report {item}: expected FORMAT=FILE, FORMAT being one of {', '.join(FORMATS)}")
        if name in taken:
            raise UsageError(f"--report {item}: another report goes to that file")
        taken.add(name)
        found[name] = form
    return found


def _request(paths: tuple[str, ...], options: dict[str, object], progress: Progress) -> CheckRequest:
    stdin_name = options["stdin_filename"]
    if stdin_name and paths not in {(), ("-",)}:
        raise UsageError("--stdin-filename checks standard input only; give no PATHS with it")
    if paths == ("-",) and not stdin_name:
        raise UsageError("to check standard input, say which file it is: --stdin-filename NAME")
    if stdin_name and (options["staged"] or options["since"] is not None):
        raise UsageError("--stdin-filename checks standard input; --staged and --since need files that git knows")
    cache_directory = options["cache_dir"]
    jobs = options["jobs"]
    since = options["since"]
    return CheckRequest(
        paths=(str(stdin_name),) if stdin_name else paths,
        command_line=command_line(options),
        today=parse_date(options["today"]) or utc_today(),
        jobs=jobs if isinstance(jobs, int) else None,
        cache=not options["no_cache"],
        cache_directory=Path(str(cache_directory)) if cache_directory else None,
        timed=bool(options["timings"]),
        stdin=sys.stdin.buffer.read() if stdin_name else None,
        local_rules=local_rules_said(options, os.environ),
        progress=progress.update,
        baseline=baseline_wish(options),
        staged=bool(options["staged"]),
        since=None if since is None else str(since),
    )


def _render_options(options: dict[str, object], checked: Checked, *, is_file: bool) -> RenderOptions:
    verbosity = Verbosity.NORMAL
    if options["quiet"]:
        verbosity = Verbosity.QUIET
    elif options["verbose"]:
        verbosity = Verbosity.VERBOSE
    return RenderOptions(
        show_all=options["show"] == "all",
        is_coloured=not is_file and is_coloured(sys.stdout, os.environ),
        verbosity=verbosity,
        statistics=bool(options["statistics"]),
        timings={code: spent / 1e9 for code, spent in checked.outcome.nanoseconds.items()},
        sarif_target=SarifTarget(options["sarif_for"]),
        has_baseline=options["since"] is not None or checked.outcome.report.baseline is not None,
        is_grouped=bool(options["verbose"]),
    )
