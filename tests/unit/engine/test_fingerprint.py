"""The identity of a finding survives moves and tells equals apart."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.engine.fingerprint import with_fingerprints
from hive_guardian.model.finding import Finding, Location
from hive_guardian.model.severity import Confidence, Severity


def finding(line: int = 1, anchor: str = "print(1)", symbol: str = "pkg.f", path: str = "pkg/m.py") -> Finding:
    """Return a finding at a line."""
    place = Location(path, line, 1, line, 9)
    return Finding("GR10", "print-call", "print", Severity.ERROR, Confidence.HIGH, place, "m", symbol, anchor)


def marks(*findings: Finding) -> list[str]:
    """Return the fingerprints in report order."""
    return [item.fingerprint for item in with_fingerprints(findings)]


@given(st.integers(1, 10_000), st.integers(1, 10_000))
def test_moving_keeps_the_identity(first: int, second: int) -> None:
    """Line numbers are no part of it."""
    assert marks(finding(first)) == marks(finding(second))


def test_equal_findings_stay_two() -> None:
    """Two equal findings differ by an ordinal, in source order."""
    both = marks(finding(3), finding(9))
    assert len(set(both)) == 2
    assert both == marks(finding(9), finding(3))


def test_what_identifies_a_finding() -> None:
    """Rule, check, path, symbol and code do; the message does not."""
    base = finding()
    assert marks(replace(base, message="other")) == marks(base)
    for other in (
        replace(base, rule="GR11"),
        replace(base, check="x"),
        finding(path="b.py"),
        finding(symbol="pkg.g"),
        finding(anchor="print(2)"),
    ):
        assert marks(other) != marks(base)
