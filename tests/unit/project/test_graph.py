from collections.abc import Iterable

import pytest

from hive_guardian.model.facts import EdgeKind
from hive_guardian.project.graph import Edge, build_graph
from tests.fakes.facts import files

SQUARE = {
    "a/__init__.py": "from a import x",
    "a/x.py": ("from a import y, z", "import os.path", "local: from a.y import f"),
    "a/y.py": ("type-checking: from a import x", "from google.cloud import storage"),
    "a/z.py": ("from a import x", "from a import x, name"),
}


def _pairs(edges: Iterable[Edge]) -> list[tuple[str, str, str, str]]:
    return [(edge.importer, edge.imported, edge.name, edge.kind.value) for edge in edges]


def test_edges_stand_in_order_of_path_line_and_carry_what_is_taken() -> None:
    """A statement gives one edge per name, to the submodule where there is one, and none to parent packages."""
    assert _pairs(build_graph(files(SQUARE)).edges) == [
        ("a/__init__.py", "a/x.py", "", "runtime"),
        ("a/x.py", "a/y.py", "", "runtime"),
        ("a/x.py", "a/z.py", "", "runtime"),
        ("a/x.py", "a/y.py", "f", "local"),
        ("a/y.py", "a/x.py", "", "type-checking"),
        ("a/z.py", "a/x.py", "", "runtime"),
        ("a/z.py", "a/x.py", "", "runtime"),
        ("a/z.py", "a/__init__.py", "name", "runtime"),
    ]


def test_imports_that_leave_the_project_are_kept_apart() -> None:
    """An external import knows its top-level module and its full name."""
    found = build_graph(files(SQUARE)).externals
    assert [(one.importer, one.top, one.target) for one in found] == [
        ("a/x.py", "os", "os.path"),
        ("a/y.py", "google", "google.cloud.storage"),
    ]


def test_external_imports_are_found_by_their_top_level_module() -> None:
    """Patterns match the first segment; the order stays that of the sources."""
    graph = build_graph(
        files({"a.py": ("import requests.x", "import os", "import responses"), "b.py": "import requests"})
    )
    assert [(one.importer, one.target) for one in graph.externals_below({"re*"})] == [
        ("a.py", "requests.x"),
        ("a.py", "responses"),
        ("b.py", "requests"),
    ]
    assert graph.externals_below(()) == ()


def test_the_order_of_the_input_does_not_matter() -> None:
    """Two orders of the same facts give the same edges."""
    assert build_graph(files(SQUARE)).edges == build_graph(reversed(files(SQUARE))).edges


def test_neighbours_are_answered_in_both_directions() -> None:
    """Importers and imports of a module come in source order; an unknown module has none."""
    graph = build_graph(files(SQUARE))
    assert [edge.importer for edge in graph.importers_of("a/y.py")] == ["a/x.py", "a/x.py"]
    assert [edge.imported for edge in graph.imports_of("a/z.py")] == ["a/x.py", "a/x.py", "a/__init__.py"]
    assert graph.imports_of("nowhere.py") == graph.importers_of("nowhere.py") == ()
    assert [graph.label(node) for node in ("a/y.py", "nowhere.py")] == ["a.y", "nowhere.py"]


def test_a_module_does_not_import_itself() -> None:
    """A package that takes a name from itself gets no edge."""
    assert build_graph(files({"a/__init__.py": "from a import name"})).edges == ()


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ({EdgeKind.RUNTIME}, (("a/__init__.py", "a/x.py", "a/z.py"),)),
        (frozenset(EdgeKind), (("a/__init__.py", "a/x.py", "a/y.py", "a/z.py"),)),
        ({EdgeKind.LOCAL, EdgeKind.TYPE_CHECKING}, (("a/x.py", "a/y.py"),)),
        ({EdgeKind.LOCAL}, ()),
    ],
)
def test_cycles_depend_on_the_kinds_of_edges(kinds: set[EdgeKind], expected: tuple[tuple[str, ...], ...]) -> None:
    """A cycle is one component of the graph that is left after filtering."""
    assert build_graph(files(SQUARE)).filter(kinds=kinds).cycles() == expected


def test_a_package_that_imports_its_submodules_is_no_cycle() -> None:
    """Only taking a name back from the package closes a cycle; `from . import sibling` does not."""
    tree = {"p/__init__.py": "from p import a, b", "p/a.py": "from p import b", "p/b.py": ()}
    assert build_graph(files(tree)).cycles() == ()
    assert build_graph(files({**tree, "p/b.py": "from p import name"})).cycles() != ()


