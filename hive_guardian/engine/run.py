"""One run of the check: discover, reuse, analyse, reduce, account, report (architecture.md 3)."""

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import TYPE_CHECKING

from hive_guardian.config.config_set import ConfigSet
from hive_guardian.config.names import resolve_names
from hive_guardian.config.selection import select
from hive_guardian.config.vacuity import excuse_globs
from hive_guardian.engine.cache import TRUST_AFTER_NS, CachedFile, CorruptCacheError
from hive_guardian.engine.catalogue import Catalogue
from hive_guardian.engine.codec import dump_directives, dump_findings, load_directives, load_findings, reading_stored
from hive_guardian.engine.discovery import Discovery, discover
from hive_guardian.engine.ledger import Books, HitKey, dump_books, hit_rows, load_books
from hive_guardian.engine.request import Request
from hive_guardian.engine.suppression import Directive, Suppressions
from hive_guardian.model.finding import Finding, Status
from hive_guardian.model.report import ErrorKind, FileCounts, Report, RunError, Skipped
from hive_guardian.model.severity import Severity

if TYPE_CHECKING:
    from hive_guardian.engine.work import Work


@dataclass(frozen=True, slots=True)
class Outcome:
    """A report and what is not part of it.

    Attributes:
        report: the result.
        nanoseconds: rule code -> time spent, only when timed.
        reused: files whose stored result was taken.
        seconds: phase -> wall time.
    """

    report: Report
    nanoseconds: Mapping[str, int] = field(default_factory=dict)
    reused: int = 0
    seconds: Mapping[str, float] = field(default_factory=dict)


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
    clock = _Clock()
    catalogue = request.catalogue
    config_set = resolve_names(request.config_set, catalogue.facts)
    found = discover(request.tree, config_set, request.targets)
    run_key = _run_key(request, config_set)
    clock.lap("discover")
    known = {} if request.timed else request.cache.files(run_key)
    state = _State(request, config_set, found, run_key, known)
    state.compare()
    clock.lap("compare")
    errors: list[RunError] = []
    nanoseconds: dict[str, int] = {}
    if state.is_unchanged():
        findings = state.stored_project_findings()
    else:
        findings, errors, nanoseconds = state.analyse()
    clock.lap("analyse")
    report = _report(state, findings, errors)
    clock.lap("account")
    return Outcome(report, nanoseconds, len(state.rows) - len(state.fresh), clock.seconds)


