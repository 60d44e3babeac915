"""The one place where adapters and plugins meet the core."""

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from importlib.metadata import EntryPoint, distributions
from pathlib import Path
from typing import TYPE_CHECKING

import hive_guardian
from hive_guardian.adapters.disk import DiskTree, find_root, relative_paths
from hive_guardian.config.layers import CommandLine
from hive_guardian.config.load import load
from hive_guardian.engine.cache import Cache, NoCache
from hive_guardian.engine.catalogue import Catalogue, RuleCard, dump_catalogue, load_catalogue
from hive_guardian.engine.codec import FORMAT
from hive_guardian.engine.request import Request, StatTree
from hive_guardian.engine.run import Outcome, run
from hive_guardian.model.errors import PluginError, UsageError

if TYPE_CHECKING:
    from pluggy import PluginManager

    from hive_guardian.engine.registry import Registry
    from hive_guardian.model.rule import Rule

GROUP = "hive_guardian"
OWN = "hive-guardian"
MAIN_FILE = "hive-guardian.toml"
CACHE_DIRECTORY = ".hive-guardian-cache"


@dataclass(frozen=True, slots=True)
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
        progress: told (done, total) in files to analyse.
    """

    paths: tuple[str, ...]
    command_line: CommandLine
    today: date
    jobs: int | None = None
    cache: bool = True
    cache_directory: Path | None = None
    timed: bool = False
    stdin: bytes | None = None
    progress: Callable[[int, int], None] = lambda _done, _total: None


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a check and the tree it looked at, for code frames."""

    outcome: Outcome
    tree: StatTree
    root: Path


def check(request: CheckRequest) -> Checked:
    """Check a project.

    Raises:
        UsageError: the caller's arguments or configuration are wrong.
    """
    tree, targets, root = _open(request)
    cache = _open_cache(request, root)
    catalogue = open_catalogue(cache)
    config_set = load(tree, today=request.today, command_line=request.command_line, presets=catalogue.presets)
    jobs = request.jobs if request.jobs is not None else _cores()
    outcome = run(
        Request(
            tree, config_set, catalogue, cache, targets, request.today, hive_guardian.__version__, jobs,
            request.timed, request.progress,
        )
    )  # fmt: skip
    return Checked(outcome, tree, root)


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
    if not request.cache or request.stdin is not None:
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


def open_catalogue(cache: Cache) -> Catalogue:
    """Return what is known about the rules; imports them only when the cache does not know this installation."""
    place = f"plugins:{_path_key()}"
    known = cache.value(place)
    if known is not None:
        key = _code_key(known.split(os.pathsep))
        cards = cache.value(f"catalogue:{key}")
        if cards is not None:
            try:
                return load_catalogue(key, cards, lambda: _Loader().registry())
            except (ValueError, TypeError, KeyError, AttributeError):
                cards = None
    loader = _Loader()
    registry = loader.registry()
    roots = sorted({str(Path(hive_guardian.__file__).parent), *loader.roots})
    key = _code_key(roots)
    catalogue = Catalogue(
        key, _cards(registry), registry.ids_by_name, loader.presets, tuple(loader.failures), lambda: registry
    )
    if not loader.failures:
        cache.store(place, os.pathsep.join(roots))
        cache.store(f"catalogue:{key}", dump_catalogue(catalogue))
    return catalogue


def _path_key() -> str:
    """Return the identity of what is installed where this interpreter looks."""
    parts = [sys.version, hive_guardian.__version__]
    for entry in sys.path:
        try:
            parts.append(f"{entry}:{os.stat(entry or '.').st_mtime_ns}")  # noqa: PTH116 - runs on every start
        except OSError:
            continue
    return blake2b("\0".join(parts).encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()


def _code_key(roots: Iterable[str]) -> str:
    """Return the identity of the code in these package directories, by name, size and modification time."""
    digest = blake2b(sys.version.encode(), digest_size=16)
    for root in roots:
        for directory, names, files in sorted(os.walk(root)):
            names[:] = [name for name in names if name != "__pycache__"]
            for name in sorted(files):
                if name.endswith((".py", ".json", ".toml")):
                    status = os.stat(f"{directory}/{name}")  # noqa: PTH116 - runs on every start
                    digest.update(f"{directory}/{name}:{status.st_size}:{status.st_mtime_ns}\0".encode())
    return digest.hexdigest()


def _cards(registry: "Registry") -> dict[str, RuleCard]:
    from hive_guardian.config.options import facts_of  # these three pull in pydantic with the rules
    from hive_guardian.engine.registry import rule_info
    from hive_guardian.model.rule import ProjectRule, State

    return {
        code: RuleCard(
            facts_of(rule, registry.other_names.get(code, ())),
            rule_info(rule),
            rule.reads_today,
            issubclass(rule, ProjectRule),
            rule.state is State.ALWAYS,
        )
        for code, rule in registry.rules.items()
    }


class _Loader:
    """Loads plugins one by one, so that a bad one is named and takes no other with it."""

    def __init__(self) -> None:
        self.failures: list[PluginError] = []
        self.roots: set[str] = set()
        self.presets: dict[str, str] = {}

    def registry(self) -> "Registry":
        """Import every plugin and collect its rules; a plugin that takes an id of another brings nothing."""
        from hive_guardian.engine.registry import build_registry  # imports the rule model

        found: list[tuple[str, Sequence[type[Rule]]]] = []
        for name, entry_point in sorted(_entry_points(), key=lambda item: (item[0] != OWN, item[0], item[1].name)):
            try:
                module = entry_point.load()
                manager = _hooks(module, name)
                rules = tuple(_rules_of(manager))
                _cards(build_registry([*found, (name, rules)]))
                found.append((name, rules))
                for presets in manager.hook.register_presets():
                    self.presets.update(presets)
            except Exception as error:  # noqa: BLE001 - a plugin is foreign code: it is named, the others still load
                self.failures.append(_plugin_failure(name, entry_point, error))
                continue
            self.roots.update(_package_roots(module))
        return build_registry(found)


def _entry_points() -> Iterable[tuple[str, EntryPoint]]:
    for distribution in distributions():
        for entry_point in distribution.entry_points:
            if entry_point.group == GROUP:
                yield distribution.metadata["Name"], entry_point


def _package_roots(module: object) -> Iterable[str]:
    paths = getattr(module, "__path__", None)
    if paths is not None:
        return [str(path) for path in paths]
    file = getattr(module, "__file__", None)
    return [str(Path(file).parent)] if file else []


def _hooks(module: object, name: str) -> "PluginManager":
    """Register one plugin with a manager of its own, so that a hook that fails names it."""
    import pluggy

    from hive_guardian import hookspecs

    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    manager.register(module, name)
    return manager


def _rules_of(manager: "PluginManager") -> "Iterable[type[Rule]]":
    """Ask a plugin for its rules."""
    from hive_guardian.model.rule import FileRule, LedgerRule, ProjectRule

    for rules in manager.hook.register_rules():
        for rule in rules:
            if not (isinstance(rule, type) and issubclass(rule, FileRule | ProjectRule | LedgerRule)):
                raise PluginError(f"{rule!r} is neither a FileRule nor a ProjectRule nor a LedgerRule")
            yield rule


def _plugin_failure(name: str, entry_point: EntryPoint, error: Exception) -> PluginError:
    return PluginError(
        f"plugin {name} ({entry_point.name} = {entry_point.value}) did not load: {type(error).__name__}: {error}; "
        "reinstall or remove it"
    )
