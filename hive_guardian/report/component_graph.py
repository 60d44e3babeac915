"""Draws the imports between components as SVG: importers above what they import, forbidden imports stand out."""

from collections.abc import Mapping, Sequence

from hive_guardian.model.frozen_class import frozen
from hive_guardian.report.excerpt import measure_width
from hive_guardian.report.markup import to_html
from hive_guardian.report.options import ComponentEdge
from hive_guardian.report.summary import shorten

MAX_COMPONENTS = 60
"""Components drawn; beyond that only those with a forbidden import, as a larger drawing cannot be read."""

_HEIGHT = 34.0
_GAP = 44.0
_DEPTH = 100.0
_MARGIN = 24.0
_ARC = 46.0
"""How high the curve between neighbours of one row rises."""
_SHIFT = 14.0
"""How far an upward edge stands beside the downward one of the same pair."""
_CELL = 7.4
"""Width of one character of a name, pixels."""
_PADDING = 28.0
_MAX_NAME = 32
_SWEEPS = 4


@frozen
class _Node:
    """A component on the canvas: centre and width of its box, pixels."""

    name: str
    x: float
    y: float
    width: float


def select_edges(edges: Sequence[ComponentEdge]) -> list[ComponentEdge]:
    """Return the edges to draw: between different components, merged, and reduced if there are too many components."""
    merged: dict[tuple[str, str], ComponentEdge] = {}
    for edge in edges:
        key = (edge.importer, edge.imported)
        known = merged.get(key, ComponentEdge(*key, imports=0))
        is_violation = known.is_violation or edge.is_violation
        merged[key] = ComponentEdge(*key, imports=known.imports + edge.imports, is_violation=is_violation)
    chosen = [merged[key] for key in sorted(merged) if key[0] != key[1]]
    if len(_list_names(chosen)) > MAX_COMPONENTS:
        chosen = [edge for edge in chosen if edge.is_violation]
    return chosen


def draw_graph(edges: Sequence[ComponentEdge]) -> str:
    """Return an SVG element for edges from `select_edges`; the empty string if there are none."""
    if not edges:
        return ""
    ranks = _rank(edges)
    nodes = _place(_order(edges, ranks))
    right = max(node.x + node.width / 2 for node in nodes.values()) + _MARGIN
    bottom = max(node.y for node in nodes.values()) + _HEIGHT / 2 + _MARGIN
    ordered = sorted(edges, key=lambda edge: (edge.is_violation, edge.importer, edge.imported))
    hits = {name for edge in edges if edge.is_violation for name in (edge.importer, edge.imported)}
    return "\n".join(
        (
            f'<svg width="{right:.0f}" height="{bottom:.0f}" viewBox="0 0 {right:.0f} {bottom:.0f}">',
            "<title>Imports between components</title>",
            f"<defs>{_draw_marker('arrow', '')}{_draw_marker('arrow-violation', 'violation')}</defs>",
            *(_draw_edge(edge, nodes) for edge in ordered),
            *(_draw_node(node, is_hit=node.name in hits) for node in nodes.values()),
            *(_draw_label(edge, nodes) for edge in ordered if edge.is_violation),
            "</svg>",
        )
    )


def _list_names(edges: Sequence[ComponentEdge]) -> list[str]:
    """Return the components, sorted."""
    return sorted({name for edge in edges for name in (edge.importer, edge.imported)})


def _rank(edges: Sequence[ComponentEdge]) -> Mapping[str, int]:
    """Return the row of each component: below all that import it by allowed imports; cycles are cut."""
    targets: dict[str, list[str]] = {name: [] for name in _list_names(edges)}
    for edge in edges:
        if not edge.is_violation:
            targets[edge.importer].append(edge.imported)
    order: list[str] = []
    active: set[str] = set()
    kept: set[tuple[str, str]] = set()

    def visit(name: str) -> None:
        """Append a component after all it imports."""
        active.add(name)
        for target in targets[name]:
            if target not in active:
                kept.add((name, target))
                if target not in order:
                    visit(target)
        active.discard(name)
        order.append(name)

    for name in targets:
        if name not in order:
            visit(name)
    ranks = dict.fromkeys(order, 0)
    for name in reversed(order):
        for target in targets[name]:
            if (name, target) in kept:
                ranks[target] = max(ranks[target], ranks[name] + 1)
    return ranks


