"""Entries and findings for tests of the baseline."""

from hive_guardian.engine.baseline import Entry
from hive_guardian.engine.fingerprint import with_fingerprints
from hive_guardian.model.finding import Finding, Location, Status
from hive_guardian.model.severity import Confidence, Severity


def make_entry(path: str = "pkg/a.py", mark: str = "00", **fields: str) -> Entry:
    """Return an entry; what is not given has a usual value."""
    usual = {"rule": "GR10", "check": "print", "symbol": "pkg.a.f", "code": "c0", "added": "2026-01-15"}
    return Entry(path=path, fingerprint=mark, **{**usual, **fields})


def make_finding(
    path: str = "pkg/a.py", symbol: str = "pkg.a.f", anchor: str = "print(1)", line: int = 1, rule: str = "GR10"
) -> Finding:
    """Return a finding without an identity."""
    place = Location(path, line, 1, line, 9)
    return Finding(rule, "print-call", "print", Severity.ERROR, Confidence.HIGH, place, "a print", symbol, anchor)


def identified(*findings: Finding) -> list[Finding]:
    """Return findings with their fingerprints, in report order."""
    return with_fingerprints(findings)


def is_gone(_path: str) -> bool:
    """Say that no file of the entries is there any more, so that they may follow their content."""
    return True


def count_by_status(findings: list[Finding] | tuple[Finding, ...]) -> dict[Status, int]:
    """Return how many findings of each status there are."""
    return {status: sum(finding.status is status for finding in findings) for status in Status}
