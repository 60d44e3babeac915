"""The stage of a run that compares its findings with the baseline."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

from hive_guardian.engine.baseline_use import BaselineUse, Judgement, apply_baseline
from hive_guardian.engine.codec import load_findings
from hive_guardian.engine.state import RunState
from hive_guardian.engine.suppression import Suppressions
from hive_guardian.model.finding import Finding
from hive_guardian.model.report import BaselineCounts, RunError
from hive_guardian.model.severity import Severity


def use_baseline(
    state: RunState,
    findings: Iterable[Finding],
    others: Callable[[], list[Finding]],
    errors: Iterable[RunError],
    ran: Callable[[], Collection[str]],
) -> BaselineUse | None:
    """Find out what the baseline of a request did; `None` without one.

    Args:
        state: the run after analysis.
        findings: those it reports on, suppressions applied.
        others: returns the remaining findings of the project, suppressions applied.
        errors: what went wrong so far.
        ran: returns the ids of the rules that ran under the root's configuration.
    """
    request, found = state.request, state.found
    if request.baseline is None:
        return None
    cards = request.catalogue.cards
    failed = {(error.path, error.rule) for error in errors}
    unread = _unread(state, [code for code, card in cards.items() if card.unsuppressible])
    judgement = Judgement(
        config_set=state.config_set,
        cards=cards,
        ran=frozenset(ran()),
        reports_on=lambda path: found.reports_on(path) and not _lies_in(found.closed, path),
        skipped=unread | {item.path for item in found.skipped},
        is_whole=not unread,
        failed=frozenset(failed | {("", code) for code in state.books.abstained}),
    )
    return apply_baseline(request.baseline, findings, others, judgement)


def rest_of_project(state: RunState, project_findings: Iterable[Finding], suppressions: Suppressions) -> list[Finding]:
    """Return the findings that a run of some paths does not report on.

    Args:
        state: the run after analysis.
        project_findings: all findings of project rules.
        suppressions: to apply; not those whose hits are counted for the report.
    """
    found = state.found
    rest = [
        finding
        for path, row in state.rows.items()
        if row.findings and path not in found.wanted
        for finding in load_findings(row.findings)
        if finding.fingerprint not in state.withdrawn
    ]
    rest += [finding for finding in project_findings if not found.reports_on(finding.location.path)]
    return [suppressions.apply(finding) for finding in rest]


def count_use(use: BaselineUse) -> BaselineCounts:
    """Return the figures of a baseline for the report."""
    moved = len(use.moves)
    return BaselineCounts(use.given.path, len(use.entries), len(use.matched), len(use.stale), moved)


def describe_use(use: BaselineUse) -> list[str]:
    """Return what a person should know about a baseline, for the notes of the report."""
    if not use.moves:
        return []
    noun = "entry follows" if len(use.moves) == 1 else "entries follow"
    return [
        f"{len(use.moves):,} {noun} code that moved; `hive-guardian baseline update` writes that to {use.given.path}"
    ]


def weigh_exceptions(findings: Iterable[Finding], use: BaselineUse, fail_on: Severity | None) -> list[Finding]:
    """Return what is wrong with exceptions, for a frozen baseline as severe as it takes to fail the run.

    Args:
        findings: of rules that read the ledger.
        use: what the baseline did.
        fail_on: severity from which findings fail the run; `None` = never.
    """
    if not use.given.is_frozen or fail_on is None:
        return list(findings)
    return [
        replace(finding, severity=max(finding.severity, fail_on))
        if finding.location.path == use.given.path or finding.check == GROWING
        else finding
        for finding in findings
    ]


GROWING = "growing"
"""The check that compares a wildcard with what the baseline recorded."""


def use_key(use: BaselineUse | None) -> tuple[object, ...]:
    """Return what the verdict on exceptions depends on, besides the rest of the ledger."""
    if use is None:
        return ()
    hits: Mapping[str, int | None] = use.hits()
    judged = sorted((mark, count) for mark, count in hits.items() if count != 1)
    return use.given.path, use.given.baseline.digest, judged


def _unread(state: RunState, codes: Iterable[str]) -> frozenset[str]:
    """Return the analysed files without a result, and those with a finding that nothing accepts: they do not parse."""
    marks = [f'["{code}",' for code in codes]  # a stored finding begins with its rule
    rows = state.rows
    return frozenset(
        path for path in state.found.analysed if path not in rows or any(mark in rows[path].findings for mark in marks)
    )


def _lies_in(directories: Iterable[str], path: str) -> bool:
    return any(path.startswith(f"{directory}/") for directory in directories)
