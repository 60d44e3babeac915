"""The account of a run: what suppressions, the baseline and rules about exceptions make of its findings."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING

from hive_guardian.config.vacuity import excuse_globs
from hive_guardian.engine.codec import dump_directives, dump_findings, load_directives, load_findings
from hive_guardian.engine.ledger import Accounts, HitKey, hit_rows
from hive_guardian.engine.request import Request
from hive_guardian.engine.state import RunState
from hive_guardian.engine.suppression import Directive, Suppressions
from hive_guardian.model.finding import Finding
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.report import RunError

if TYPE_CHECKING:
    from hive_guardian.engine.baseline_use import BaselineUse  # brings the matching, which few runs need


@frozen
class Accounted:
    """What became of the findings of a run.

    Attributes:
        findings: those the run reports on, each with its status, and those of rules about exceptions; in no order.
        failures: rules about exceptions that failed.
        accounts: what excepted from policy.
        use: what the baseline did, if there was one.
    """

    findings: list[Finding]
    failures: list[RunError]
    accounts: Accounts
    use: "BaselineUse | None"


def account(
    state: RunState, project_findings: Sequence[Finding], errors: list[RunError], ran: Callable[[], list[str]]
) -> Accounted:
    """Apply suppressions, then the baseline, and let rules about exceptions judge both.

    Args:
        state: the run after analysis.
        project_findings: all findings of project rules.
        errors: what went wrong so far.
        ran: returns the ids of the rules that ran under the root's configuration.
    """
    found = state.found
    file_findings: list[Finding] = []
    directives: dict[str, list[Directive]] = {}
    for path, row in state.rows.items():
        if row.directives:
            directives[path] = load_directives(row.directives)
        if row.findings and path in found.wanted:
            file_findings += load_findings(row.findings)
    if state.withdrawn:
        file_findings = [finding for finding in file_findings if finding.fingerprint not in state.withdrawn]
    shown = [item for item in project_findings if found.reports_on(item.location.path)]
    suppressions = _suppressions(state.request, directives)
    findings = [suppressions.apply(finding) for finding in (*file_findings, *shown)]
    use, findings = _compare_with_baseline(state, findings, project_findings, directives, errors, ran)
    audited, failures = _audit(state, directives, suppressions.hits, errors, use)
    read = {path: items for path, items in directives.items() if path in found.wanted}
    accounts = Accounts(read, suppressions.counts, state.books, state.config_set)
    return Accounted([*findings, *audited], failures, accounts, use)


def _compare_with_baseline(
    state: RunState,
    findings: list[Finding],
    project_findings: Sequence[Finding],
    directives: Mapping[str, list[Directive]],
    errors: Sequence[RunError],
    ran: Callable[[], list[str]],
) -> tuple["BaselineUse | None", list[Finding]]:
    """Return what the baseline did, if there is one, and the findings with those marked that it accounts for."""
    if state.request.baseline is None:
        return None, findings
    from hive_guardian.engine.baseline_stage import rest_of_project, use_baseline  # as `BaselineUse`
    from hive_guardian.engine.baseline_use import mark_accepted

    use = use_baseline(
        state,
        state.request.baseline,
        findings,
        lambda: rest_of_project(state, project_findings, _suppressions(state.request, directives)),
        errors,
        ran(),
    )
    return use, mark_accepted(findings, use, state.request.today.isoformat())


def _suppressions(request: Request, directives: Mapping[str, Iterable[Directive]]) -> Suppressions:
    """Return what applies the directives and counts what each did."""
    unsuppressible = frozenset(code for code, card in request.catalogue.cards.items() if card.unsuppressible)
    return Suppressions(directives, request.catalogue.aliases, request.today, unsuppressible)


def _audit(
    state: RunState,
    directives: Mapping[str, list[Directive]],
    hits: Mapping[HitKey, set[str]],
    errors: list[RunError],
    use: "BaselineUse | None",
) -> tuple[list[Finding], list[RunError]]:
    """Let rules about exceptions read what each exception did; an earlier verdict on the same ledger holds."""
    cache, found = state.request.cache, state.found
    read = {path: items for path, items in directives.items() if path in found.wanted}
    configs = state.config_set.configs.values()
    accepted = use is not None and use.is_of_interest()
    if not (
        accepted or read or state.books.excuses or any(config.overrides or excuse_globs(config) for config in configs)
    ):
        return [], []
    failed = sorted({(error.path, error.rule) for error in errors if error.rule})
    written = [(path, dump_directives(items)) for path, items in sorted(read.items())]
    asked = (found.targets, None if found.only is None else sorted(found.only))
    parts = (
        state.project_key(),
        state.request.today.isoformat(),
        written,
        hit_rows(hits),
        failed,
        asked,
        use.key() if use else (),
    )
    key = f"ledger:{blake2b(repr(parts).encode('utf-8', 'surrogatepass'), digest_size=16).hexdigest()}"
    stored = cache.value(key)
    if stored is not None:
        return _weighed(load_findings(stored), state, use), []
    from hive_guardian.engine.audit import Entries, audit  # imports rules, as `RunState.work`

    findings, failures = audit(state.work(), Entries(read, hits, state.books, frozenset(failed), use))
    place = use.given.path if use else None
    shown = [one for one in findings if one.location.path == place or found.reports_on(one.location.path)]
    if not failures:
        cache.store(key, dump_findings(shown))
    return _weighed(shown, state, use), failures


def _weighed(findings: list[Finding], state: RunState, use: "BaselineUse | None") -> list[Finding]:
    """Return what is wrong with exceptions, as severe as a frozen baseline makes it."""
    return use.weigh(findings, state.config_set.root.fail_on) if use else findings
