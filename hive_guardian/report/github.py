"""Workflow commands of GitHub Actions: annotations on the lines of a pull request (ci-and-sarif.md 3)."""

from collections.abc import Iterator, Sequence
from hashlib import blake2b

from hive_guardian.model.finding import Finding
from hive_guardian.model.report import Report
from hive_guardian.model.severity import Severity
from hive_guardian.report.escaping import to_one_line
from hive_guardian.report.options import RenderOptions
from hive_guardian.report.summary import (
    describe_count,
    describe_coverage,
    group_by_path,
    list_errors,
    mark_accepted,
    order_by_importance,
    select_shown,
    weigh,
)

MAX_PER_COMMAND = 10
"""Annotations of one kind that GitHub keeps per step; it drops the others without a word."""

_COMMANDS = {
    Severity.CRITICAL: "error",
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "notice",
}
_DATA = str.maketrans({"%": "%25", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", ":": "%3A", ",": "%2C"})


def render(report: Report, options: RenderOptions) -> str:
    """Return workflow commands, the most important first, then the summary as one more notice."""
    findings = order_by_importance(select_shown(report, show_all=options.show_all))
    lines = list(_annotate_errors(report))
    shown = _select_annotated(findings, {"error": MAX_PER_COMMAND - len(lines), "warning": MAX_PER_COMMAND})
    lines.extend(map(_annotate, shown))
    more = len(findings) - len(shown)
    rest = f" - {describe_count(more, 'more finding')} not shown here" if more else ""
    lines.append(f"::notice title=hive-guardian::{_escape_data(describe_coverage(report) + rest)}")
    if options.is_grouped:
        lines.extend(_list_groups(sorted(findings, key=lambda finding: finding.sort_key)))
    return "".join(f"{line}\n" for line in lines)


def _annotate_errors(report: Report) -> Iterator[str]:
    """Yield an annotation for each thing that kept the check from being complete, as far as they fit."""
    room = MAX_PER_COMMAND // 2
    errors = list_errors(report)
    shown = errors if len(errors) <= room else errors[: room - 1]
    for error in shown:
        place = f"file={_escape_property(error.path)}," if error.path else ""
        text = f"{error.kind}: {f'{error.rule}: ' if error.rule else ''}{error.message}"
        yield f"::error {place}title=hive-guardian is incomplete::{_escape_data(text)}"
    if len(shown) < len(errors):
        yield f"::error title=hive-guardian is incomplete::{describe_count(len(errors) - len(shown), 'more error')}"


def _select_annotated(findings: Sequence[Finding], room: dict[str, int]) -> list[Finding]:
    """Return the first findings of each kind that fit; one notice is kept free for the summary."""
    room = {"notice": MAX_PER_COMMAND - 1, **room}
    shown: list[Finding] = []
    for finding in findings:
        command = _COMMANDS[weigh(finding)]
        if room[command] > 0:
            room[command] -= 1
            shown.append(finding)
    return shown


def _annotate(finding: Finding) -> str:
    """Return the annotation of a finding; GitHub ignores columns of a range over several lines."""
    place = finding.location
    properties = [f"file={_escape_property(place.path)}", f"line={place.line}", f"endLine={place.end_line}"]
    if place.line == place.end_line:
        properties += [f"col={place.column}", f"endColumn={place.end_column}"]
    properties.append(f"title={_escape_property(f'{finding.rule} {finding.name}')}")
    return f"::{_COMMANDS[weigh(finding)]} {','.join(properties)}::{_escape_data(mark_accepted(finding))}"


def _list_groups(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield the findings by file in foldable groups, with commands switched off around text of the repository."""
    for path, items in group_by_path(findings):
        lines = [f"  {_describe(finding)}" for finding in items]
        # The text cannot switch commands on again: it would have to contain a hash of itself.
        token = blake2b("\n".join(lines).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        yield f"::group::{_escape_data(path)} ({describe_count(len(items), 'finding')})"
        yield f"::stop-commands::{token}"
        yield from lines
        yield f"::{token}::"
        yield "::endgroup::"


def _describe(finding: Finding) -> str:
    """Return a finding on one line, for the log."""
    place = finding.location
    text = (
        f"{place.line}:{place.column} {finding.severity.word} {finding.rule} {finding.name}: {mark_accepted(finding)}"
    )
    return to_one_line(text)


def _escape_data(text: str) -> str:
    """Return text for the message of a command: it cannot end the line and so start another command."""
    return _show_controls(text).translate(_DATA)


def _escape_property(text: str) -> str:
    """Return text for a property of a command: it cannot end the property either."""
    return to_one_line(text).translate(_PROPERTY)


def _show_controls(text: str) -> str:
    """Return text with line feeds kept and every other control character made visible."""
    return "\n".join(map(to_one_line, text.split("\n")))
