"""Which files an element of a contract stands for: directories, components, dotted names (golden-rules.md 4.18)."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from hive_guardian.model.facts import FileFacts
from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.components import Component, ComponentModel
from hive_guardian.project.contracts import Element
from hive_guardian.project.dotted import is_wild, matches, prefixes
from hive_guardian.project.globs import GlobSet
from hive_guardian.project.graph import ImportGraph
from hive_guardian.project.module_index import ModuleIndex


@frozen
class Part:
    """What one element, or one match of a wildcard, stands for.

    Attributes:
        label: its name in messages: a component's name, a directory or a dotted name; its identity.
        paths: its Python files.
        roots: dotted names of its import packages, or of the module itself.
        directory: root-relative directory of a component, empty for anything else.
    """

    label: str
    paths: frozenset[str]
    roots: tuple[str, ...] = ()
    directory: str = ""


class ElementResolver:
    """Resolves elements against one project.

    A pattern with a slash is a glob of component directories, else of directories, else of files. Any other pattern is
    tried as dotted name of modules and packages, then as directory, then as name of a component or distribution.

    Attributes:
        graph: the modules of the project.
        components: the component model.
        facts: path -> facts; says what packages publish.
    """

    __slots__ = ("_below", "_components", "_modules", "components", "facts", "graph")

    def __init__(
        self, graph: ImportGraph, components: ComponentModel, facts: Mapping[str, FileFacts] | None = None
    ) -> None:
        """Index modules and directories by name."""
        self.graph = graph
        self.components = components
        self.facts = facts or {}
        self._below: dict[str, set[str]] = {}
        self._modules: dict[str, set[str]] = {}
        self._components: dict[str, set[str]] = {component.directory: set() for component in components.components}
        for path, module in graph.modules.items():
            self._components.setdefault(components.owner(path).directory, set()).add(path)
            for parent in prefixes(module.name):
                self._modules.setdefault(parent, set()).add(path)
            directory = path
            while directory:
                directory = directory.rpartition("/")[0]
                self._below.setdefault(directory, set()).add(path)

    def resolve(self, element: Element, container: Part | None = None) -> tuple[Part, ...]:
        """The parts an element stands for, ordered by label; empty when it matches nothing.

        Args:
            element: from a contract.
            container: where the pattern starts from, `None` for the whole project.
        """
        found: dict[str, Part] = {}
        for pattern in _inside(element.pattern, container):
            for part in self._match(pattern):
                found.setdefault(part.label, part)
        return tuple(found[label] for label in sorted(found))

    def children(self, container: Part) -> tuple[str, ...]:
        """The dotted names one level below a container's import packages, sorted."""
        return tuple(
            sorted(name for name in self._modules for root in container.roots if name.rpartition(".")[0] == root)
        )

    def component_of(self, path: str) -> Component:
        """The component that owns a file."""
        return self.components.owner(path)

    def _match(self, pattern: str) -> list[Part]:
        tries: tuple[Callable[[str], Iterable[Part]], ...] = (self._by_directory, self._by_files)
        if "/" not in pattern and pattern != ".":
            tries = (self._by_module, self._by_directory, self._by_name)
        return next((found for one in tries if (found := list(one(pattern)))), [])

    def _by_module(self, pattern: str) -> Iterator[Part]:
        names = [name for name in self._modules if matches(pattern, name)] if is_wild(pattern) else [pattern]
        for name in names:
            if name in self._modules:
                yield Part(name, frozenset(self._modules[name]), (name,))

    def _by_directory(self, pattern: str) -> Iterator[Part]:
        glob = GlobSet((pattern.removesuffix("/**"),))
        components = [one for one in self.components.components if glob.matches(one.directory)]
        for component in components:
            yield self._component(component)
        if not components:
            for directory, paths in self._below.items():
                if directory and glob.matches(directory):
                    yield Part(directory, frozenset(paths))

    def _by_name(self, pattern: str) -> Iterator[Part]:
        glob = GlobSet((pattern,))
        for component in self.components.components:
            if glob.matches(component.name) or (component.distribution and glob.matches(component.distribution)):
                yield self._component(component)

    def _by_files(self, pattern: str) -> Iterator[Part]:
        glob = GlobSet((pattern,))
        paths = frozenset(path for path in self.graph.modules if glob.matches(path))
        if paths:
            yield Part(pattern, paths)

    def _component(self, component: Component) -> Part:
        paths = frozenset(self._components[component.directory])
        return Part(component.name, paths, tuple(sorted(component.import_packages)), component.directory)


def _inside(pattern: str, container: Part | None) -> tuple[str, ...]:
    """The patterns relative to the project that a pattern relative to a container stands for."""
    if container is None:
        return (pattern,)
    if "/" in pattern:
        return (f"{container.directory or container.label}/{pattern}",)
    return tuple(f"{root}.{pattern}" for root in container.roots)


def assign(parts: Iterable[Part]) -> dict[str, Part]:
    """Path -> the most specific part that has it: the one with the fewest files, then the longest label."""
    owners: dict[str, Part] = {}
    for part in sorted(parts, key=lambda part: (-len(part.paths), len(part.label), part.label)):
        owners.update(dict.fromkeys(part.paths, part))
    return owners


class PartNames:
    """Finds the part that a dotted name textually belongs to when no file offers the name."""

    __slots__ = ("_index", "_roots", "_spelled")

    def __init__(self, parts: Iterable[Part], index: ModuleIndex) -> None:
        """Index the parts by the dotted spelling of their directory and by their import packages."""
        self._index = index
        self._spelled: dict[str, Part] = {}
        self._roots: dict[str, Part] = {}
        for part in parts:
            spelled = part.directory.replace("/", ".").replace("-", "_")
            if "." in spelled:
                self._spelled.setdefault(spelled, part)
            for root in part.roots:
                self._roots.setdefault(root, part)

    @property
    def tops(self) -> frozenset[str]:
        """The first segments of the names that are found."""
        return frozenset(name.partition(".")[0] for name in (*self._spelled, *self._roots))

    def find(self, target: str) -> tuple[Part, bool] | None:
        """The part of a name, and whether that is certain.

        A name that spells a component's path (`apps.shop.api` for `apps/shop`) is certain; one that begins like an
        import package of the part is not, and one of the standard library belongs to no part.
        """
        if self._index.is_stdlib(target):
            return None
        for names, certain in ((self._spelled, True), (self._roots, False)):
            for prefix in prefixes(target):
                if prefix in names:
                    return names[prefix], certain
        return None
