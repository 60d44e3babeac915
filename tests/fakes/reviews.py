"""Builders of review reports."""

from dataclasses import replace

from hive_guardian.model.report import FileCounts, Report
from hive_guardian.model.review import (
    Coverage,
    Fate,
    Origin,
    ReviewFinding,
    ReviewReport,
    Shortfall,
    Spend,
    Standing,
    Suggestion,
    Verdict,
)
from hive_guardian.model.severity import Severity
from tests.fakes.reports import make_finding

RULES = Report("1.0", "2026-01-01", (), (), (), FileCounts(1, 1, 0), (), Severity.ERROR, Severity.ERROR)
HOSTILE = "<img src=x> @everyone #1 [a](https://evil.example) ``` \x1b[2J\n::error::x ##vso[task] \u202e"


def make_review_finding(title: str = "the second price is returned", *, line: int = 15) -> ReviewFinding:
    """Return a confirmed finding of a model with a suggestion."""
    return ReviewFinding(
        id="AI-correctness", origin=Origin.AI, category="correctness", severity=Severity.ERROR, path="shop/a.py",
        line=line, end_line=line, symbol="first", title=title, message="it skips the first", trigger="any list",
        quote="    return prices[1]", fingerprint="00ff", standing=Standing.CONFIRMED,
        suggestion=Suggestion(line, line, "    return prices[0]"), model="m-1", request_id="r1", unit="shop/a.py",
    )  # fmt: skip


def make_review() -> ReviewReport:
    """Return a report with everything a report can have."""
    table = replace(make_review_finding(line=20), standing=Standing.UNVERIFIED, suggestion=None, fingerprint="01ff")
    return ReviewReport(
        version="1.0", base="main (0123456789)", head="feature (abcdef0123)", provider="anthropic", ai_ran=True,
        verdict=Verdict.INCONCLUSIVE, shown=(make_review_finding(),), others=(table,), resolved=("shop/a.py: old",),
        dropped={"quote-absent": 2},
        coverage=(
            Coverage("shop/a.py", "@@ -1,2 +1,3 @@", 1, Fate.FULL),
            Coverage("shop/b.py", "@@ -1,2 +1,3 @@", 1, Fate.SKIPPED, "the budget is spent", is_gap=True),
        ),
        shortfalls=(Shortfall("budget", "the budget is spent", "shop/b.py"),),
        spend=Spend(3, 1, 1200, 340, 12_345, ("m-1",)), redactions={"aws": 1},
        rules=replace(RULES, findings=(make_finding(),)), changed_files=2, notes=("a note",),
    )  # fmt: skip


def make_hostile_review() -> ReviewReport:
    """Return a report in which every text of a model or repository tries to be something else."""
    one = replace(
        make_review_finding(HOSTILE), message=HOSTILE, trigger=HOSTILE, quote=f"{HOSTILE}\n````",
        path="a`<b>\x1b.py", suggestion=Suggestion(1, 1, f"```\n{HOSTILE}"),
    )  # fmt: skip
    short = Shortfall("failed", HOSTILE, HOSTILE)
    return replace(make_review(), shown=(one,), others=(one,), resolved=(HOSTILE,), shortfalls=(short,), base=HOSTILE)
