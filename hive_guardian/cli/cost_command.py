"""`hive-guardian cost`."""

import os
from datetime import date
from pathlib import Path

import click

from hive_guardian.adapters.disk import find_root
from hive_guardian.bootstrap.spending import SpendingWish, read_spending
from hive_guardian.cli.options import parse_date, utc_today
from hive_guardian.cli.place import open_place
from hive_guardian.cli.terminal import write
from hive_guardian.model.errors import UsageError
from hive_guardian.model.spending import Division
from hive_guardian.report.spending import render_csv, render_json, render_text
from hive_guardian.review.settings import read_settings

_RENDERERS = {"text": render_text, "json": render_json, "csv": render_csv}


@click.group("cost")
def cost() -> None:
    """Show what models cost, and what a review may cost.

    Example: hive-guardian cost report --by model
    """


@cost.command(
    "estimate",
    epilog="\b\nExamples:\n"
    "  hive-guardian cost estimate --staged\n"
    "  hive-guardian cost estimate main...HEAD\n\n"
    "Exit codes: 0 shown, 2 usage or configuration error.",
)
@click.argument("span", metavar="[RANGE]", default="")
@click.option("--staged", is_flag=True, help="What is staged.")
@click.option("--since", metavar="REV", help="The work tree since a commit; default: since HEAD.")
@click.option("--provider", metavar="NAME", help="Who would read the change; default: review.provider.")
@click.option("--context", type=click.Choice(["lean", "standard", "deep"]), help="How much besides would be sent.")
@click.pass_context
def estimate(ctx: click.Context, /, span: str, **options: object) -> int:
    """Show what a review of a change may cost at worst, request by request; nothing is sent, and no key is needed.

    The same as `review --explain-cost`.
    """
    from hive_guardian.cli.review_command import review  # the report of costs needs nothing of a review

    code: int = ctx.invoke(review, span=span, explain_cost=True, **options)
    return code


@cost.command(
    "report",
    epilog="\b\nExamples:\n"
    "  hive-guardian cost report\n"
    "  hive-guardian cost report --since 2026-10-01 --by repository --format csv\n\n"
    "Exit codes: 0 shown, 2 usage or configuration error, 3 the ledger cannot be read.",
)
@click.option("--since", metavar="DATE", help="First day (UTC); default: the first of the month of --until.")
@click.option("--until", metavar="DATE", help="Last day (UTC); default: today.")
@click.option("--by", type=click.Choice([str(one) for one in Division]), default="model", show_default=True,
              help="What the costs are divided by.")  # fmt: skip
@click.option("--here", is_flag=True, help="Only what was spent on this project; default: all of this ledger.")
@click.option("--format", "output_format", type=click.Choice(list(_RENDERERS)), default="text", show_default=True,
              help="How to write it.")  # fmt: skip
@click.option("--output", type=click.Path(dir_okay=False), metavar="FILE", help="Write it to FILE.")
def report(since: str | None, until: str | None, by: str, output_format: str, output: str | None, *, here: bool) -> int:
    """Add up what models cost, from the ledger every call is booked in, and show how far the budgets are used."""
    last = parse_date(until, "--until") or utc_today()
    first = parse_date(since, "--since") or date(last.year, last.month, 1)
    if first > last:
        raise UsageError(f"--since {first.isoformat()} lies after --until {last.isoformat()}")
    settings = read_settings(open_place(Path()).config_set.root.review)
    wish = SpendingWish(first, last, Division(by), here)
    write(_RENDERERS[output_format](read_spending(wish, find_root(Path()), settings, os.environ)), output)
    return 0
