"""SARIF 2.1.0 for code scanning, IDE viewers and dashboards (ci-and-sarif.md 1)."""

from collections.abc import Iterator, Mapping, Sequence

import sarif_om

from hive_guardian.model.finding import Finding, Status
from hive_guardian.model.report import Report
from hive_guardian.report.line_hash import hash_lines
from hive_guardian.report.options import Provenance, RenderOptions, SarifTarget
from hive_guardian.report.sarif_results import ROOT, ResultContext, SarifObject, locate, make_result
from hive_guardian.report.sarif_rules import collect_rules, describe_rule
from hive_guardian.report.sarif_text import (
    clean_repository_uri,
    encode_log,
    escape_links,
    serialise_mapping,
)
from hive_guardian.report.summary import (
    describe_count,
    is_complete,
    list_errors,
    order_by_importance,
    select_shown,
)

SCHEMA_URI = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MAX_RESULTS = 5000
"""Results code scanning keeps of one run; it drops the others without a word."""


def render(report: Report, options: RenderOptions) -> str:
    """Return a log of one run, byte-equal for equal reports."""
    findings, _ = _select_results(report, options)
    run = serialise_mapping(_make_run(report, findings, options))
    log: dict[str, object] = {"$schema": SCHEMA_URI, "version": "2.1.0"}
    return encode_log(log, run if isinstance(run, dict) else {})


def describe_cut(report: Report, options: RenderOptions) -> str | None:
    """Return what a file for code scanning leaves out because of its limits, or `None`."""
    _, cut = _select_results(report, options)
    if not cut:
        return None
    return (
        f"{describe_count(cut, 'less severe finding')} left out of the SARIF file: "
        f"GitHub code scanning keeps {MAX_RESULTS:,} per run"
    )


def _select_results(report: Report, options: RenderOptions) -> tuple[list[Finding], int]:
    """Return the findings to write, ordered by place, and how many were cut.

    Code scanning ignores suppressions and baseline states: it would open an alert for every accepted finding.
    """
    if options.sarif_target is SarifTarget.ANY:
        return list(select_shown(report, show_all=options.show_all)), 0
    kept = order_by_importance(select_shown(report, show_all=False))
    return sorted(kept[:MAX_RESULTS], key=lambda finding: finding.sort_key), max(0, len(kept) - MAX_RESULTS)


def _make_run(report: Report, findings: Sequence[Finding], options: RenderOptions) -> SarifObject:
    """Return the `run`."""
    infos = collect_rules(report, findings)
    indices = {info.code: index for index, info in enumerate(infos)}
    context = ResultContext(
        indices=indices,
        hashes={path: hash_lines(report.sources[path]) for path in _list_paths(findings) if path in report.sources},
        target=options.sarif_target,
        has_states=options.has_baseline or any(item.status is Status.BASELINED for item in report.findings),
    )
    return sarif_om.Run(
        tool=sarif_om.Tool(
            driver=sarif_om.ToolComponent(
                name="hive-guardian",
                version=report.version,
                semantic_version=report.version,
                rules=[describe_rule(info, options.sarif_target) for info in infos],
            )
        ),
        automation_details=sarif_om.RunAutomationDetails(id=f"hive-guardian/{options.profile}/"),
        column_kind="unicodeCodePoints",
        invocations=[_make_invocation(report, options, indices)],
        original_uri_base_ids={
            ROOT: sarif_om.ArtifactLocation(description=sarif_om.Message(text="The root directory of the project."))
        },
        version_control_provenance=_make_provenance(options.provenance),
        results=[make_result(finding, context) for finding in findings],
    )


def _list_paths(findings: Sequence[Finding]) -> list[str]:
    """Return the paths of the findings, each once, in order."""
    return list(dict.fromkeys(finding.location.path for finding in findings))


def _make_provenance(provenance: Provenance | None) -> list[SarifObject] | None:
    """Return the `versionControlProvenance`, if the repository is known."""
    if provenance is None or not provenance.repository_uri:
        return None
    return [
        sarif_om.VersionControlDetails(
            repository_uri=clean_repository_uri(provenance.repository_uri),
            revision_id=provenance.revision or None,
            branch=provenance.branch or None,
            mapped_to=sarif_om.ArtifactLocation(uri_base_id=ROOT),
        )
    ]


def _make_invocation(report: Report, options: RenderOptions, indices: Mapping[str, int]) -> SarifObject:
    """Return the `invocation`: an incomplete run never looks successful."""
    return sarif_om.Invocation(
        execution_successful=is_complete(report),
        tool_execution_notifications=list(_make_notifications(report, options, indices)),
    )


def _make_notifications(report: Report, options: RenderOptions, indices: Mapping[str, int]) -> Iterator[SarifObject]:
    """Yield a `notification` for each error, skipped file, note and other limit of the run."""
    for error in list_errors(report):
        yield _make_notification("error", error.kind.value, error.message, error.path, _refer(error.rule, indices))
    for skipped in report.skipped:
        yield _make_notification("note", "skipped", skipped.reason, skipped.path)
    for note in report.notes:
        yield _make_notification("note", "remark", note)
    cut = describe_cut(report, options)
    if cut:
        yield _make_notification("warning", "limit", cut)


def _make_notification(level: str, kind: str, message: str, path: str = "", rule: SarifObject = None) -> SarifObject:
    """Return a `notification`."""
    place = sarif_om.PhysicalLocation(artifact_location=locate(path)) if path else None
    return sarif_om.Notification(
        level=level,
        descriptor=sarif_om.ReportingDescriptorReference(id=kind),
        message=sarif_om.Message(text=escape_links(message) or kind),
        locations=[sarif_om.Location(physical_location=place)] if place else None,
        associated_rule=rule,
    )


def _refer(rule: str, indices: Mapping[str, int]) -> SarifObject:
    """Return the reference to a rule, `None` if the run has no such rule (a plugin that did not load)."""
    return sarif_om.ReportingDescriptorReference(id=rule, index=indices[rule]) if rule in indices else None
