"""Analyse one file: parse, dispatch, collect facts; everything a worker returns is plain data."""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import field
from time import perf_counter_ns

from hive_guardian.engine.context import FileContext
from hive_guardian.engine.directives import read_directives
from hive_guardian.engine.file_info import FileInfo
from hive_guardian.engine.plan import Entry, Plan
from hive_guardian.engine.suppression import Directive
from hive_guardian.model.facts import FileFacts
from hive_guardian.model.finding import Finding
from hive_guardian.model.frozen_class import frozen, mutable
from hive_guardian.model.report import ErrorKind, RunError
from hive_guardian.model.role import Role
from hive_guardian.source.broken import BrokenFile, TooComplexError, parse
from hive_guardian.source.census import start_census, take_census
from hive_guardian.source.document import Document
from hive_guardian.source.facts import collect_facts
from hive_guardian.source.names import Redirect


@mutable
class FileResult:
    """What the map phase found out about one file.

    Attributes:
        path: root-relative POSIX path.
        digest: of the content.
        findings: of file rules, before suppressions, overrides and level.
        facts: for project rules.
        collected: rule code -> what its `collect` returned.
        directives: suppressions written in the file.
        errors: what went wrong; such a result is not cached.
        nanoseconds: rule code -> time; empty unless asked for.
        role_by_head: the role that the file claims for itself, where it has none by its path that goes before.
    """

    path: str
    digest: str
    findings: list[Finding] = field(default_factory=list)
    facts: FileFacts | None = None
    collected: dict[str, object] = field(default_factory=dict)
    directives: list[Directive] = field(default_factory=list)
    errors: list[RunError] = field(default_factory=list)
    nanoseconds: dict[str, int] = field(default_factory=dict)
    role_by_head: Role | None = None


@frozen
class Redirects:
    """Re-exports that matter to one file; empty for nearly all files.

    Attributes:
        names: first-party dotted name -> what it stands for.
        stars: module -> the names its star import brings.
    """

    names: Redirect = field(default_factory=dict)
    stars: Mapping[str, frozenset[str]] = field(default_factory=dict)


class _Run:
    """The state while one file is analysed.

    Attributes:
        idle: indexes of the rules that failed on this file, or look for texts that it does not contain.
        contexts: rule index -> what the rule sees of the file; made when a handler has something to look at.
        found: (rule index, finding).
    """

    def __init__(self, plan: Plan, file: FileInfo, result: FileResult, *, timed: bool) -> None:
        self.plan = plan
        self.file = file
        self.result = result
        self.timed = timed
        self.idle: set[int] = set()
        self.contexts: dict[int, FileContext] = {}
        self.found: list[tuple[int, Finding]] = []

    def dispatch(self, entries: Iterable[Entry], items: Iterable[object], document: Document) -> None:
        """Hand every item to every handler; the failure of a rule is recorded and costs only its own findings."""
        idle, contexts = self.idle, self.contexts
        for index, check in entries:
            if index in idle:
                continue
            context = contexts.get(index)
            if context is None:
                rule = self.plan.rules[index]
                context = contexts[index] = FileContext(rule, document, self.file, rule.settings)
            started = perf_counter_ns() if self.timed else 0
            try:
                for item in items:
                    for finding in check(item, context) or ():
                        self.found.append((index, finding))
            except Exception as error:  # noqa: BLE001 - a rule is foreign code: one failure must not take the run with it
                self.result.errors.append(rule_failure(self.plan.rules[index].code, self.file.path, error))
                self._silence(index)
            if self.timed:
                self.charge(self.plan.rules[index].code, started)

    def charge(self, code: str, started: int) -> None:
        """Count the time since then, in nanoseconds, as that of a rule."""
        spent = perf_counter_ns() - started
        self.result.nanoseconds[code] = self.result.nanoseconds.get(code, 0) + spent

    def _silence(self, index: int) -> None:
        """Ask a rule that raised no more, and drop what it found."""
        self.idle.add(index)
        self.found = [pair for pair in self.found if pair[0] != index]

    def finish(self) -> None:
        """Keep the findings of checks that are switched on, in a stable order."""
        rules = self.plan.rules
        found = [finding for index, finding in self.found if finding.check in rules[index].active]
        self.result.findings = sorted(found, key=lambda finding: finding.sort_key)


def rule_failure(code: str, path: str, error: Exception) -> RunError:
    """Describe a rule that raised: what, where in the rule, and who should know."""
    message = f"{_describe(error)}; report this to the author of the rule"
    return RunError(ErrorKind.RULE_FAILED, message, path, code)


