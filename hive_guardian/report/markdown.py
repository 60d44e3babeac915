"""GitHub Markdown for the summary page of a job."""

from collections.abc import Iterable, Iterator, Sequence

from hive_guardian.model.finding import Finding
from hive_guardian.model.report import Report
from hive_guardian.report.markup import to_markdown
from hive_guardian.report.options import RenderOptions
from hive_guardian.report.summary import (
    count_rules,
    describe_count,
    describe_coverage,
    is_complete,
    list_errors,
    mark_accepted,
    order_by_importance,
    select_shown,
)

MAX_BYTES = 1024 * 1024
"""Size GitHub allows for the summary of one step; a larger one is refused as a whole."""
_RESERVE = 4096
_MAX_LISTED = 100


def render(report: Report, options: RenderOptions) -> str:
    """Return the summary: coverage, counts by rule, then findings by importance as far as they fit."""
    findings = select_shown(report, show_all=options.show_all)
    head = [f"## hive-guardian: {to_markdown(describe_coverage(report))}", "", *_list_errors(report)]
    head += _list_rules(findings)
    tail = list(_list_skipped(report))
    room = MAX_BYTES - _RESERVE - _measure([*head, *tail])
    rows = _fit([_convert_finding(finding) for finding in order_by_importance(findings)], room)
    lines = [*head, *_list_findings(rows, len(findings)), *tail]
    return "".join(f"{line}\n" for line in lines)


def _measure(lines: Iterable[str]) -> int:
    """Return the size of lines in bytes."""
    return sum(len(line.encode()) + 1 for line in lines)


def _fit(rows: Sequence[str], room: int) -> Sequence[str]:
    """Return the first rows that fit."""
    for index, row in enumerate(rows):
        room -= len(row.encode()) + 1
        if room < 0:
            return rows[:index]
    return rows


def _list_errors(report: Report) -> Iterator[str]:
    """Yield what kept the check from being complete, as far as it fits."""
    if is_complete(report):
        return
    yield "> [!CAUTION]"
    yield "> The check is incomplete: this is not a result for the whole project."
    errors = list_errors(report)
    for error in errors[:_MAX_LISTED]:
        place = " ".join(part for part in (error.rule, error.path) if part)
        yield f"> - {error.kind}: {to_markdown(f'{place}: {error.message}' if place else error.message)}"
    if len(errors) > _MAX_LISTED:
        yield f"> - and {describe_count(len(errors) - _MAX_LISTED, 'more error')}"
    yield ""


def _list_rules(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield the table of findings by rule."""
    if not findings:
        return
    yield "| findings | rule | severity | fixable |"
    yield "| ---: | --- | --- | ---: |"
    for count in count_rules(findings):
        rule = to_markdown(f"{count.rule} {count.name}")
        yield f"| {count.findings:,} | {rule} | {count.severity.word} | {count.fixable or ''} |"
    yield ""


def _list_findings(rows: Sequence[str], total: int) -> Iterator[str]:
    """Yield the table of findings, foldable, with a notice if it is cut."""
    if not total:
        return
    yield f"<details open><summary>{describe_count(total, 'finding')}, the most important first</summary>"
    yield ""
    yield "| severity | place | rule | message |"
    yield "| --- | --- | --- | --- |"
    yield from rows
    yield ""
    if len(rows) < total:
        yield f"{describe_count(total - len(rows), 'more finding')} did not fit into this summary."
        yield ""
    yield "</details>"
    yield ""


def _convert_finding(finding: Finding) -> str:
    """Return the row of a finding."""
    place = finding.location
    where = to_markdown(f"{place.path}:{place.line}")
    fix = f"<br>{to_markdown(f'Fix: {finding.fix.title}')}" if finding.fix else ""
    message = f"{to_markdown(mark_accepted(finding))}{fix}"
    return f"| {finding.severity.word} | {where} | {to_markdown(f'{finding.rule} {finding.name}')} | {message} |"


def _list_skipped(report: Report) -> Iterator[str]:
    """Yield the files no rule saw, as far as they fit."""
    if not report.skipped:
        return
    yield f"<details><summary>{describe_count(len(report.skipped), 'file')} skipped</summary>"
    yield ""
    yield "| file | reason |"
    yield "| --- | --- |"
    for skipped in report.skipped[:_MAX_LISTED]:
        yield f"| {to_markdown(skipped.path)} | {to_markdown(skipped.reason)} |"
    if len(report.skipped) > _MAX_LISTED:
        yield f"| and {describe_count(len(report.skipped) - _MAX_LISTED, 'more file')} | |"
    yield ""
    yield "</details>"
