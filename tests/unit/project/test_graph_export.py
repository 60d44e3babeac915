import json

import pytest

from hive_guardian.model.errors import UsageError
from hive_guardian.project.graph import build_graph
from hive_guardian.project.graph_export import (
    render_dot,
    render_json,
    render_mermaid,
    squash_to_components,
    view_graph,
)
from tests.fakes.facts import file, files
from tests.fakes.projects import component_model

TREE = {
    "a.py": ("import b", "from b import x", "local: import c"),
    "b.py": "import a",
    "c.py": "import d",
    "d.py": (),
}
GRAPH = build_graph(files(TREE))


def test_mermaid() -> None:
    """Lazy imports are dotted, cycles are red, nodes stand in order of their names."""
    assert render_mermaid(view_graph(GRAPH)) == (
        "flowchart LR\n"
        '  n0["a"]\n  n1["b"]\n  n2["c"]\n  n3["d"]\n'
        "  n0 --> n1\n  n0 -.-> n2\n  n1 --> n0\n  n2 --> n3\n"
        "  linkStyle 0,2 stroke:#c00,stroke-width:2px\n"
    )


def test_dot() -> None:
    """Edges carry the number of statements."""
    assert render_dot(view_graph(GRAPH, cycles_only=True)) == (
        "digraph imports {\n  rankdir=LR;\n  node [shape=box];\n"
        '  "a.py" [label="a"];\n  "b.py" [label="b"];\n'
        '  "a.py" -> "b.py" [label="2", color="#cc0000"];\n'
        '  "b.py" -> "a.py" [label="1", color="#cc0000"];\n'
        "}\n"
    )
    assert '"a.py" -> "c.py" [label="1", style=dashed];' in render_dot(view_graph(GRAPH))


def test_json() -> None:
    """Machines get every import statement with its place."""
    assert json.loads(render_json(view_graph(GRAPH, focus="b"))) == {
        "nodes": [{"name": "a", "path": "a.py"}, {"name": "b", "path": "b.py"}],
        "edges": [
            {
                "from": "a",
                "to": "b",
                "kinds": ["runtime"],
                "cycle": True,
                "imports": [{"path": "a.py", "line": 1}, {"path": "a.py", "line": 2}],
            },
            {"from": "b", "to": "a", "kinds": ["runtime"], "cycle": True, "imports": [{"path": "b.py", "line": 1}]},
        ],
        "cycles": [["a", "b"]],
    }


@pytest.mark.parametrize(
    ("focus", "hops", "expected"),
    [("d", 0, "d"), ("d", 1, "cd"), ("d.py", 2, "acd"), ("c", 1, "acd"), ("b", 9, "abcd"), ("", 1, "abcd")],
)
def test_focus_shows_neighbours_in_both_directions(focus: str, hops: int, expected: str) -> None:
    """A hop is an import, whichever way it points."""
    assert "".join(label for _, label, _ in view_graph(GRAPH, focus=focus, hops=hops).nodes) == expected


def test_an_unknown_focus_is_the_callers_fault() -> None:
    """The error names the nearest module."""
    graph = build_graph(files({"shop/core.py": ()}))
    with pytest.raises(UsageError, match=r"called 'shop.cor'; did you mean 'shop.core'\?"):
        view_graph(graph, focus="shop.cor")


def test_components_are_nodes_of_a_squashed_graph() -> None:
    """A cycle between components shows although no modules cycle."""
    sources = {
        "packages/p/p1.py": "import q1",
        "packages/q/q1.py": (),
        "packages/q/q2.py": "import p2",
        "packages/p/p2.py": (),
    }
    model = component_model(sources, ["packages/*"])
    facts = [
        file(path, *([text] if isinstance(text, str) else text), module=model.module(path))
        for path, text in sources.items()
    ]
    view = view_graph(squash_to_components(build_graph(facts), model))
    assert [label for _, label, _ in view.nodes] == ["packages/p", "packages/q"]
    assert view.cycles == (("packages/p", "packages/q"),)


def test_names_are_escaped() -> None:
    """A hostile file name ends neither a label nor a string."""
    graph = build_graph([file('we"ird<b>\\\n#;.py', module="")])
    assert render_mermaid(view_graph(graph)) == ('flowchart LR\n  n0["we#34;ird#60;b#62;#92;#10;#35;#59;.py"]\n')
    assert render_dot(view_graph(graph)).count("\n") == 5
    assert r'"we\"ird<b>\\\n#;.py"' in render_dot(view_graph(graph))
    assert json.loads(render_json(view_graph(graph)))["nodes"][0]["path"] == 'we"ird<b>\\\n#;.py'


def test_output_does_not_depend_on_the_order_of_files() -> None:
    """Equal graphs give equal bytes."""
    other = build_graph(reversed(files(TREE)))
    for render in (render_mermaid, render_dot, render_json):
        assert render(view_graph(GRAPH)) == render(view_graph(other))
