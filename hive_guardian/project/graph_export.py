"""An import graph as text: Mermaid, DOT, JSON; equal graphs give equal bytes.

Source: mermaid.js.org flowchart syntax (entity codes in labels), graphviz.org DOT language (quoted identifiers).
"""

import json
from collections.abc import Collection, Iterable

from hive_guardian.model.errors import UsageError
from hive_guardian.model.facts import EdgeKind
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.spelling import nearest
from hive_guardian.project.components import ComponentModel
from hive_guardian.project.graph import Edge, ImportGraph

_SOLID = frozenset({EdgeKind.RUNTIME, EdgeKind.CONDITIONAL})
_MERMAID_ENTITIES = {ord(character): f"#{ord(character)};" for character in '"#;<>&`\\\n\r'}


@frozen
class Link:
    """All imports from one node to another.

    Attributes:
        importer: node id.
        imported: node id.
        imports: the statements, by path and line, each once.
        kinds: sorted.
        cyclic: both ends lie on a common cycle.
    """

    importer: str
    imported: str
    imports: tuple[tuple[str, int], ...]
    kinds: tuple[EdgeKind, ...]
    cyclic: bool

    @property
    def lazy(self) -> bool:
        """Whether nothing is imported when the importer loads."""
        return not _SOLID.intersection(self.kinds)


@frozen
class GraphView:
    """The part of a graph that is shown.

    Attributes:
        nodes: (id, label, path), ordered by label, id.
        links: ordered by importer, imported.
        cycles: strongly connected components of ids.
    """

    nodes: tuple[tuple[str, str, str], ...]
    links: tuple[Link, ...]
    cycles: tuple[tuple[str, ...], ...]


def squash_to_components(graph: ImportGraph, components: ComponentModel) -> ImportGraph:
    """One node per component, called like the component."""
    return graph.squash({path: components.owner(path).name for path in graph.modules})


def view_graph(
    graph: ImportGraph,
    *,
    focus: str = "",
    hops: int = 1,
    cycles_only: bool = False,
    within: Collection[str] | None = None,
) -> GraphView:
    """Choose what to show.

    Args:
        graph: modules or components.
        focus: dotted name of a module or package, path of a file or directory; empty for the whole graph. What lies
            in a package or directory belongs to it.
        hops: how many imports away from the focus a node may be, in either direction.
        cycles_only: only nodes that lie on a cycle, and the imports that close them.
        within: the nodes that may be shown, `None` for all; a cycle through others is a cycle all the same.

    Raises:
        UsageError: nothing is called `focus`; suggests the nearest name.
    """
    cycles = graph.cycles()
    group = {node: number for number, cycle in enumerate(cycles) for node in cycle}
    shown = set(graph.modules) if not focus else _around(graph, _named(graph, focus), hops)
    if within is not None:
        shown &= set(within)
    if cycles_only:
        shown &= group.keys()
    links = [link for link in _links(graph.edges_within(shown), group) if link.cyclic or not cycles_only]
    nodes = sorted((graph.label(node), node, graph.modules[node].path) for node in shown)
    return GraphView(
        nodes=tuple((node, label, path) for label, node, path in nodes),
        links=tuple(links),
        cycles=tuple(cycle for cycle in cycles if shown.issuperset(cycle)),
    )


def render_mermaid(view: GraphView) -> str:
    """A Mermaid flowchart; lazy imports are dotted, imports on a cycle red."""
    ids = {node: f"n{number}" for number, (node, _, _) in enumerate(view.nodes)}
    lines = ["flowchart LR"]
    lines += [f'  {ids[node]}["{label.translate(_MERMAID_ENTITIES)}"]' for node, label, _ in view.nodes]
    lines += [f"  {ids[link.importer]} {'-.->' if link.lazy else '-->'} {ids[link.imported]}" for link in view.links]
    red = [str(number) for number, link in enumerate(view.links) if link.cyclic]
    if red:
        lines.append(f"  linkStyle {','.join(red)} stroke:#c00,stroke-width:2px")
    return "\n".join(lines) + "\n"


def render_dot(view: GraphView) -> str:
    """A DOT digraph; lazy imports are dashed, imports on a cycle red, the number of statements is the label."""
    lines = ["digraph imports {", "  rankdir=LR;", "  node [shape=box];"]
    lines += [f"  {_quote(node)} [label={_quote(label)}];" for node, label, _ in view.nodes]
    for link in view.links:
        attributes = [f"label={_quote(str(len(link.imports)))}"]
        attributes += ["style=dashed"] if link.lazy else []
        attributes += ['color="#cc0000"'] if link.cyclic else []
        lines.append(f"  {_quote(link.importer)} -> {_quote(link.imported)} [{', '.join(attributes)}];")
    return "\n".join([*lines, "}"]) + "\n"


def render_json(view: GraphView) -> str:
    """A JSON object with `nodes`, `edges` (each with its import statements) and `cycles`."""
    labels = {node: label for node, label, _ in view.nodes}
    document = {
        "nodes": [{"name": label, "path": path} for _, label, path in view.nodes],
        "edges": [
            {
                "from": labels[link.importer],
                "to": labels[link.imported],
                "kinds": [kind.value for kind in link.kinds],
                "cycle": link.cyclic,
                "imports": [{"path": path, "line": line} for path, line in link.imports],
            }
            for link in view.links
        ],
        "cycles": [[labels[node] for node in cycle] for cycle in view.cycles],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _links(edges: Iterable[Edge], group: dict[str, int]) -> list[Link]:
    pairs: dict[tuple[str, str], list[Edge]] = {}
    for edge in edges:
        pairs.setdefault((edge.importer, edge.imported), []).append(edge)
    return [
        Link(
            importer=importer,
            imported=imported,
            imports=tuple(sorted({(edge.path, edge.fact.line) for edge in pairs[importer, imported]})),
            kinds=tuple(sorted({edge.kind for edge in pairs[importer, imported]})),
            cyclic=importer in group and group.get(importer) == group.get(imported),
        )
        for importer, imported in sorted(pairs)
    ]


def _named(graph: ImportGraph, focus: str) -> list[str]:
    focus = focus.rstrip("/")
    inside = (f"{focus}.", f"{focus}/")
    found = [
        node
        for node in graph.modules
        if focus in {node, graph.label(node)} or graph.label(node).startswith(inside) or node.startswith(inside)
    ]
    if not found:
        names = {graph.label(node) for node in graph.modules}
        raise UsageError(f"no module or component is called {focus!r}{nearest(focus, names)}")
    return found


def _around(graph: ImportGraph, start: Collection[str], hops: int) -> set[str]:
    shown = set(start)
    border = set(start)
    for _ in range(hops):
        ahead = {edge.imported for node in border for edge in graph.imports_of(node)}
        behind = {edge.importer for node in border for edge in graph.importers_of(node)}
        border = (ahead | behind) - shown
        shown |= border
    return shown


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'
