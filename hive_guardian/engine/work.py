"""The part of a run that needs rules: analyse changed files, follow re-exports, run project rules."""

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b

from hive_guardian.config.options import validate_rules
from hive_guardian.config.policy import check_policies
from hive_guardian.config.selection import select
from hive_guardian.config.vacuity import check_policy
from hive_guardian.engine.analyser import Analyser, Task
from hive_guardian.engine.analysis import FileResult, Redirects
from hive_guardian.engine.cache import CachedFacts, CachedFile
from hive_guardian.engine.codec import (
    dump_directives,
    dump_facts,
    dump_findings,
    has_tentative,
    load_collected,
    load_facts,
    load_findings,
)
from hive_guardian.engine.confirmation import Confirmation
from hive_guardian.engine.context import ProjectFacts
from hive_guardian.engine.discovery import Discovery
from hive_guardian.engine.file_info import FileInfo
from hive_guardian.engine.fingerprint import with_fingerprints
from hive_guardian.engine.ledger import Books
from hive_guardian.engine.manifest_errors import manifest_errors
from hive_guardian.engine.overrides import apply_overrides
from hive_guardian.engine.pool import run_tasks
from hive_guardian.engine.precedence import without_superseded
from hive_guardian.engine.project_stage import (
    ProjectInput,
    build_project,
    check_project,
    file_infos,
)
from hive_guardian.engine.re_exports import Reach, ReExports, redirects_of
from hive_guardian.engine.request import Request
from hive_guardian.model.facts import FileFacts
from hive_guardian.model.finding import Finding
from hive_guardian.model.report import RunError
from hive_guardian.model.role import Role
from hive_guardian.project.tree import WatchedTree

_NO_FACTS = CachedFacts("", "")
_NO_STAMP = (0, -1, 0)


