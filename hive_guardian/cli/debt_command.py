"""`hive-guardian debt`."""

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click

from hive_guardian.bootstrap.checking import CheckRequest
from hive_guardian.bootstrap.debt import DebtOutcome, DebtWish, take_stock
from hive_guardian.cli.baseline_options import FILE_OPTION, baseline_wish
from hive_guardian.cli.options import add_options, command_line, local_rules_said, parse_date, utc_today
from hive_guardian.cli.progress import Progress
from hive_guardian.cli.terminal import is_coloured, write
from hive_guardian.engine.debt import DebtLedger, Excess
from hive_guardian.report.debt_html import render as render_html
from hive_guardian.report.debt_json import render as render_json
from hive_guardian.report.debt_page import render_markdown, render_text
from hive_guardian.report.debt_words import Grouping, describe_excess
from hive_guardian.report.escaping import to_one_line
from hive_guardian.report.paint import Paint

_FORMATS = ("text", "json", "markdown", "html")
_EXCEEDED, _INCOMPLETE = 1, 3
_WIDTH = 120
_PROJECT_OPTIONS: tuple[Callable[..., Callable[..., object]], ...] = (
    click.option(
        "--config", "config_file", type=click.Path(dir_okay=False), metavar="FILE", help="Read this file only."
    ),
    FILE_OPTION,
    click.option("--no-cache", is_flag=True, help="Neither use nor keep results of earlier runs."),
    click.option("--cache-dir", type=click.Path(file_okay=False), metavar="DIR", help="Keep results in DIR."),
    click.option("--jobs", "-j", type=click.IntRange(min=1), metavar="N", help="Worker processes; default: cores."),
    click.option(
        "--local-rules/--no-local-rules", default=None, help="Run the rules of the project itself; default: not in CI."
    ),
    click.option("--today", metavar="DATE", help="Date of the run, YYYY-MM-DD; default: today (UTC)."),
)


@click.command(
    epilog="\b\nExamples:\n"
    "  hive-guardian debt\n"
    "  hive-guardian debt --owner @acme/web --by rule\n"
    "  hive-guardian debt --max 50 --format markdown\n\n"
    "Exit codes: 0 within the budgets, 1 more than a budget allows, 2 usage or configuration error, "
    "3 counted from only some of the files."
)
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option("--format", "output_format", type=click.Choice(_FORMATS), default="text", show_default=True,
              help="How to write it.")  # fmt: skip
@click.option("--output", type=click.Path(dir_okay=False), metavar="FILE", help="Write it to FILE.")
@click.option("--by", type=click.Choice([str(one) for one in Grouping]), default="owner", show_default=True,
              help="What the list is divided by.")  # fmt: skip
@click.option("--owner", "owners", multiple=True, metavar="NAME", help="Only what NAME answers for; repeatable.")
@click.option("--rule", "rules", multiple=True, metavar="RULE", help="Only exceptions from RULE; repeatable.")
@click.option("--max", "limit", type=click.IntRange(min=0), metavar="N", help="Fail when more than N are listed.")
@add_options(_PROJECT_OPTIONS)
def debt(paths: tuple[str, ...], **options: object) -> int:
    """List every exception from policy: who owns it, why, how old it is, and what it does.

    Suppressions in code, what the configuration ignores and overrides, and entries of the baseline.
    """
    with Progress() as progress:
        found = take_stock(_wish(paths, options, progress))
    ledger = _limited(found.ledger, options)
    output = options["output"]
    write(_render(ledger, options, is_file=output is not None), str(output) if output else None)
    is_said = output is None and options["output_format"] == "text"
    return _conclude(DebtOutcome(ledger, found.errors), is_said=is_said)


def _wish(paths: tuple[str, ...], options: dict[str, object], progress: Progress) -> DebtWish:
    cache_directory, jobs = options["cache_dir"], options["jobs"]
    request = CheckRequest(
        paths=paths,
        command_line=command_line(options),
        today=parse_date(options["today"]) or utc_today(),
        jobs=jobs if isinstance(jobs, int) else None,
        cache=not options["no_cache"],
        cache_directory=Path(str(cache_directory)) if cache_directory else None,
        local_rules=local_rules_said(options, os.environ),
        progress=progress.update,
        baseline=baseline_wish(options),
    )
    return DebtWish(request, _names(options["owners"]), _names(options["rules"]))


def _limited(ledger: DebtLedger, options: dict[str, object]) -> DebtLedger:
    """Return the ledger, judged by `--max` as well."""
    limit = options["limit"]
    if not isinstance(limit, int) or len(ledger.debts) <= limit:
        return ledger
    return replace(ledger, excesses=(Excess("", len(ledger.debts), limit, "--max"), *ledger.excesses))


def _render(ledger: DebtLedger, options: dict[str, object], *, is_file: bool) -> str:
    grouping = Grouping(str(options["by"]))
    match options["output_format"]:
        case "json":
            return render_json(ledger)
        case "markdown":
            return render_markdown(ledger, grouping)
        case "html":
            return render_html(ledger, grouping)
        case _:
            paint = Paint(is_on=not is_file and is_coloured(sys.stdout, os.environ))
            width = shutil.get_terminal_size((_WIDTH, 0)).columns
            return render_text(ledger, grouping, paint, width)


def _conclude(found: DebtOutcome, *, is_said: bool) -> int:
    """Say on standard error what fails, unless a person has just read it, and return the exit code."""
    for error in found.errors:
        place = " ".join(part for part in (error.rule, error.path) if part)
        click.echo(to_one_line(f"error: {place}: {error.message}; figures may be too low"), err=True)
    for excess in () if is_said else found.ledger.excesses:
        click.echo(to_one_line(f"too much debt: {describe_excess(excess)}"), err=True)
    if found.errors:
        return _INCOMPLETE
    return _EXCEEDED if found.ledger.excesses else 0


def _names(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, tuple) else ()
