"""`hive-guardian baseline` and `hive-guardian accept`: what a project accepted, and how that shrinks."""

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import click

from hive_guardian.adapters.baseline_file import read_baseline_file, write_baseline_file
from hive_guardian.bootstrap import BaselinePlace, BaselineWish, Checked, CheckRequest, check, find_place, open_baseline
from hive_guardian.cli.baseline_options import FILE_OPTION, Option, file_named
from hive_guardian.cli.baseline_pages import describe_change, show_json, show_text
from hive_guardian.cli.options import (
    COMMAND_LINE_OPTIONS,
    add_options,
    command_line,
    local_rules_said,
    parse_date,
    utc_today,
)
from hive_guardian.cli.place import Place, open_place
from hive_guardian.cli.progress import Progress
from hive_guardian.cli.terminal import write
from hive_guardian.engine.baseline import Baseline, Entry, Recorded, parse_baseline, render_baseline
from hive_guardian.engine.baseline_change import Change, extend, grow, prune, shrink
from hive_guardian.engine.baseline_ledger import count_wildcards, placed_excuses
from hive_guardian.engine.baseline_match import describe_finding
from hive_guardian.engine.baseline_merge import merge_baselines
from hive_guardian.engine.baseline_use import BaselineUse, GivenBaseline, acceptable
from hive_guardian.model.errors import UsageError
from hive_guardian.model.finding import Finding
from hive_guardian.model.spelling import nearest
from hive_guardian.report import render_report
from hive_guardian.report.options import RenderOptions, Verbosity

_INCOMPLETE = 3
_RUN_OPTIONS: tuple[Option, ...] = (
    *COMMAND_LINE_OPTIONS,
    FILE_OPTION,
    click.option("--jobs", "-j", type=click.IntRange(min=1), metavar="N", help="Worker processes; default: cores."),
    click.option("--no-cache", is_flag=True, help="Neither use nor keep results of earlier runs."),
    click.option("--today", metavar="DATE", help="Date of the run, YYYY-MM-DD; default: today (UTC)."),
)
_UNTIL = click.option("--until", metavar="DATE", help="The last day on which the new entries hold.")


@click.group("baseline")
def baseline() -> None:
    """Accept the findings of today, so that only new ones fail, and let the rest shrink.

    Example: hive-guardian baseline create
    """


@baseline.command("create")
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@add_options(_RUN_OPTIONS)
@click.option("--force", is_flag=True, help="Also where there is a baseline: accept everything that is new.")
@click.option("--reason", metavar="TEXT", default="", help="Why, for each new entry.")
@_UNTIL
def create(paths: tuple[str, ...], *, force: bool, reason: str, until: str | None, **options: object) -> int:
    """Accept every finding of today.

    Run it with the level and the selection you check with. With --force, entries that are there keep their date and
    reason, and what is fixed goes.

    Example: hive-guardian baseline create --level WARNING --reason "before the rules were introduced"
    """
    wish = BaselineWish(file_named(options), may_be_missing=True, must_be_missing=not force)
    checked = _run(paths, options, wish)
    new = _entries(checked, checked.outcome.report.findings, reason, until, options)
    return _apply(checked, lambda use: grow(use, new, _wildcards(checked), may_rise=True))


@baseline.command("update")
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@add_options(_RUN_OPTIONS)
def update(paths: tuple[str, ...], **options: object) -> int:
    """Remove the entries of what is fixed, and follow code that moved; nothing new is accepted.

    Entries that this run cannot judge stay: those of other paths, of rules that did not run, of files that do not
    parse.

    Example: hive-guardian baseline update
    """
    checked = _run(paths, options, BaselineWish(file_named(options)))
    if checked.outcome.use is None:
        raise UsageError("there is no baseline to update; `hive-guardian baseline create` makes one")
    return _apply(checked, lambda use: shrink(use, _wildcards(checked)))


@click.command("accept")
@click.argument("rule")
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option("--reason", metavar="TEXT", required=True, help="Why these findings are fine for now.")
@_UNTIL
@add_options(_RUN_OPTIONS)
def accept(rule: str, paths: tuple[str, ...], *, reason: str, until: str | None, **options: object) -> int:
    """Add the new findings of one RULE to the baseline, with a reason.

    Example: hive-guardian accept GR12 apps/billing --reason "moves to the async client in May" --until 2027-05-31
    """
    if not reason.strip():
        raise UsageError("--reason: say why these findings are fine for now")
    checked = _run(paths, options, BaselineWish(file_named(options), may_be_missing=True))
    codes = _meant(rule, checked)
    findings = [finding for finding in checked.outcome.report.findings if finding.rule in codes]
    new = _entries(checked, findings, reason.strip(), until, options)
    if not new and not checked.outcome.report.errors:
        raise UsageError(f"accept {rule}: it has no new findings here, so there is nothing to accept")
    return _apply(checked, lambda use: extend(use.given.baseline, new))


@baseline.command("prune")
@FILE_OPTION
def prune_entries(**options: object) -> int:
    """Remove the entries of files that are gone and of rules that do not exist, without running any rule.

    Run `baseline update` first where files were moved: it follows them.

    Example: hive-guardian baseline prune
    """
    place, found, given = _open(options)
    failures = place.catalogue.failures
    if failures:
        click.echo(f"nothing was written, because rules are missing: {failures[0]}", err=True)
        return _INCOMPLETE
    return _write(found, prune(given.baseline, place.tree.exists, place.catalogue.cards.keys()))


