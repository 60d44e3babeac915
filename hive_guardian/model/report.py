"""The report of a run: what every reporter renders."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from hive_guardian.model.finding import Finding
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.severity import Confidence, Severity


class ErrorKind(StrEnum):
    """What kept the check from being complete; each leads to exit code 3."""

    NOTHING_CHECKED = "nothing-checked"
    UNREADABLE = "unreadable"
    TOO_COMPLEX = "too-complex"
    RULE_FAILED = "rule-failed"
    PLUGIN_FAILED = "plugin-failed"
    WORKER_DIED = "worker-died"
    ANALYSIS_FAILED = "analysis-failed"
    MANIFEST = "manifest"


@frozen
class RunError:
    """Something that kept the check from being complete.

    Attributes:
        kind: what failed.
        message: what happened and what to do.
        path: the file it happened on, root-relative, or empty.
        rule: the rule or plugin at fault, or empty.
    """

    kind: ErrorKind
    message: str
    path: str = ""
    rule: str = ""


@frozen
class Skipped:
    """A discovered file that no rule saw, and why."""

    path: str
    reason: str


@frozen
class RuleInfo:
    """The facts about a rule that a report needs without importing the rule.

    Attributes:
        code: rule id.
        name: slug.
        title: the rule's title.
        severity: default severity of its most severe default check.
        summary: first line of the rule's documentation.
        why: the paragraph that says why.
        help: the whole page in Markdown.
        tags: sorted.
        configuration: Markdown of the options, empty without options.
        seconds: time spent in the rule in this run, for `--timings` only.
        confidence: default confidence of its findings.
        security_severity: CVSS-like score (0.0, 10.0] of a security rule; `None` for every other rule.
        advice: the paragraph that says how to mend it, for findings without a fix of their own; may be empty.
    """

    code: str
    name: str
    title: str
    severity: Severity
    summary: str
    why: str
    help: str
    tags: tuple[str, ...] = ()
    confidence: Confidence = Confidence.HIGH
    security_severity: float | None = None
    advice: str = ""


@frozen
class FileCounts:
    """Coverage of a run: discovered = checked + skipped."""

    discovered: int
    checked: int
    skipped: int


@frozen
class BaselineCounts:
    """What the baseline did in a run.

    Attributes:
        path: its file.
        entries: how many it has.
        matched: how many account for a finding of this run.
        stale: how many nothing needs any more; those this run could not judge are neither matched nor stale.
        moved: how many of the matched ones follow code that moved.
    """

    path: str
    entries: int
    matched: int
    stale: int
    moved: int


@frozen
class Report:
    """Everything a run found out; byte-equal for equal inputs.

    Attributes:
        version: of this tool.
        today: ISO date the run was told.
        findings: ordered by path, line, column, rule; those of status new first decide the exit code.
        skipped: ordered by path.
        errors: ordered by kind, path, rule.
        files: coverage.
        rules: the rules that really ran on at least one file, ordered by code.
        fail_on: severity from which a finding fails the run; `None` = never.
        level: severity the run was asked for.
        sources: text of the files findings point into, for code frames; keyed by path; missing when unreadable.
        notes: remarks for the person (a discarded cache, an abstaining rule); no effect on the exit code.
        baseline: what the baseline did; `None` when the run was compared with none.
        limited_to: how many staged files the run was limited to, those no rule looks at included; `None` = no limit.
        since: how a person calls the commit before which a finding does not count; empty when all of them count.
    """

    version: str
    today: str
    findings: tuple[Finding, ...]
    skipped: tuple[Skipped, ...]
    errors: tuple[RunError, ...]
    files: FileCounts
    rules: tuple[RuleInfo, ...]
    fail_on: Severity | None
    level: Severity
    notes: tuple[str, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    baseline: BaselineCounts | None = None
    limited_to: int | None = None
    since: str = ""