class _Clock:
    """Wall time by phase."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, phase: str) -> None:
        now = time.perf_counter()
        self.seconds[phase] = now - self._last
        self._last = now


def _run_key(request: Request, config_set: ConfigSet) -> str:
    """Return what all stored results of this run depend on, besides the content of the files."""
    parts = [request.catalogue.key, config_set.digest()]
    if any(card.reads_today for card in request.catalogue.cards.values()):
        parts.append(request.today.isoformat())
    return blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()


class _State:
    """What is known about each file while a run goes on."""

    def __init__(
        self, request: Request, config_set: ConfigSet, found: Discovery, run_key: str, known: Mapping[str, CachedFile]
    ) -> None:
        self.request = request
        self.config_set = config_set
        self.found = found
        self.run_key = run_key
        self.known = known
        self.rows: dict[str, CachedFile] = {}
        self.stale: list[str] = []
        self.fresh: dict[str, CachedFile] = {}
        self.failed: list[RunError] = []
        self.touched: list[CachedFile] = []
        self.books = Books()
        self._work: Work | None = None

    def compare(self) -> None:
        """Decide for every file whether its stored result holds."""
        for path in self.found.analysed:
            row = self.known.get(path)
            if row is not None and (row := self._still_holds(path, row)) is not None:
                self.rows[path] = row
            else:
                self.stale.append(path)

    def _still_holds(self, path: str, row: CachedFile) -> CachedFile | None:
        from hive_guardian.engine.analyser import content_digest  # pulls in the rules' model; a warm run never asks

        try:
            mtime_ns, size = self.request.tree.stat(path)
        except OSError:
            return None
        if (mtime_ns, size) == (row.mtime_ns, row.size) and row.recorded_ns - mtime_ns > TRUST_AFTER_NS:
            return row
        try:
            if size != row.size or content_digest(self.request.tree.read(path)) != row.digest:
                return None
        except OSError:
            return None
        touched = replace(row, mtime_ns=mtime_ns, recorded_ns=time.time_ns())
        self.touched.append(touched)
        return touched

    def is_unchanged(self) -> bool:
        """Whether nothing that any rule reads has changed since the stored run."""
        return not self.stale and not self.request.timed and self._stored() is not None

    def project_key(self) -> str:
        """Return what the findings of project rules depend on."""
        digest = blake2b(self.run_key.encode(), digest_size=16)
        digest.update(self.found.layout_digest(self.request.tree).encode())
        for path, row in sorted(self.rows.items()):
            digest.update(f"{path}\0{row.facts_digest}\0{row.generated:d}\0".encode("utf-8", "surrogateescape"))
        return digest.hexdigest()

    def _stored(self) -> str | None:
        return self.request.cache.value(f"project:{self.project_key()}")

    def stored_project_findings(self) -> list[Finding]:
        """Return the findings of project rules as an earlier run stored them."""
        if self.touched:
            self._remember_touched()
        with reading_stored():
            stored = json.loads(self._stored() or "{}")
            findings, books = str(stored.get("findings", "")), str(stored.get("books", ""))
        self.books = load_books(books)
        return load_findings(findings)

    def _remember_touched(self) -> None:
        facts = self.request.cache.facts(self.run_key, [row.path for row in self.touched])
        self.request.cache.update(
            self.run_key, [(row, facts[row.path]) for row in self.touched if row.path in facts], ()
        )

    def analyse(self) -> tuple[list[Finding], list[RunError], dict[str, int]]:
        """Analyse what changed and run the project rules; returns their findings, errors and times."""
        work = self.work()
        findings, errors = work.run()
        self.books = work.books
        self.rows, self.fresh = work.rows, work.fresh
        self.failed = work.errors
        self._store(work, findings, errors)
        return findings, errors, work.nanoseconds

    def work(self) -> "Work":
        """Return what needs rules, prepared on first use."""
        from hive_guardian.engine.work import Work  # imports rules, pydantic and the parser: not for a warm run

        if self._work is None:
            self._work = Work(self.request, self.found, self.run_key, self.rows, self.stale)
        return self._work

    def _store(self, work: "Work", findings: list[Finding], errors: list[RunError]) -> None:
        cache = self.request.cache
        gone = [path for path in self.known if path not in self.rows]
        storable = [(row, work.fresh_facts[path]) for path, row in self.fresh.items() if _is_storable(path)]
        cache.update(self.run_key, storable, [path for path in gone if _is_storable(path)])
        complete = (
            not errors and not self.failed and not self.found.closed and len(self.rows) == len(self.found.analysed)
        )
        if complete and not self.request.timed:
            text = json.dumps({"findings": dump_findings(findings), "books": dump_books(work.books)})
            cache.store(f"project:{self.project_key()}", text)


def _is_storable(path: str) -> bool:
    """Whether a path is valid Unicode; others are analysed each time."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _report(state: _State, project_findings: Sequence[Finding], project_errors: Sequence[RunError]) -> Report:
    """Put findings, coverage and errors together."""
    request, config = state.request, state.config_set.root
    wanted = state.found.wanted
    file_findings: list[Finding] = []
    directives: dict[str, list[Directive]] = {}
    for path, row in state.rows.items():
        if row.directives:
            directives[path] = load_directives(row.directives)
        if row.findings and path in wanted:
            file_findings += load_findings(row.findings)
    shown = [item for item in project_findings if state.found.reports_on(item.location.path)]
    suppressions = _suppressions(request, directives)
    findings = [suppressions.apply(finding) for finding in (*file_findings, *shown)]
    errors = [*state.failed, *project_errors]
    audited, failures = _audit(state, directives, suppressions.hits, errors)
    findings = _in_order([*findings, *audited], request.catalogue, config.level)
    errors += [*failures, *_plugin_errors(request.catalogue)]
    errors = [error for error in errors if not error.path or error.path in wanted or error.kind is ErrorKind.MANIFEST]
    errors += [RunError(ErrorKind.UNREADABLE, "this directory cannot be listed", path) for path in state.found.closed]
    broken = {error.path for error in errors if error.kind in _NOT_CHECKED}
    skipped = sorted(
        {*state.found.skipped, *(Skipped(path, "not checked, see errors") for path in broken & wanted)},
        key=lambda item: item.path,
    )
    checked = len(wanted) - len(broken & wanted)
    if not checked:
        errors.append(_nothing_checked(state.found))
    return Report(
        version=request.version,
        today=request.today.isoformat(),
        findings=tuple(findings),
        skipped=tuple(skipped),
        errors=tuple(sorted(set(errors), key=lambda error: (error.kind, error.path, error.rule, error.message))),
        files=FileCounts(checked + len(skipped), checked, len(skipped)),
        rules=tuple(request.catalogue.cards[code].info for code in _rules_that_ran(state)) if checked else (),
        fail_on=config.fail_on,
        level=config.level,
        notes=(*request.cache.notes, *state.config_set.notes, *state.books.notes),
    )


