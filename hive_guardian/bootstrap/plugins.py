"""Find plugins and learn their rules."""

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import hive_guardian
from hive_guardian.adapters.replay import holds_distributions
from hive_guardian.bootstrap.entry_points import EntryPoint, find_entry_points
from hive_guardian.engine.cache import Cache, NoCache
from hive_guardian.engine.catalogue import Catalogue, RuleCard, dump_catalogue, load_catalogue
from hive_guardian.model.errors import PluginError
from hive_guardian.model.frozen_class import frozen

if TYPE_CHECKING:
    from pluggy import PluginManager

    from hive_guardian.engine.registry import Registry
    from hive_guardian.model.rule import Rule

OWN = "hive-guardian"


@frozen
class LocalRules:
    """The rules that belong to the project itself, and those that a person brings along.

    Attributes:
        directories: of the project, (as written, absolute).
        load: whether their code runs; else they are known by name only.
        brought: directories that were named on the command line, whose code runs.
    """

    directories: tuple[tuple[str, Path], ...] = ()
    load: bool = False
    brought: tuple[tuple[str, Path], ...] = ()

    @property
    def every(self) -> tuple[tuple[str, Path, bool], ...]:
        """All directories, each once: as written, absolute, whether its code runs."""
        given = {directory: (name, directory, True) for name, directory in self.brought}
        own = {directory: (name, directory, self.load) for name, directory in self.directories}
        return tuple((own | given).values())

    @property
    def key(self) -> str:
        """What tells one set of local rules from another, empty for none."""
        return "".join(f":{directory}:{load:d}" for _, directory, load in self.every)


NO_LOCAL_RULES = LocalRules()


def open_catalogue(cache: Cache, local: LocalRules = NO_LOCAL_RULES) -> Catalogue:
    """Return what is known about the rules; imports them only when the cache does not know this installation.

    Args:
        cache: of earlier runs.
        local: the rules of the project itself.
    """
    if isinstance(cache, NoCache):
        return _load(_Loader(local), lambda _: "")
    place = f"plugins:{_path_key()}{local.key}"
    known = cache.value(place)
    if known is not None:
        key = _code_key(known.split(os.pathsep))
        cards = cache.value(f"catalogue:{key}")
        if cards is not None:
            try:
                return load_catalogue(key, cards, lambda: _Loader(local).registry())
            except (ValueError, TypeError, KeyError, AttributeError):
                cards = None
    loader = _Loader(local)
    catalogue = _load(loader, _code_key)
    if not loader.failures:
        cache.store(place, os.pathsep.join(loader.every_root))
        cache.store(f"catalogue:{catalogue.key}", dump_catalogue(catalogue))
    return catalogue


def _load(loader: "_Loader", key_of: Callable[[Iterable[str]], str]) -> Catalogue:
    """Import the rules and say what they are."""
    registry = loader.registry()
    return Catalogue(
        key_of(loader.every_root),
        _cards(registry, loader.cards),
        registry.ids_by_name,
        loader.presets,
        tuple(loader.failures),
        lambda: registry,
    )


def known_roots(cache: Cache) -> tuple[str, ...]:
    """Return the directories of this program's and its plugins' code, empty when a plugin did not load."""
    known = cache.value(f"plugins:{_path_key()}")
    return tuple(known.split(os.pathsep)) if known else ()


def _path_key() -> str:
    """Return the identity of what is installed where this interpreter looks.

    A directory without distributions, such as the top of a checkout that is installed editable, counts by its name
    alone: files come and go there.
    """
    parts = [sys.version, hive_guardian.__version__]
    for entry in sys.path:
        place = entry or "."
        is_checkout = os.path.isdir(place) and not holds_distributions(place)  # noqa: PTH112 - runs on every start
        try:
            parts.append(entry if is_checkout else f"{entry}:{os.stat(place).st_mtime_ns}")  # noqa: PTH116 - as above
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


def _cards(registry: "Registry", known: Mapping[str, RuleCard]) -> dict[str, RuleCard]:
    """Return a card for each rule; of those known from a smaller registry only the aliases can have changed."""
    found: dict[str, RuleCard] = {}
    for code, rule in registry.rules.items():
        card = known.get(code) or _card(rule)
        found[code] = replace(card, facts=replace(card.facts, aliases=registry.other_names.get(code, ())))
    return found


