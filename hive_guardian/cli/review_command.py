"""`hive-guardian review`."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hive_guardian.adapters.disk import find_root
from hive_guardian.bootstrap import CheckRequest
from hive_guardian.cli.log_options import LOG_OPTIONS, log_options
from hive_guardian.cli.options import COMMAND_LINE_OPTIONS, add_options, command_line, parse_date, utc_today
from hive_guardian.cli.progress import Progress
from hive_guardian.cli.terminal import is_coloured, write
from hive_guardian.model.errors import UsageError
from hive_guardian.report.escaping import to_one_line

if TYPE_CHECKING:
    from hive_guardian.bootstrap.reviewing import ReviewRequest
    from hive_guardian.review.memory import Known
    from hive_guardian.review.redact import Redactor

_FORMATS = ("text", "json", "sarif", "markdown")


@click.command(
    epilog="\b\nExamples:\n"
    "  hive-guardian review --staged\n"
    "  hive-guardian review main...HEAD --dry-run\n"
    "  hive-guardian review main...HEAD --format markdown --output review.md\n"
    "  hive-guardian review --dismiss 1a2b3c --reason 'callers never pass None'\n\n"
    "Exit codes: those of the golden rules for this change: 0 nothing new, 1 new findings at or above --fail-on, "
    "2 usage or configuration error, 3 incomplete; also 3 when review.required is set and the review is inconclusive."
)
@click.argument("span", metavar="[RANGE]", default="")
@click.option("--staged", is_flag=True, help="Review what is staged.")
@click.option("--since", metavar="REV", help="Review the work tree since a commit; default: since HEAD.")
@click.option(
    "--diff", type=click.Path(dir_okay=False), metavar="FILE", help="Review a unified diff; - reads standard input."
)
@click.option("--provider", metavar="NAME", help="Who reads the change; default: review.provider, else offline.")
@click.option("--context", type=click.Choice(["lean", "standard", "deep"]), help="How much besides the change is sent.")
@click.option("--dry-run", is_flag=True, help="Print exactly what would be sent, redacted, and send nothing.")
@click.option("--explain-cost", is_flag=True, help="Print what it may cost at worst, and send nothing.")
@click.option("--open", "is_listing", is_flag=True, help="List open findings of earlier reviews; review nothing.")
@click.option("--dismiss", metavar="FINGERPRINT", help="Dismiss an open finding for its line of work.")
@click.option("--reason", metavar="TEXT", help="Why it is dismissed.")
@click.option(
    "--format", "output_format", type=click.Choice(_FORMATS), default="text", show_default=True, help="Report format."
)
@click.option("--output", type=click.Path(dir_okay=False), metavar="FILE", help="Write the report to FILE.")
@add_options(COMMAND_LINE_OPTIONS[:-1])
@click.option("--no-cache", is_flag=True, help="Neither use nor keep results of earlier runs.")
@click.option("--cache-dir", type=click.Path(file_okay=False), metavar="DIR", help="Keep results in DIR.")
@click.option("--jobs", "-j", type=click.IntRange(min=1), metavar="N", help="Worker processes; default: cores.")
@click.option("--today", metavar="DATE", help="Date of the run, YYYY-MM-DD; default: today (UTC).")
@add_options(LOG_OPTIONS)
def review(span: str, **options: object) -> int:
    """Review a change: RANGE is A..B, or A...B from where B left A; without anything, the work tree since HEAD.

    Golden rules decide the exit code; models and heuristics advise. Rules of the project itself are not run, and the
    configuration before the change holds.
    """
    from hive_guardian.bootstrap.reviewing import review as run_review  # other commands need nothing of it
    from hive_guardian.report.review import render_review
    from hive_guardian.review.redact import Redactor
    from hive_guardian.review.scrub import clean_errors

    if options["is_listing"] or options["dismiss"] is not None or options["reason"] is not None:
        return _look_back(span, options)
    if options["dry_run"] or options["explain_cost"]:
        return _preview(span, options)
    redactor = Redactor()
    with Progress() as progress, clean_errors(redactor.redact), log_options(options, redactor.redact):
        report, code = run_review(_request(span, options, progress, redactor))
    output = options["output"]
    coloured = output is None and is_coloured(sys.stdout, os.environ)
    write(render_review(str(options["output_format"]), report, is_coloured=coloured), str(output) if output else None)
    return code


def _look_back(span: str, options: dict[str, object]) -> int:
    """List the open findings of earlier reviews, or dismiss one of them."""
    from hive_guardian.bootstrap.review_past import dismiss, list_open  # as above
    from hive_guardian.report.review_text import draw_open

    fingerprint, reason = options["dismiss"], str(options["reason"] or "").strip()
    if span or options["staged"] or options["since"] or options["diff"]:
        raise UsageError("--open and --dismiss are about earlier reviews; no change can be named with them")
    if fingerprint is None and options["reason"] is not None:
        raise UsageError("--reason says why a finding is dismissed; give --dismiss FINGERPRINT")
    if fingerprint is not None and not reason:
        raise UsageError("--dismiss needs --reason TEXT: whoever comes later wants to know why")
    root = find_root(Path())
    if fingerprint is None:
        found = list_open(root, os.environ)
        write(draw_open([(one.change, one.known.fingerprint, _name(one.known)) for one in found]), None)
        return 0
    for one in dismiss(root, os.environ, str(fingerprint), reason):
        click.echo(to_one_line(f"dismissed on {one.change}: {_name(one.known)}"))
    return 0


def _name(known: "Known") -> str:
    return f"{known.path}:{known.line}: {known.severity} {known.id}: {known.title}"


def _preview(span: str, options: dict[str, object]) -> int:
    from hive_guardian.bootstrap.reviewing import estimate, preview  # as above
    from hive_guardian.model.review import Fate
    from hive_guardian.report.review_preview import render_costs, render_requests
    from hive_guardian.review.redact import Redactor
    from hive_guardian.review.scrub import clean_errors

    redactor = Redactor()
    with Progress() as progress, clean_errors(redactor.redact):
        request = _request(span, options, progress, redactor)
        requests, prepared = preview(request)
    output = options["output"]
    target = str(output) if output else None
    if options["explain_cost"]:
        costs = estimate(requests, prepared, request)
        rows = [
            (asked.unit, cost.model, cost.input_tokens, cost.output_tokens, cost.micro_usd)
            for asked, cost in zip(requests, costs, strict=True)
        ]
        write(redactor.redact(render_costs(rows, prepared.settings.budgets)), target)
        return 0
    texts = [
        (one.unit, "\n\n".join(block.text for block in one.system), "\n\n".join(block.text for block in one.user))
        for one in requests
    ]
    left_out = [f"{one.path} {one.hunk}: {one.reason}" for one in prepared.plan.coverage if one.fate is not Fate.FULL]
    write(redactor.redact(render_requests(texts, left_out)), target)
    return 0


def _request(span: str, options: dict[str, object], progress: Progress, redactor: "Redactor") -> "ReviewRequest":
    from hive_guardian.bootstrap.reviewing import ReviewRequest  # as above

    since, cache_directory, jobs = options["since"], options["cache_dir"], options["jobs"]
    sources = (("RANGE", span), ("--staged", options["staged"]), ("--since", since), ("--diff", options["diff"]))
    given = [name for name, value in sources if value]
    if len(given) > 1:
        raise UsageError(f"{' and '.join(given)} name different changes; give one of them")
    check = CheckRequest(
        paths=(),
        command_line=command_line(options),
        today=parse_date(options["today"]) or utc_today(),
        jobs=jobs if isinstance(jobs, int) else None,
        cache=not options["no_cache"],
        cache_directory=Path(str(cache_directory)) if cache_directory else None,
        progress=progress.update,
    )
    return ReviewRequest(
        check, span, bool(options["staged"]), None if since is None else str(since), _read_diff(options["diff"]),
        _name_diff(options["diff"]), str(options["provider"] or ""), str(options["context"] or ""), os.environ,
        redactor=redactor,
    )  # fmt: skip


def _read_diff(name: object) -> bytes | None:
    """Return the content of a diff, `None` when none was named.

    Raises:
        UsageError: it cannot be read.
    """
    if not name:
        return None
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(str(name)).read_bytes()
    except OSError as error:
        raise UsageError(f"--diff {name}: {error.strerror}") from error


def _name_diff(name: object) -> str:
    return "standard input" if name == "-" else Path(str(name or "the diff")).name
