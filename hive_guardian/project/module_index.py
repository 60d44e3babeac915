"""From dotted names to files: which module of the project an import statement means."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from hive_guardian.model.facts import FileFacts, ImportFact
from hive_guardian.project.dotted import prefixes

_PATH_SEGMENTS = 2
"""A dotted path of one segment (`redis` for `redis/`) is more likely the distribution of that name."""


class Module(NamedTuple):
    """One Python file of the project.

    Attributes:
        path: root-relative POSIX path; its identity.
        name: dotted module name, empty for a file nobody can import.
        root: directory its dotted name counts from; equal names in different roots are different modules.
        is_package: the file is an `__init__`.
    """

    path: str
    name: str
    root: str
    is_package: bool

    @property
    def label(self) -> str:
        """What to call it in a message: the dotted name, else the path."""
        return self.name or self.path


class Located(NamedTuple):
    """The file a dotted name means.

    Attributes:
        path: root-relative POSIX path.
        rest: the segments of the name below the module, empty when the name is the module.
        certain: `False` when several roots offer the name and none is nearer to the importer.
    """

    path: str
    rest: str = ""
    certain: bool = True


class ModuleIndex:
    """Looks dotted names up the way the importing file would.

    Of several roots with equal module names the importer's own root wins, then the one that shares most leading
    directories with the importer. A name of the standard library is the project's only inside one root. A name
    that no root offers may still be a path from the project root (`apps.shop.api` for `apps/shop/api.py`).

    Attributes:
        modules: path -> module, ordered by path.
    """

    __slots__ = ("_ambiguous", "_by_name", "_by_path", "_deepest", "_namespaces", "_stdlib", "_tops", "modules")

    def __init__(self, facts: Iterable[FileFacts], *, stdlib: Collection[str] = ()) -> None:
        """Index the files.

        Args:
            facts: one entry per file, in any order.
            stdlib: top-level modules of the standard library.
        """
        self.modules: Mapping[str, Module] = {
            fact.path: Module(fact.path, fact.module, _root(fact), fact.is_package)
            for fact in sorted(facts, key=lambda fact: fact.path)
        }
        self._stdlib = frozenset(stdlib)
        self._by_name: dict[str, dict[str, str]] = {}
        self._by_path: dict[str, str] = {}
        self._deepest: dict[str, Located | None] = {}
        for module in sorted(self.modules.values(), key=_preference):
            if module.name:
                self._by_name.setdefault(module.name, {}).setdefault(module.root, module.path)
            dotted = _dotted_path(module.path)
            if dotted.count(".") + 1 >= _PATH_SEGMENTS:
                self._by_path.setdefault(dotted, module.path)
        self._namespaces = {parent for name in self._by_name for parent in prefixes(name)}
        self._tops = {name.partition(".")[0] for name in (*self._by_name, *self._by_path)}
        # what may mean one module to one file and another, or none, to the next
        self._ambiguous = {name for name, roots in self._by_name.items() if len(roots) > 1 or self.is_stdlib(name)}

    def owns(self, dotted: str) -> bool:
        """Whether the name is a module of the project or a package directory above one."""
        return dotted in self._namespaces

    def is_stdlib(self, dotted: str) -> bool:
        """Whether the name lies in a module of the standard library."""
        return dotted.partition(".")[0] in self._stdlib

    def find(self, dotted: str, importer: str = "") -> Located | None:
        """The module of exactly that name, as a file at `importer` would see it."""
        roots = self._by_name.get(dotted)
        if roots is None:
            return None
        own = self.modules.get(importer)
        if own is not None and own.root in roots:
            return Located(roots[own.root])
        if self.is_stdlib(dotted):
            return None
        if len(roots) == 1:
            return Located(next(iter(roots.values())))
        ranked = sorted((-_shared(path, importer), path) for path in roots.values())
        return Located(ranked[0][1], certain=ranked[0][0] != ranked[1][0])

    def deepest(self, dotted: str, importer: str = "") -> Located | None:
        """The module of that name or of its nearest parent that is a module, with the segments left over."""
        if dotted in self._deepest:
            return self._deepest[dotted]
        found = self._search(dotted, importer) if dotted.partition(".")[0] in self._tops else None
        if not self._ambiguous or self._ambiguous.isdisjoint(prefixes(dotted)):
            self._deepest[dotted] = found
        return found

    def _search(self, dotted: str, importer: str) -> Located | None:
        name = dotted
        while name:
            found = self.find(name, importer) if name in self._by_name else None
            if found is not None:
                return Located(found.path, dotted[len(name) + 1 :], found.certain)
            name = name.rpartition(".")[0]
        for prefix in prefixes(dotted):
            path = self._by_path.get(prefix)
            if path is not None:
                return Located(path, dotted[len(prefix) + 1 :])
        return None

    def locate(self, fact: ImportFact, importer: str) -> Located | None:
        """The module an import statement means: the submodule if it exists, else the package, else its nearest parent.

        Returns:
            `None` when the target is not part of the project, or a relative import leaves it.
        """
        return self.deepest(member(fact), importer) if fact.module else None


def member(fact: ImportFact) -> str:
    """The full dotted name an import statement asks for: `a.b` for `from a import b`, `a` for `from a import *`."""
    return f"{fact.module}.{fact.name}" if fact.name and fact.name != "*" else fact.module


def _root(fact: FileFacts) -> str:
    parts = fact.path.split("/")
    depth = (fact.module.count(".") + 1 if fact.module else 0) + (1 if fact.is_package else 0)
    return "/".join(parts[: -max(depth, 1)])


def _dotted_path(path: str) -> str:
    return path.rpartition(".")[0].removesuffix("/__init__").replace("/", ".")


def _preference(module: Module) -> tuple[bool, bool, str]:
    """Source before stub, package before module of the same name, then by path."""
    return (module.path.endswith(".pyi"), not module.is_package, module.path)


def _shared(path: str, other: str) -> int:
    """How many leading directories two files share."""
    shared = 0
    for left, right in zip(path.split("/")[:-1], other.split("/")[:-1], strict=False):
        if left != right:
            break
        shared += 1
    return shared
