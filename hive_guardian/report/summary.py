"""What every format counts the same way: which findings are shown, which count, what the run covered."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from hive_guardian.model.edit import Fix, Safety
from hive_guardian.model.finding import Finding, Status
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.report import ErrorKind, Report, RuleInfo, RunError
from hive_guardian.model.severity import Severity
from hive_guardian.report.escaping import to_one_line

SEVERITIES = tuple(sorted(Severity, reverse=True))
"""Severities, the most severe first."""

_SAFETY_HINTS = {
    Safety.SAFE: "safe, `hive-guardian fix` does it",
    Safety.UNSAFE: "unsafe, `hive-guardian fix --unsafe-fixes` does it",
    Safety.SUGGESTION: "by hand",
}


@frozen
class RuleCount:
    """Findings of one rule.

    Attributes:
        rule: rule id.
        name: slug.
        severity: of its most severe finding.
        findings: how many.
        fixable: how many of them a tool could mend.
    """

    rule: str
    name: str
    severity: Severity
    findings: int
    fixable: int


def select_shown(report: Report, *, show_all: bool) -> tuple[Finding, ...]:
    """Return the findings a report shows, ordered by path, line, column, rule."""
    if show_all:
        return report.findings
    return tuple(finding for finding in report.findings if finding.status is Status.NEW)


def count_severities(findings: Iterable[Finding]) -> Mapping[Severity, int]:
    """Return how many findings of status new there are; every severity is a key, the most severe first."""
    counts = Counter(finding.severity for finding in findings if finding.status is Status.NEW)
    return {severity: counts[severity] for severity in SEVERITIES}


def count_accepted(findings: Iterable[Finding]) -> Mapping[Status, int]:
    """Return how many findings are accounted for by a suppression or the baseline."""
    counts = Counter(finding.status for finding in findings)
    return {status: counts[status] for status in (Status.SUPPRESSED, Status.BASELINED)}


def count_rules(findings: Iterable[Finding]) -> Sequence[RuleCount]:
    """Return the findings per rule, most findings first, then by rule id."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.rule, finding.name), []).append(finding)
    counts = (
        RuleCount(rule, name, max(item.severity for item in items), len(items), sum(map(is_fixable, items)))
        for (rule, name), items in groups.items()
    )
    return sorted(counts, key=lambda count: (-count.findings, count.rule, count.name))


def is_fixable(finding: Finding) -> bool:
    """Return whether a tool could mend the finding."""
    return finding.fix is not None and finding.fix.is_applicable


def is_complete(report: Report) -> bool:
    """Return whether the run checked what it was asked to; if not, the absence of findings means nothing."""
    return not report.errors and (_had_nothing_to_check(report) or (report.files.checked > 0 and bool(report.rules)))


def _had_nothing_to_check(report: Report) -> bool:
    """Return whether none of the staged files is one that rules look into: a commit of documentation is complete."""
    return report.limited_to is not None and not report.files.checked


def list_errors(report: Report) -> tuple[RunError, ...]:
    """Return what kept the check from being complete; never empty for a run that checked nothing."""
    if report.errors or is_complete(report):
        return report.errors
    return (RunError(ErrorKind.NOTHING_CHECKED, describe_coverage(report)),)


def weigh(finding: Finding) -> Severity:
    """Return the severity to show: that of an accepted finding is only a remark."""
    return finding.severity if finding.status is Status.NEW else Severity.INFO


def mark_accepted(finding: Finding) -> str:
    """Return the message, with the status of a finding that does not count."""
    return finding.message if finding.status is Status.NEW else f"{finding.message} [{finding.status}]"


def group_by_path(findings: Iterable[Finding]) -> Iterator[tuple[str, list[Finding]]]:
    """Yield each path with its findings; the findings are ordered by path."""
    for path, items in groupby(findings, key=lambda finding: finding.location.path):
        yield path, list(items)


def order_by_importance(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that count first, the most severe and surest first, then by place."""
    return sorted(
        findings,
        key=lambda finding: (
            finding.status is not Status.NEW,
            -finding.severity,
            -finding.confidence,
            finding.sort_key,
        ),
    )


def index_rules(report: Report) -> Mapping[str, RuleInfo]:
    """Return the rules that ran, by id."""
    return {info.code: info for info in report.rules}


def describe_count(number: int, noun: str) -> str:
    """Return a number with its noun: `1 file`, `2,823 files`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def describe_severities(findings: Iterable[Finding]) -> str:
    """Return the counts of findings of status new in words: `12 errors, 3 warnings`, or `no findings`."""
    nouns = {Severity.CRITICAL: "critical", Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "info"}
    parts = [
        f"{number:,} {nouns[severity]}"
        if severity in {Severity.CRITICAL, Severity.INFO}
        else describe_count(number, nouns[severity])
        for severity, number in count_severities(findings).items()
        if number
    ]
    return ", ".join(parts) or "no findings"


def describe_scope(report: Report) -> str:
    """Return what ran, in words: `Checked 2,823 files with 31 rules`."""
    return f"Checked {describe_count(report.files.checked, 'file')} with {describe_count(len(report.rules), 'rule')}"


def describe_coverage(report: Report) -> str:
    """Return the claim of the run in one sentence without a full stop; never claims more than what ran."""
    files, rules = report.files, len(report.rules)
    if _had_nothing_to_check(report) and is_complete(report):
        return f"{_describe_staged(report)}; {describe_severities(report.findings)}"
    if not files.checked or not rules:
        return f"Nothing was checked ({describe_count(files.checked, 'file')}, {describe_count(rules, 'rule')})"
    skipped = f" ({describe_count(files.skipped, 'file')} skipped)" if files.skipped else ""
    incomplete = "; INCOMPLETE" if report.errors else ""
    return f"{describe_scope(report)}: {describe_severities(report.findings)}{skipped}{incomplete}"


def _describe_staged(report: Report) -> str:
    """Return why a run over staged files looked into none of them."""
    if not report.limited_to:
        return "Nothing was checked: no added or changed file is staged"
    return f"No Python among {describe_count(report.limited_to, 'staged file')}"


def describe_fix(fix: Fix) -> str:
    """Return what a fix does and how far it may be trusted, on one line."""
    is_meant = fix.is_applicable or fix.safety is Safety.SUGGESTION
    hint = _SAFETY_HINTS[fix.safety] if is_meant else str(fix.safety)
    if fix.creates:
        hint = "by hand, `hive-guardian fix --scaffold` begins it"
    return to_one_line(f"{fix.title} ({hint})")


def shorten(text: str, limit: int) -> str:
    """Return text on one line of at most `limit` characters, cut at a word."""
    joined = " ".join(text.split())
    if len(joined) <= limit:
        return joined
    cut = joined[: limit - 3]
    return f"{cut.rsplit(' ', 1)[0] if ' ' in cut else cut}..."


def take_sentence(text: str, limit: int = 200) -> str:
    """Return the first sentence of a paragraph on one line, at most `limit` characters long."""
    joined = " ".join(text.split())
    end = re.search(r"(?<=[^.\s]{2}[.!?])\s+(?=[A-Z`])", joined)
    return shorten(joined[: end.start()] if end else joined, limit)