def _card(rule: "type[Rule]") -> RuleCard:
    from hive_guardian.config.options import facts_of  # the warm path knows the cards
    from hive_guardian.engine.registry import rule_info
    from hive_guardian.model.rule import ProjectRule, State

    return RuleCard(
        facts_of(rule), rule_info(rule), rule.reads_today, issubclass(rule, ProjectRule), rule.state is State.ALWAYS
    )


class _Loader:
    """Loads plugins one by one, so that a bad one is named and takes no other with it."""

    def __init__(self, local: LocalRules) -> None:
        self.local = local
        self.failures: list[PluginError] = []
        self.roots: set[str] = set()
        self.presets: dict[str, str] = {}
        self.cards: dict[str, RuleCard] = {}

    @property
    def every_root(self) -> list[str]:
        """The directories of the code that was loaded, and of this program, ordered."""
        return sorted({str(Path(hive_guardian.__file__).parent), *self.roots})

    def registry(self) -> "Registry":
        """Import every plugin and collect its rules; a plugin that takes an id of another brings nothing."""
        from hive_guardian.engine.registry import build_registry  # imports the rule model

        found: list[tuple[str, Sequence[type[Rule]]]] = []
        points = sorted(
            find_entry_points(), key=lambda point: (point.distribution != OWN, point.distribution, point.name)
        )
        for point in points:
            name = point.distribution
            try:
                module = point.load()
                manager = _hooks(module, name)
                rules = (*_rules_of(manager), *_declared_rules(manager))
                self.cards = _cards(build_registry([*found, (name, rules)]), self.cards)
                found.append((name, rules))
                for presets in manager.hook.register_presets():
                    self.presets.update(presets)
            except Exception as error:  # noqa: BLE001 - a plugin is foreign code: it is named, the others still load
                self.failures.append(_plugin_failure(point, error))
                continue
            self.roots.update(_package_roots(module))
        self._add_local(found)
        return build_registry(found)

    def _add_local(self, found: "list[tuple[str, Sequence[type[Rule]]]]") -> None:
        """Add the rules that no plugin brings, directory by directory."""
        every = self.local.every
        if not every:
            return
        from hive_guardian.bootstrap.local_rules import read_local_rules  # brings all of the declarative rules
        from hive_guardian.engine.registry import build_registry

        for name, directory, load in every:
            self.roots.add(str(directory))
            rules: Sequence[type[Rule]] = ()
            try:
                rules = read_local_rules(directory, load=load)
                self.cards = _cards(build_registry([*found, (name, rules)]), self.cards)
            except Exception as error:  # noqa: BLE001 - as a plugin: it is named, the others still load
                text = f"local rules {name} did not load: {type(error).__name__}: {error}"
                self.failures.append(PluginError(text))
                continue
            found.append((name, rules))
        for name, directory, _ in every:
            _add_rule_files(name, directory, found)


def _add_rule_files(name: str, directory: Path, found: "list[tuple[str, Sequence[type[Rule]]]]") -> None:
    """Add the rules without code of one directory, which are safe to load whoever wrote them.

    Raises:
        UsageError: a file is wrong, or takes the id or name of another rule.
    """
    from hive_guardian.bootstrap.rule_files import read_rule_files  # most projects have none

    taken = {key: source for source, rules in found for rule in rules for key in (rule.code, rule.name)}
    found += [(file, (rule,)) for file, rule in read_rule_files(directory, name, taken)]


def _declared_rules(manager: "PluginManager") -> "Iterable[type[Rule]]":
    """Compile the rules without code that a plugin brings."""
    files = [file for texts in manager.hook.register_declarative_rules() for file in texts]
    if not files:
        return ()
    from hive_guardian.bootstrap.rule_files import compile_rules  # few plugins bring any

    return compile_rules(files)


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


def _plugin_failure(point: EntryPoint, error: Exception) -> PluginError:
    return PluginError(
        f"plugin {point.distribution} ({point.name} = {point.value}) did not load: {type(error).__name__}: {error}; "
        "reinstall or remove it"
    )
