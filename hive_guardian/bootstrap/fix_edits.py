"""Give the fixes of a report their edits; what was rendered once for the same text of a file holds."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from hashlib import blake2b

from hive_guardian.engine.cache import CorruptCacheError, content_digest
from hive_guardian.engine.codec import dump, dump_findings, load_findings
from hive_guardian.engine.request import Request
from hive_guardian.engine.state import run_key_of
from hive_guardian.model.finding import Finding
from hive_guardian.model.report import Report


def with_edits(given: Request, report: Report) -> Report:
    """Return a report whose fixes carry their edits; one that its rule refuses to render here becomes advice.

    Args:
        given: what the run was asked to do.
        report: its report.
    """
    key = f"edits:{run_key_of(given, given.config_set)}"
    kept = _load(given.cache.value(key))
    rendered: dict[Finding, Finding] = {}
    missing: dict[str, list[Finding]] = {}
    marks: dict[str, str] = {}
    for path, findings in _offers(report).items():
        try:
            marks[path] = _mark(given, path, findings)
        except OSError:
            continue  # it vanished after the check: the report keeps the offer without edits
        known = _known(kept.get(path), marks[path], findings)
        if known is None:
            missing[path] = findings
        rendered.update(known or {})
    if missing:
        from hive_guardian.bootstrap.rendering import render_offers  # loads rules and libcst

        for path, answers in render_offers(given, missing).items():
            kept[path] = (marks[path], dump_findings(answers))
            rendered.update(zip(missing[path], answers, strict=True))
        given.cache.store(key, dump({path: kept[path] for path in sorted(marks) if path in kept}))
    return replace(report, findings=tuple(rendered.get(finding, finding) for finding in report.findings))


def _offers(report: Report) -> Mapping[str, list[Finding]]:
    """Return path -> findings whose fix is still to be rendered."""
    found: dict[str, list[Finding]] = {}
    for finding in report.findings:
        if finding.fix and finding.fix.is_offer:
            found.setdefault(finding.location.path, []).append(finding)
    return found


def _mark(given: Request, path: str, findings: Sequence[Finding]) -> str:
    """Return what the edits of a file depend on besides the rules and their configuration."""
    parts = (given.today.isoformat(), content_digest(given.tree.read(path)), dump_findings(findings))
    return blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _load(stored: str | None) -> dict[str, tuple[str, str]]:
    """Return path -> (mark, findings with their edits as text) of what an earlier run rendered."""
    with suppress(ValueError, TypeError, AttributeError):  # a corrupt memory is none
        found = json.loads(stored or "{}")
        return {str(path): (str(mark), str(text)) for path, (mark, text) in found.items()}
    return {}


def _known(kept: tuple[str, str] | None, mark: str, findings: Sequence[Finding]) -> dict[Finding, Finding] | None:
    if kept is None or kept[0] != mark:
        return None
    with suppress(CorruptCacheError, ValueError):  # rendered again, and stored anew
        return dict(zip(findings, load_findings(kept[1]), strict=True))
    return None
