"""Put a check together: the tree, the cache, the rules and the configuration of one project."""

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import hive_guardian
from hive_guardian.adapters.disk import DiskTree, find_root, outer_markers, relative_paths
from hive_guardian.adapters.replay import CACHE_DIRECTORY, is_replayable, write_record
from hive_guardian.bootstrap.baseline import USUAL, BaselinePlace, BaselineWish, find_place, open_baseline
from hive_guardian.bootstrap.fix_edits import with_edits
from hive_guardian.bootstrap.needs import project_catalogue
from hive_guardian.bootstrap.plugins import known_roots
from hive_guardian.config.config_set import ConfigSet
from hive_guardian.config.layers import CommandLine
from hive_guardian.config.load import load
from hive_guardian.engine.cache import Cache, NoCache
from hive_guardian.engine.catalogue import Catalogue
from hive_guardian.engine.codec import FORMAT
from hive_guardian.engine.request import Request, StatTree
from hive_guardian.engine.run import Outcome, run
from hive_guardian.engine.survey import Survey
from hive_guardian.engine.survey import survey as survey_project
from hive_guardian.model.errors import UsageError
from hive_guardian.model.frozen_class import frozen

if TYPE_CHECKING:
    from hive_guardian.adapters.git.revision import Revision
    from hive_guardian.engine.cost import Cost

MAIN_FILE = "hive-guardian.toml"


@frozen
class CheckRequest:
    """What a caller wants checked.

    Attributes:
        paths: files and directories as given; all in one project.
        command_line: what was said about configuration.
        today: date of the run.
        jobs: at most this many worker processes; `None` = one per core.
        cache: whether earlier results are used and new ones kept.
        cache_directory: where; `None` = in the project root.
        timed: measure each rule.
        stdin: content that stands for the only given path.
        local_rules: whether rules of the project itself are loaded, which runs its code; `None` = nobody said so, and
            a project that has some is refused. Never for standard input.
        brought_rules: directories of rules that are loaded besides, their code included.
        progress: told (done, total) in files to analyse.
        with_edits: whether the fixes of the report carry their edits.
        baseline: what was said about the baseline.
        staged: check what is staged instead of the work tree, and report on the staged files only.
        since: name of a commit; findings that were there already do not count.
    """

    paths: tuple[str, ...]
    command_line: CommandLine
    today: date
    jobs: int | None = None
    cache: bool = True
    cache_directory: Path | None = None
    timed: bool = False
    stdin: bytes | None = None
    local_rules: bool | None = False
    brought_rules: tuple[Path, ...] = ()
    progress: Callable[[int, int], None] = lambda _done, _total: None
    with_edits: bool = False
    baseline: BaselineWish = USUAL
    staged: bool = False
    since: str | None = None


@frozen
class Checked:
    """The outcome of a check and what it was made from.

    Attributes:
        outcome: report and times.
        tree: the files it looked at, for code frames.
        root: the project root.
        config_file: the only configuration file that was read, when one was named.
        code_roots: directories of the code that ran; empty when the run cannot be replayed.
        profile: the strongest preset of the configuration.
        baseline: where the baseline of the project is, or would be.
        catalogue: the rules.
        config_set: the configuration as loaded.
        today: date of the run.
    """

    outcome: Outcome
    tree: StatTree
    root: Path
    baseline: BaselinePlace
    catalogue: Catalogue
    config_set: ConfigSet
    today: date
    config_file: str = ""
    code_roots: tuple[str, ...] = ()
    profile: str = "default"

    def remember(self, arguments: Sequence[str], output: str, code: int, began_ns: int) -> None:
        """Leave a record, so that the same command on unchanged files is answered at once.

        Args:
            arguments: the command line.
            output: what was printed.
            code: the exit code.
            began_ns: when the program started.
        """
        if not self.code_roots or not is_replayable(arguments):
            return
        root = str(self.root)
        from hive_guardian.adapters.git.listing_sources import listing_sources  # only a run that leaves a record asks

        git = listing_sources(self.root)
        if git is None:
            return
        present, absent = outer_markers(self.root)
        write_record(
            root,
            arguments,
            files=((f"{root}/{path}", *stamp) for path, stamp in self.outcome.stamps.items()),
            others=[
                *(f"{root}/{path}" for path in self.outcome.others if not self.tree.oddity(path)),
                *(path for path in (*present, self.config_file, str(self.baseline.path)) if Path(path).is_file()),
                *git.present,
            ],
            code_roots=self.code_roots,
            absent=(*absent, *git.absent),
            output=output,
            code=code,
            began_ns=began_ns,
        )


def check(request: CheckRequest) -> Checked:
    """Check a project.

    Raises:
        UsageError: the caller's arguments or configuration are wrong, or a required plugin is missing.
    """
    tree, given, root = prepare_run(request)
    with closing(given.cache):
        revision = _revision(root, request.since) if request.since is not None else None
        config = given.config_set.root
        place = find_place(root, config, request.baseline)
        wish = replace(request.baseline, isolated=request.command_line.isolated)
        given = replace(given, baseline=open_baseline(tree, place, config, wish))
        outcome = run(given)
        if revision is not None:
            from hive_guardian.bootstrap.history import compare  # only a run with --since asks git

            outcome = compare(given, root, revision, outcome)
        if request.with_edits:
            outcome = replace(outcome, report=with_edits(given, outcome.report))
        is_kept = request.cache and request.cache_directory is None and request.stdin is None and outcome.is_replayable
        is_kept = is_kept and not request.staged
        code_roots = known_roots(given.cache) if is_kept else ()
        profile = config.presets[-1] if config.presets else "default"
        named = request.command_line.config_file
        return Checked(
            outcome, tree, root, place, given.catalogue, given.config_set, given.today, named, code_roots, profile
        )


