"""A review as SARIF 2.1.0: a run of its own, so that dashboards never take advice for golden rules."""

import sarif_om

from hive_guardian.model.review import ReviewFinding, ReviewReport, Verdict
from hive_guardian.model.severity import Severity
from hive_guardian.report.review_words import describe_gaps
from hive_guardian.report.sarif import SCHEMA_URI
from hive_guardian.report.sarif_results import ROOT, SarifObject, locate
from hive_guardian.report.sarif_text import encode_log, escape_links, serialise_mapping

_LEVELS = {Severity.INFO: "note"}
_FINGERPRINT = "hive-guardian-review/v1"


def render_review_sarif(report: ReviewReport) -> str:
    """Return a log of one run; failed or skipped work stands in its notifications, never in silence."""
    ids = sorted({one.id for one in report.findings})
    run = sarif_om.Run(
        tool=sarif_om.Tool(
            driver=sarif_om.ToolComponent(
                name="hive-guardian review",
                version=report.version,
                semantic_version=report.version,
                rules=[_describe(rule) for rule in ids],
            )
        ),
        automation_details=sarif_om.RunAutomationDetails(id="hive-guardian/review/"),
        column_kind="unicodeCodePoints",
        invocations=[
            sarif_om.Invocation(
                execution_successful=report.verdict is not Verdict.INCONCLUSIVE,
                tool_execution_notifications=_notifications(report),
            )
        ],
        original_uri_base_ids={
            ROOT: sarif_om.ArtifactLocation(description=sarif_om.Message(text="The root directory of the project."))
        },
        properties={"verdict": report.verdict.value, "provider": report.provider, "aiRan": report.ai_ran},
        results=[_result(one, ids.index(one.id)) for one in sorted(report.findings, key=lambda one: one.sort_key)],
    )
    plain = serialise_mapping(run)
    log: dict[str, object] = {"$schema": SCHEMA_URI, "version": "2.1.0"}
    return encode_log(log, plain if isinstance(plain, dict) else {})


def _describe(rule: str) -> SarifObject:
    origin = "a language model" if rule.startswith("AI-") else "a heuristic over the change"
    return sarif_om.ReportingDescriptor(
        id=rule,
        short_description=sarif_om.Message(text=f"{rule.partition('-')[2]}, reported by {origin}"),
        default_configuration=sarif_om.ReportingConfiguration(level="note"),
    )


def _result(one: ReviewFinding, index: int) -> SarifObject:
    text = escape_links(f"{one.title}. {one.message}")
    return sarif_om.Result(
        rule_id=one.id,
        rule_index=index,
        level=_LEVELS.get(one.severity, "warning"),
        message=sarif_om.Message(text=text),
        locations=[
            sarif_om.Location(
                physical_location=sarif_om.PhysicalLocation(
                    artifact_location=locate(one.path),
                    region=sarif_om.Region(start_line=one.line, end_line=one.end_line),
                )
            )
        ],
        partial_fingerprints={_FINGERPRINT: one.fingerprint},
        properties={
            "source": one.origin.value,
            "standing": one.standing.value,
            "state": one.state.value,
            "model": one.model,
        },
    )


def _notifications(report: ReviewReport) -> list[SarifObject]:
    texts = [("warning", short.kind, f"{short.unit}: {short.message}".lstrip(": ")) for short in report.shortfalls]
    texts += [("note", "not-read", f"{place}: {reason}") for place, reason in describe_gaps(report)]
    texts += [("note", "remark", note) for note in report.notes]
    texts += [("warning", error.kind.value, f"{error.path} {error.message}".strip()) for error in report.rules.errors]
    return [
        sarif_om.Notification(
            level=level,
            descriptor=sarif_om.ReportingDescriptorReference(id=kind),
            message=sarif_om.Message(text=escape_links(text)),
        )
        for level, kind, text in texts
    ]
