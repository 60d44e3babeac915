"""The state of a run: which files there are, which stored results hold, and what has to be analysed."""

import json
import time
from collections.abc import Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING

from hive_guardian.config.config_set import ConfigSet
from hive_guardian.config.names import resolve_names
from hive_guardian.engine.cache import TRUST_AFTER_NS, CachedFile, content_digest
from hive_guardian.engine.codec import dump_findings, load_findings, reading_stored
from hive_guardian.engine.discovery import Discovery, discover
from hive_guardian.engine.ledger import Books, dump_books, load_books
from hive_guardian.engine.request import Request
from hive_guardian.model.finding import Finding
from hive_guardian.model.report import ErrorKind, RunError

if TYPE_CHECKING:
    from hive_guardian.engine.context import ProjectFacts
    from hive_guardian.engine.work import Work

NOT_CHECKED = frozenset({ErrorKind.UNREADABLE, ErrorKind.TOO_COMPLEX, ErrorKind.WORKER_DIED, ErrorKind.ANALYSIS_FAILED})
"""Kinds of errors that leave a file out of what was checked."""


class Clock:
    """Wall time by phase.

    Attributes:
        seconds: phase -> wall time, in order.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, phase: str) -> None:
        """Say that a phase has just ended."""
        now = time.perf_counter()
        self.seconds[phase] = now - self._last
        self._last = now


class RunState:
    """What is known about each file while a run goes on.

    Attributes:
        rows: path -> result that holds, as the cache stores it.
        stale: paths that have to be analysed, in order.
        fresh: those of `rows` that this run brought.
        failed: what went wrong with files or in file rules.
        books: what project rules leave behind besides findings.
        withdrawn: fingerprints of findings in `rows` that do not stand.
    """

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
        self.withdrawn: frozenset[str] = frozenset()
        self._work: Work | None = None
        self._project_key = ""

    def compare(self) -> None:
        """Decide for every file whether its stored result holds."""
        for path in self.found.analysed:
            row = self.known.get(path)
            if row is not None and (row := self._still_holds(path, row)) is not None:
                self.rows[path] = row
            else:
                self.stale.append(path)

    def _still_holds(self, path: str, row: CachedFile) -> CachedFile | None:
        try:
            changed_ns, size = self.request.tree.stat(path)
        except OSError:
            return None
        if (changed_ns, size) == (row.changed_ns, row.size) and row.recorded_ns - changed_ns > TRUST_AFTER_NS:
            return row
        try:
            if size != row.size or content_digest(self.request.tree.read(path)) != row.digest:
                return None
        except OSError:
            return None
        touched = row._replace(changed_ns=changed_ns, recorded_ns=time.time_ns())
        self.touched.append(touched)
        return touched

    def is_unchanged(self) -> bool:
        """Whether nothing that any rule reads has changed since the stored run."""
        return not self.stale and not self.request.timed and self._stored() is not None

    def project_key(self) -> str:
        """Return what the findings of project rules depend on."""
        if self._project_key:
            return self._project_key
        digest = blake2b(self.run_key.encode(), digest_size=16)
        digest.update(self.found.layout_digest(self.request.tree).encode())
        for path, row in sorted(self.rows.items()):
            text = f"{path}\0{row.facts_digest}\0{row.role_by_head}\0{row.info}\0"
            digest.update(text.encode("utf-8", "surrogateescape"))
        self._project_key = digest.hexdigest()
        return self._project_key

    def _stored(self) -> str | None:
        return self.request.cache.value(f"project:{self.project_key()}") if self.request.is_kept else None

    def stored_project_findings(self) -> list[Finding]:
        """Return the findings of project rules as an earlier run stored them."""
        if self.touched:
            self._remember_touched()
        with reading_stored():
            stored = json.loads(self._stored() or "{}")
            findings, books = str(stored.get("findings", "")), str(stored.get("books", ""))
            self.withdrawn = frozenset(map(str, stored.get("withdrawn", ())))
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
        work.require_policy()
        work.refresh()
        self._take(work)
        if self._is_project_unchanged(work):
            self._store_files(work)
            return self.stored_project_findings(), [], work.nanoseconds
        findings, errors = work.run()
        self.books, self.withdrawn = work.books, work.withdrawn
        self._take(work)
        self._store(work, findings, errors)
        return findings, errors, work.nanoseconds

    def _is_project_unchanged(self, work: "Work") -> bool:
        """Whether what changed left all facts as they were, in files of which nothing else counts for project rules."""
        stored = None if self.request.timed else self._stored()
        if stored is None:
            return False
        with reading_stored():
            known = json.loads(stored)
            re_exports = {name: frozenset(map(str, targets)) for name, targets in known["re_exports"].items()}
            if not set(work.stale).isdisjoint(known["heeded"]):
                return False
        work.follow_again(re_exports)
        self._take(work)
        return not self.failed and self._stored() is not None

    def survey(self) -> "ProjectFacts":
        """Analyse what changed and return the facts of all files."""
        work = self.work()
        work.refresh()
        project, _ = work.survey()
        self._take(work)
        self._store_files(work)
        return project

    def _take(self, work: "Work") -> None:
        """Take over what an analysis brought."""
        self.rows, self.fresh, self.failed = work.rows, work.fresh, work.errors
        self._project_key = ""

    def work(self) -> "Work":
        """Return what needs rules, prepared on first use."""
        from hive_guardian.engine.work import Work  # imports rules and the parser: not for a warm run

        if self._work is None:
            self._work = Work(self.request, self.found, self.run_key, self.rows, self.stale)
        return self._work

    def _store(self, work: "Work", findings: list[Finding], errors: list[RunError]) -> None:
        if not self.request.is_kept:
            return
        self._store_files(work)
        complete = (
            not errors and not self.failed and not self.found.closed and len(self.rows) == len(self.found.analysed)
        )
        if complete and not self.request.timed:
            stored = {
                "findings": dump_findings(findings),
                "books": dump_books(work.books),
                "withdrawn": sorted(work.withdrawn),
                "heeded": sorted(work.heeded),
                "re_exports": {name: sorted(targets) for name, targets in work.re_exports.items()},
            }
            self.request.cache.store(f"project:{self.project_key()}", json.dumps(stored))

    def _store_files(self, work: "Work") -> None:
        gone = [path for path in self.known if path not in self.rows]
        storable = [(row, work.fresh_facts[path]) for path, row in self.fresh.items() if _is_storable(path)]
        self.request.cache.update(self.run_key, storable, [path for path in gone if _is_storable(path)])


def _is_storable(path: str) -> bool:
    """Whether a path is valid Unicode; others are analysed each time."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def open_state(request: Request, clock: Clock) -> RunState:
    """Find the files and compare them with the cache."""
    config_set = resolve_names(request.config_set, request.catalogue.facts)
    found = discover(request.tree, config_set, request.targets, request.only)
    run_key = run_key_of(request, config_set)
    clock.lap("discover")
    known = {} if request.timed else request.cache.files(run_key)
    state = RunState(request, config_set, found, run_key, known)
    state.compare()
    clock.lap("compare")
    return state


def run_key_of(request: Request, config_set: ConfigSet) -> str:
    """Return what all stored results of this run depend on, besides the content of the files."""
    parts = [request.catalogue.key, config_set.digest()]
    if any(card.reads_today for card in request.catalogue.cards.values()):
        parts.append(request.today.isoformat())
    return blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()


def closed_errors(found: Discovery) -> list[RunError]:
    """Return an error for each directory that was asked for and could not be listed."""
    return [RunError(ErrorKind.UNREADABLE, "this directory cannot be listed", path) for path in found.closed]
