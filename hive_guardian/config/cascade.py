"""Layers over layers: tables are merged key by key, lists replaced, and every value keeps its origin.

`extend-select`, `contracts` and `overrides` are concatenated instead, lower layer first; so is `ignore` of the command
line with that of the files. Merging is associative, so that a chain of directories may be merged in any grouping.
"""

from collections.abc import Iterator, Mapping

from hive_guardian.config.layers import COMMAND_LINE, Layer
from hive_guardian.model.config import Origin
from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.toml_positions import KeyPath

EXTENDED = ("extend-select", "contracts", "overrides")
LISTED = ("select", "ignore")
"""Lists that replace each other, but whose items are told apart by origin."""


@frozen
class Leaf:
    """A value that is replaced as a whole, where it came from, and the directory of that file."""

    value: object
    origin: Origin
    directory: str = ""


@frozen
class Items:
    """A list whose items have their own origins; `extend` = it is added to the layer below, not put in its place."""

    leaves: tuple[Leaf, ...]
    origin: Origin
    extend: bool


Node = dict[str, "Node"] | Leaf | Items
Tree = dict[str, Node]


def annotate(layer: Layer) -> Tree:
    """Return the table of a layer with the origin of each value."""
    tree: Tree = {}
    for key, value in layer.table.items():
        if key in EXTENDED or key in LISTED:
            leaves = tuple(
                Leaf(item, layer.origin((key, index)), layer.directory) for index, item in enumerate(_list(value))
            )
            extend = key in EXTENDED or (key == "ignore" and layer.source == COMMAND_LINE)
            tree[key] = Items(leaves, layer.origin((key,)), extend)
        else:
            tree[key] = _annotate_value(layer, (key,), value)
    if layer.source == COMMAND_LINE and "select" in layer.table:
        tree.setdefault("extend-select", Items((), layer.origin(("extend-select",)), extend=False))
        extra = tree["extend-select"]
        if isinstance(extra, Items):
            tree["extend-select"] = Items(extra.leaves, extra.origin, extend=False)
    return tree


def overlay(low: Tree, high: Tree) -> Tree:
    """Return the merge of two trees; `high` wins."""
    merged = dict(low)
    for key, node in high.items():
        below = merged.get(key)
        if isinstance(below, dict) and isinstance(node, dict):
            merged[key] = overlay(below, node)
        elif isinstance(below, Items) and isinstance(node, Items) and node.extend:
            merged[key] = Items(below.leaves + node.leaves, node.origin, below.extend)
        else:
            merged[key] = node
    return merged


def merge_tables(low: Mapping[str, object], high: Mapping[str, object]) -> dict[str, object]:
    """Return the merge of two plain tables, tables key by key, anything else replaced; `high` wins."""
    merged = dict(low)
    for key, value in high.items():
        below = merged.get(key)
        if isinstance(below, Mapping) and isinstance(value, Mapping):
            merged[key] = merge_tables(below, value)
        else:
            merged[key] = value
    return merged


def merge(layers: tuple[Layer, ...]) -> Tree:
    """Return the merge of layers, the strongest last."""
    tree: Tree = {}
    for layer in layers:
        tree = overlay(tree, annotate(layer))
    return tree


def plain(node: Node) -> object:
    """Return a tree without origins."""
    match node:
        case dict():
            return {key: plain(child) for key, child in node.items()}
        case Leaf():
            return node.value
        case Items():
            return [leaf.value for leaf in node.leaves]


def origins(tree: Tree) -> Iterator[tuple[KeyPath, Origin]]:
    """Yield the path of every value, and of every item of a list whose items have origins, with its origin."""
    for key, node in tree.items():
        match node:
            case dict():
                yield from (((key, *path), origin) for path, origin in origins(node))
            case Leaf():
                yield (key,), node.origin
            case Items():
                yield (key,), node.origin
                yield from (((key, index), leaf.origin) for index, leaf in enumerate(node.leaves))


def rebase(glob: str, directory: str) -> str:
    """Return a glob of a file in `directory` as a glob relative to the project root."""
    return f"{directory}/{glob.removeprefix('./')}" if directory else glob


def _annotate_value(layer: Layer, path: KeyPath, value: object) -> Node:
    if isinstance(value, Mapping):
        return {key: _annotate_value(layer, (*path, key), item) for key, item in value.items()}
    if layer.directory and path[0] in {"exclude", "roles"}:
        value = [rebase(str(glob), layer.directory) for glob in _list(value)]
    return Leaf(value, layer.origin(path), layer.directory)


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []
