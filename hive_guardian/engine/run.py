"""One run of the check: discover, reuse, analyse, reduce, account, report (architecture.md 3)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING

from hive_guardian.config.config_set import ConfigSet
from hive_guardian.config.selection import select
from hive_guardian.engine.accounting import Accounted, account
from hive_guardian.engine.cache import CorruptCacheError
from hive_guardian.engine.catalogue import Catalogue
from hive_guardian.engine.codec import reading_stored
from hive_guardian.engine.discovery import Discovery
from hive_guardian.engine.ledger import Accounts
from hive_guardian.engine.request import Request
from hive_guardian.engine.state import NOT_CHECKED, Clock, RunState, closed_errors, open_state, run_key_of
from hive_guardian.model.finding import Finding, Status
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.report import ErrorKind, FileCounts, Report, RunError, Skipped

if TYPE_CHECKING:
    from hive_guardian.engine.baseline_use import BaselineUse  # brings the matching, which few runs need


@frozen
class Outcome:
    """A report and what is not part of it.

    Attributes:
        report: the result.
        nanoseconds: rule code -> time spent, only when timed.
        reused: files whose stored result was taken.
        seconds: phase -> wall time.
        stamps: analysed file -> (modification time in nanoseconds, size) as seen before it was read; empty without a
            cache.
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
    report, done = _report(state, findings, errors)
    clock.lap("account")
    stamps = {path: (row.changed_ns, row.size) for path, row in state.rows.items()} if request.is_kept else {}
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
        done.use,
        done.accounts,
    )


def _has_local_rules(state: RunState) -> bool:
    """Whether rules of the project itself may have run; their code is not among what a record watches."""
    return any(config.local_rules for config in state.config_set.configs.values())


def _report(
    state: RunState, project_findings: Sequence[Finding], project_errors: Sequence[RunError]
) -> tuple[Report, Accounted]:
    """Put findings, coverage and errors together; also returns what became of the findings."""
    request, config = state.request, state.config_set.root
    wanted = state.found.wanted
    done = account(state, project_findings, [*state.failed, *project_errors], lambda: _rules_that_ran(state))
    findings = _in_order(done.findings, request.catalogue, state.config_set)
    errors = [*state.failed, *project_errors, *done.failures, *_plugin_errors(request.catalogue)]
    errors = [error for error in errors if not error.path or error.path in wanted or error.kind is ErrorKind.MANIFEST]
    errors += closed_errors(state.found)
    broken = {error.path for error in errors if error.kind in NOT_CHECKED}
    skipped = sorted(
        {*state.found.skipped, *(Skipped(path, "not checked, see errors") for path in broken & wanted)},
        key=lambda item: item.path,
    )
    checked = len(wanted) - len(broken & wanted)
    ran = _rules_that_ran(state)
    if not checked and request.only is None:
        errors.append(_nothing_checked(state.found, skipped))
    if checked and not ran:
        errors.append(_nothing_judged())
    report = Report(
        version=request.version,
        today=request.today.isoformat(),
        findings=tuple(findings),
        skipped=tuple(skipped),
        errors=tuple(sorted(set(errors), key=lambda error: (error.kind, error.path, error.rule, error.message))),
        files=FileCounts(checked + len(skipped), checked, len(skipped)),
        rules=tuple(request.catalogue.cards[code].info for code in ran) if checked or findings else (),
        fail_on=config.fail_on,
        level=config.level,
        notes=(
            *request.cache.notes,
            *request.catalogue.notes,
            *state.config_set.notes,
            *state.books.notes,
            *(done.use.notes() if done.use else ()),
        ),
        limited_to=None if request.only is None else len(request.only),
        baseline=done.use.counts() if done.use else None,
    )
    return report, done


def _nothing_checked(found: Discovery, skipped: Sequence[Skipped]) -> RunError:
    targets = ", ".join(target or "." for target in found.targets)
    count, failed = len(skipped), len(skipped) > len(found.skipped)
    reason = "there are no Python files"
    if count == 1:
        reason = "its only file could not be" if failed else f"its only file was skipped: {skipped[0].reason}"
    elif count:
        reason = f"none of {count:,} files could be" if failed else f"all {count:,} files were skipped"
    return RunError(ErrorKind.NOTHING_CHECKED, f"nothing was checked in {targets}: {reason}")


def _nothing_judged() -> RunError:
    message = "nothing was checked: no rule ran, not even those that cannot be switched off; install hive-guardian anew"
    return RunError(ErrorKind.NOTHING_CHECKED, message)


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


def _in_order(findings: Iterable[Finding], catalogue: Catalogue, config_set: ConfigSet) -> list[Finding]:
    """Return the findings at or above the level of their directory, and those that no level hides, in report order."""

    def counts(finding: Finding) -> bool:
        level = config_set.for_directory(finding.location.path.rpartition("/")[0]).level
        return finding.severity >= level or catalogue.cards[finding.rule].unsuppressible

    return sorted(filter(counts, findings), key=lambda finding: finding.sort_key)


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
