"""A review for a person at a terminal."""

from collections.abc import Iterator, Sequence

from hive_guardian.model.review import ReviewFinding, ReviewReport, State
from hive_guardian.report.escaping import to_line_start, to_one_line
from hive_guardian.report.paint import Paint
from hive_guardian.report.review_words import (
    describe_gaps,
    describe_hunks,
    describe_reader,
    describe_spend,
    describe_standing,
    describe_verdict,
    new_rule_findings,
)

_MOST_GAPS = 20


def render_review_text(report: ReviewReport, *, is_coloured: bool = False) -> str:
    """Return the review as text."""
    paint = Paint(is_coloured)
    lines = [f"{paint.strong(to_one_line(f'review of {report.base} .. {report.head}'))}", ""]
    for one in new_rule_findings(report):
        tint = Paint(is_coloured, one.severity)
        lines.append(to_line_start(f"{one.location.path}:{one.location.line}:{one.location.column}"))
        lines += [f"  {tint.alarm(one.severity.word)} {to_one_line(f'{one.rule} {one.name}: {one.message}')}", ""]
    for finding in report.shown:
        lines += [*_draw(finding, is_coloured=is_coloured), ""]
    if report.others:
        lines += [paint.strong("further findings"), *map(_draw_short, report.others), ""]
    if report.resolved:
        lines += [paint.strong("no longer there"), *(f"  {to_one_line(title)}" for title in report.resolved), ""]
    lines += _conclude(report, paint)
    return "".join(f"{line}\n" for line in lines)


def draw_open(rows: Sequence[tuple[str, str, str]]) -> str:
    """Return the open findings of earlier reviews as text.

    Args:
        rows: line of work, fingerprint and description of each, those of a line of work together.
    """
    lines: list[str] = []
    latest = ""
    for change, fingerprint, text in rows:
        if change != latest:
            lines += [to_one_line(change)]
            latest = change
        lines.append(f"  {to_one_line(fingerprint)}  {to_one_line(text)}")
    return "".join(f"{line}\n" for line in lines or ["no finding of an earlier review is open"])


def _draw(one: ReviewFinding, *, is_coloured: bool) -> Iterator[str]:
    paint = Paint(is_coloured, one.severity)
    state = " [open since an earlier run]" if one.state is State.OPEN else ""
    yield f"{paint.path(to_line_start(f'{one.path}:{one.line}'))}{state}"
    yield f"  {paint.alarm(one.severity.word)} {paint.strong(to_one_line(one.id))}: {to_one_line(one.title)}"
    yield f"    {to_one_line(one.message)}"
    if one.trigger:
        yield f"    when: {to_one_line(one.trigger)}"
    yield from (f"    | {to_one_line(line)}" for line in one.quote.split("\n") if one.quote)
    if one.suggestion is not None:
        yield f"    suggestion for lines {one.suggestion.line} to {one.suggestion.end_line}, proven to fit:"
        yield from (f"    + {to_one_line(line)}" for line in one.suggestion.text.split("\n"))
    elif one.why_no_suggestion:
        yield f"    the suggested change was left out: {to_one_line(one.why_no_suggestion)}"
    rules = f"; golden rules at the same lines: {', '.join(one.corroborated_by)}" if one.corroborated_by else ""
    yield f"    ({one.origin}, {describe_standing(one)}{to_one_line(rules)})"


def _draw_short(one: ReviewFinding) -> str:
    state = {State.OPEN: ", open", State.LATE: ", on lines that were read before"}.get(one.state, "")
    return to_one_line(
        f"  {one.path}:{one.line}: {one.severity.word} {one.id}: {one.title} ({describe_standing(one)}{state})"
    )


def _conclude(report: ReviewReport, paint: Paint) -> Iterator[str]:
    yield f"{paint.strong('verdict')}: {describe_verdict(report)}"
    yield f"  {describe_reader(report)}"
    yield f"  {describe_hunks(report)}"
    if report.spend.requests or report.spend.reused:
        yield f"  {describe_spend(report.spend)}"
    for short in report.shortfalls:
        where = f"{short.unit}: " if short.unit else ""
        yield to_one_line(f"  not complete ({short.kind}): {where}{short.message}")
    gaps = list(describe_gaps(report))
    for place, reason in gaps[:_MOST_GAPS]:
        yield to_one_line(f"  not read: {place}: {reason}")
    if len(gaps) > _MOST_GAPS:
        yield f"  not read: {len(gaps) - _MOST_GAPS} more"
    if report.dropped:
        yield to_one_line(f"  claims left out: {', '.join(f'{count} {why}' for why, count in report.dropped.items())}")
    if report.redactions:
        yield f"  secrets replaced: {', '.join(f'{count} {kind}' for kind, count in report.redactions.items())}"
    rules = len(new_rule_findings(report))
    yield f"  golden rules: {rules} new findings; they alone decide the exit code{_unless(report)}"
    for error in report.rules.errors:
        place = " ".join(part for part in (error.rule, error.path) if part)
        yield to_one_line(f"  golden rules are incomplete: {place} {error.message}")
    yield from (to_one_line(f"  note: {note}") for note in report.notes)


def _unless(report: ReviewReport) -> str:
    return ", unless the review is inconclusive, which review.required forbids" if report.required else ""
