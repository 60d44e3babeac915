"""What `fix` did as JSON, version 1; its schema is `schema/fix-report-v1.json`."""

from collections import Counter

from hive_guardian.model.fix_report import FixedFile, FixReport, FixResult, FixStatus
from hive_guardian.report.json_text import encode_json, encode_lines

SCHEMA_VERSION = 1
JsonObject = dict[str, object]


def render_fixes(report: FixReport) -> str:
    """Return the report as JSON in ASCII, one fix per line."""
    members = {
        "version": str(SCHEMA_VERSION),
        "tool": encode_json({"name": "hive-guardian", "version": report.version}),
        "fixes": encode_lines(map(_convert_result, report.results), margin="  "),
        "files": encode_lines(map(_convert_file, report.files), margin="  "),
        "errors": encode_lines(
            (
                {"kind": error.kind.value, "rule": error.rule, "path": error.path, "message": error.message}
                for error in report.errors
            ),
            margin="  ",
        ),
        "summary": encode_json(_convert_summary(report)),
    }
    return "{\n" + ",\n".join(f'  "{name}": {text}' for name, text in members.items()) + "\n}\n"


def _convert_result(result: FixResult) -> JsonObject:
    """Return one fix with its members in the order of the contract."""
    finding, fix = result.finding, result.fix
    place = finding.location
    return {
        "rule": finding.rule,
        "name": finding.name,
        "check": finding.check,
        "severity": finding.severity.word,
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "message": finding.message,
        "symbol": finding.symbol,
        "fingerprint": finding.fingerprint,
        "title": fix.title,
        "safety": fix.safety.value,
        "creates": list(fix.creates),
        "strategy": fix.provenance.value,
        "status": result.status.value,
        "reason": result.reason,
        "diff": result.diff,
    }


def _convert_file(file: FixedFile) -> JsonObject:
    return {"path": file.path, "new": file.is_new, "written": file.is_written, "reason": file.reason, "diff": file.diff}


def _convert_summary(report: FixReport) -> JsonObject:
    """Return how many fixes came to what, and how much is left."""
    counts = Counter(result.status for result in report.results)
    return {
        "today": report.today,
        "fixes": {status.value: counts[status] for status in FixStatus},
        "files": {"changed": len(report.files), "written": sum(file.is_written for file in report.files)},
        "left": len(report.left),
    }
