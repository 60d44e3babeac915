"""The import graph as a page draws it."""

import pytest

from hive_guardian.model.finding import Related, Status
from hive_guardian.project.graph import ImportGraph, build_graph
from hive_guardian.report.import_edges import collect_edges, name_units
from hive_guardian.report.options import ComponentEdge
from tests.fakes.facts import file
from tests.fakes.reports import make_finding


def graph() -> ImportGraph:
    """Three modules: a imports b twice, b imports c, c imports a."""
    files = [
        file("shop/a.py", "import shop.b", "from shop.b import x"),
        file("shop/b.py", "import shop.c"),
        file("shop/c.py", "import shop.a"),
    ]
    return build_graph(files, stdlib=())


UNITS = {"shop/a.py": "a", "shop/b.py": "b", "shop/c.py": "c"}


def test_statements_between_units_are_counted() -> None:
    """Units that are one have no edge, and what has no unit is not drawn."""
    assert collect_edges(graph(), UNITS, (), ()) == (
        ComponentEdge("a", "b", 2),
        ComponentEdge("b", "c", 1),
        ComponentEdge("c", "a", 1),
    )
    assert collect_edges(graph(), {"shop/a.py": "a", "shop/b.py": "a"}, (), ()) == ()


def test_a_finding_on_a_statement_makes_it_a_violation() -> None:
    """Of rules about the graph only, and only while it counts; the links of its chain as well."""
    chain = (Related("shop/b.py", 1, "then"),)
    finding = make_finding("shop/a.py", 2, rule="GR06", related=chain)
    expected = (
        ComponentEdge("a", "b", 1),
        ComponentEdge("a", "b", 1, is_violation=True),
        ComponentEdge("b", "c", 1, is_violation=True),
        ComponentEdge("c", "a", 1),
    )
    assert collect_edges(graph(), UNITS, [finding], {"GR06"}) == expected
    assert not any(edge.is_violation for edge in collect_edges(graph(), UNITS, [finding], {"GR43"}))
    accepted = make_finding("shop/a.py", 2, rule="GR06", status=Status.BASELINED)
    assert not any(edge.is_violation for edge in collect_edges(graph(), UNITS, [accepted], {"GR06"}))


@pytest.mark.parametrize(
    ("owners", "units"),
    [
        ({"apps/a/x.py": "apps/a", "libs/b/y.py": "libs/b"}, ["apps/a", "libs/b"]),
        (
            {"src/shop/__init__.py": ".", "src/shop/a.py": ".", "src/shop/b/c.py": "."},
            ["src/shop", "src/shop/a", "src/shop/b/c"],
        ),
        ({"only.py": "."}, ["only"]),
        ({}, []),
    ],
)
def test_components_are_units_else_packages(owners: dict[str, str], units: list[str]) -> None:
    """A project of one component is drawn by its packages and modules."""
    assert list(name_units(owners).values()) == units


def test_a_large_project_is_drawn_as_deep_as_can_be_overlooked() -> None:
    """Forty packages of forty modules are forty units."""
    owners = {f"shop/p{package}/m{module}.py": "." for package in range(40) for module in range(40)}
    assert set(name_units(owners).values()) == {f"shop/p{package}" for package in range(40)}
