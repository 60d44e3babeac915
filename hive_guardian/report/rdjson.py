"""Reviewdog's diagnostic format, rdjson: comments on a pull request of any forge, with suggestions to accept."""

from collections.abc import Iterator, Mapping, Sequence

from hive_guardian.model.edit import Edit
from hive_guardian.model.finding import Finding, Location
from hive_guardian.model.report import Report
from hive_guardian.model.severity import Severity
from hive_guardian.report.json_text import encode_json, encode_lines
from hive_guardian.report.options import RenderOptions
from hive_guardian.report.summary import is_fixable, list_errors, mark_accepted, select_shown, weigh
from hive_guardian.source.text import split_lines

JsonObject = dict[str, object]
Lines = Mapping[str, Sequence[str]]

_SEVERITIES = {
    Severity.CRITICAL: "ERROR",
    Severity.ERROR: "ERROR",
    Severity.WARNING: "WARNING",
    Severity.INFO: "INFO",
}


def render(report: Report, options: RenderOptions) -> str:
    """Return a `DiagnosticResult`, one diagnostic per line."""
    lines = {path: split_lines(source) for path, source in report.sources.items()}
    findings = select_shown(report, show_all=options.show_all)
    diagnostics = [*_convert_errors(report), *(_convert_finding(finding, lines) for finding in findings)]
    source = encode_json({"name": "hive-guardian"})
    return f'{{\n  "source": {source},\n  "diagnostics": {encode_lines(diagnostics, margin="  ")}\n}}\n'


def _convert_finding(finding: Finding, lines: Lines) -> JsonObject:
    """Return the diagnostic of a finding."""
    diagnostic: JsonObject = {
        "message": mark_accepted(finding),
        "location": {"path": finding.location.path, "range": _convert_range(finding.location, lines)},
        "severity": _SEVERITIES[weigh(finding)],
        "code": {"value": finding.rule},
    }
    suggestions = list(_convert_edits(finding, lines))
    if suggestions:
        diagnostic["suggestions"] = suggestions
    if finding.related:
        diagnostic["related_locations"] = [
            {"message": item.message, "location": {"path": item.path, "range": {"start": {"line": item.line}}}}
            for item in finding.related
        ]
    return diagnostic


def _convert_edits(finding: Finding, lines: Lines) -> Iterator[JsonObject]:
    """Yield the suggestions; one that needs several edits or another file cannot be accepted by itself."""
    edits = finding.fix.edits if finding.fix and is_fixable(finding) else ()
    path = finding.location.path
    if len(edits) == 1 and edits[0].path == path and path in lines:
        yield {"range": _convert_range(edits[0], lines), "text": edits[0].text}


def _convert_range(place: Location | Edit, lines: Lines) -> JsonObject:
    """Return a range; without the source, columns are left out, as they count UTF-8 bytes in this format."""
    known = lines.get(place.path, ())
    if place.end_line > len(known):
        return {"start": {"line": place.line}, "end": {"line": place.end_line}}
    return {
        "start": {"line": place.line, "column": _count_bytes(known[place.line - 1], place.column)},
        "end": {"line": place.end_line, "column": _count_bytes(known[place.end_line - 1], place.end_column)},
    }


def _count_bytes(line: str, column: int) -> int:
    """Return a 1-based column in UTF-8 bytes for one in code points."""
    return len(line[: column - 1].encode("utf-8", "surrogatepass")) + 1


def _convert_errors(report: Report) -> Iterator[JsonObject]:
    """Yield a diagnostic for each thing that kept the check from being complete."""
    for error in list_errors(report):
        yield {
            "message": f"incomplete: {f'{error.rule}: ' if error.rule else ''}{error.message}",
            "location": {"path": error.path or "."},
            "severity": "ERROR",
            "code": {"value": error.kind.value},
        }
