"""One run of the check: discover, reuse, analyse, reduce, account, report (architecture.md 3)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING

from hive_guardian.config.config_set import ConfigSet
from hive_guardian.config.selection import select
from hive_guardian.config.vacuity import excuse_globs
from hive_guardian.engine.cache import CorruptCacheError
from hive_guardian.engine.catalogue import Catalogue
from hive_guardian.engine.codec import dump_directives, dump_findings, load_directives, load_findings, reading_stored
from hive_guardian.engine.discovery import Discovery
from hive_guardian.engine.ledger import Accounts, HitKey, hit_rows
from hive_guardian.engine.request import Request
from hive_guardian.engine.state import NOT_CHECKED, Clock, RunState, closed_errors, open_state, run_key_of
from hive_guardian.engine.suppression import Directive, Suppressions
from hive_guardian.model.finding import Finding, Status
from hive_guardian.model.report import ErrorKind, FileCounts, Report, RunError, Skipped
from hive_guardian.model.severity import Severity

if TYPE_CHECKING:
    from hive_guardian.engine.baseline_use import BaselineUse  # brings the matching, which few runs need


@dataclass(frozen=True, slots=True)
class Outcome:
    """A report and what is not part of it.

    Attributes:
        report: the result.
        nanoseconds: rule code -> time spent, only when timed.
        reused: files whose stored result was taken.
        seconds: phase -> wall time.
        stamps: analysed file -> (modification time in nanoseconds, size) as seen before it was read.
        others: the other files of the project that something may have read, in order.
        is_replayable: whether the same command may be answered from a record of this run.
        use: what the baseline did, if there was one.
        accounts: what excepted from policy.
    """

    report: Report
    nanoseconds: Mapping[str, int] = field(default_factory=dict)
    reused: int = 0
    seconds: Mapping[str, float] = field(default_factory=dict)
    stamps: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    others: tuple[str, ...] = ()
    is_replayable: bool = False
    use: "BaselineUse | None" = None
    accounts: Accounts | None = None


def run(request: Request) -> Outcome:
    """Check a project.

    Raises:
        UsageError: configuration or contracts are wrong.
    """
    try:
        return _run(request)
    except CorruptCacheError as error:
        request.cache.discard(str(error))
        return _run(request)


def _run(request: Request) -> Outcome:
    clock = Clock()
    state = open_state(request, clock)
    errors: list[RunError] = []
    nanoseconds: dict[str, int] = {}
    if state.is_unchanged():
        findings = state.stored_project_findings()
    else:
        findings, errors, nanoseconds = state.analyse()
    clock.lap("analyse")
    report, use, accounts = _report(state, findings, errors)
    clock.lap("account")
    stamps = {path: (row.mtime_ns, row.size) for path, row in state.rows.items()}
    complete = not report.errors and len(stamps) == len(state.found.analysed) and not _has_local_rules(state)
    complete = complete and not request.cache.notes  # what happened to the cache is news once
    return Outcome(
        report,
        nanoseconds,
        len(state.rows) - len(state.fresh),
        clock.seconds,
        stamps,
        state.found.read_besides,
        complete,
        use,
        accounts,
    )


def _has_local_rules(state: RunState) -> bool:
    """Whether rules of the project itself may have run; their code is not among what a record watches."""
    return any(config.local_rules for config in state.config_set.configs.values())


def _report(
    state: RunState, project_findings: Sequence[Finding], project_errors: Sequence[RunError]
) -> tuple[Report, "BaselineUse | None", Accounts]:
    """Put findings, coverage and errors together; also returns what the baseline did, and all exceptions."""
    request, config = state.request, state.config_set.root
    wanted = state.found.wanted
    file_findings: list[Finding] = []
    directives: dict[str, list[Directive]] = {}
    for path, row in state.rows.items():
        if row.directives:
            directives[path] = load_directives(row.directives)
        if row.findings and path in wanted:
            file_findings += load_findings(row.findings)
    if state.withdrawn:
        file_findings = [finding for finding in file_findings if finding.fingerprint not in state.withdrawn]
    shown = [item for item in project_findings if state.found.reports_on(item.location.path)]
    suppressions = _suppressions(request, directives)
    findings = [suppressions.apply(finding) for finding in (*file_findings, *shown)]
    errors = [*state.failed, *project_errors]
    use, findings = _compare_with_baseline(state, findings, project_findings, directives, errors)
    audited, failures = _audit(state, directives, suppressions.hits, errors, use)
    findings = _in_order([*findings, *audited], request.catalogue, config.level)
    errors += [*failures, *_plugin_errors(request.catalogue)]
    errors = [error for error in errors if not error.path or error.path in wanted or error.kind is ErrorKind.MANIFEST]
    errors += closed_errors(state.found)
    broken = {error.path for error in errors if error.kind in NOT_CHECKED}
    skipped = sorted(
        {*state.found.skipped, *(Skipped(path, "not checked, see errors") for path in broken & wanted)},
        key=lambda item: item.path,
    )
    checked = len(wanted) - len(broken & wanted)
    if not checked and request.only is None:
        errors.append(_nothing_checked(state.found))
    report = Report(
        version=request.version,
        today=request.today.isoformat(),
        findings=tuple(findings),
        skipped=tuple(skipped),
        errors=tuple(sorted(set(errors), key=lambda error: (error.kind, error.path, error.rule, error.message))),
        files=FileCounts(checked + len(skipped), checked, len(skipped)),
        rules=tuple(request.catalogue.cards[code].info for code in _rules_that_ran(state))
        if checked or findings
        else (),
        fail_on=config.fail_on,
        level=config.level,
        notes=(
            *request.cache.notes,
            *request.catalogue.notes,
            *state.config_set.notes,
            *state.books.notes,
            *(use.notes() if use else ()),
        ),
        limited_to=None if request.only is None else len(request.only),
        baseline=use.counts() if use else None,
    )
    read = {path: items for path, items in directives.items() if path in wanted}
    return report, use, Accounts(read, suppressions.counts, state.books, state.config_set)


def _compare_with_baseline(
    state: RunState,
    findings: list[Finding],
    project_findings: Sequence[Finding],
    directives: Mapping[str, list[Directive]],
    errors: Sequence[RunError],
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
        _rules_that_ran(state),
    )
    return use, mark_accepted(findings, use, state.request.today.isoformat())


def _nothing_checked(found: Discovery) -> RunError:
    targets = ", ".join(target or "." for target in found.targets)
    reason = f"all {len(found.skipped)} files were skipped" if found.skipped else "there are no Python files"
    return RunError(ErrorKind.NOTHING_CHECKED, f"nothing was checked in {targets}: {reason}")


def _plugin_errors(catalogue: Catalogue) -> Iterable[RunError]:
    return (RunError(ErrorKind.PLUGIN_FAILED, str(error)) for error in catalogue.failures)


def _rules_that_ran(state: RunState) -> list[str]:
    """Return the ids of the rules that were enabled and configured for this run, ordered."""
    stored = state.request.cache.value(f"rules:{state.run_key}")
    if stored is not None:
        with reading_stored():
            return [code for code in json.loads(stored) if code in state.request.catalogue.cards]
    return enabled_rules(state.request, state.config_set)


def enabled_rules(request: Request, config_set: ConfigSet) -> list[str]:
    """Return the ids of the rules that run under the root's configuration, ordered; remembers them in the cache."""
    from hive_guardian.config.options import inactive_rules  # needs the rules themselves

    config = config_set.root
    chosen = select(config, request.catalogue.facts)
    classes = list(request.catalogue.registry.rules.values())
    idle = inactive_rules(config, chosen, classes, today=request.today)
    codes = [code for code, verdict in chosen.items() if verdict.enabled and code not in idle]
    request.cache.store(f"rules:{run_key_of(request, config_set)}", json.dumps(codes))
    return codes


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


def _in_order(findings: Iterable[Finding], catalogue: Catalogue, level: Severity) -> list[Finding]:
    """Return the findings at or above the level, and those that no level hides, in report order."""
    return sorted(
        (finding for finding in findings if finding.severity >= level or catalogue.cards[finding.rule].unsuppressible),
        key=lambda finding: finding.sort_key,
    )


def failing(report: Report) -> list[Finding]:
    """Return the findings that fail the run."""
    if report.fail_on is None:
        return []
    return [item for item in report.findings if item.status is Status.NEW and item.severity >= report.fail_on]


def exit_code(report: Report) -> int:
    """Return 0 clean, 1 findings at or above the threshold, 3 incomplete or broken; 3 wins (product.md 3)."""
    if report.errors:
        return 3
    return 1 if failing(report) else 0
