"""What a coding agent is told about files it has just edited: plain words, and one JSON object (`agent-v1.json`)."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from hive_guardian.model.finding import Finding, Status
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.report import ErrorKind, Report, RuleInfo, RunError, Skipped
from hive_guardian.report.escaping import to_one_line
from hive_guardian.report.json import JsonObject, convert_error, convert_finding, convert_skipped
from hive_guardian.report.json_text import encode_json
from hive_guardian.report.summary import (
    describe_count,
    describe_fix,
    index_rules,
    is_fixable,
    list_errors,
    order_by_importance,
    shorten,
    take_sentence,
)

SCHEMA_VERSION = 1
MAX_CHARACTERS = 8_000
"""Claude Code keeps 10,000 characters of what a hook says; other agents pay for each of them."""

_MAX_FINDINGS = 15
_MAX_ERRORS = 5
_MAX_LINE = 400


class Verdict(StrEnum):
    """What a check says about the files it was asked for."""

    CLEAN = "clean"
    FINDINGS = "findings"
    INCOMPLETE = "incomplete"
    SKIPPED = "skipped"


@frozen
class Inspection:
    """What is known about the files that an agent edited.

    Attributes:
        report: of the check; `None` when no file was left to check.
        skipped: files that no rule looked at, and why, in the order they were named.
        failure: why the check could not start, or empty.
    """

    report: Report | None
    skipped: tuple[Skipped, ...] = ()
    failure: str = ""

    @property
    def errors(self) -> tuple[RunError, ...]:
        """What kept the check from being complete; that policy leaves a file out is none of it."""
        if self.report is None:
            return ()
        errors = list_errors(self.report)
        is_left_out = not self.report.files.checked and all(item.kind is ErrorKind.NOTHING_CHECKED for item in errors)
        return () if is_left_out else errors

    @property
    def findings(self) -> Sequence[Finding]:
        """The findings that count, the most important first."""
        found = () if self.report is None else self.report.findings
        return order_by_importance(finding for finding in found if finding.status is Status.NEW)

    @property
    def verdict(self) -> Verdict:
        """The answer in one word; an incomplete check is never clean."""
        if self.failure or self.errors:
            return Verdict.INCOMPLETE
        if self.report is None or not self.report.files.checked:
            return Verdict.SKIPPED
        return Verdict.FINDINGS if self.findings else Verdict.CLEAN


def describe(inspection: Inspection) -> str:
    """Return what an agent has to know, in plain words; empty when there is nothing to do.

    The text names each finding with its place, its reason and how to fix it, the most important first, and is at most
    `MAX_CHARACTERS` long.
    """
    return "\n".join([*_describe_gaps(inspection), *_describe_findings(inspection)])


def render_answer(inspection: Inspection) -> str:
    """Return the answer as one JSON object in ASCII on one line; its schema is `schema/agent-v1.json`."""
    rules = {} if inspection.report is None else index_rules(inspection.report)
    skipped = (*inspection.skipped, *(inspection.report.skipped if inspection.report else ()))
    errors = [convert_error(error) for error in inspection.errors]
    answer: JsonObject = {
        "version": SCHEMA_VERSION,
        "status": inspection.verdict.value,
        "checked": inspection.report.files.checked if inspection.report else 0,
        "findings": [_convert(finding, rules) for finding in inspection.findings],
        "skipped": list(map(convert_skipped, skipped)),
        "errors": errors,
        "message": describe(inspection),
    }
    return encode_json(answer) + "\n"


def _convert(finding: Finding, rules: Mapping[str, RuleInfo]) -> JsonObject:
    """Return a finding as in the JSON report, and how to fix it."""
    return {**convert_finding(finding), "advice": _advise(finding, rules.get(finding.rule))}


def _advise(finding: Finding, info: RuleInfo | None) -> str:
    """Return how to mend a finding, or empty."""
    if finding.fix:
        return describe_fix(finding.fix) if is_fixable(finding) else to_one_line(finding.fix.title)
    return to_one_line(take_sentence(info.advice)) if info else ""


def _describe_gaps(inspection: Inspection) -> Iterator[str]:
    """Yield why the check says less than was asked."""
    if inspection.failure:
        lines = inspection.failure.split("\n")
        yield f"hive-guardian did not check this: {shorten(to_one_line(lines[0]), _MAX_LINE)}"
        yield from (f"  {shorten(to_one_line(line), _MAX_LINE)}" for line in lines[1:_MAX_ERRORS])
        return
    errors = inspection.errors
    if not errors:
        return
    yield "hive-guardian could not check everything; that nothing else is reported means nothing:"
    for error in errors[:_MAX_ERRORS]:
        place = " ".join(part for part in (error.rule, error.path) if part)
        yield f"  {shorten(to_one_line(f'{place}: {error.message}' if place else error.message), _MAX_LINE)}"
    if len(errors) > _MAX_ERRORS:
        yield f"  and {describe_count(len(errors) - _MAX_ERRORS, 'more error')}"


def _describe_findings(inspection: Inspection) -> Iterator[str]:
    """Yield the findings as far as they fit, and what to do with them."""
    findings = inspection.findings
    if inspection.report is None or not findings:
        return
    rules = index_rules(inspection.report)
    yield f"hive-guardian found {describe_count(len(findings), 'problem')} in what you edited. Fix the code:"
    room = MAX_CHARACTERS - _MAX_LINE * (_MAX_ERRORS + 3)
    shown = 0
    explained: set[str] = set()
    for finding in findings[:_MAX_FINDINGS]:
        info = rules.get(finding.rule)
        lines = list(_describe_finding(finding, info, shown + 1, is_explained=finding.rule in explained))
        room -= sum(len(line) + 1 for line in lines)
        if room < 0 and shown:
            break
        yield from lines
        explained.add(finding.rule)
        shown += 1
    if shown < len(findings):
        paths = sorted({finding.location.path for finding in findings})
        places = shorten(" ".join(map(to_one_line, paths)), _MAX_LINE // 2)
        yield f"{len(findings) - shown:,} more not shown; see them with `hive-guardian check {places}`."
    yield "Do not hide a finding with a comment or a change of configuration unless you were asked to."


def _describe_finding(finding: Finding, info: RuleInfo | None, number: int, *, is_explained: bool) -> Iterator[str]:
    """Yield a finding: where, what, why it matters unless its rule was explained before, how to fix it."""
    place = finding.location
    head = f"{place.path}:{place.line}:{place.column} {finding.severity.word} {finding.rule} {finding.name}"
    yield f"{number}. {shorten(to_one_line(f'{head}: {finding.message}'), _MAX_LINE)}"
    for related in finding.related[:3]:
        yield f"   see: {shorten(to_one_line(f'{related.path}:{related.line}: {related.message}'), _MAX_LINE)}"
    if info and info.why and not is_explained:
        yield f"   why: {to_one_line(take_sentence(info.why))}"
    advice = _advise(finding, info)
    yield f"   fix: {shorten(advice, _MAX_LINE) if advice else f'see `hive-guardian explain {finding.rule}`'}"
