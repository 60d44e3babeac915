"""Logging commands of Azure Pipelines: issues on the page of a build."""

from hive_guardian.model.finding import Finding
from hive_guardian.model.report import Report, RunError
from hive_guardian.model.severity import Severity
from hive_guardian.report.escaping import to_one_line
from hive_guardian.report.options import RenderOptions
from hive_guardian.report.summary import describe_coverage, list_errors, mark_accepted, select_shown, weigh

# The agent decodes these and no others; a percent sign is escaped so that text cannot decode to a command.
_DATA = str.maketrans({"%": "%AZP25"})
_PROPERTY = str.maketrans({"%": "%AZP25", ";": "%3B", "]": "%5D"})


def render(report: Report, options: RenderOptions) -> str:
    """Return one logging command per finding and per error, then the coverage as plain text."""
    lines = [*map(_log_error, list_errors(report)), *map(_log_finding, select_shown(report, show_all=options.show_all))]
    lines.append(describe_coverage(report))
    return "".join(f"{line}\n" for line in lines)


def _log_error(error: RunError) -> str:
    """Return the command for an error of the run."""
    place = {"sourcepath": error.path} if error.path else {}
    rule = f"{error.rule}: " if error.rule else ""
    return _log({"type": "error", **place}, f"incomplete: {error.kind}: {rule}{error.message}")


def _log_finding(finding: Finding) -> str:
    """Return the command for a finding; Azure knows errors and warnings only."""
    place = finding.location
    properties = {
        "type": "error" if weigh(finding) >= Severity.ERROR else "warning",
        "sourcepath": place.path,
        "linenumber": str(place.line),
        "columnnumber": str(place.column),
        "code": finding.rule,
    }
    return _log(properties, f"{finding.name}: {mark_accepted(finding)}")


def _log(properties: dict[str, str], message: str) -> str:
    """Return one logging command on one line."""
    listed = "".join(f"{name}={to_one_line(value).translate(_PROPERTY)};" for name, value in properties.items())
    return f"##vso[task.logissue {listed}]{to_one_line(message).translate(_DATA)}"
