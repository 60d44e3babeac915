"""Reachability and strong components of a directed graph given as adjacency; no recursion, stable order."""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping

Adjacency = Mapping[str, Collection[str]]
"""Node -> its successors; a node that is only a successor needs no entry. Iteration order decides ties."""


def strong_components(adjacency: Adjacency) -> tuple[tuple[str, ...], ...]:
    """The strongly connected components with at least two nodes (Tarjan 1972, with an explicit stack).

    Returns:
        Sorted components of sorted nodes.
    """
    return tuple(sorted(tuple(sorted(found)) for found in _components(adjacency) if len(found) > 1))


def _components(adjacency: Adjacency) -> list[list[str]]:
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    open_nodes: list[str] = []
    closed: set[str] = set()
    found: list[list[str]] = []
    for start in adjacency:
        if start in order:
            continue
        work = [(start, iter(adjacency[start]))]
        order[start] = low[start] = len(order)
        open_nodes.append(start)
        while work:
            node, successors = work[-1]
            fresh = None
            for successor in successors:
                if successor not in order:
                    fresh = successor
                    break
                if successor not in closed:
                    low[node] = min(low[node], order[successor])
            if fresh is not None:
                order[fresh] = low[fresh] = len(order)
                open_nodes.append(fresh)
                work.append((fresh, iter(adjacency.get(fresh, ()))))
                continue
            work.pop()
            if work:
                low[work[-1][0]] = min(low[work[-1][0]], low[node])
            if low[node] == order[node]:
                found.append(_close(node, open_nodes, closed))
    return found


def _close(root: str, open_nodes: list[str], closed: set[str]) -> list[str]:
    """Take the component of `root` off the stack of open nodes."""
    component: list[str] = []
    while not component or component[-1] != root:
        component.append(open_nodes.pop())
    closed.update(component)
    return component


def reachable(adjacency: Adjacency, sources: Iterable[str]) -> frozenset[str]:
    """Every node a path leads to from one of the sources, the sources included."""
    seen = set(sources)
    work = list(seen)
    while work:
        for successor in adjacency.get(work.pop(), ()):
            if successor not in seen:
                seen.add(successor)
                work.append(successor)
    return frozenset(seen)


def shortest_path(
    adjacency: Adjacency,
    sources: Iterable[str],
    targets: Collection[str],
    through: Callable[[str], bool] | None = None,
) -> tuple[str, ...]:
    """The nodes of a shortest path of at least one edge from a source to a target, both included; empty if none.

    Args:
        adjacency: the graph.
        sources: where paths may begin; the order decides between equally short ones.
        targets: where they may end; a source that is a target too still needs an edge.
        through: which nodes may lie between the two ends, `None` for all.
    """
    starts = list(dict.fromkeys(sources))
    came_from: dict[str, str] = {}
    work = deque(starts)
    seen = set(starts)
    while work:
        node = work.popleft()
        for successor in adjacency.get(node, ()):
            if successor in targets:
                return _trace(came_from, node, successor)
            if successor not in seen and (through is None or through(successor)):
                seen.add(successor)
                came_from[successor] = node
                work.append(successor)
    return ()


def _trace(came_from: Mapping[str, str], last: str, target: str) -> tuple[str, ...]:
    path = [target, last]
    while path[-1] in came_from:
        path.append(came_from[path[-1]])
    return tuple(reversed(path))