def _order(edges: Sequence[ComponentEdge], ranks: Mapping[str, int]) -> list[list[str]]:
    """Return the rows, each ordered so that edges cross seldom (barycentre method, downwards then upwards)."""
    rows: list[list[str]] = [[] for _ in range(max(ranks.values()) + 1)]
    for name in sorted(ranks):
        rows[ranks[name]].append(name)
    neighbours: dict[str, list[str]] = {name: [] for name in ranks}
    for edge in edges:
        neighbours[edge.importer].append(edge.imported)
        neighbours[edge.imported].append(edge.importer)
    for sweep in range(_SWEEPS):
        places = {name: (index + 0.5) / len(row) for row in rows for index, name in enumerate(row)}
        for row in rows if sweep % 2 == 0 else reversed(rows):
            means = {
                name: sum(places[other] for other in neighbours[name]) / len(neighbours[name])
                if neighbours[name]
                else places[name]
                for name in row
            }
            row.sort(key=lambda name: (means[name], name))
            places.update({name: (index + 0.5) / len(row) for index, name in enumerate(row)})
    return rows


def _place(rows: Sequence[Sequence[str]]) -> dict[str, _Node]:
    """Return the components on the canvas, each row centred."""
    widths = {name: measure_width(shorten(name, _MAX_NAME)) * _CELL + _PADDING for row in rows for name in row}
    spans = [sum(widths[name] for name in row) + _GAP * (len(row) - 1) for row in rows]
    nodes: dict[str, _Node] = {}
    for index, (row, span) in enumerate(zip(rows, spans, strict=True)):
        left = _MARGIN * 2 + (max(spans) - span) / 2
        for name in row:
            y = _MARGIN + _ARC / 2 + _HEIGHT / 2 + index * _DEPTH
            nodes[name] = _Node(name, left + widths[name] / 2, y, widths[name])
            left += widths[name] + _GAP
    return nodes


def _draw_marker(name: str, kind: str) -> str:
    """Return an arrow head."""
    return (
        f'<marker id="{name}" class="{kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto"><path d="M0 0.8 L8 4 L0 7.2 z"/></marker>'
    )


def _draw_edge(edge: ComponentEdge, nodes: Mapping[str, _Node]) -> str:
    """Return the curve of an edge."""
    x1, y1, lift, x2, y2 = _bend(edge, nodes)
    noun = "import" if edge.imports == 1 else "imports"
    title = to_html(f"{edge.importer} -> {edge.imported}: {edge.imports:,} {noun}")
    kind, arrow = ("edge violation", "arrow-violation") if edge.is_violation else ("edge", "arrow")
    arrival = y2 + (lift if y1 == y2 else -lift)
    curve = f"M{x1:.1f} {y1:.1f} C{x1:.1f} {y1 + lift:.1f} {x2:.1f} {arrival:.1f} {x2:.1f} {y2:.1f}"
    return f'<path class="{kind}" d="{curve}" marker-end="url(#{arrow})"><title>{title}</title></path>'


def _draw_label(edge: ComponentEdge, nodes: Mapping[str, _Node]) -> str:
    """Return the number of imports behind a forbidden edge, on its curve: before the first row it crosses."""
    x1, y1, lift, x2, y2 = _bend(edge, nodes)
    part = 0.5 if abs(y2 - y1) < _DEPTH else 0.29
    weights = ((1 - part) ** 3, 3 * (1 - part) ** 2 * part, 3 * (1 - part) * part**2, part**3)
    arrival = y2 + (lift if y1 == y2 else -lift)
    x = (weights[0] + weights[1]) * x1 + (weights[2] + weights[3]) * x2
    y = weights[0] * y1 + weights[1] * (y1 + lift) + weights[2] * arrival + weights[3] * y2
    return f'<text class="count" x="{x:.1f}" y="{y + 4:.1f}">{edge.imports:,} forbidden</text>'


def _bend(edge: ComponentEdge, nodes: Mapping[str, _Node]) -> tuple[float, float, float, float, float]:
    """Return both ends of an edge and how far its control points lie above or below them."""
    start, end = nodes[edge.importer], nodes[edge.imported]
    half = _HEIGHT / 2
    if start.y == end.y:
        return start.x, start.y - half, -_ARC, end.x, end.y - half
    direction = 1 if end.y > start.y else -1
    shift = 0 if direction > 0 else _SHIFT
    y1, y2 = start.y + direction * half, end.y - direction * half
    return start.x + shift, y1, (y2 - y1) / 2, end.x + shift, y2


def _draw_node(node: _Node, *, is_hit: bool) -> str:
    """Return the box of a component."""
    name = to_html(shorten(node.name, _MAX_NAME))
    return (
        f"<g{' class=' + chr(34) + 'hit' + chr(34) if is_hit else ''}><title>{to_html(node.name)}</title>"
        f'<rect x="{node.x - node.width / 2:.1f}" y="{node.y - _HEIGHT / 2:.1f}" width="{node.width:.1f}" '
        f'height="{_HEIGHT:.0f}" rx="8"/><text x="{node.x:.1f}" y="{node.y + 4.5:.1f}">{name}</text></g>'
    )