@baseline.command("show")
@FILE_OPTION
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to write it."
)
def show(form: str, **options: object) -> int:
    """Show what is accepted: by rule with the oldest entry, or each entry as JSON.

    Example: hive-guardian baseline show
    """
    _, _, given = _open(options)
    write(show_json(given) if form == "json" else show_text(given), None)
    return 0


@baseline.command(
    "merge",
    epilog="\b\nOnce in a repository, a line in .gitattributes:\n"
    "  hive-guardian-baseline.json merge=hive-guardian\n"
    "and once in each clone:\n"
    '  git config merge.hive-guardian.driver "hive-guardian baseline merge %O %A %B --name %P"',
)
@click.argument("base", type=click.Path(path_type=Path))
@click.argument("ours", type=click.Path(path_type=Path))
@click.argument("theirs", type=click.Path(path_type=Path))
@click.option("--name", metavar="PATH", help="What messages call the file; git's %P.")
def merge(base: Path, ours: Path, theirs: Path, name: str | None) -> int:
    """Merge two versions of a baseline into OURS: what either side fixed is gone.

    Made to be a merge driver of git, see below.

    Example: hive-guardian baseline merge base.json ours.json theirs.json
    """
    sides = [_side(path, f"{name} ({side})" if name else str(path)) for path, side in (
        (base, "common ancestor"), (ours, "ours"), (theirs, "theirs"),
    )]  # fmt: skip
    merged = merge_baselines(*sides)
    write_baseline_file(ours, render_baseline(merged), name or str(ours))
    return 0


def _side(path: Path, name: str) -> Baseline:
    """Read one side of a merge; git hands over an empty file for a side that has none."""
    data = read_baseline_file(path, name)
    return parse_baseline(data, name) if data else Baseline()


def _run(paths: tuple[str, ...], options: dict[str, object], wish: BaselineWish) -> Checked:
    jobs = options["jobs"]
    with Progress() as progress:
        return check(
            CheckRequest(
                paths=paths,
                command_line=command_line(options),
                today=parse_date(options["today"]) or utc_today(),
                jobs=jobs if isinstance(jobs, int) else None,
                cache=not options["no_cache"],
                local_rules=local_rules_said(options, os.environ),
                progress=progress.update,
                baseline=wish,
            )
        )


def _entries(
    checked: Checked, findings: Iterable[Finding], reason: str, until: str | None, options: dict[str, object]
) -> list[Entry]:
    """Return the entries that accept the findings nobody accepted yet."""
    today = parse_date(options["today"]) or utc_today()
    last = parse_date(until, "--until")
    if last is not None and last < today:
        raise UsageError(f"--until {until}: that day is over")
    end = last.isoformat() if last else ""
    return [
        describe_finding(finding, added=today.isoformat(), reason=reason, until=end)
        for finding in acceptable(findings, checked.catalogue.cards)
    ]


def _wildcards(checked: Checked) -> list[Recorded]:
    """Return how much each wildcard of the configuration excused in a run."""
    accounts = checked.outcome.accounts
    if accounts is None:
        return []
    return list(count_wildcards(placed_excuses(accounts.books, accounts.config_set.root.origins)))


def _meant(rule: str, checked: Checked) -> frozenset[str]:
    """Return the ids a written rule stands for.

    Raises:
        UsageError: it is unknown, cannot be accepted, or did not run.
    """
    cards = checked.catalogue.cards
    codes = checked.catalogue.aliases.get(rule.lower(), frozenset())
    if not codes:
        raise UsageError(f"accept {rule}: no such rule{nearest(rule, checked.catalogue.aliases)}")
    if all(cards[code].unsuppressible for code in codes):
        raise UsageError(f"accept {rule}: its findings can be neither suppressed nor accepted")
    if codes.isdisjoint(info.code for info in checked.outcome.report.rules) and not checked.outcome.report.errors:
        level = checked.outcome.report.level.name
        raise UsageError(f"accept {rule}: it did not run; select it, or lower --level (now {level})")
    return codes


def _apply(checked: Checked, change: Callable[[BaselineUse], Change]) -> int:
    """Write what becomes of the baseline after a run; after an incomplete one nothing."""
    outcome, found = checked.outcome, checked.baseline
    if outcome.report.errors:
        quiet = RenderOptions(verbosity=Verbosity.QUIET)
        click.echo(render_report("text", replace(outcome.report, findings=()), quiet), err=True, nl=False)
        click.echo("nothing was written: the check is incomplete", err=True)
        return _INCOMPLETE
    use = outcome.use or BaselineUse(GivenBaseline(found.name, Baseline()))
    return _write(found, change(use))


def _write(found: BaselinePlace, change: Change) -> int:
    changed = write_baseline_file(found.path, render_baseline(change.baseline), found.name)
    click.echo(describe_change(found.name, change, is_changed=changed))
    return 0


def _open(options: dict[str, object]) -> tuple[Place, BaselinePlace, GivenBaseline]:
    """Return the project of the working directory, where its baseline is, and the baseline."""
    place = open_place(Path())
    config = place.config_set.root
    wish = BaselineWish(file_named(options))
    found = find_place(place.tree.root, config, wish)
    given = open_baseline(place.tree, found, config, wish)
    if given is None:
        raise UsageError(f"there is no baseline {found.name}; `hive-guardian baseline create` makes one")
    return place, found, given
