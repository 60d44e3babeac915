"""Where a name is defined: re-exports and star imports followed across the project (golden-rules.md 4.10)."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from hive_guardian.model.facts import FileFacts
from hive_guardian.project.dotted import DottedSet, is_wild
from hive_guardian.project.module_index import ModuleIndex

Binding = tuple[str, tuple[str, ...]]
"""A module-level name and what it stands for."""


class Symbol(NamedTuple):
    """Something a dotted name may mean.

    Attributes:
        name: dotted name where it is defined.
        path: the defining file, empty for what is not part of the project.
        member: the name inside the file, empty for the module itself.
    """

    name: str
    path: str = ""
    member: str = ""


class SymbolIndex:
    """Follows dotted names to their definitions.

    A name with several bindings (`try`/`except ImportError`) has several meanings; a name that only a foreign star
    import can provide has none.

    Attributes:
        modules: how dotted names find files.
        files: path -> facts, ordered by path.
    """

    __slots__ = ("_bindings", "_defined", "_star_names", "_stars", "files", "modules")

    def __init__(self, facts: Iterable[FileFacts], modules: ModuleIndex) -> None:
        """Index the module-level names of every file."""
        self.modules = modules
        self.files: Mapping[str, FileFacts] = {fact.path: fact for fact in sorted(facts, key=lambda fact: fact.path)}
        self._bindings = {path: dict(fact.bindings) for path, fact in self.files.items()}
        self._defined: dict[str, frozenset[str]] = {}
        self._stars = {path: tuple(self._star_sources(fact)) for path, fact in self.files.items()}
        self._star_names: dict[str, frozenset[str]] = {}

    def meanings(self, dotted: str, importer: str = "") -> tuple[Symbol, ...]:
        """What a dotted name may mean, re-exports followed to the definition.

        Args:
            dotted: an absolute dotted name.
            importer: the file that uses it; decides between roots with equal module names.

        Returns:
            Sorted; the name itself when nothing is known about it, empty when only a foreign star import could
            provide it.
        """
        return tuple(sorted(self._follow(dotted, importer)[0]))

    def resolve(self, dotted: str, importer: str = "") -> frozenset[str]:
        """The dotted names of `meanings`."""
        return frozenset(symbol.name for symbol in self._follow(dotted, importer)[0])

    def star_names(self, path: str) -> frozenset[str]:
        """The names `from <module> import *` binds."""
        known = self._star_names.get(path)
        if known is None:
            known = self._star_names[path] = frozenset(self._collect_star_names(path))
        return known

    def public_names(self, path: str) -> tuple[str, ...]:
        """The sorted names a module offers to others.

        With a literal `__all__` its names; without one the names defined there that have no leading underscore,
        and for a package also what its `__init__` takes from modules of the project.
        """
        fact = self.files[path]
        if fact.exports is not None:
            return tuple(sorted(set(fact.exports)))
        names = set(self._definitions(path))
        if fact.is_package:
            names |= {
                name for name, targets in fact.bindings if any(self.modules.deepest(one, path) for one in targets)
            }
            for source in self._stars[path]:
                names |= self.star_names(source) if source else frozenset()
        return tuple(sorted(name for name in names if not name.startswith("_")))

    def re_exports_of(self, targets: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Every name of the project that denotes one of the targets without being spelled like it.

        `pkg.compat.run` for the target `os.system` when `pkg.compat` says `from os import system as run`. A target that
        is a re-export itself makes its definition, and the other re-exports of that definition, denote it too.

        Args:
            targets: dotted names or patterns.

        Returns:
            Alias -> sorted names of targets it denotes, ordered by alias. A module bound in another module counts
            only where somebody imports it from there (`from pkg.compat import os`).
        """
        patterns = DottedSet(targets)
        found: dict[str, set[str]] = {}
        bindings = {binding for fact in self.files.values() for binding in fact.bindings}
        renamed = _renamed(bindings)
        names = _spellings(self._last_segments(patterns, bindings), renamed)
        candidates = {name: self._follow(name, path) for name, path in self._candidates(names)}
        for name, (_, trail) in candidates.items():
            hits = {one for one in trail if patterns.matches(one)} - {name}
            if hits:
                found.setdefault(name, set()).update(hits)
        self._add_shared_definitions(patterns, candidates, found)
        self._add_members_of_modules(patterns, renamed, found)
        return {alias: tuple(sorted(found[alias])) for alias in sorted(found) if not patterns.matches(alias)}

    def _add_shared_definitions(
        self,
        patterns: DottedSet,
        candidates: Mapping[str, tuple[set[Symbol], set[str]]],
        found: dict[str, set[str]],
    ) -> None:
        names = {name for name in patterns.patterns if not is_wild(name)} | set(filter(patterns.matches, candidates))
        denoted: dict[Symbol, set[str]] = {}
        for name in names:
            meanings = candidates[name][0] if name in candidates else self._follow(name, "")[0]
            symbol = next(iter(meanings)) if len(meanings) == 1 else None
            if symbol is not None and symbol.path and symbol.name != name:
                denoted.setdefault(symbol, set()).add(name)
        for symbol, targets in denoted.items():
            found.setdefault(symbol.name, set()).update(targets)
        for name, (meanings, _) in candidates.items():
            for symbol in meanings if len(meanings) == 1 else ():
                if symbol in denoted:
                    found.setdefault(name, set()).update(denoted[symbol] - {name})

    def _add_members_of_modules(
        self, patterns: DottedSet, renamed: Mapping[str, set[str]], found: dict[str, set[str]]
    ) -> None:
        known = {name: {name} for name in patterns.patterns if not is_wild(name)} | found
        parents: dict[str, list[str]] = {}
        for name in known:
            parents.setdefault(name.rpartition(".")[0], []).append(name)
        segments = {parent.rpartition(".")[2] for parent in parents}
        # a package may lie in a directory of another name, which imports can spell as well
        segments |= {_last_part(path) for path, fact in self.files.items() if fact.module and fact.module in parents}
        for path, name in sorted(self._taken_from_modules(_spellings(segments, renamed))):
            alias = f"{self.files[path].module}.{name}"
            for module in self.resolve(alias, path) - {alias}:
                for target in parents.get(module, ()):
                    found.setdefault(alias + target[len(module) :], set()).update(known[target])

    def _taken_from_modules(self, names: Collection[str]) -> set[tuple[str, str]]:
        """(path, name) of each bound name among these that another file imports from there."""
        taken: set[tuple[str, str]] = set()
        for path, fact in self.files.items():
            for one in fact.imports:
                if one.name in names and one.module:
                    found = self.modules.deepest(one.module, path)
                    if found is not None and one.name in self._bindings[found.path]:
                        taken.add((found.path, one.name))
        return taken

    def _candidates(self, names: set[str]) -> Iterator[tuple[str, str]]:
        """(dotted name, path) of the names among these that a file binds, itself or by a star import."""
        for path, fact in self.files.items():
            bound = names.intersection(self._bindings[path])
            for source in self._stars[path]:
                bound |= names & self.star_names(source) if source else frozenset()
            if bound and fact.module:
                yield from ((f"{fact.module}.{name}", path) for name in sorted(bound))

    def _last_segments(self, patterns: DottedSet, bindings: Iterable[Binding]) -> set[str]:
        """The last segments of the targets; of a pattern, those of the names in the project that match it."""
        segments = {pattern.rpartition(".")[2] for pattern in patterns.patterns if not is_wild(pattern)}
        wild = DottedSet(filter(is_wild, patterns.patterns))
        if not wild:
            return segments
        tops = wild.tops
        is_open = any(map(is_wild, tops))
        for target in {target for _, targets in bindings for target in targets}:
            if (is_open or target.partition(".")[0] in tops) and wild.matches(target):
                segments.add(target.rpartition(".")[2])
        for path, fact in self.files.items():
            if is_open or fact.module.partition(".")[0] in tops:
                names = self._definitions(path) | self._bindings[path].keys()
                segments.update(name for name in names if wild.matches(f"{fact.module}.{name}"))
        return segments

    def _follow(self, dotted: str, importer: str) -> tuple[set[Symbol], set[str]]:
        """The meanings of a name, and every name passed on the way."""
        meanings: set[Symbol] = set()
        trail: set[str] = set()
        seen = {(dotted, importer)}
        work = [(dotted, importer)]
        while work:
            name, origin = work.pop()
            trail.add(name)
            symbol, further = self._step(name, origin)
            if symbol is not None:
                meanings.add(symbol)
                trail.add(symbol.name)
            fresh = [state for state in further if state not in seen]
            seen.update(fresh)
            work += fresh
        if not meanings and len(seen) > 1 and self._is_circular(seen):
            meanings.add(Symbol(dotted))
        return meanings, trail

    def _is_circular(self, states: Iterable[tuple[str, str]]) -> bool:
        """Whether names only lead to each other, as opposed to ending in a foreign star import."""
        return all(self._step(name, origin)[1] for name, origin in states)

    def _step(self, dotted: str, importer: str) -> tuple[Symbol | None, list[tuple[str, str]]]:
        """What a name means where it is bound: a definition, or names of other modules, or both."""
        found = self.modules.deepest(dotted, importer)
        if found is None or not found.certain:
            return Symbol(dotted), []
        module = self.modules.modules[found.path].name
        if not found.rest:
            return Symbol(module or dotted, found.path), []
        symbol = Symbol(f"{module}.{found.rest}" if module else dotted, found.path, found.rest)
        name, dot, tail = found.rest.partition(".")
        further = [(target + dot + tail, found.path) for target in self._bindings[found.path].get(name, ())]
        if name in self._definitions(found.path):
            return symbol, further
        offered = (source for source in self._stars[found.path] if source and name in self.star_names(source))
        further += [(f"{self.files[source].module}.{found.rest}", source) for source in offered]
        if further:
            return None, further
        return (None if "" in self._stars[found.path] else symbol), []

    def _definitions(self, path: str) -> frozenset[str]:
        """The names a module defines at its top level; of most nobody asks."""
        known = self._defined.get(path)
        if known is None:
            known = self._defined[path] = _defined(self.files[path])
        return known

    def _star_sources(self, fact: FileFacts) -> Iterator[str]:
        """Paths of the modules a file star-imports, empty for a foreign one."""
        for one in fact.imports:
            if one.name == "*":
                found = self.modules.deepest(one.module, fact.path) if one.module else None
                yield found.path if found is not None and not found.rest else ""

    def _collect_star_names(self, path: str) -> Iterator[str]:
        seen = {path}
        work = [path]
        while work:
            current = work.pop()
            exports = self.files[current].exports
            if exports is not None:
                yield from exports
                continue
            own = self._definitions(current) | self._bindings[current].keys()
            yield from (name for name in own if not name.startswith("_"))
            fresh = [source for source in self._stars[current] if source and source not in seen]
            seen.update(fresh)
            work += fresh


def _last_part(path: str) -> str:
    """Return what the path of a module calls it."""
    return path.rpartition(".")[0].removesuffix("/__init__").rpartition("/")[2]


def _renamed(bindings: Iterable[Binding]) -> dict[str, set[str]]:
    """Return last segment -> the other names that something of that last segment is bound to."""
    renamed: dict[str, set[str]] = {}
    for name, targets in bindings:
        for target in targets:
            segment = target.rpartition(".")[2]
            if segment != name:
                renamed.setdefault(segment, set()).add(name)
    return renamed


def _spellings(segments: Iterable[str], renamed: Mapping[str, set[str]]) -> set[str]:
    """Return the names that can lead to something of these last segments: a cheap superset."""
    names = set(segments)
    pending = list(names)
    while pending:
        further = renamed.get(pending.pop(), set()) - names
        names |= further
        pending += further
    return names


def _defined(fact: FileFacts) -> frozenset[str]:
    top_level = (one.name for one in fact.classes if "." not in one.name)
    return frozenset((*fact.definitions, *top_level, *(one.name for one in fact.functions)))
