"""Checkstyle XML, which most continuous-integration servers read."""

from collections.abc import Iterator

from hive_guardian.model.finding import Finding
from hive_guardian.model.report import Report
from hive_guardian.model.severity import Severity
from hive_guardian.report.markup import to_xml
from hive_guardian.report.options import RenderOptions
from hive_guardian.report.summary import group_by_path, list_errors, mark_accepted, select_shown, weigh

_SEVERITIES = {
    Severity.CRITICAL: "error",
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "info",
}
INCOMPLETE = "hive-guardian.incomplete"


def render(report: Report, options: RenderOptions) -> str:
    """Return one `file` element per file with findings, after those that say what is incomplete."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<checkstyle version="4.3">', *_convert_errors(report)]
    for path, findings in group_by_path(select_shown(report, show_all=options.show_all)):
        lines += [f'  <file name="{to_xml(path)}">', *map(_convert_finding, findings), "  </file>"]
    lines.append("</checkstyle>")
    return "".join(f"{line}\n" for line in lines)


def _convert_errors(report: Report) -> Iterator[str]:
    """Yield an element for each thing that kept the check from being complete."""
    for error in list_errors(report):
        message = f"{error.kind}: {f'{error.rule}: ' if error.rule else ''}{error.message}"
        yield f'  <file name="{to_xml(error.path or ".")}">'
        yield f'    <error line="1" severity="error" message="{to_xml(message)}" source="{INCOMPLETE}"/>'
        yield "  </file>"


def _convert_finding(finding: Finding) -> str:
    """Return the element of a finding."""
    place = finding.location
    message = to_xml(f"{finding.rule} {mark_accepted(finding)}")
    return (
        f'    <error line="{place.line}" column="{place.column}" severity="{_SEVERITIES[weigh(finding)]}" '
        f'message="{message}" source="hive-guardian.{to_xml(finding.rule)}"/>'
    )
