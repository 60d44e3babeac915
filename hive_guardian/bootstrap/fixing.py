"""Put a run of `fix` together: check, fix in memory, prove by checking again, write."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import hive_guardian
from hive_guardian.adapters.fix_files import create_file, creation_refusal, refusal, replace_file
from hive_guardian.adapters.fix_process import FixProcess
from hive_guardian.adapters.overlay import OverlayTree
from hive_guardian.autofix.comparison import Checkup
from hive_guardian.autofix.diff import created_diff, file_diff
from hive_guardian.autofix.proposals import Proposal, find_proposals
from hive_guardian.autofix.rules import ConfiguredRules
from hive_guardian.autofix.scaffolding import Scaffolded, ScaffoldTask, scaffold_all
from hive_guardian.autofix.selection import Approve
from hive_guardian.autofix.session import Contents, Fixed, Task, fix_all
from hive_guardian.autofix.source_text import is_python, read_source
from hive_guardian.bootstrap.baseline import find_place, open_baseline
from hive_guardian.bootstrap.checking import CheckRequest, prepare_run
from hive_guardian.bootstrap.git_state import GitState, read_git_state, require_clean_tree
from hive_guardian.config.layers import CommandLine
from hive_guardian.config.load import load
from hive_guardian.config.names import resolve_names
from hive_guardian.config.selection import select
from hive_guardian.engine.cache import NoCache
from hive_guardian.engine.request import Request
from hive_guardian.engine.run import Outcome, run
from hive_guardian.engine.shared_cache import MemoryCache, SharedCache
from hive_guardian.model.edit import Safety
from hive_guardian.model.errors import UsageError
from hive_guardian.model.finding import Finding, Status
from hive_guardian.model.fix_report import FixedFile, FixReport, FixResult, FixStatus
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.report import ErrorKind, RunError


@frozen
class FixRequest:
    """What a caller wants fixed.

    Attributes:
        check: paths and configuration; its selection says which rules' findings are fixed, while all rules of the
            configuration judge the result. With `staged`, the files of the work tree that are staged as a whole.
        safeties: the classes of fixes to apply.
        is_written: whether the result is written; else only shown.
        needs_clean_tree: whether a work tree with changes is refused.
        approve: asked once about each fix that could be applied, with what makes its diff.
        makes_scaffolds: whether files that a finding says are missing are made.
        proposals: suggestions of a review; where there are any, nothing else is fixed. `None` = no review was named.
    """

    check: CheckRequest
    safeties: frozenset[Safety] = frozenset({Safety.SAFE})
    is_written: bool = True
    needs_clean_tree: bool = False
    approve: Approve = lambda _candidate, _diff: True
    makes_scaffolds: bool = False
    proposals: tuple[Proposal, ...] | None = None


def fix(request: FixRequest) -> FixReport:
    """Fix a project.

    Raises:
        UsageError: the caller's arguments or configuration are wrong, or the work tree has changes.
    """
    asked = request.check
    judging = replace(asked, command_line=proving(asked.command_line), staged=False, since=None)
    tree, given, root = prepare_run(judging)
    with closing(given.cache):
        if request.needs_clean_tree:
            require_clean_tree(root)
        git = read_git_state(root, tree, asked)
        runs = _Runs(asked, given, root, git)
        first = runs.outcome({}, given.targets, git.staged)
        is_whole = given.targets == ("",) and git.staged is None
        start = Checkup(first.report.findings, first.report.errors) if is_whole else runs.check({})
        is_wanted = _filter(asked, given, git, request.proposals)
        offers = _Offers(runs, tree.read, frozenset(tree.paths()), request.proposals or ())
        start = offers.add({}, start)
        resolved = resolve_names(given.config_set, given.catalogue.facts)
        rules = ConfiguredRules(lambda: given.catalogue.registry, resolved, tree, given.today)
        workshop = FixProcess(rules.workshop)
        with closing(workshop):
            task = Task(
                tree.read, offers.check, workshop, lambda path: git.veto(path) or refusal(root, path), is_wanted,
                request.safeties, request.approve,
            )  # fmt: skip
            fixed = fix_all(task, start)
        scaffolded = Scaffolded({}, (), fixed.state)
        if request.makes_scaffolds:
            scaffold_task = ScaffoldTask(
                rules.find, tree.exists, partial(creation_refusal, root), runs.check, is_wanted, request.approve
            )
            scaffolded = scaffold_all(scaffold_task, fixed.contents, fixed.state)
        files = (*_finish(request, root, fixed), *_create(request, root, scaffolded))
        report = _report(first, _joined(fixed, scaffolded), tuple(sorted(files, key=lambda one: one.path)), is_wanted)
        return replace(report, notes=(*report.notes, *offers.unfit))


class _Offers:
    """Adds the suggestions of a review to what the rules say, where their lines stand."""

    def __init__(
        self, runs: "_Runs", read: Callable[[str], bytes], paths: frozenset[str], proposals: tuple[Proposal, ...]
    ) -> None:
        self._runs = runs
        self._read = read
        self._proposals = [one for one in proposals if one.path in paths]
        fitting = {one.fingerprint for one in find_proposals(self._proposals, read)}
        lost = [one for one in proposals if one.fingerprint not in fitting]
        why = "was applied, or its lines changed"
        self.unfit = tuple(f"{one.path}:{one.line}: the suggestion for {one.title!r} {why}" for one in lost)

    def check(self, contents: Contents) -> Checkup:
        """Run all rules, and look for the suggestions again."""
        return self.add(contents, self._runs.check(contents))

    def add(self, contents: Contents, found: Checkup) -> Checkup:
        """Return what the rules said, and the suggestions that are left."""
        more = find_proposals(self._proposals, lambda path: contents[path] if path in contents else self._read(path))
        return replace(found, findings=(*found.findings, *more))


class _Runs:
    """Checks the project with some contents replaced."""

    def __init__(self, asked: CheckRequest, given: Request, root: Path, git: GitState) -> None:
        cache = MemoryCache() if isinstance(given.cache, NoCache) else given.cache
        place = find_place(root, given.config_set.root, asked.baseline)
        wish = replace(asked.baseline, isolated=asked.command_line.isolated)
        baseline = open_baseline(given.tree, place, given.config_set.root, wish)
        self.asked = asked
        self.given = replace(given, cache=cache, baseline=baseline)
        self.root = root
        self.git = git

    def check(self, contents: Contents) -> Checkup:
        """Run all rules over the whole project; a configuration that contradicts itself afterwards is an error."""
        try:
            report = self.outcome(contents, ("",), None).report
        except UsageError as error:
            if not contents:
                raise
            return Checkup((), (RunError(ErrorKind.ANALYSIS_FAILED, str(error)),))
        return Checkup(report.findings, report.errors)

    def outcome(self, contents: Contents, targets: tuple[str, ...], only: frozenset[str] | None) -> Outcome:
        """Run the rules and report on some paths."""
        given = replace(self.given, targets=targets, only=only)
        if contents:
            given = self._laid_over(given, contents)
        outcome = run(given)
        if self.git.revision is not None:
            from hive_guardian.bootstrap.history import compare  # only a run with --since asks git

            outcome = compare(given, self.root, self.git.revision, outcome)
        return outcome

    def _laid_over(self, given: Request, contents: Mapping[str, bytes]) -> Request:
        tree = OverlayTree(given.tree, contents)
        shared = frozenset(given.tree.paths()) - contents.keys()
        config_set = given.config_set
        if any(path.endswith(".toml") for path in contents):
            config_set = load(
                tree, today=given.today, command_line=proving(self.asked.command_line), presets=given.catalogue.presets
            )
        return replace(given, tree=tree, cache=SharedCache(given.cache, shared), config_set=config_set)


def proving(said: CommandLine) -> CommandLine:
    """Return the command line under which results are judged: all rules of the configuration and the selected ones."""
    return replace(said, select=None, extend_select=(*(said.select or ()), *said.extend_select))


def _filter(
    asked: CheckRequest, given: Request, git: GitState, proposals: tuple[Proposal, ...] | None
) -> Callable[[Finding], bool]:
    """Return whether somebody wants a finding fixed: its rule is selected and its file is among the paths.

    Where a review was named, its suggestions are what is wanted.
    """
    configs = load(given.tree, today=given.today, command_line=asked.command_line, presets=given.catalogue.presets)
    resolved = resolve_names(configs, given.catalogue.facts)
    chosen = {code for code, one in select(resolved.root, given.catalogue.facts).items() if one.enabled}
    everything = asked.command_line.select is None and proposals is None
    suggested = {one.fingerprint for one in proposals or ()}

    def is_wanted(finding: Finding) -> bool:
        path = finding.location.path
        is_near = any(not target or path == target or path.startswith(f"{target}/") for target in given.targets)
        is_staged = git.staged is None or path in git.staged
        is_chosen = everything or (finding.rule in chosen if proposals is None else finding.fingerprint in suggested)
        return is_near and is_staged and is_chosen

    return is_wanted


def _finish(request: FixRequest, root: Path, fixed: Fixed) -> Iterator[FixedFile]:
    """Write the new contents, or only show them."""
    for path, after in fixed.contents.items():
        before = fixed.originals[path]
        texts = [read_source(data, is_python=is_python(path)).text for data in (before, after)]
        diff = file_diff(path, *texts)
        reason = replace_file(root, path, before, after) if request.is_written else ""
        yield FixedFile(path, diff, request.is_written and not reason, reason)


def _create(request: FixRequest, root: Path, scaffolded: Scaffolded) -> Iterator[FixedFile]:
    """Create the new files, or only show them."""
    for path, data in scaffolded.files.items():
        reason = create_file(root, path, data) if request.is_written else ""
        is_written = request.is_written and not reason
        yield FixedFile(path, created_diff(path, data.decode()), is_written, reason, is_new=True)


def _joined(fixed: Fixed, scaffolded: Scaffolded) -> Fixed:
    """Return what both came to, in order of place."""
    results = sorted((*fixed.results, *scaffolded.results), key=lambda one: one.finding.sort_key)
    return replace(fixed, results=tuple(results), state=scaffolded.state)


def _report(
    first: Outcome, fixed: Fixed, files: tuple[FixedFile, ...], is_wanted: Callable[[Finding], bool]
) -> FixReport:
    lost = {file.path: file.reason for file in files if file.reason}
    results = tuple(_as_written(result, lost) for result in fixed.results)
    unwritten = [one.finding for one in fixed.results if one.status is FixStatus.APPLIED and _lost(one, lost)]
    left = [one for one in fixed.state.findings if one.status is Status.NEW and is_wanted(one)]
    return FixReport(
        version=hive_guardian.__version__,
        today=first.report.today,
        results=results,
        files=files,
        left=tuple(sorted((*left, *unwritten), key=lambda finding: finding.sort_key)),
        errors=first.report.errors,
        notes=first.report.notes,
        fail_on=first.report.fail_on,
    )


def _as_written(result: FixResult, lost: Mapping[str, str]) -> FixResult:
    """Return a result as it is on disk: what could not be written was not applied."""
    reason = _lost(result, lost)
    if not reason or result.status is not FixStatus.APPLIED:
        return result
    return replace(result, status=FixStatus.FAILED, reason=reason)


def _lost(result: FixResult, lost: Mapping[str, str]) -> str:
    """Return why a file of a result could not be written, empty when all of them could."""
    return next((lost[path] for path in result.paths if path in lost), "")
