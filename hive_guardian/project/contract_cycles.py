"""Cycles between the children of a package, generation by generation (GR43, contract `acyclic`)."""

from collections.abc import Iterator

from hive_guardian.project.contract_elements import ElementResolver
from hive_guardian.project.contract_zones import resolve_all
from hive_guardian.project.contracts import AcyclicContract
from hive_guardian.project.dotted import prefixes
from hive_guardian.project.graph import Edge, ImportGraph
from hive_guardian.project.module_index import Module, member
from hive_guardian.project.violation import Violation


def find_sibling_cycles(contract: AcyclicContract, resolver: ElementResolver, graph: ImportGraph) -> list[Violation]:
    """One violation per strongly connected component of siblings, at its cheapest import.

    An import counts in exactly one family of siblings: the children of the deepest package that holds both its ends.

    Raises:
        UsageError: an element that is not optional matches nothing.
    """
    parts = resolve_all(contract, resolver, contract.modules, "modules")
    tops = frozenset(root for part in parts for root in part.roots)
    families: dict[str, list[Edge]] = {}
    for edge in graph.edges:
        ends = graph.modules[edge.importer], graph.modules[edge.imported]
        package = _common_package(*ends)
        if package and ends[0].root == ends[1].root and _in_scope(package, tops, contract.depth):
            left, right = (_child(package, module.name) for module in ends)
            families.setdefault(package, []).append(Edge(left, right, edge.name, edge.fact, edge.path, edge.certain))
    return [found for package in sorted(families) for found in _cycles(contract, families[package], graph)]


def _cycles(contract: AcyclicContract, edges: list[Edge], graph: ImportGraph) -> Iterator[Violation]:
    names = sorted({name for edge in edges for name in (edge.importer, edge.imported)})
    family = ImportGraph({name: Module(name, name, "", is_package=False) for name in names}, edges, (), graph.index)
    for cycle in family.cycles():
        cut = family.cheapest_cut(cycle)
        if cut is not None:
            yield Violation(
                contract=contract,
                importer=cut.path,
                imported=member(cut.fact),
                from_element=cut.importer,
                to_element=cut.imported,
                fact=cut.fact,
                chain=family.shortest_cycle(cut, cycle),
                certain=cut.certain,
            )


def _common_package(left: Module, right: Module) -> str:
    """The deepest package both modules lie strictly below, empty when there is none."""
    common: list[str] = []
    for one, other in zip(left.name.split("."), right.name.split("."), strict=False):
        if one != other:
            return ".".join(common)
        common.append(one)
    return ""


def _in_scope(package: str, tops: frozenset[str], depth: int | None) -> bool:
    """Whether a package is one of the given ones, or at most `depth - 1` generations below one."""
    above = enumerate(prefixes(package), 1)
    return any(parent in tops and (depth is None or generation <= depth) for generation, parent in above)


def _child(package: str, name: str) -> str:
    return f"{package}.{name[len(package) + 1 :].partition('.')[0]}"
