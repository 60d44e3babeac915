"""The end of the text report: what is incomplete, what was skipped, what the run covered."""

from collections import Counter
from collections.abc import Iterator

from hive_guardian.model.edit import Safety
from hive_guardian.model.finding import Status
from hive_guardian.model.report import Report, RunError
from hive_guardian.model.severity import Severity
from hive_guardian.report.escaping import to_one_line
from hive_guardian.report.options import RenderOptions, Verbosity
from hive_guardian.report.paint import Paint
from hive_guardian.report.summary import (
    count_accepted,
    describe_count,
    describe_coverage,
    is_complete,
    is_fixable,
    list_errors,
    select_shown,
)


def conclude(report: Report, options: RenderOptions, paint: Paint) -> Iterator[str]:
    """Yield the lines after the findings; in quiet mode only what kept the check from being complete."""
    if options.verbosity is Verbosity.QUIET:
        yield from (f"incomplete: {_describe_error(error)}" for error in list_errors(report))
        return
    yield from _draw_timings(options)
    yield from _draw_skipped(report, is_verbose=options.verbosity is Verbosity.VERBOSE)
    yield from (f"note: {to_one_line(note)}" for note in report.notes)
    yield from _draw_summary(report, options, paint)


def _describe_error(error: RunError) -> str:
    """Return what failed, where, and what to do."""
    place = " ".join(part for part in (error.rule, error.path) if part)
    return to_one_line(f"{error.kind}{f' [{place}]' if place else ''}: {error.message}")


def _draw_timings(options: RenderOptions) -> Iterator[str]:
    """Yield the time spent per rule, the slowest first."""
    if not options.timings:
        return
    yield "Seconds by rule:"
    for rule, seconds in sorted(options.timings.items(), key=lambda item: (-item[1], item[0])):
        yield f"  {seconds:>8.3f}  {to_one_line(rule)}"
    yield ""


def _draw_skipped(report: Report, *, is_verbose: bool) -> Iterator[str]:
    """Yield the files no rule saw: each of them, or how many for each reason."""
    if not report.skipped:
        return
    yield f"Skipped {describe_count(len(report.skipped), 'file')}:"
    if is_verbose:
        yield from (f"  {to_one_line(skipped.path)}: {to_one_line(skipped.reason)}" for skipped in report.skipped)
    else:
        reasons = Counter(skipped.reason for skipped in report.skipped)
        for reason, number in sorted(reasons.items(), key=lambda item: (-item[1], item[0])):
            yield f"  {number:,}  {to_one_line(reason)}"
    yield ""


def _draw_summary(report: Report, options: RenderOptions, paint: Paint) -> Iterator[str]:
    """Yield the claim of the run, preceded by whatever weakens it."""
    yield from _describe_fixes(report)
    yield from _describe_accepted(report, options)
    if is_complete(report):
        coverage = describe_coverage(report)
        yield paint.strong(coverage) if any(f.status is Status.NEW for f in report.findings) else paint.good(coverage)
        return
    alarm = Paint(paint.is_on, Severity.ERROR)
    yield alarm.alarm("INCOMPLETE: this is not a result for the whole project (exit code 3)")
    yield from (f"  {_describe_error(error)}" for error in report.errors)
    yield paint.strong(describe_coverage(report))


def _describe_fixes(report: Report) -> Iterator[str]:
    """Yield how many findings a tool could mend."""
    fixes = [finding.fix for finding in report.findings if finding.status is Status.NEW and is_fixable(finding)]
    safe = sum(1 for fix in fixes if fix and fix.safety is Safety.SAFE)
    unsafe = len(fixes) - safe
    if safe:
        more = f" ({unsafe:,} more with `--unsafe-fixes`)" if unsafe else ""
        yield f"{safe:,} fixable with `hive-guardian fix`{more}"
    elif unsafe:
        yield f"{unsafe:,} fixable with `hive-guardian fix --unsafe-fixes`"


def _call_accepted(report: Report) -> str:
    """Return what accounts for findings that are neither new nor suppressed."""
    if not report.since:
        return "in the baseline"
    return f"from before {report.since}{' or in the baseline' if report.baseline else ''}"


def _describe_accepted(report: Report, options: RenderOptions) -> Iterator[str]:
    """Yield how many findings are accounted for and therefore not shown or not counted."""
    counts = count_accepted(report.findings)
    accepted = [f"{counts[Status.SUPPRESSED]:,} suppressed"] if counts[Status.SUPPRESSED] else []
    if counts[Status.BASELINED]:
        accepted.append(f"{describe_count(counts[Status.BASELINED], 'finding')} {_call_accepted(report)}")
    if not accepted:
        return
    is_hidden = len(select_shown(report, show_all=options.show_all)) < len(report.findings)
    yield f"{', '.join(accepted)}{' (see them with `--show all`)' if is_hidden else ' (not counted below)'}"
