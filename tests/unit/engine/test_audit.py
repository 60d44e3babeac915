from collections.abc import Iterator

from hive_guardian.engine.context import LedgerContext
from hive_guardian.engine.run import run
from hive_guardian.model.finding import Finding, Location
from hive_guardian.model.report import ErrorKind, Report
from hive_guardian.model.rule import LedgerRule, State
from hive_guardian.model.severity import Severity
from tests.fakes.runs import RULES, Run

MARK = "# guardian: allow"


class HitRule(LedgerRule):
    """Says what each directive did; raises when one is for T3."""

    code, name, title = "L1", "directive-hits", "Ledger"
    severity = Severity.INFO
    state = State.ALWAYS

    def check(self, ctx: LedgerContext) -> Iterator[Finding]:
        """Report every directive with what it suppressed."""
        for directive in ctx.ledger.directives:
            if "T3" in directive.ids:
                raise ZeroDivisionError("on purpose")
            hits = sorted(ctx.ledger.suppressed(directive, directive.ids[0]))
            place = Location(directive.path, directive.line, 1, directive.line, 1)
            yield ctx.finding(place, f"suppressed {hits}", check="", symbol="", anchor=directive.text)


def check(code: str) -> Report:
    """Run three rules and the ledger rule over one file."""
    return run(Run({"a.py": code}, rules=(*RULES, HitRule)).request).report


def test_the_ledger_is_read_when_all_findings_are_accounted_for() -> None:
    """A ledger rule knows what a directive suppressed, and its own findings have an identity."""
    report = check(f"f = lambda: 0  {MARK}[T1] short\nx = 1  {MARK}[T1] nothing here\n")
    found = [(item.location.line, item.message) for item in report.findings if item.rule == "L1"]
    assert found == [(1, "suppressed ['T1']"), (2, "suppressed []")]
    assert len({item.fingerprint for item in report.findings}) == len(report.findings)


def test_a_ledger_rule_that_raises_is_named() -> None:
    """The run is incomplete, the other findings stand."""
    report = check(f"f = lambda: 0\nx = 1  {MARK}[T3] x\n")
    assert [(error.kind, error.rule) for error in report.errors] == [(ErrorKind.RULE_FAILED, "L1")]
    assert [item.rule for item in report.findings] == ["T1"]
