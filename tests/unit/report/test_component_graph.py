import re

from hive_guardian.report.component_graph import MAX_COMPONENTS, draw_graph, select_edges
from hive_guardian.report.options import ComponentEdge


def read_rows(svg: str) -> dict[str, float]:
    """Return the vertical place of each component."""
    found = re.findall(r"<title>([^<]*)</title><rect [^>]*y=\"([\d.]+)\"", svg)
    return {name: float(y) for name, y in found}


def test_importers_stand_above_what_they_import() -> None:
    """Allowed imports point downwards; a forbidden one does not move its component."""
    rows = read_rows(
        draw_graph(
            select_edges(
                (
                    ComponentEdge("app", "core"),
                    ComponentEdge("core", "log"),
                    ComponentEdge("app", "log"),
                    ComponentEdge("log", "app", is_violation=True),
                )
            )
        )
    )

    assert rows["app"] < rows["core"] < rows["log"]


def test_cycles_are_drawn() -> None:
    """A cycle is cut for the layout only; all its edges are there."""
    edges = select_edges((ComponentEdge("a", "b"), ComponentEdge("b", "c"), ComponentEdge("c", "a")))

    assert draw_graph(edges).count('class="edge"') == 3


def test_forbidden_edges_stand_out_with_their_number() -> None:
    """The number of imports is written at a forbidden edge, and its components are marked."""
    svg = draw_graph([ComponentEdge("a", "b", imports=3, is_violation=True)])

    assert 'class="edge violation"' in svg
    assert ">3 forbidden</text>" in svg
    assert svg.count('class="hit"') == 2
    assert 'marker-end="url(#arrow-violation)"' in svg
    assert '<marker id="arrow-violation" class="violation"' in svg


def test_edges_are_merged_and_loops_left_out() -> None:
    """Two reports of one pair are one edge; a component that imports itself has none."""
    edges = select_edges(
        (ComponentEdge("a", "b", 2), ComponentEdge("a", "b", 3, is_violation=True), ComponentEdge("a", "a"))
    )

    assert edges == [ComponentEdge("a", "b", 5, is_violation=True)]


def test_large_graph_is_reduced_to_its_violations() -> None:
    """A drawing of too many components cannot be read."""
    many = [ComponentEdge("app", f"c{number}") for number in range(MAX_COMPONENTS + 1)]

    assert select_edges([*many, ComponentEdge("c1", "app", is_violation=True)]) == [
        ComponentEdge("c1", "app", is_violation=True)
    ]


def test_names_are_escaped_and_nothing_draws_nothing() -> None:
    """A component's name is text."""
    assert "<b>" not in draw_graph([ComponentEdge("<b>", 'x"')])
    assert draw_graph([]) == ""
