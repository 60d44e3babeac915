"""SARIF results: findings as code scanning and viewers read them."""

from collections.abc import Mapping, Sequence
from typing import Any

import sarif_om

from hive_guardian.model.edit import Edit
from hive_guardian.model.finding import Finding, Location, Status
from hive_guardian.model.frozen_class import frozen
from hive_guardian.report.options import SarifTarget
from hive_guardian.report.sarif_rules import LEVELS
from hive_guardian.report.sarif_text import encode_uri, escape_links

ROOT = "%SRCROOT%"
MAX_RELATED = 100
"""Locations code scanning keeps of one result."""

# sarif-om ships no types: its objects are `Any`; each function below returns one kind, named in its docstring.
SarifObject = Any


@frozen
class ResultContext:
    """What a result needs to know of its run.

    Attributes:
        indices: position of each rule in the list of descriptors, by id.
        hashes: hash of each line, by path; missing where the source is unknown.
        target: who reads the file.
        has_states: whether results say if they are new.
    """

    indices: Mapping[str, int]
    hashes: Mapping[str, Sequence[str]]
    target: SarifTarget
    has_states: bool


def make_result(finding: Finding, context: ResultContext) -> SarifObject:
    """Return the `result` of a finding, with exactly one location."""
    is_for_github = context.target is SarifTarget.GITHUB
    return sarif_om.Result(
        rule_id=finding.rule,
        rule_index=context.indices[finding.rule],
        level=LEVELS[finding.severity],
        message=sarif_om.Message(text=_compose_message(finding)),
        locations=[_make_location(finding.location)],
        related_locations=_make_related(finding) or None,
        partial_fingerprints=_make_fingerprints(finding, context.hashes) or None,
        baseline_state=_name_state(finding) if context.has_states and not is_for_github else None,
        suppressions=None if is_for_github else _make_suppressions(finding),
        fixes=[_make_fix(finding)] if finding.fix and finding.fix.edits and not is_for_github else None,
        properties={
            "check": finding.check,
            "confidence": finding.confidence.word,
            "severity": finding.severity.word,
            "symbol": finding.symbol,
        },
    )


def _compose_message(finding: Finding) -> str:
    """Return the message; it links to the related places because code scanning shows only those it links to."""
    message = escape_links(finding.message) or finding.name or finding.rule
    if not message.endswith((".", "!", "?")):
        message += "."
    links = (
        f"[{_describe_place(item.path, item.line)}]({number}): {escape_links(item.message)}"
        for number, item in enumerate(finding.related[:MAX_RELATED], start=1)
    )
    return "\n".join((message, *links))


def _describe_place(path: str, line: int) -> str:
    """Return text of a link; brackets and backslashes in it are escaped (SARIF 2.1.0, 3.11.6)."""
    return f"{path}:{line}".replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _make_location(place: Location) -> SarifObject:
    """Return the `location` of a range."""
    return sarif_om.Location(
        physical_location=sarif_om.PhysicalLocation(
            artifact_location=locate(place.path),
            region=_make_region(place),
        )
    )


def _make_region(place: Location | Edit) -> SarifObject:
    """Return the `region` of a range; SARIF counts lines and columns as we do."""
    return sarif_om.Region(
        start_line=place.line, start_column=place.column, end_line=place.end_line, end_column=place.end_column
    )


def _make_related(finding: Finding) -> list[SarifObject]:
    """Return the further `location`s, numbered as the message refers to them."""
    return [
        sarif_om.Location(
            id=number,
            physical_location=sarif_om.PhysicalLocation(
                artifact_location=locate(item.path), region=sarif_om.Region(start_line=item.line)
            ),
            message=sarif_om.Message(text=escape_links(item.message)) if item.message else None,
        )
        for number, item in enumerate(finding.related[:MAX_RELATED], start=1)
    ]


def locate(path: str) -> SarifObject:
    """Return the `artifactLocation` of a path, relative to the root of the project."""
    return sarif_om.ArtifactLocation(uri=encode_uri(path), uri_base_id=ROOT)


def _make_fingerprints(finding: Finding, hashes: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return what identifies the result from run to run."""
    fingerprints = {"hiveGuardian/v1": finding.fingerprint} if finding.fingerprint else {}
    lines = hashes.get(finding.location.path, ())
    if finding.location.line <= len(lines):
        fingerprints["primaryLocationLineHash"] = lines[finding.location.line - 1]
    return fingerprints


def _name_state(finding: Finding) -> str:
    """Return the `baselineState`."""
    return "unchanged" if finding.status is Status.BASELINED else "new"


def _make_suppressions(finding: Finding) -> list[SarifObject] | None:
    """Return the `suppressions`; a baseline lives outside of the source."""
    if finding.status is Status.NEW:
        return None
    return [
        sarif_om.Suppression(
            kind="inSource" if finding.status is Status.SUPPRESSED else "external",
            state="accepted",
            justification=finding.justification or None,
        )
    ]


def _make_fix(finding: Finding) -> SarifObject:
    """Return the `fix`; edits stand in order of their files."""
    changes: dict[str, list[Edit]] = {}
    title = finding.fix.title if finding.fix else ""
    for edit in finding.fix.edits if finding.fix else ():
        changes.setdefault(edit.path, []).append(edit)
    return sarif_om.Fix(
        description=sarif_om.Message(text=escape_links(title) or finding.name),
        artifact_changes=[
            sarif_om.ArtifactChange(
                artifact_location=locate(path),
                replacements=[
                    sarif_om.Replacement(
                        deleted_region=_make_region(edit), inserted_content=sarif_om.ArtifactContent(text=edit.text)
                    )
                    for edit in edits
                ],
            )
            for path, edits in changes.items()
        ],
    )
