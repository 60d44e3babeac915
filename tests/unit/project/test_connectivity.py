from itertools import pairwise, product

from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.project.connectivity import reachable, shortest_path, strong_components

NODES = "abcdef"
GRAPHS = st.dictionaries(
    st.sampled_from(NODES), st.lists(st.sampled_from(NODES), unique=True, max_size=len(NODES)), max_size=len(NODES)
)


def _reach(graph: dict[str, list[str]], start: str) -> set[str]:
    """Nodes reachable by at least one edge, by repeated relaxation."""
    found = set(graph.get(start, ()))
    while True:
        more = found.union(*(graph.get(node, ()) for node in found))
        if more == found:
            return found
        found = more


@given(GRAPHS)
def test_strong_components_are_the_classes_of_mutual_reachability(graph: dict[str, list[str]]) -> None:
    """Two nodes share a component exactly when each reaches the other."""
    reach = {node: _reach(graph, node) for node in NODES}
    expected = {
        tuple(sorted({node, *(other for other in NODES if other in reach[node] and node in reach[other])}))
        for node in NODES
    }
    assert strong_components(graph) == tuple(sorted(one for one in expected if len(one) > 1))


@given(GRAPHS, st.sampled_from(NODES))
def test_reachable_is_the_transitive_closure(graph: dict[str, list[str]], start: str) -> None:
    """Reachability equals the closure by relaxation, plus the start."""
    assert reachable(graph, [start]) == _reach(graph, start) | {start}


@given(GRAPHS, st.sets(st.sampled_from(NODES)), st.sets(st.sampled_from(NODES)), st.sets(st.sampled_from(NODES)))
def test_shortest_path_is_as_short_as_brute_force_says(
    graph: dict[str, list[str]], sources: set[str], targets: set[str], through: set[str]
) -> None:
    """The path found is a path, obeys the node filter and no shorter one exists."""
    path = shortest_path(graph, sorted(sources), targets, through.__contains__)

    def is_path(nodes: tuple[str, ...]) -> bool:
        inner_ok = all(node in through for node in nodes[1:-1])
        linked = all(right in graph.get(left, ()) for left, right in pairwise(nodes))
        return nodes[0] in sources and nodes[-1] in targets and inner_ok and linked

    shorter = len(path) if path else len(NODES)
    assert not any(is_path(nodes) for length in range(2, min(shorter, 5)) for nodes in product(NODES, repeat=length))
    assert not path or is_path(path)


def test_a_path_of_fifty_thousand_nodes_needs_no_recursion() -> None:
    """A graph far deeper than the interpreter's stack is searched."""
    size = 50_000
    ring = {str(node): [str((node + 1) % size)] for node in range(size)}
    assert len(strong_components(ring)[0]) == size
    assert len(shortest_path(ring, ["0"], {str(size - 1)})) == size
