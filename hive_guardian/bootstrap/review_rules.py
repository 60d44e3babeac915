"""The golden rules before and after a change, the facts of both states, and the proof of what a model suggests."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from hive_guardian.adapters.fix_process import FixProcess
from hive_guardian.adapters.git.change import GitChange
from hive_guardian.adapters.git.object_tree import ObjectTree
from hive_guardian.adapters.overlay import OverlayTree
from hive_guardian.adapters.patched_tree import PatchedTree
from hive_guardian.autofix.local import LocalWorkshop
from hive_guardian.autofix.selection import Candidate, attempt
from hive_guardian.autofix.source_text import is_python, read_source
from hive_guardian.config.config_set import ConfigSet
from hive_guardian.engine.cache import Cache, NoCache
from hive_guardian.engine.newness import known_entries, mark_known
from hive_guardian.engine.request import Request, StatTree
from hive_guardian.engine.run import run
from hive_guardian.engine.shared_cache import MemoryCache, SharedCache
from hive_guardian.engine.survey import survey
from hive_guardian.model.edit import Change, Edit, Fix, Provenance, Safety
from hive_guardian.model.errors import FixRefusedError, UsageError
from hive_guardian.model.facts import FileFacts
from hive_guardian.model.finding import Finding, Location, Status
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.report import Report
from hive_guardian.model.review import Suggestion
from hive_guardian.model.role import Role
from hive_guardian.model.severity import Confidence, Severity
from hive_guardian.review.suggestion import Prove

_PYTHON = (".py", ".pyi")
_MOST_PROOFS = 10
_MAY_CHANGE = frozenset({Change.STRING})
"""What a model's replacement may change besides its own lines' logic: every other trip wire holds."""


@frozen
class Judged:
    """What rules and facts say about a change.

    Attributes:
        request: what the engine is asked about the state after the change.
        report: on it; what was there before is marked.
        before: path -> facts.
        after: path -> facts.
        unknown: paths whose facts are missing or partial on one side.
        tests: paths that are tests after the change.
        repository: facts about the whole for a prompt.
        notes: for a person.
    """

    request: Request
    report: Report
    before: Mapping[str, FileFacts]
    after: Mapping[str, FileFacts]
    unknown: frozenset[str]
    tests: frozenset[str]
    repository: str
    notes: tuple[str, ...]


def judge_states(given: Request, config_set: ConfigSet, git: GitChange) -> Judged:
    """Run the golden rules over both states of a change, by the configuration before it.

    Args:
        given: what the engine would be asked about the work tree.
        config_set: the configuration before the change: whoever changes code does not choose its judge.
        git: the change.

    Raises:
        UsageError: configuration or contracts are wrong.
    """
    cache: Cache = MemoryCache() if isinstance(given.cache, NoCache) else given.cache
    is_other = config_set.digest() != given.config_set.digest()
    base = replace(given, config_set=config_set, targets=("",), only=None, baseline=None, timed=False)
    head = _on_tree(base, git.after, cache, is_past=is_other)
    report = run(head).report
    seen = survey(head).project
    notes: list[str] = []
    before: Mapping[str, FileFacts] = {}
    missing = seen.incomplete
    if git.before.paths():
        past = _on_tree(base, git.before, cache, is_past=True)
        try:
            entries = known_entries(run(past).report.findings)
            earlier = survey(past).project
            before, missing = earlier.facts, missing | earlier.incomplete
        except UsageError as error:
            notes.append(f"the state before the change cannot be judged, so all findings count as new: {error}")
            entries = []
        why = f"was there at {git.change.base}"
        findings = mark_known(report.findings, entries, list, why, lambda path: not git.after.exists(path))
        report = replace(report, findings=tuple(findings), since=git.change.base)
    names = sorted(component.name for component in seen.components.components)
    contracts = [f"contract on imports: {one.kind}: {one.name}" for one in config_set.root.contracts]
    repository = "\n".join(["ABOUT THE REPOSITORY", f"components: {', '.join(names)}", *contracts])
    tests = frozenset(path for path, info in seen.files.items() if info.role is Role.TEST)
    return Judged(head, report, before, seen.facts, missing, tests, repository, tuple(notes))


def _on_tree(given: Request, tree: StatTree, cache: Cache, *, is_past: bool) -> Request:
    if isinstance(tree, ObjectTree):
        tree.load(path for path in tree.paths() if path.endswith(_PYTHON))
        cache = SharedCache(cache, tree.on_disk)
    elif isinstance(tree, PatchedTree):
        cache = SharedCache(cache, tree.shared)
    return replace(given, tree=tree, cache=cache, is_past=is_past)


def new_findings(report: Report) -> dict[str, list[Finding]]:
    """Return path -> findings that the change brought."""
    found: dict[str, list[Finding]] = {}
    for one in report.findings:
        if one.status is Status.NEW:
            found.setdefault(one.location.path, []).append(one)
    return found


@contextmanager
def open_proof(judged: Judged) -> Iterator[Prove]:
    """Yield the judge of suggestions: the proof of fixes in a child process, then all rules once more."""
    workshop = FixProcess(_open_workshop)
    left = _MOST_PROOFS

    def prove(path: str, suggestion: Suggestion) -> str:
        nonlocal left
        left -= 1
        if left < 0:
            return f"only {_MOST_PROOFS} suggestions are proven per review"
        return _prove(judged, workshop, path, suggestion)

    try:
        yield prove
    finally:
        workshop.close()


def _prove(judged: Judged, workshop: FixProcess, path: str, suggestion: Suggestion) -> str:
    try:
        data = judged.request.tree.read(path)
        source = read_source(data, is_python=is_python(path))
        lines = source.text.replace("\r\n", "\n").split("\n")
        end = (suggestion.end_line, len(lines[suggestion.end_line - 1]) + 1)
        edit = Edit(path, suggestion.line, 1, *end, suggestion.text)
        place = Location(path, suggestion.line, 1, *end)
        fix = Fix("replace the lines", Safety.UNSAFE, (edit,), provenance=Provenance.AI, changes=_MAY_CHANGE)
        finding = Finding("AI", "ai", "ai", Severity.INFO, Confidence.LOW, place, "", fix=fix)
        tried = attempt(path, data, source, [Candidate(finding, fix)], 1)
    except OSError:
        return "the file cannot be read"
    except FixRefusedError as error:
        return str(error)
    verdict = workshop.prove(tried)
    return verdict.reason or _more_findings(judged, path, tried.after)


def _more_findings(judged: Judged, path: str, after: bytes) -> str:
    """Return which rule finds more than before with another content of a file, empty if none does."""
    given = judged.request
    shared = frozenset(given.tree.paths()) - {path}
    cache = MemoryCache() if isinstance(given.cache, NoCache) else given.cache
    try:
        report = run(
            replace(given, tree=OverlayTree(given.tree, {path: after}), cache=SharedCache(cache, shared))
        ).report
    except UsageError as error:
        return f"the golden rules cannot judge the result: {error}"
    if len(report.errors) > len(judged.report.errors):
        return "the golden rules cannot judge the result"
    more = _tally(report.findings) - _tally(judged.report.findings)
    return f"{min(more)[0]} finds more afterwards" if more else ""


def _tally(findings: Sequence[Finding]) -> Counter[tuple[str, str, str]]:
    return Counter((one.rule, one.check, one.location.path) for one in findings if one.status is not Status.SUPPRESSED)


def _open_workshop() -> LocalWorkshop:
    return LocalWorkshop(_no_rule, _no_module)


def _no_rule(code: str, path: str) -> None:
    """Find no rule: proofs of suggestions render nothing."""
    del code, path


def _no_module(path: str) -> str:
    del path
    return ""
