"""SARIF descriptors of the rules that ran."""

from collections.abc import Sequence
from typing import Any

import sarif_om

from hive_guardian.model.finding import Finding
from hive_guardian.model.report import Report, RuleInfo
from hive_guardian.model.severity import Severity
from hive_guardian.report.options import SarifTarget
from hive_guardian.report.summary import shorten

LEVELS = {Severity.CRITICAL: "error", Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PROBLEM_SEVERITIES = {"error": "error", "warning": "warning", "note": "recommendation"}
MAX_NAME = 255
MAX_DESCRIPTION = 1024
MAX_TAGS = 10
"""Limits of GitHub code scanning (ci-and-sarif.md 1.1)."""


def collect_rules(report: Report, findings: Sequence[Finding]) -> list[RuleInfo]:
    """Return the rules that ran, and those that only findings know, ordered by id."""
    infos = {info.code: info for info in report.rules}
    for finding in findings:
        if finding.rule not in infos:
            infos[finding.rule] = RuleInfo(
                finding.rule, finding.name, finding.name, finding.severity, "", "", "", confidence=finding.confidence
            )
    return [infos[code] for code in sorted(infos)]


def describe_rule(info: RuleInfo, target: SarifTarget) -> Any:  # noqa: ANN401  # sarif-om has no types
    """Return the descriptor of a rule; no text of it is empty, as code scanning takes an empty one for missing."""
    title = info.title or info.name or info.code
    level = LEVELS[info.severity]
    return sarif_om.ReportingDescriptor(
        id=info.code,
        name=shorten(info.name or info.code, MAX_NAME),
        short_description=_make_text(_end_sentence(shorten(title, MAX_DESCRIPTION - 1))),
        full_description=_make_text(_end_sentence(shorten(info.why or info.summary or title, MAX_DESCRIPTION - 1))),
        help=_make_text(
            " ".join((info.why or info.summary or title).split()), markdown=info.help or f"# {info.code} {title}\n"
        ),
        default_configuration=sarif_om.ReportingConfiguration(level=level),
        properties=_describe_properties(info, level, target),
    )


def _describe_properties(info: RuleInfo, level: str, target: SarifTarget) -> dict[str, object]:
    """Return the property bag; a security severity makes results security alerts: only security rules have it."""
    tags = list(info.tags)
    if info.security_severity is not None:
        tags = sorted({*tags, "security"}, key=lambda tag: (tag != "security", tag))
    properties: dict[str, object] = {
        "precision": info.confidence.word,
        "problem.severity": _PROBLEM_SEVERITIES[level],
        "tags": tags[:MAX_TAGS] if target is SarifTarget.GITHUB else tags,
    }
    if info.security_severity is not None:
        properties["security-severity"] = f"{info.security_severity:.1f}"
    return properties


def _make_text(text: str, markdown: str | None = None) -> Any:  # noqa: ANN401  # sarif-om has no types
    """Return a text that viewers may show in Markdown."""
    return sarif_om.MultiformatMessageString(text=text, markdown=markdown)


def _end_sentence(text: str) -> str:
    """Return text that ends in a full stop."""
    return text if text.endswith((".", "!", "?")) else f"{text}."
