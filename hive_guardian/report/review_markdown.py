"""A review in GitHub Markdown: what a model wrote can neither mention, link, embed nor end a fence."""

import re
from collections.abc import Iterator

from hive_guardian.model.review import ReviewFinding, ReviewReport, State, Verdict
from hive_guardian.report.escaping import to_line_start
from hive_guardian.report.markup import to_markdown
from hive_guardian.report.review_words import (
    describe_gaps,
    describe_hunks,
    describe_reader,
    describe_spend,
    describe_standing,
    describe_verdict,
    new_rule_findings,
)

_FENCE = re.compile("`{3,}")
_MOST_ROWS = 100


def render_review_markdown(report: ReviewReport) -> str:
    """Return the review as a page."""
    lines = [f"## Review: {to_markdown(describe_verdict(report))}", ""]
    if report.verdict is Verdict.INCONCLUSIVE:
        lines += ["> [!WARNING]", "> This is no approval: not everything was reviewed.", ""]
    for one in report.shown:
        lines += [*_draw(one), ""]
    lines += _table(report)
    lines += _rules(report)
    lines += _footer(report)
    return "".join(f"{line}\n" for line in lines)


def _draw(one: ReviewFinding) -> Iterator[str]:
    state = " (open since an earlier run)" if one.state is State.OPEN else ""
    yield f"### {one.severity.word}: {to_markdown(one.title)}{state}"
    yield ""
    yield f"{to_markdown(f'{one.path}:{one.line}')}, {to_markdown(one.id)}, {describe_standing(one)}"
    yield ""
    yield to_markdown(one.message)
    if one.trigger:
        yield ""
        yield f"When: {to_markdown(one.trigger)}"
    if one.quote:
        yield ""
        yield from _fenced(one.quote, "")
    if one.suggestion is not None:
        yield ""
        yield f"Suggestion for lines {one.suggestion.line} to {one.suggestion.end_line}, proven to fit:"
        yield ""
        yield from _fenced(one.suggestion.text, "")


def _fenced(text: str, language: str) -> Iterator[str]:
    """Yield code in a fence longer than any inside."""
    longest = max((len(found) for found in _FENCE.findall(text)), default=2)
    fence = "`" * (longest + 1)
    yield f"{fence}{language}"
    yield from (to_line_start(line) for line in text.split("\n"))
    yield fence


def _table(report: ReviewReport) -> Iterator[str]:
    if not report.others:
        return
    yield "<details><summary>Further findings</summary>"
    yield ""
    yield "| place | severity | finding | standing |"
    yield "|---|---|---|---|"
    for one in report.others[:_MOST_ROWS]:
        place = to_markdown(f"{one.path}:{one.line}")
        yield f"| {place} | {one.severity.word} | {to_markdown(one.title)} | {describe_standing(one)} |"
    if len(report.others) > _MOST_ROWS:
        yield f"| and {len(report.others) - _MOST_ROWS} more | | | |"
    yield ""
    yield "</details>"
    yield ""


def _rules(report: ReviewReport) -> Iterator[str]:
    found = new_rule_findings(report)
    if not found:
        return
    yield "### Golden rules: new findings"
    yield ""
    for one in found[:_MOST_ROWS]:
        place = to_markdown(f"{one.location.path}:{one.location.line}")
        yield f"- {place}: **{to_markdown(one.rule)}** {to_markdown(one.message)}"
    if len(found) > _MOST_ROWS:
        yield f"- and {len(found) - _MOST_ROWS} more"
    yield ""


def _footer(report: ReviewReport) -> Iterator[str]:
    yield f"{to_markdown(describe_reader(report))}. {to_markdown(describe_hunks(report))}."
    if report.spend.requests or report.spend.reused:
        yield f"{to_markdown(describe_spend(report.spend))}."
    for short in report.shortfalls:
        yield f"- not complete ({to_markdown(short.kind)}): {to_markdown(f'{short.unit} {short.message}'.strip())}"
    gaps = list(describe_gaps(report))
    for place, reason in gaps[:_MOST_ROWS]:
        yield f"- not read: {to_markdown(place)}: {to_markdown(reason)}"
    if len(gaps) > _MOST_ROWS:
        yield f"- not read: {len(gaps) - _MOST_ROWS} more"
    yield from (f"- no longer there: {to_markdown(title)}" for title in report.resolved[:_MOST_ROWS])
    if report.dropped:
        counts = ", ".join(f"{count} {why}" for why, count in report.dropped.items())
        yield f"- claims left out: {to_markdown(counts)}"
    yield from (f"- note: {to_markdown(note)}" for note in report.notes)
    yield ""
    yield "Findings of models are advisory."