def _revision(root: Path, name: str) -> "Revision":
    """Find a commit before the long part of a run; raises UsageError."""
    from hive_guardian.adapters.git.revision import resolve  # only a run with --since asks git

    return resolve(root, name)


def survey(request: CheckRequest) -> Survey:
    """Collect the facts of a project, as `check` does, and report no findings.

    Raises:
        UsageError: as in `check`.
    """
    _, given, _ = prepare_run(request)
    with closing(given.cache):
        return survey_project(given)


def measure(request: CheckRequest, code: str, rounds: int) -> "Cost":
    """Measure one rule, see `hive_guardian.engine.cost.measure`.

    Raises:
        UsageError: as in `check`.
    """
    from hive_guardian.engine.cost import measure as measure_rule  # imports the rule model

    _, given, _ = prepare_run(request)
    with closing(given.cache):
        return measure_rule(given, code, rounds)


def prepare_run(request: CheckRequest) -> tuple[StatTree, Request, Path]:
    """Return the tree, what the engine is asked to do with it, and the root.

    Raises:
        UsageError: as in `check`.
    """
    tree, targets, root = _open(request)
    cache = _open_cache(request, root)
    only = None
    if request.staged or request.since is not None:
        from hive_guardian.bootstrap.staging import prepare  # other runs do without git's objects

        tree, cache, only = prepare(root, tree, cache, staged=request.staged)
    mode = False if request.stdin is not None else request.local_rules
    catalogue = project_catalogue(tree, root, request.command_line, cache, load=mode, brought=request.brought_rules)
    config_set = load(tree, today=request.today, command_line=request.command_line, presets=catalogue.presets)
    jobs = request.jobs if request.jobs is not None else _cores()
    given = Request(
        tree, config_set, catalogue, cache, targets, request.today, hive_guardian.__version__, jobs, request.timed,
        request.progress, only, line_dates=partial(_line_dates, root, tree),
    )  # fmt: skip
    return tree, given, root


def _line_dates(root: Path, tree: StatTree, lines: Mapping[str, Collection[int]]) -> Mapping[tuple[str, int], date]:
    """Return when lines were written; nothing about content that does not lie on disk, or without git."""
    from hive_guardian.adapters.git.blame import line_dates  # only an agreed age of exceptions needs it
    from hive_guardian.adapters.git.object_tree import ObjectTree

    if isinstance(tree, ObjectTree):
        lines = {path: numbers for path, numbers in lines.items() if path in tree.on_disk}
    elif not isinstance(tree, DiskTree):
        return {}
    try:
        return line_dates(root, lines)
    except UsageError:
        return {}


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _open(request: CheckRequest) -> tuple[StatTree, tuple[str, ...], Path]:
    """Return the tree, the root-relative targets and the root."""
    paths = request.paths or (".",)
    if request.stdin is not None:
        from hive_guardian.adapters.overlay import OverlayTree  # only editors and hooks read standard input

        name = Path(paths[0])
        root = find_root(name.parent if name.parent.exists() else Path())
        full = name.parent.resolve() / name.name
        if root not in full.parents:
            raise UsageError(f"--stdin-filename {name}: lies outside the project {root.name}")
        relative = full.relative_to(root).as_posix()
        below = DiskTree(root) if _is_marked(root) else DiskTree(root, (relative,))
        return OverlayTree(below, {relative: request.stdin}), (relative,), root
    roots = {find_root(Path(path)) for path in paths}
    root = min(roots, key=lambda item: len(item.parts))
    if any(other != root and root not in other.parents for other in roots):
        raise UsageError(f"the paths belong to {len(roots)} projects; run the check once per project")
    targets = tuple(dict.fromkeys(relative_paths(root, paths)))
    only = () if _is_marked(root) or "" in targets else targets
    return DiskTree(root, only), targets, root


def _is_marked(root: Path) -> bool:
    """Whether something says that the project ends here; else only what was named belongs to it."""
    return any((root / name).exists() for name in (".git", "pyproject.toml", "setup.cfg", "setup.py", MAIN_FILE))


def _open_cache(request: CheckRequest, root: Path) -> Cache:
    if not request.cache:
        return NoCache()
    from hive_guardian.adapters.cache_store import CacheStore  # sqlite3 is not needed without a cache

    directory = request.cache_directory or root / CACHE_DIRECTORY
    store = CacheStore(directory / "cache.sqlite3", f"{FORMAT}:{hive_guardian.__version__}")
    if request.cache_directory is None:
        _hide_from_git(directory)
    return store


def _hide_from_git(directory: Path) -> None:
    """Keep the cache out of version control, whatever the project's .gitignore says."""
    marker = directory / ".gitignore"
    try:
        if directory.is_dir() and not marker.exists():
            marker.write_text("*\n", "utf-8")
    except OSError:
        return
