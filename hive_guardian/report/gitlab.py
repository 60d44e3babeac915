"""GitLab Code Quality: the JSON artifact behind the widget of a merge request."""

from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b

from hive_guardian.model.finding import Finding
from hive_guardian.model.report import Report
from hive_guardian.model.severity import Severity
from hive_guardian.report.json_text import encode_lines
from hive_guardian.report.options import RenderOptions
from hive_guardian.report.summary import list_errors, mark_accepted, select_shown, weigh

_SEVERITIES = {
    Severity.CRITICAL: "critical",
    Severity.ERROR: "major",
    Severity.WARNING: "minor",
    Severity.INFO: "info",
}


def render(report: Report, options: RenderOptions) -> str:
    """Return an array with one issue per finding, and one for each error so that an incomplete run shows."""
    findings = select_shown(report, show_all=options.show_all)
    return encode_lines([*_convert_errors(report), *_convert_findings(findings)]) + "\n"


def _convert_findings(findings: tuple[Finding, ...]) -> Iterator[dict[str, object]]:
    """Yield the issues; GitLab drops all but one of those that share a fingerprint."""
    seen: Counter[str] = Counter()
    for finding in findings:
        identity = finding.fingerprint or _identify(finding.rule, finding.location.path, finding.check, finding.message)
        seen[identity] += 1
        unique = identity if seen[identity] == 1 else _identify(identity, str(seen[identity]))
        place = finding.location
        yield {
            "description": f"{finding.rule} {mark_accepted(finding)}",
            "check_name": finding.name,
            "fingerprint": unique,
            "severity": _SEVERITIES[weigh(finding)],
            "location": {"path": place.path, "lines": {"begin": place.line, "end": place.end_line}},
        }


def _convert_errors(report: Report) -> Iterator[dict[str, object]]:
    """Yield an issue for each thing that kept the check from being complete."""
    for error in list_errors(report):
        yield {
            "description": f"incomplete: {f'{error.rule}: ' if error.rule else ''}{error.message}",
            "check_name": error.kind.value,
            "fingerprint": _identify(error.kind, error.rule, error.path, error.message),
            "severity": "blocker",
            "location": {"path": error.path or ".", "lines": {"begin": 1}},
        }


def _identify(*parts: str) -> str:
    """Return a hash of texts."""
    return blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
