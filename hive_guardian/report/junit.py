"""JUnit XML: one test case per rule and file, so that a server shows findings where it shows failed tests."""

from collections.abc import Iterable, Iterator

from hive_guardian.model.finding import Finding, Status
from hive_guardian.model.report import Report
from hive_guardian.report.markup import to_xml
from hive_guardian.report.options import RenderOptions
from hive_guardian.report.summary import (
    describe_count,
    describe_coverage,
    is_complete,
    list_errors,
    mark_accepted,
    select_shown,
)


def render(report: Report, options: RenderOptions) -> str:
    """Return one suite: failures are rules with findings, errors what is incomplete, skips what was accepted."""
    groups = _group(select_shown(report, show_all=options.show_all))
    errors = list(_convert_errors(report))
    skipped = [_convert_skipped(skip.path, skip.reason) for skip in report.skipped]
    cases = [line for (rule, path), items in groups.items() for line in _convert_group(rule, path, items)]
    if is_complete(report):
        cases.insert(0, f'    <testcase classname="hive-guardian" name="{to_xml(describe_coverage(report))}"/>')
    failures = sum(any(item.status is Status.NEW for item in items) for items in groups.values())
    counts = (
        f'tests="{len(groups) + len(errors) + len(skipped) + is_complete(report)}" failures="{failures}" '
        f'errors="{len(errors)}" skipped="{len(groups) - failures + len(skipped)}"'
    )
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="hive-guardian" {counts}>',
        f'  <testsuite name="hive-guardian" {counts}>',
        *errors,
        *cases,
        *skipped,
        "  </testsuite>",
        "</testsuites>",
    ]
    return "".join(f"{line}\n" for line in lines)


def _group(findings: Iterable[Finding]) -> dict[tuple[str, str], list[Finding]]:
    """Return the findings by rule and path, in order of their first."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.rule, finding.location.path), []).append(finding)
    return groups


def _convert_group(rule: str, path: str, findings: list[Finding]) -> Iterator[str]:
    """Yield the test case of a rule on a file, each finding on a line of its own."""
    element = "failure" if any(finding.status is Status.NEW for finding in findings) else "skipped"
    kind = f' type="{max(finding.severity for finding in findings).word}"' if element == "failure" else ""
    title = f"{findings[0].name}: {describe_count(len(findings), 'finding')}"
    name = to_xml(f"{rule} {findings[0].name}")
    yield f'    <testcase classname="{to_xml(path)}" name="{name}" file="{to_xml(path)}">'
    yield f'      <{element} message="{to_xml(title)}"{kind}>{chr(10).join(map(_describe, findings))}</{element}>'
    yield "    </testcase>"


def _describe(finding: Finding) -> str:
    """Return a finding on one line of XML text."""
    place = finding.location
    return to_xml(f"{place.line}:{place.column}: {finding.severity.word}: {mark_accepted(finding)}")


def _convert_errors(report: Report) -> Iterator[str]:
    """Yield a broken test case for each thing that kept the check from being complete."""
    for error in list_errors(report):
        message = f"{error.rule}: {error.message}" if error.rule else error.message
        yield (
            f'    <testcase classname="{to_xml(error.path or "hive-guardian")}" name="{error.kind}">'
            f'<error message="{to_xml(message)}" type="incomplete"/></testcase>'
        )


def _convert_skipped(path: str, reason: str) -> str:
    """Return the test case of a file no rule saw."""
    return f'    <testcase classname="{to_xml(path)}" name="file"><skipped message="{to_xml(reason)}"/></testcase>'