_NOT_CHECKED = frozenset(
    {ErrorKind.UNREADABLE, ErrorKind.TOO_COMPLEX, ErrorKind.WORKER_DIED, ErrorKind.ANALYSIS_FAILED}
)


def _nothing_checked(found: Discovery) -> RunError:
    targets = ", ".join(target or "." for target in found.targets)
    reason = f"all {len(found.skipped)} files were skipped" if found.skipped else "there are no Python files"
    return RunError(ErrorKind.NOTHING_CHECKED, f"nothing was checked in {targets}: {reason}")


def _plugin_errors(catalogue: Catalogue) -> Iterable[RunError]:
    return (RunError(ErrorKind.PLUGIN_FAILED, str(error)) for error in catalogue.failures)


def _rules_that_ran(state: _State) -> list[str]:
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
    request.cache.store(f"rules:{_run_key(request, config_set)}", json.dumps(codes))
    return codes


def _suppressions(request: Request, directives: Mapping[str, Iterable[Directive]]) -> Suppressions:
    """Return what applies the directives and counts what each did."""
    unsuppressible = frozenset(code for code, card in request.catalogue.cards.items() if card.unsuppressible)
    return Suppressions(directives, request.catalogue.aliases, request.today, unsuppressible)


def _audit(
    state: _State, directives: Mapping[str, list[Directive]], hits: Mapping[HitKey, set[str]], errors: list[RunError]
) -> tuple[list[Finding], list[RunError]]:
    """Let rules about exceptions read what each exception did; an earlier verdict on the same ledger holds."""
    cache, found = state.request.cache, state.found
    read = {path: items for path, items in directives.items() if path in found.wanted}
    configs = state.config_set.configs.values()
    if not (read or state.books.excuses or any(config.overrides or excuse_globs(config) for config in configs)):
        return [], []
    failed = sorted({(error.path, error.rule) for error in errors if error.rule})
    written = [(path, dump_directives(items)) for path, items in sorted(read.items())]
    parts = (state.project_key(), state.request.today.isoformat(), written, hit_rows(hits), failed, found.targets)
    key = f"ledger:{blake2b(repr(parts).encode('utf-8', 'surrogatepass'), digest_size=16).hexdigest()}"
    stored = cache.value(key)
    if stored is not None:
        return load_findings(stored), []
    from hive_guardian.engine.audit import Entries, audit  # imports rules, as `_State.work`

    findings, failures = audit(state.work(), Entries(read, hits, state.books, frozenset(failed)))
    shown = [finding for finding in findings if found.reports_on(finding.location.path)]
    if not failures:
        cache.store(key, dump_findings(shown))
    return shown, failures


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
