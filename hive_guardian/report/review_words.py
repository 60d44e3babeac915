"""The sentences that all formats of a review share."""

from collections.abc import Iterator

from hive_guardian.model.finding import Finding, Status
from hive_guardian.model.review import Fate, ReviewFinding, ReviewReport, Spend, Standing, Verdict

_VERDICTS = {
    Verdict.CLEAN: "clean: every hunk was read, and nothing was found",
    Verdict.FINDINGS: "findings",
    Verdict.INCONCLUSIVE: "inconclusive: the change was not reviewed in full",
}
_STANDINGS = {
    Standing.CERTAIN: "computed from the code",
    Standing.CONFIRMED: "confirmed by a second look",
    Standing.UNSURE: "a second look could not decide",
    Standing.UNVERIFIED: "not verified",
}
_MICRO = 1_000_000


def describe_verdict(report: ReviewReport) -> str:
    """Return the verdict in words."""
    return _VERDICTS[report.verdict]


def describe_reader(report: ReviewReport) -> str:
    """Return who read the change."""
    if report.ai_ran:
        return f"read by {', '.join(report.spend.models)} ({report.provider})"
    return f"no model read this change (provider {report.provider}); golden rules and heuristics only"


def describe_hunks(report: ReviewReport) -> str:
    """Return how much of the change a model read."""
    hunks = [one for one in report.coverage if one.hunk]
    full = sum(one.fate is Fate.FULL for one in hunks)
    partial = sum(one.fate is Fate.PARTIAL for one in hunks)
    part = f", {partial} in part" if partial else ""
    rest = len(hunks) - full - partial
    return f"{report.changed_files} files, {len(hunks)} hunks: {full} read in full{part}, {rest} not"


def describe_spend(spend: Spend) -> str:
    """Return what it cost."""
    dollars = f"${spend.micro_usd / _MICRO:.4f}"
    return (
        f"{spend.requests} requests, {spend.reused} reused, {spend.input_tokens:,} tokens in, "
        f"{spend.output_tokens:,} out, {dollars}"
    )


def describe_standing(one: ReviewFinding) -> str:
    """Return how sure it is."""
    return _STANDINGS[one.standing]


def new_rule_findings(report: ReviewReport) -> tuple[Finding, ...]:
    """Return the golden-rule findings that the change brought."""
    return tuple(one for one in report.rules.findings if one.status is Status.NEW)


def describe_gaps(report: ReviewReport) -> Iterator[tuple[str, str]]:
    """Yield (place, reason) of what was not read in full; nothing where no model read anything, which is said once."""
    for one in report.coverage if report.ai_ran or not report.shortfalls else ():
        if one.fate is not Fate.FULL:
            yield f"{one.path}{f' {one.hunk}' if one.hunk else ''}", one.reason
