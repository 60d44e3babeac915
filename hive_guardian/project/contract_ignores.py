"""Take accepted imports out of a graph and count what each entry accepted (GR06, GR43, GR45)."""

from collections.abc import Sequence
from datetime import date

from hive_guardian.project.contracts import Ignore
from hive_guardian.project.dotted import matches
from hive_guardian.project.globs import GlobSet
from hive_guardian.project.graph import Edge, ExternalImport, ImportGraph
from hive_guardian.project.violation import IgnoreHits


def apply_ignores(
    graph: ImportGraph, ignores: Sequence[Ignore], today: date
) -> tuple[ImportGraph, tuple[IgnoreHits, ...]]:
    """The graph without accepted imports, and the hits of each entry.

    Every entry that matches an import counts it. An entry holds up to and including its last day.

    Args:
        graph: the imports in question.
        ignores: accepted imports.
        today: date of the run.
    """
    if not ignores:
        return graph, ()
    active = [one for one in ignores if not _expired(one, today)]
    statements: dict[int, set[tuple[str, int, int]]] = {one.index: set() for one in ignores}
    labels = {node: graph.label(node) for node in graph.modules}

    def keep(edge: Edge) -> bool:
        hits = [one for one in active if _is_end(one.importer, edge.path, labels[edge.importer])]
        hits = [one for one in hits if _is_end(one.imported, edge.imported, labels[edge.imported])]
        for one in hits:
            statements[one.index].add(edge.statement)
        return not hits

    def keep_external(found: ExternalImport) -> bool:
        hits = [one for one in active if _is_end(one.importer, found.importer, labels[found.importer])]
        hits = [one for one in hits if matches(one.imported, found.target) or matches(one.imported, found.fact.module)]
        for one in hits:
            statements[one.index].add((found.importer, found.fact.line, found.fact.column))
        return not hits

    kept = graph.filter(keep=keep, keep_external=keep_external)
    return kept, tuple(IgnoreHits(one, len(statements[one.index]), _expired(one, today)) for one in ignores)


def accepts(ignores: Sequence[Ignore], importer: tuple[str, str], imported: tuple[str, str], today: date) -> bool:
    """Whether an entry accepts an import between two modules, each given as (path, dotted name)."""
    return any(
        _is_end(one.importer, *importer) and _is_end(one.imported, *imported)
        for one in ignores
        if not _expired(one, today)
    )


def _expired(ignore: Ignore, today: date) -> bool:
    return ignore.until is not None and ignore.until < today


def _is_end(pattern: str, path: str, name: str) -> bool:
    return GlobSet((pattern,)).matches(path) if "/" in pattern else matches(pattern, name)
