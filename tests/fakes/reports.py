"""Builders of reports: a finding or a report with everything filled in but what the test is about."""

from hive_guardian.model.edit import Edit, Fix, Safety, suggest
from hive_guardian.model.finding import Finding, Location, Related, Status
from hive_guardian.model.report import FileCounts, Report, RuleInfo, RunError, Skipped
from hive_guardian.model.severity import Confidence, Severity

CART = '"""Shopping cart."""\n\ndef total(items):\n\tprint(items, "合計")\n    return 1\n\nclass Cart(\n    Base,\n):\n'
CART += '    one = 1\n    two = 2\n    three = 3\n    word = "not-a-real-one"\n'


def make_finding(
    path: str = "src/shop/cart.py",
    line: int = 4,
    *,
    rule: str = "GR10",
    severity: Severity = Severity.ERROR,
    status: Status = Status.NEW,
    message: str = "`print` writes to stdout",
    fix: Fix | None = None,
    span: tuple[int, int, int] | None = None,
    related: tuple[Related, ...] = (),
    fingerprint: str = "00ff",
    justification: str | None = None,
) -> Finding:
    """Return a finding; `span` is (column, end line, end column)."""
    column, end_line, end_column = span or (2, line, 7)
    return Finding(
        rule=rule,
        name=NAMES.get(rule, "some-rule"),
        check="check",
        severity=severity,
        confidence=Confidence.HIGH,
        location=Location(path, line, column, end_line, end_column),
        message=message,
        symbol="shop.cart.total",
        fingerprint=fingerprint,
        fix=fix,
        related=related,
        status=status,
        justification=justification,
    )


NAMES = {"GR06": "forbidden-import", "GR08": "incomplete-interface", "GR10": "print-call", "GR30": "hardcoded-secret"}

RULES = (
    RuleInfo(
        code="GR06",
        name=NAMES["GR06"],
        title="Dependency Direction",
        severity=Severity.CRITICAL,
        summary="Import against the direction.",
        why="A library that imports an application cannot be released alone. There is more to say.",
        help="# GR06 Dependency Direction\n\nMore.\n",
        tags=("architecture", "graph"),
        advice="Move the shared part down. Then import it.",
    ),
    RuleInfo(
        code="GR10",
        name=NAMES["GR10"],
        title="Logging Standards",
        severity=Severity.ERROR,
        summary="Output by `print`.",
        why="Output of a library cannot be filtered.",
        help="# GR10 Logging Standards\n",
    ),
    RuleInfo(
        code="GR30",
        name=NAMES["GR30"],
        title="Environment Variables",
        severity=Severity.CRITICAL,
        summary="Secret in the source.",
        why="Whoever reads the repository can use it.",
        help="# GR30 Environment Variables\n",
        tags=("cwe-798", "security"),
        security_severity=8.5,
    ),
)


def make_report(
    *findings: Finding,
    rules: tuple[RuleInfo, ...] = RULES,
    errors: tuple[RunError, ...] = (),
    skipped: tuple[Skipped, ...] = (),
    checked: int = 2823,
    notes: tuple[str, ...] = (),
    sources: dict[str, str] | None = None,
) -> Report:
    """Return a report of these findings, sorted as the engine sorts them."""
    return Report(
        version="0.1.0",
        today="2026-11-20",
        findings=tuple(sorted(findings, key=lambda finding: finding.sort_key)),
        skipped=skipped,
        errors=errors,
        files=FileCounts(checked + len(skipped), checked, len(skipped)),
        rules=rules,
        fail_on=Severity.ERROR,
        level=Severity.ERROR,
        notes=notes,
        sources={"src/shop/cart.py": CART} if sources is None else sources,
    )


def make_varied_report() -> Report:
    """Return a report with one finding of each shape a format treats differently."""
    chain = (
        Related("packages/core/db.py", 2, "core.db imports core.api"),
        Related("packages/core/api.py", 7, "core.api imports shop.cart"),
    )
    edit = Edit("src/shop/cart.py", 4, 2, 4, 7, "logger.info")
    return make_report(
        make_finding(
            "packages/core/db.py",
            2,
            rule="GR06",
            severity=Severity.CRITICAL,
            message="`core` imports `shop`",
            related=chain,
        ),
        make_finding(span=(2, 4, 20), fix=Fix("use `logger.info`", Safety.UNSAFE, (edit,))),
        make_finding(line=7, rule="GR08", severity=Severity.WARNING, message="no docstring", span=(1, 12, 14)),
        make_finding(
            line=13,
            rule="GR30",
            severity=Severity.CRITICAL,
            message="a secret is written in the source",
            span=(12, 13, 28),
            fix=suggest("read it from the configuration"),
        ),
        make_finding("src/shop/old.py", 1, status=Status.SUPPRESSED, justification="command-line output"),
        make_finding("src/shop/old.py", 9, status=Status.BASELINED, severity=Severity.INFO),
        skipped=(Skipped("a.py", "excluded"), Skipped("b.py", "generated"), Skipped("c.py", "generated")),
        notes=("cache discarded",),
    )