def test_equal_names_in_different_roots_make_no_cycle() -> None:
    """`core.a` of one app and `core.b` of another only look alike."""
    tree = {
        "apps/x/src/core/a.py": "import core.b",
        "apps/x/src/core/b.py": (),
        "apps/y/src/core/a.py": (),
        "apps/y/src/core/b.py": "import core.a",
    }
    assert build_graph(files(tree)).cycles() == ()


def test_the_cheapest_cut_is_the_pair_with_fewest_statements() -> None:
    """Statements count, names do not; equal costs go to the first path and line."""
    graph = build_graph(
        files(
            {
                "a.py": ("import b", "from b import f"),
                "b.py": "from c import f, g, h",
                "c.py": ("import a", "import d"),
                "d.py": (),
            }
        )
    )
    (cycle,) = graph.cycles()
    cut = graph.cheapest_cut(cycle)
    assert cut is not None
    assert cut.statement == ("b.py", 1, 1)
    assert [edge.imported for edge in graph.shortest_cycle(cut)] == ["c.py", "a.py", "b.py"]
    assert graph.cheapest_cut(["d.py"]) is None


def test_of_equally_cheap_cuts_the_way_up_comes_first() -> None:
    """A package imports its modules; a module that imports its package closes the circle, and others may remain."""
    graph = build_graph(
        files({"p/__init__.py": "import p.b", "p/b.py": ("import p", "import p.c"), "p/c.py": "import p.b"})
    )
    (cycle,) = graph.cycles()
    cut = graph.cheapest_cut(cycle)
    assert cut is not None
    assert cut.statement == ("p/b.py", 1, 1)
    assert not graph.opens(cut, cycle)
    assert graph.opens(cut, ("p/__init__.py", "p/b.py"))


def test_a_shortest_cycle_may_be_confined() -> None:
    """Nodes outside `within` do not count; an edge on no cycle has none."""
    graph = build_graph(files({"a.py": "import b", "b.py": ("import c", "import d"), "c.py": "import a", "d.py": ()}))
    first, _, dead_end = graph.edges[:3]
    assert len(graph.shortest_cycle(first)) == 3
    assert graph.shortest_cycle(first, {"a.py", "b.py"}) == ()
    assert graph.shortest_cycle(dead_end) == ()


def test_chains_are_shortest_and_prefer_source_order() -> None:
    """Of equally short chains the one whose import stands first is taken; the filter excludes nodes between."""
    graph = build_graph(
        files({"a.py": ("import z", "import b"), "b.py": "import t", "z.py": "import t", "t.py": ()}),
    )
    assert [edge.imported for edge in graph.shortest_chain(["a.py"], {"t.py"})] == ["z.py", "t.py"]
    assert [edge.imported for edge in graph.shortest_chain(["a.py"], {"t.py"}, "z.py".__ne__)] == ["b.py", "t.py"]
    assert graph.shortest_chain(["t.py"], {"a.py"}) == ()
    assert graph.reachable(["b.py"]) == {"b.py", "t.py"}


def test_squashing_keeps_statements_and_drops_what_has_no_owner() -> None:
    """Components that import each other form a cycle though no modules do."""
    tree = {"p/a.py": "import q.a", "p/b.py": "import p.a", "q/a.py": (), "q/b.py": ("import p.b", "import r")}
    graph = build_graph(files({**tree, "r.py": "import p.a"}))
    squashed = graph.squash({path: path[0] for path in tree})
    assert graph.cycles() == ()
    assert squashed.cycles() == (("p", "q"),)
    assert [edge.statement for edge in squashed.edges] == [("p/a.py", 1, 1), ("q/b.py", 1, 1)]
    assert [squashed.label(node) for node in squashed.modules] == ["p", "q"]


def test_external_imports_can_be_filtered_too() -> None:
    """A filter by predicate looks at edges and external imports separately."""
    graph = build_graph(files(SQUARE)).filter(
        keep=lambda edge: edge.importer == "a/z.py", keep_external=lambda one: one.top == "os"
    )
    assert len(graph.edges) == 3
    assert [one.top for one in graph.externals] == ["os"]


def test_an_ambiguous_name_gives_an_uncertain_edge() -> None:
    """When two roots are equally near, the edge says so."""
    tree = {"x/src/core.py": (), "y/src/core.py": (), "run.py": "import core"}
    assert [edge.certain for edge in build_graph(files(tree)).edges] == [False]
