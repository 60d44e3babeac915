"""The class hierarchy of a project: who derives from whom, as far as the source says (golden-rules.md 4.9)."""

from collections.abc import Iterable, Iterator
from dataclasses import field
from enum import StrEnum
from operator import attrgetter
from typing import NamedTuple

from hive_guardian.model.facts import ClassFact, ClassKind
from hive_guardian.model.frozen_class import frozen, mutable
from hive_guardian.project.ancestry import LIBRARY_KINDS, canonical, library_bases
from hive_guardian.project.dotted import DottedSet, is_wild
from hive_guardian.project.symbols import Symbol, SymbolIndex

_POSITION = attrgetter("line", "column")
_INHERITED = frozenset(
    {ClassKind.ENUM, ClassKind.MODEL, ClassKind.DATACLASS, ClassKind.TYPED_DICT, ClassKind.NAMED_TUPLE}
)
"""Kinds a subclass keeps; whoever derives from a Protocol or an ABC is an implementation."""


class Truth(StrEnum):
    """An answer that may be missing."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class ClassEntry(NamedTuple):
    """One class of the project.

    Attributes:
        path: the file it stands in.
        module: dotted name of that file, may be empty.
        fact: what the file says about it.
    """

    path: str
    module: str
    fact: ClassFact

    @property
    def name(self) -> str:
        """Dotted name, `pkg.errors.Outer.Inner`."""
        return f"{self.module}.{self.fact.name}" if self.module else self.fact.name


Ancestor = ClassEntry | str
"""A class of the project, or the canonical name of one from a library."""


@frozen
class _Base:
    """One base of a class.

    Attributes:
        choices: what it may be, `None` for something unknown; never empty.
        written: the names the file uses for it.
    """

    choices: tuple[Ancestor | None, ...]
    written: tuple[str, ...]


@mutable
class _Climb:
    """A visit to the ancestors of one class.

    Attributes:
        order: the ancestors, nearest first, beginning with the class itself.
        names: their names, as defined and as written.
        complete: whether no ancestor stayed unknown.
        forked: whether a base may be several things.
    """

    order: list[Ancestor]
    names: set[str] = field(default_factory=set)
    complete: bool = True
    forked: bool = False


@frozen
class _Lineage:
    """Everything known about the ancestors of one class, itself included.

    Attributes:
        certain: names of the ancestors that every reading of the source agrees on.
        possible: names of those that some reading gives, the certain ones included.
        complete: whether no ancestor stayed unknown.
        kinds: kinds the certain ancestors hand down, nearest first.
    """

    certain: frozenset[str]
    possible: frozenset[str]
    complete: bool
    kinds: tuple[ClassKind, ...]


class ClassIndex:
    """The classes of a project and their ancestors, re-exports followed, cycles survived.

    Attributes:
        classes: ordered by path, line, column.
        symbols: how names are followed to definitions.
    """

    __slots__ = ("_by_line", "_by_place", "_lineages", "_read", "classes", "symbols")

    def __init__(self, symbols: SymbolIndex) -> None:
        """Index the classes of every file."""
        self.symbols = symbols
        self.classes = tuple(
            ClassEntry(path, facts.module, fact)
            for path, facts in symbols.files.items()
            for fact in sorted(facts.classes, key=_POSITION)
        )
        self._by_place: dict[tuple[str, str], list[ClassEntry]] = {}
        for entry in self.classes:
            self._by_place.setdefault((entry.path, entry.fact.name), []).append(entry)
        self._by_line: dict[tuple[str, int], ClassEntry] | None = None
        self._lineages: dict[tuple[str, str, int], _Lineage] = {}
        self._read: dict[tuple[str, str, int], tuple[_Base, ...]] = {}

    def find(self, dotted: str, importer: str = "") -> tuple[ClassEntry, ...]:
        """The classes a dotted name may mean, in order of path and line; empty when it means none of the project."""
        found = [entry for symbol in self.symbols.meanings(dotted, importer) for entry in self._at(symbol)]
        return tuple(sorted(found, key=_place))

    def at(self, path: str, line: int) -> ClassEntry | None:
        """The class whose `class` keyword stands on a line."""
        if self._by_line is None:
            self._by_line = {(entry.path, entry.fact.line): entry for entry in self.classes}
        return self._by_line.get((path, line))

    def derives_from(self, entry: ClassEntry, targets: Iterable[str]) -> Truth:
        """Whether a class is, or inherits from, one of the targets.

        Args:
            entry: the class.
            targets: dotted names (re-exports allowed) or patterns; builtins with or without `builtins.`.

        Returns:
            `UNKNOWN` when an ancestor cannot be resolved and could be a target, or when only some reading of
            conditional definitions says yes.
        """
        return self._judge(entry, self._normalise(targets))

    def subclasses_of(self, targets: Iterable[str]) -> tuple[ClassEntry, ...]:
        """The classes that certainly derive from a target, the targets themselves included, by path and line."""
        wanted = self._normalise(targets)
        return tuple(entry for entry in self.classes if self._judge(entry, wanted) is Truth.YES)

    def superclasses(self, entry: ClassEntry) -> tuple[ClassEntry, ...]:
        """The classes of the project that a class inherits from by some reading of the source, nearest first."""
        order = self._climb(entry, certain_only=False).order[1:]
        return tuple(ancestor for ancestor in order if isinstance(ancestor, ClassEntry))

    def is_exception(self, entry: ClassEntry) -> Truth:
        """Whether a class derives from `BaseException`."""
        return self.derives_from(entry, ("BaseException",))

    def kind(self, entry: ClassEntry) -> ClassKind:
        """What a class is, by its own bases and decorators, else by what its ancestors hand down."""
        if entry.fact.kind is not ClassKind.PLAIN:
            return entry.fact.kind
        return next(iter(self._lineage(entry).kinds), ClassKind.PLAIN)

    def ancestors(self, entry: ClassEntry) -> frozenset[str]:
        """The names of the certain ancestors, itself included: as defined, and as written in the sources."""
        return self._lineage(entry).certain

    def _judge(self, entry: ClassEntry, targets: DottedSet) -> Truth:
        lineage = self._lineage(entry)
        if any(targets.matches(name) for name in lineage.certain):
            return Truth.YES
        if not lineage.complete or any(targets.matches(name) for name in lineage.possible):
            return Truth.UNKNOWN
        return Truth.NO

    def _normalise(self, targets: Iterable[str]) -> DottedSet:
        names: set[str] = set()
        for target in targets:
            names.add(canonical(target))
            if not is_wild(target):
                names.update(self.symbols.resolve(target))
        return DottedSet(sorted(names))

    def _lineage(self, entry: ClassEntry) -> _Lineage:
        place = _place(entry)
        known = self._lineages.get(place)
        if known is None:
            possible = certain = self._climb(entry, certain_only=False)
            if possible.forked:
                certain = self._climb(entry, certain_only=True)
            kinds = tuple(self._handed_down(entry, certain.order))
            known = _Lineage(frozenset(certain.names), frozenset(possible.names), possible.complete, kinds)
            self._lineages[place] = known
        return known

    def _climb(self, entry: ClassEntry, *, certain_only: bool) -> _Climb:
        """Visit the ancestors breadth first; with `certain_only` not through bases that may be several things."""
        climb = _Climb([entry])
        seen: set[object] = {_place(entry)}
        for node in climb.order:
            climb.names.add(node if isinstance(node, str) else node.name)
            bases = self._bases(node)
            climb.complete = climb.complete and bases is not None
            for base in bases or ():
                if len(base.choices) > 1:
                    climb.forked = True
                    if certain_only:
                        continue
                climb.names.update(base.written)
                climb.complete = climb.complete and None not in base.choices
                for choice in base.choices:
                    identity = _place(choice) if isinstance(choice, ClassEntry) else choice
                    if choice is not None and identity not in seen:
                        seen.add(identity)
                        climb.order.append(choice)
        return climb

    def _handed_down(self, entry: ClassEntry, order: Iterable[Ancestor]) -> Iterator[ClassKind]:
        for base in self._bases(entry) or ():
            yield from (LIBRARY_KINDS[one] for one in base.choices if isinstance(one, str) and one in LIBRARY_KINDS)
        for ancestor in order:
            kind = LIBRARY_KINDS.get(ancestor) if isinstance(ancestor, str) else ancestor.fact.kind
            if kind in _INHERITED:
                yield kind

    def _bases(self, node: Ancestor) -> tuple[_Base, ...] | None:
        """The bases of a class, `None` for a library class nothing is known about."""
        if isinstance(node, str):
            bases = library_bases(node)
            return None if bases is None else tuple(_Base((base,), ()) for base in bases)
        known = self._read.get(_place(node))
        if known is None:
            choices = [[one for name in written for one in self._choices(node, name)] for written in node.fact.bases]
            known = tuple(
                _Base(tuple(found) or (None,), written) for found, written in zip(choices, node.fact.bases, strict=True)
            )
            self._read[_place(node)] = known
        return known

    def _choices(self, entry: ClassEntry, written: str) -> list[Ancestor | None]:
        """What a base name may be in the file of `entry`."""
        if written.startswith("builtins."):
            if library_bases(canonical(written)) is not None:
                return [canonical(written)]
            name = written.removeprefix("builtins.")
            around = entry.fact.name.rpartition(".")[0]
            siblings = self._by_place.get((entry.path, f"{around}.{name}"))
            if siblings:
                return list(siblings)
            written = f"{entry.module}.{name}"
        local = written.removeprefix(f"{entry.module}.")
        own = [one for one in self._by_place.get((entry.path, local), ()) if one is not entry]
        if own:
            return list(own)
        found: list[Ancestor | None] = []
        for symbol in self.symbols.meanings(written, entry.path):
            classes = [one for one in self._at(symbol) if one is not entry]
            found += classes if symbol.path else [canonical(symbol.name)]
            if symbol.path and not classes:
                found.append(None)
        return found

    def _at(self, symbol: Symbol) -> list[ClassEntry]:
        return self._by_place.get((symbol.path, symbol.member), []) if symbol.path else []


def _place(entry: ClassEntry) -> tuple[str, str, int]:
    return (entry.path, entry.fact.name, entry.fact.line)