class Work:
    """Analyses what changed.

    Attributes:
        rows: path -> result as the cache stores it, old and new.
        fresh: the new ones among them.
        fresh_facts: path -> facts of the new ones, as the cache stores them.
        errors: what went wrong with files or in file rules.
        nanoseconds: rule code -> time, when timed.
        books: what project rules leave behind besides findings.
        withdrawn: fingerprints of findings in `rows` that do not stand.
        re_exports: first-party names that stand for names some rule looks for.
    """

    def __init__(
        self,
        request: Request,
        found: Discovery,
        run_key: str,
        rows: Mapping[str, CachedFile],
        stale: Sequence[str],
    ) -> None:
        """Take over what the comparison with the cache left to do."""
        self.request = request
        self.found = found
        self.run_key = run_key
        self.rows = dict(rows)
        self.stale = list(stale)
        self.fresh: dict[str, CachedFile] = {}
        self.fresh_facts: dict[str, CachedFacts] = {}
        self.errors: list[RunError] = []
        self.nanoseconds: dict[str, int] = {}
        self.results: dict[str, FileResult] = {}
        self.books = Books()
        self.withdrawn: frozenset[str] = frozenset()
        self.re_exports: ReExports = {}
        self.stamps: dict[str, tuple[int, int, int]] = {}
        registry = request.catalogue.registry
        self.config_set = validate_rules(request.config_set, list(registry.rules.values()), registry.other_names)
        for config in self.config_set.configs.values():
            check_policies(config, select(config, request.catalogue.facts))
        root = self.config_set.root
        self._watched = WatchedTree(request.tree)
        self.given = ProjectInput.of(self._watched, root, is_past=request.is_past)
        self.infos, self.components = file_infos(self.given, found.analysed)
        self.analyser = Analyser(
            tree=request.tree,
            config_set=self.config_set,
            registry=registry,
            facts=request.catalogue.facts,
            infos=self.infos,
            today=request.today,
            timed=request.timed,
            is_kept=request.is_kept,
        )
        self.analyser.prepare()

    def run(self) -> tuple[list[Finding], list[RunError]]:
        """Run the project rules on the facts of all files; returns their findings and errors.

        Raises:
            UsageError: a rule or a contract found the configuration contradictory.
        """
        project, collected = self.survey()
        unsure = self._confirm(project)
        findings, errors = check_project(
            self.analyser.project_rules(),
            project,
            collected,
            self.nanoseconds if self.request.timed else None,
            self.books,
        )
        kept = [seen for finding in findings if (seen := apply_overrides(self.config_set, finding)) is not None]
        kept = without_superseded(kept, self.request.catalogue.registry.rules)
        malformed = [] if self.request.is_past else manifest_errors(self.components, self.config_set)
        return with_fingerprints(kept), [*unsure, *errors, *malformed]

    @property
    def heeded(self) -> frozenset[str]:
        """Paths of the Python files that project rules have read: their text counts beyond their facts."""
        return frozenset(self._watched.read_paths & self.rows.keys())

    def require_policy(self) -> None:
        """Refuse a configuration with policy that covers nothing.

        Raises:
            UsageError: it has some.
        """
        if not self.request.is_past:
            check_policy(self.config_set.configs.values(), self.request.tree.paths())

    def refresh(self) -> None:
        """Analyse what changed, as far as one file tells."""
        moved = [path for path, row in self.rows.items() if row.info != _info_text(self.infos[path])]
        self.stale = sorted({*self.stale, *moved})
        alone = Redirects()
        self._analyse([(path, alone) for path in self.stale])

    def survey(self) -> tuple[ProjectFacts, dict[str, dict[str, object]]]:
        """Return the facts of all files, and rule code -> path -> collected data; follows re-exports.

        Raises:
            UsageError: a contract is wrong.
        """
        facts, collected = self._all_facts()
        project = build_project(self.given, self.infos_as_found(), self.components, facts)
        self.re_exports = redirects_of(project, self.analyser.file_rules())
        if self.follow(self.re_exports, self.rows, project.facts):
            facts, collected = self._all_facts()
        return project, collected

    def _analyse(self, tasks: Sequence[Task]) -> None:
        """Analyse files and keep their results as rows."""
        done = 0
        rules = self.request.catalogue.registry.rules

        def progress(count: int) -> None:
            nonlocal done
            done += count
            self.request.progress(done, len(tasks))

        redirects = dict(tasks)
        if self.request.is_kept:
            self.stamps.update((path, self._stamp(path)) for path in redirects)
        for result in run_tasks(self.analyser, tasks, jobs=self.request.jobs, progress=progress):
            if self.errors or result.errors:
                self.errors = [error for error in self.errors if error.path != result.path] + result.errors
            for code, spent in result.nanoseconds.items():
                self.nanoseconds[code] = self.nanoseconds.get(code, 0) + spent
            if result.findings:
                result.findings = with_fingerprints(without_superseded(result.findings, rules))
            self._keep(result, redirects[result.path])

    def _keep(self, result: FileResult, redirects: Redirects) -> None:
        path = result.path
        self.results[path] = result
        self.rows.pop(path, None)
        self.fresh.pop(path, None)
        if result.facts is None:
            return
        row, facts = self._row(result, redirects), _NO_FACTS
        if self.request.is_kept:
            collected = json.dumps(result.collected, separators=(",", ":")) if result.collected else ""
            facts = CachedFacts(dump_facts(result.facts), collected)
            row = row._replace(info=_info_text(self.infos[path]), facts_digest=_facts_digest(facts, row.findings))
        self.rows[path] = row
        if not result.errors:
            self.fresh[path] = row
            self.fresh_facts[path] = facts

    def _stamp(self, path: str) -> tuple[int, int, int]:
        """Return time of the last change, size and now; taken before the file is read, so that a later change shows."""
        try:
            return *self.request.tree.stat(path), time.time_ns()
        except OSError:
            return _NO_STAMP

    def _row(self, result: FileResult, redirects: Redirects) -> CachedFile:
        """Return a result as a row, without what only a later run reads."""
        changed_ns, size, recorded_ns = self.stamps.get(result.path, _NO_STAMP)
        return CachedFile(
            path=result.path,
            changed_ns=changed_ns,
            size=size,
            recorded_ns=recorded_ns,
            digest=result.digest,
            info="",
            redirects=_redirect_text(redirects),
            role_by_head=result.role_by_head or "",
            findings=dump_findings(result.findings),
            directives=dump_directives(result.directives),
            facts_digest="",
        )

    def _all_facts(self) -> tuple[dict[str, FileFacts | None], dict[str, dict[str, object]]]:
        """Return path -> facts, and rule code -> path -> collected data, of all files, stored ones included.

        Both are ordered by path, whatever was stored and whoever came first: rules see the same in every run.
        """
        missing = [path for path in self.rows if path not in self.results]
        stored = self.request.cache.facts(self.run_key, missing) if missing else {}
        alone = Redirects()
        self._analyse([(path, alone) for path in missing if path not in stored])
        facts: dict[str, FileFacts | None] = {}
        collected: dict[str, dict[str, object]] = {}
        for path in sorted({*self.results, *missing}):
            if path in self.results:
                facts[path], found = self.results[path].facts, self.results[path].collected
            else:
                facts[path], found = load_facts(stored[path].facts), load_collected(stored[path].collected)
            for code, data in found.items():
                collected.setdefault(code, {})[path] = data
        return facts, collected

    def _confirm(self, project: ProjectFacts) -> list[RunError]:
        """Find out which findings of files do not stand, stored ones too; returns the failures of rules."""
        confirmation = Confirmation(project, self.books, self.nanoseconds if self.request.timed else None)
        withdrawn: set[str] = set()
        for path, row in sorted(self.rows.items()):
            if has_tentative(row.findings):
                fresh = self.results.get(path)
                findings = fresh.findings if fresh is not None else load_findings(row.findings)
                rules = {rule.code: rule for rule in self.analyser.plan(project.files[path]).rules}
                standing = confirmation.standing(findings, rules)
                withdrawn.update({one.fingerprint for one in findings} - {one.fingerprint for one in standing})
        self.withdrawn = frozenset(withdrawn)
        return confirmation.errors

    def infos_as_found(self) -> dict[str, FileInfo]:
        """Return where each file belongs, with the role that its own head gives it."""
        heads = {path: Role(row.role_by_head) for path, row in self.rows.items() if row.role_by_head}
        return {path: replace(info, role=heads[path]) if path in heads else info for path, info in self.infos.items()}

    def follow_again(self, re_exports: ReExports) -> None:
        """Do for the files that changed what `survey` does for all, with the re-exports that an earlier run found."""
        facts = {path: self.results[path].facts for path in self.stale if path in self.results}
        self.re_exports = re_exports
        self.follow(re_exports, facts, facts)

    def follow(self, re_exports: ReExports, paths: Iterable[str], facts: Mapping[str, FileFacts | None]) -> bool:
        """Analyse the files again whose imports reach a re-export of a name that some rule looks for."""
        reach = Reach(re_exports)
        again: list[Task] = []
        for path in paths:
            row, its_facts = self.rows.get(path), facts.get(path)
            if row is None or not (row.redirects or reach.is_near(its_facts)):
                continue
            try:
                redirects = reach.redirects(its_facts, self.request.tree.read(path))
            except OSError:
                continue
            if _redirect_text(redirects) != row.redirects:
                again.append((path, redirects))
        if again:
            self._analyse(again)
        return bool(again)


def _facts_digest(facts: CachedFacts, findings: str) -> str:
    doubts = findings if has_tentative(findings) else ""
    text = f"{facts.facts}\0{facts.collected}\0{doubts}"
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _info_text(info: FileInfo) -> str:
    component = info.component.name if info.component else ""
    kind = info.component.kind if info.component else ""
    declared = f"{info.component.version}|{info.component.scripts}" if info.component else ""
    overlays, by_head = ",".join(sorted(info.overlays)), ",".join(sorted(info.roles_by_head))
    return f"{info.role}|{overlays}|{info.module}|{component}|{kind}|{declared}|{by_head}"


def _redirect_text(redirects: Redirects) -> str:
    """Return the identity of the re-exports that matter to a file, empty for none."""
    if not redirects.names and not redirects.stars:
        return ""
    parts: Iterable[object] = (
        sorted((name, sorted(targets)) for name, targets in redirects.names.items()),
        sorted((module, sorted(names)) for module, names in redirects.stars.items()),
    )
    return blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