def analysis_failure(path: str, error: Exception) -> RunError:
    """Describe a failure of the engine itself on one file."""
    return RunError(ErrorKind.ANALYSIS_FAILED, f"not checked: {_describe(error)}; report this to hive-guardian", path)


def _describe(error: Exception) -> str:
    """Return what was raised, and by which line of which module."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    where = f" at {frame.tb_frame.f_code.co_filename.rpartition('/')[2]}:{frame.tb_lineno}" if frame else ""
    return f"{type(error).__name__}: {error}{where}"


def analyse(
    data: bytes, digest: str, file: FileInfo, plan: Plan, redirects: Redirects, *, timed: bool = False
) -> FileResult:
    """Analyse the bytes of one file.

    Args:
        data: content as read.
        digest: of the content.
        file: where it belongs.
        plan: what to run on it.
        redirects: re-exports that matter to it.
        timed: whether to measure each rule.
    """
    result = FileResult(file.path, digest)
    run = _Run(plan, file, result, timed=timed)
    try:
        start_census()
        parsed = parse(file.path, data)
        if isinstance(parsed, BrokenFile):
            _report_broken(run, parsed)
            return result
        document = Document(
            file.path,
            data,
            parsed,
            file.module,
            redirects=redirects.names,
            star_exports=redirects.stars,
            census=take_census(parsed),
        )
        _examine(run, document, redirects)
    except TooComplexError as error:
        return _too_complex(file, digest, str(error))
    except RecursionError:
        return _too_complex(file, digest, "maximum recursion depth exceeded")
    run.finish()
    return result


def _examine(run: _Run, document: Document, redirects: Redirects) -> None:
    """Take everything out of a parsed file that a run needs, then let go of its tree."""
    try:
        _check_document(run, document, redirects)
        run.result.facts = collect_facts(document)
        _collect(run, document)
        run.result.directives = read_directives(document)
    finally:
        document.close()


def _too_complex(file: FileInfo, digest: str, why: str) -> FileResult:
    message = f"not checked: the file is nested too deeply to analyse ({why})"
    error = RunError(ErrorKind.TOO_COMPLEX, message, file.path)
    return FileResult(file.path, digest, facts=_no_facts(file), errors=[error])


def _no_facts(file: FileInfo) -> FileFacts:
    is_package = file.path.endswith(("__init__.py", "__init__.pyi"))
    return FileFacts(file.path, file.module, is_package, parsed=False)


def _report_broken(run: _Run, broken: BrokenFile) -> None:
    """Let the rules for broken files speak; a file nobody reports must not pass."""
    empty = Document(run.file.path, b"", ast.Module([], []), run.file.module)
    run.dispatch(run.plan.broken, (broken,), empty)
    run.finish()
    run.result.facts = _no_facts(run.file)
    if not run.result.findings and not run.result.errors:
        message = f"does not parse: {broken.message} (line {broken.line})"
        run.result.errors.append(RunError(ErrorKind.UNREADABLE, message, run.file.path))


def _check_document(run: _Run, document: Document, redirects: Redirects) -> None:
    """Dispatch one parsed file to the rules of its plan."""
    plan = run.plan
    if plan.conditional:
        run.idle = _idle_rules(plan, document)
    run.dispatch(plan.documents, (document,), document)
    census = document.census
    for kind, entries in plan.nodes.items():
        nodes = census.get(kind)
        if nodes:
            run.dispatch(entries, nodes, document)
    callees = plan.calls.live_names(document, {name.partition(".")[0] for name in redirects.names})
    if callees:
        for index, call in plan.calls.find(document, callees):
            run.dispatch(plan.call_handlers[index], (call,), document)
    comments = [entry for entry in plan.comments if entry[0] not in run.idle]
    if comments:
        run.dispatch(comments, document.comments, document)


def _idle_rules(plan: Plan, document: Document) -> set[int]:
    """Return the rules none of whose fragments occur in the file; none where letters may be spelled in other ways."""
    if not document.is_ascii:
        return set()
    idle = set(plan.conditional)
    lowered = document.lowered
    for text, indexes in plan.fragments.items():
        if text in lowered:
            idle.difference_update(indexes)
    return idle


def _collect(run: _Run, document: Document) -> None:
    """Let project rules collect their data."""
    for rule in run.plan.collectors:
        started = perf_counter_ns() if run.timed else 0
        try:
            data = rule.collect(FileContext(rule, document, run.file, rule.settings))
        except Exception as error:  # noqa: BLE001 - as `_Run.dispatch`
            run.result.errors.append(rule_failure(rule.code, run.file.path, error))
            continue
        if data is not None:
            run.result.collected[rule.code] = data
        if run.timed:
            run.charge(rule.code, started)
