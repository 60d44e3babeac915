"""The import graph as a page draws it: few units, and the imports that rules about the graph forbid."""

from collections.abc import Collection, Iterable, Mapping
from itertools import takewhile

from hive_guardian.model.finding import Finding, Status
from hive_guardian.project.graph import ImportGraph
from hive_guardian.report.options import ComponentEdge

TAG = "graph"
"""Of the rules whose findings are about import statements."""
_MOST_UNITS = 40
_DEEPEST = 4


def name_units(owners: Mapping[str, str]) -> dict[str, str]:
    """Return path -> the unit of the drawing a file belongs to.

    Args:
        owners: path -> name of the component; if there is only one, packages and modules are the units, as deep as a
            person can overlook.
    """
    if len(set(owners.values())) > 1:
        return dict(owners)
    modules = {path: path.rpartition(".")[0].removesuffix("/__init__").split("/") for path in owners}
    shared = sum(1 for _ in takewhile(lambda names: len(set(names)) == 1, zip(*modules.values(), strict=False)))
    named: dict[str, str] = {}
    for depth in range(1, _DEEPEST + 1):
        deeper = {path: "/".join(parts[: shared + depth]) for path, parts in modules.items()}
        if named and len(set(deeper.values())) > _MOST_UNITS:
            break
        named = deeper
    return named


def collect_edges(
    graph: ImportGraph, units: Mapping[str, str], findings: Iterable[Finding], rules: Collection[str]
) -> tuple[ComponentEdge, ...]:
    """Return the imports between units, ordered by importer, imported, with the number of statements.

    Args:
        graph: of modules.
        units: path -> unit; files without one are not drawn.
        findings: what counts makes the statement it lies on, or names as part of a chain, a violation.
        rules: ids of the rules about imports.
    """
    forbidden = {
        place
        for finding in findings
        if finding.rule in rules and finding.status is Status.NEW
        for place in (
            (finding.location.path, finding.location.line),
            *((item.path, item.line) for item in finding.related),
        )
    }
    statements: dict[tuple[str, str, bool], set[tuple[str, int]]] = {}
    for edge in graph.edges:
        importer, imported = units.get(edge.importer), units.get(edge.imported)
        if importer is not None and imported is not None and importer != imported:
            place = (edge.path, edge.fact.line)
            statements.setdefault((importer, imported, place in forbidden), set()).add(place)
    return tuple(
        ComponentEdge(importer, imported, len(places), is_violation)
        for (importer, imported, is_violation), places in sorted(statements.items())
    )
