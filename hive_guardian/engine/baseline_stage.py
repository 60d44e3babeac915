"""The stage of a run that compares its findings with the baseline."""

from collections.abc import Callable, Iterable

from hive_guardian.engine.baseline_use import BaselineUse, GivenBaseline, Judgement, apply_baseline
from hive_guardian.engine.codec import load_findings
from hive_guardian.engine.state import RunState
from hive_guardian.engine.suppression import Suppressions
from hive_guardian.model.finding import Finding
from hive_guardian.model.report import RunError


def use_baseline(
    state: RunState,
    given: GivenBaseline,
    findings: Iterable[Finding],
    others: Callable[[], list[Finding]],
    errors: Iterable[RunError],
    ran: Iterable[str],
) -> BaselineUse:
    """Find out what a baseline did.

    Args:
        state: the run after analysis.
        given: the baseline.
        findings: those it reports on, suppressions applied.
        others: returns the remaining findings of the project, suppressions applied.
        errors: what went wrong so far.
        ran: ids of the rules that ran under the root's configuration.
    """
    request, found = state.request, state.found
    cards = request.catalogue.cards
    failed = {(error.path, error.rule) for error in errors}
    unread = _unread(state, [code for code, card in cards.items() if card.unsuppressible])
    judgement = Judgement(
        config_set=state.config_set,
        cards=cards,
        ran=frozenset(ran),
        reports_on=lambda path: found.reports_on(path) and not _lies_in(found.closed, path),
        skipped=unread | {item.path for item in found.skipped},
        is_whole=not unread,
        failed=frozenset(failed | {("", code) for code in state.books.abstained}),
        is_gone=lambda path: not request.tree.exists(path),
    )
    return apply_baseline(given, findings, others, judgement)


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


def _unread(state: RunState, codes: Iterable[str]) -> frozenset[str]:
    """Return the analysed files without a result, and those with a finding that nothing accepts: they do not parse."""
    marks = [f'["{code}",' for code in codes]  # a stored finding begins with its rule
    rows = state.rows
    return frozenset(
        path for path in state.found.analysed if path not in rows or any(mark in rows[path].findings for mark in marks)
    )


def _lies_in(directories: Iterable[str], path: str) -> bool:
    return any(path.startswith(f"{directory}/") for directory in directories)
