"""The import graph: who imports whom, when, and where that is written (golden-rules.md 4.8).

There are no implicit edges to parent packages: `import a.b` is an edge to `a.b` only, and `from . import sibling`
is an edge to the sibling. Everything is ordered by path, line and column.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import pairwise
from operator import attrgetter, itemgetter
from typing import NamedTuple, TypeVar

from hive_guardian.model.facts import EdgeKind, FileFacts, ImportFact
from hive_guardian.project import connectivity
from hive_guardian.project.dotted import DottedSet
from hive_guardian.project.module_index import Module, ModuleIndex, member

ALL_KINDS = frozenset(EdgeKind)


class Edge(NamedTuple):
    """One imported name: an edge of the graph.

    Attributes:
        importer: node that imports: the path of the file, or the owner's name in a squashed graph.
        imported: node that is imported, likewise.
        name: what is taken from the imported module, dotted; empty for the module itself, `*` for a star import.
        fact: the statement.
        path: the file the statement stands in.
        certain: `False` when the module name is ambiguous between several roots.
    """

    importer: str
    imported: str
    name: str
    fact: ImportFact
    path: str
    certain: bool = True

    @property
    def kind(self) -> EdgeKind:
        """When the import happens."""
        return self.fact.kind

    @property
    def statement(self) -> tuple[str, int, int]:
        """Path, line and column of the import statement: its identity and its place in every order."""
        return (self.path, self.fact.line, self.fact.column)


class ExternalImport(NamedTuple):
    """An import of something that is not part of the project.

    Attributes:
        importer: path of the importing file.
        top: top-level module, `google` for `google.cloud.storage`.
        target: full dotted name, the imported member included.
        fact: the statement.
    """

    importer: str
    top: str
    target: str
    fact: ImportFact


Import = TypeVar("Import", Edge, ExternalImport)


class ImportGraph:
    """The import edges of a project, by importer and by imported module.

    A graph never changes; `filter` and `squash` return new ones.

    Attributes:
        modules: node -> module, ordered by path; of a squashed graph, one entry per owner with its first file.
        edges: ordered by path, line, column.
        externals: imports that leave the project, in the same order.
        index: how dotted names were resolved.
    """

    __slots__ = ("_adjacency", "_by_top", "_incoming", "_outgoing", "edges", "externals", "index", "modules")

    def __init__(
        self,
        modules: Mapping[str, Module],
        edges: Iterable[Edge],
        externals: tuple[ExternalImport, ...],
        index: ModuleIndex,
    ) -> None:
        """Index the edges; use `build_graph` to make a graph from files."""
        self.modules = modules
        self.edges = tuple(edges)
        self.externals = externals
        self.index = index
        self._outgoing: dict[str, list[Edge]] | None = None
        self._incoming: dict[str, list[Edge]] | None = None
        self._adjacency: dict[str, dict[str, Edge]] | None = None
        self._by_top: dict[str, list[tuple[int, ExternalImport]]] | None = None

    def imports_of(self, node: str) -> tuple[Edge, ...]:
        """What a node imports, in source order; empty for an unknown node."""
        return tuple(self._by_importer().get(node, ()))

    def importers_of(self, node: str) -> tuple[Edge, ...]:
        """Who imports a node, by path and line; empty for an unknown node."""
        if self._incoming is None:
            self._incoming = {}
            for edge in self.edges:
                self._incoming.setdefault(edge.imported, []).append(edge)
        return tuple(self._incoming.get(node, ()))

    def externals_below(self, tops: Collection[str]) -> tuple[ExternalImport, ...]:
        """The external imports whose top-level module matches one of some names or patterns, in order."""
        if self._by_top is None:
            self._by_top = {}
            for number, one in enumerate(self.externals):
                self._by_top.setdefault(one.top, []).append((number, one))
        wanted = DottedSet(tops)
        found = [pair for top, pairs in self._by_top.items() if wanted.matches(top) for pair in pairs]
        return tuple(one for _, one in sorted(found, key=itemgetter(0)))

    def label(self, node: str) -> str:
        """What to call a node in a message."""
        module = self.modules.get(node)
        return module.label if module else node

    def filter(
        self,
        *,
        kinds: Collection[EdgeKind] = ALL_KINDS,
        keep: Callable[[Edge], bool] | None = None,
        keep_external: Callable[[ExternalImport], bool] | None = None,
    ) -> "ImportGraph":
        """The same modules with only some of the edges.

        Args:
            kinds: kinds of edges and external imports to keep.
            keep: which of those edges to keep.
            keep_external: which of those external imports to keep.
        """
        externals = tuple(_kept(self.externals, kinds, keep_external))
        return ImportGraph(self.modules, _kept(self.edges, kinds, keep), externals, self.index)

    def squash(self, owners: Mapping[str, str]) -> "ImportGraph":
        """One node per owner: edges inside an owner vanish, the others keep their statements.

        Args:
            owners: node -> owner; nodes without an entry are dropped, with their edges.
        """
        modules: dict[str, Module] = {}
        for node, module in self.modules.items():
            owner = owners.get(node)
            if owner is not None and owner not in modules:
                modules[owner] = Module(module.path, owner, module.root, module.is_package)
        return ImportGraph(modules, _squashed(self.edges, owners), (), self.index)

    def reachable(self, sources: Iterable[str]) -> frozenset[str]:
        """Every node the sources import, directly or not, and the sources themselves."""
        return connectivity.reachable(self.adjacency(), sources)

    def shortest_chain(
        self,
        sources: Iterable[str],
        targets: Collection[str],
        through: Callable[[str], bool] | None = None,
    ) -> tuple[Edge, ...]:
        """The edges of a shortest chain from a source to a target, empty when there is none.

        Args:
            sources: where chains may begin; the order decides between equally short ones.
            targets: where they may end.
            through: which nodes may lie between, `None` for all.
        """
        return self._along(connectivity.shortest_path(self.adjacency(), sources, targets, through))

    def cycles(self) -> tuple[tuple[str, ...], ...]:
        """The strongly connected components with at least two nodes: sorted components of sorted nodes."""
        return connectivity.strong_components(self.adjacency())

    def shortest_cycle(self, edge: Edge, within: Collection[str] | None = None) -> tuple[Edge, ...]:
        """A shortest cycle that begins with `edge`, empty when the edge lies on none.

        Args:
            edge: an edge of this graph.
            within: nodes the cycle may use, `None` for all.
        """
        through = None if within is None else within.__contains__
        back = self.shortest_chain((edge.imported,), (edge.importer,), through)
        return (edge, *back) if back else ()

    def edges_within(self, nodes: Collection[str]) -> tuple[Edge, ...]:
        """The edges between two of the nodes, ordered by path, line, column."""
        inside = frozenset(nodes)
        outgoing = self._by_importer()
        found = [edge for node in sorted(inside) for edge in outgoing.get(node, ()) if edge.imported in inside]
        return tuple(sorted(found, key=lambda edge: edge.statement))

    def cheapest_cut(self, nodes: Collection[str]) -> Edge | None:
        """The edge of a cycle that costs least to remove.

        The cost of an edge is the number of import statements between its two ends. Of equal ones, a module that
        takes something from a package above it comes first, because the way down is how packages are made; then the
        path and line of the first statement decide.

        Args:
            nodes: one of `cycles()`.

        Returns:
            The first import of the cheapest pair, `None` when the nodes have no edge.
        """
        pairs: dict[tuple[str, str], list[Edge]] = {}
        for edge in self.edges_within(nodes):
            pairs.setdefault((edge.importer, edge.imported), []).append(edge)

        def cost(edges: list[Edge]) -> tuple[int, bool, tuple[str, int, int], str]:
            first = edges[0]
            statements = len({edge.statement for edge in edges})
            return statements, not self._climbs(first), first.statement, first.imported

        return min(pairs.values(), key=cost)[0] if pairs else None

    def _climbs(self, edge: Edge) -> bool:
        """Whether a module imports a package above it."""
        above = self.modules[edge.imported].name
        return bool(above) and self.modules[edge.importer].name.startswith(f"{above}.")

    def opens(self, edge: Edge, nodes: Collection[str]) -> bool:
        """Whether no circle is left among some nodes once one of them no longer imports the other.

        Args:
            edge: from the one to the other; every import between the two goes.
            nodes: one of `cycles()`.
        """
        inside, linked = frozenset(nodes), self.adjacency()
        left = {
            node: [one for one in linked[node] if one in inside and (node, one) != (edge.importer, edge.imported)]
            for node in sorted(inside)
        }
        return not connectivity.strong_components(left)

    def adjacency(self) -> Mapping[str, Mapping[str, Edge]]:
        """Node -> the nodes it imports, each with the first edge that does so; in source order."""
        if self._adjacency is None:
            self._adjacency = {node: {} for node in self.modules}
            for edge in self.edges:
                self._adjacency[edge.importer].setdefault(edge.imported, edge)
        return self._adjacency

    def _by_importer(self) -> Mapping[str, list[Edge]]:
        if self._outgoing is None:
            self._outgoing = {}
            for edge in self.edges:
                self._outgoing.setdefault(edge.importer, []).append(edge)
        return self._outgoing

    def _along(self, path: tuple[str, ...]) -> tuple[Edge, ...]:
        linked = self.adjacency()
        return tuple(linked[left][right] for left, right in pairwise(path))


_POSITION = attrgetter("line", "column")


def build_graph(facts: Iterable[FileFacts], *, stdlib: Collection[str] = ()) -> ImportGraph:
    """Build the import graph of a project.

    Args:
        facts: one entry per file, in any order.
        stdlib: top-level modules of the standard library: a project module of such a name is only seen from its
            own root.
    """
    files = sorted(facts, key=lambda fact: fact.path)
    index = ModuleIndex(files, stdlib=stdlib)
    edges: list[Edge] = []
    externals: list[ExternalImport] = []
    for file in files:
        for fact in sorted(file.imports, key=_POSITION):
            found = index.locate(fact, file.path)
            if found is None:
                if fact.module:
                    externals.append(ExternalImport(file.path, fact.module.partition(".")[0], member(fact), fact))
            elif found.path != file.path:
                name = found.rest or ("*" if fact.name == "*" else "")
                edges.append(Edge(file.path, found.path, name, fact, file.path, found.certain))
    return ImportGraph(index.modules, edges, tuple(externals), index)


def _kept(
    found: Iterable[Import], kinds: Collection[EdgeKind], keep: Callable[[Import], bool] | None
) -> Iterable[Import]:
    """Return those imports that are of some kinds and wanted."""
    if kinds is not ALL_KINDS:
        found = (one for one in found if one.fact.kind in kinds)
    return found if keep is None else filter(keep, found)


def _squashed(edges: Iterable[Edge], owners: Mapping[str, str]) -> Iterator[Edge]:
    for edge in edges:
        importer = owners.get(edge.importer)
        imported = owners.get(edge.imported)
        if importer is not None and imported is not None and importer != imported:
            yield Edge(importer, imported, edge.name, edge.fact, edge.path, edge.certain)
