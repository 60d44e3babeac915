"""Order the parts of a project by who reaches whom."""

from collections.abc import Iterable, Mapping

from hive_guardian.project.connectivity import strong_components
from hive_guardian.project.graph import ImportGraph

Reach = Mapping[str, frozenset[str]]
"""Part -> the parts it reaches, directly or through files of no part; parts that reach nothing have an entry too."""


def reach(graph: ImportGraph, owners: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Return which parts reach which.

    Args:
        graph: the imports that count.
        owners: path -> part, for the files that belong to one.
    """
    members: dict[str, list[str]] = {}
    for path, part in owners.items():
        members.setdefault(part, []).append(path)
    return {part: frozenset(_entered(graph, paths, owners) - {part}) for part, paths in sorted(members.items())}


def circles(reached: Reach) -> tuple[tuple[str, ...], ...]:
    """Return the groups of parts that reach each other, sorted."""
    return strong_components(reached)


def stack(reached: Reach) -> list[list[str]]:
    """Return the parts in layers, highest first; a part that neither reaches nor is reached is in none.

    A part stands just above the highest part it reaches.

    Args:
        reached: without circles.
    """
    linked = {part for part, others in reached.items() if others} | {
        one for others in reached.values() for one in others
    }
    heights: dict[str, int] = {}
    waiting = sorted(linked)
    while waiting:
        ready = [part for part in waiting if all(one in heights for one in reached[part])]
        heights |= {part: 1 + max((heights[one] for one in reached[part]), default=-1) for part in ready}
        waiting = [part for part in waiting if part not in heights]
    layers: list[list[str]] = [[] for _ in range(max(heights.values(), default=-1) + 1)]
    for part, height in sorted(heights.items()):
        layers[height].append(part)
    return layers[::-1]


def _entered(graph: ImportGraph, sources: Iterable[str], owners: Mapping[str, str]) -> set[str]:
    """Return the parts that imports lead to from some files, on ways that touch no other part."""
    found: set[str] = set()
    work = list(sources)
    seen = set(work)
    while work:
        for target in graph.adjacency()[work.pop()]:
            part = owners.get(target)
            if part is not None:
                found.add(part)
            elif target not in seen:
                seen.add(target)
                work.append(target)
    return found
