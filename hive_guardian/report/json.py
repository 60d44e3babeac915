"""JSON, version 1: the stable contract for programs; its schema is `schema/report-v1.json`."""

from dataclasses import asdict

from hive_guardian.model.edit import Edit, Fix
from hive_guardian.model.finding import Finding
from hive_guardian.model.report import Report, RunError, Skipped
from hive_guardian.report.json_text import encode_json, encode_lines
from hive_guardian.report.options import RenderOptions
from hive_guardian.report.summary import count_accepted, count_severities, select_shown

SCHEMA_VERSION = 1
JsonObject = dict[str, object]


def render(report: Report, options: RenderOptions) -> str:
    """Return the report as JSON in ASCII, one finding per line so that two reports can be compared line by line."""
    findings = select_shown(report, show_all=options.show_all)
    members = {
        "version": str(SCHEMA_VERSION),
        "tool": encode_json({"name": "hive-guardian", "version": report.version}),
        "findings": encode_lines(map(convert_finding, findings), margin="  "),
        "skipped": encode_lines(map(convert_skipped, report.skipped), margin="  "),
        "errors": encode_lines(map(convert_error, report.errors), margin="  "),
        "summary": encode_json(_convert_summary(report)),
        "notes": encode_lines(report.notes, margin="  "),
    }
    return "{\n" + ",\n".join(f'  "{name}": {text}' for name, text in members.items()) + "\n}\n"


def convert_finding(finding: Finding) -> JsonObject:
    """Return a finding with its members in the order of the contract."""
    place = finding.location
    return {
        "rule": finding.rule,
        "name": finding.name,
        "check": finding.check,
        "severity": finding.severity.word,
        "confidence": finding.confidence.word,
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
        "message": finding.message,
        "symbol": finding.symbol,
        "fingerprint": finding.fingerprint,
        "fix": _convert_fix(finding.fix) if finding.fix else None,
        "related": [{"path": item.path, "line": item.line, "message": item.message} for item in finding.related],
        "status": finding.status.value,
        "justification": finding.justification,
    }


def _convert_fix(fix: Fix) -> JsonObject:
    """Return a fix; a suggestion has no edits."""
    return {"title": fix.title, "safety": fix.safety.value, "edits": list(map(_convert_edit, fix.edits))}


def _convert_edit(edit: Edit) -> JsonObject:
    """Return an edit: the range to replace, and by what."""
    return {
        "path": edit.path,
        "line": edit.line,
        "column": edit.column,
        "end_line": edit.end_line,
        "end_column": edit.end_column,
        "text": edit.text,
    }


def convert_skipped(skipped: Skipped) -> JsonObject:
    """Return a file no rule saw."""
    return {"path": skipped.path, "reason": skipped.reason}


def convert_error(error: RunError) -> JsonObject:
    """Return what kept the check from being complete."""
    return {"kind": error.kind.value, "rule": error.rule, "path": error.path, "message": error.message}


def _convert_summary(report: Report) -> JsonObject:
    """Return the coverage, the findings of status new by severity, and the others by what accounts for them."""
    files = report.files
    summary: JsonObject = {
        "today": report.today,
        "files": {"discovered": files.discovered, "checked": files.checked, "skipped": files.skipped},
        "rules": len(report.rules),
        "findings": {severity.word: number for severity, number in count_severities(report.findings).items()},
        "accepted": {status.value: number for status, number in count_accepted(report.findings).items()},
    }
    return {**summary, "baseline": asdict(report.baseline)} if report.baseline else summary
