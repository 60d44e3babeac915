"""What an edit may change by accident although the result parses: counted in the trees before and after."""

import ast
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from hive_guardian.model.edit import Change
from hive_guardian.model.frozen_class import frozen
from hive_guardian.source.census import walk

_SUSPENDING = (ast.Await, ast.AsyncFor, ast.AsyncWith, ast.AsyncFunctionDef)
_LEAVING = (ast.Raise, ast.Return, ast.Assert)
_YIELDING = (ast.Yield, ast.YieldFrom)
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_WHAT = {
    Change.AWAIT: "what is awaited",
    Change.EXIT: "how a function is left",
    Change.HANDLER: "which exceptions are caught",
    Change.SIGNATURE: "a public name or signature",
    Change.STRING: "the content of a string",
    Change.TUPLE: "what is a tuple",
}


@frozen
class Marks:
    """What one tree says about each kind of change; equal marks mean that nothing of the kind changed.

    Attributes:
        by_change: kind -> what is compared; more of it afterwards is no change for `EXIT` and `STRING`.
    """

    by_change: Mapping[Change, Counter[object]]


def read_marks(tree: ast.Module, chosen: Sequence[tuple[ast.AST, bool]] | None = None) -> Marks:
    """Return the marks of one tree.

    Args:
        tree: a whole file.
        chosen: the statements to look at, and whether what each binds is public; the others are known to be equal on
            both sides.
    """
    found: dict[Change, Counter[object]] = {change: Counter() for change in _WHAT}
    nodes = [(node, True) for node in tree.body] if chosen is None else chosen
    if ast.get_docstring(tree, clean=False) is not None:
        found[Change.STRING][ast.Module, "docstring"] += 1
    for top, _ in nodes:
        for node in walk(top):
            if node.__class__ in _MARKED:
                for change, mark in _marks(node):
                    found[change][mark] += 1
    public = [node for node, is_public in nodes if is_public and isinstance(node, ast.stmt)]
    found[Change.SIGNATURE].update(_surface(public, ""))
    return Marks(found)


_MARKED = frozenset({*_SUSPENDING, *_LEAVING, *_YIELDING, *_DEFINITIONS, ast.ExceptHandler, ast.Tuple, ast.Constant})
"""The types `_marks` has something to say about."""


def _marks(node: ast.AST) -> Iterator[tuple[Change, object]]:
    """Yield what a single node says."""
    kind = type(node)
    if kind in _SUSPENDING:
        yield Change.AWAIT, kind
    elif kind in _LEAVING or kind in _YIELDING:
        yield Change.EXIT, kind
    elif isinstance(node, ast.ExceptHandler):
        yield Change.HANDLER, ast.dump(node.type) if node.type is not None else ""
    elif isinstance(node, ast.Tuple):
        yield Change.TUPLE, kind
    elif isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
        yield Change.STRING, node.value
    if isinstance(node, _DEFINITIONS) and ast.get_docstring(node, clean=False) is not None:
        yield Change.STRING, (kind, "docstring")


def _surface(body: list[ast.stmt], prefix: str) -> Iterator[object]:
    """Yield the public definitions of a module or class with their signatures, and the public names it assigns."""
    for node in body:
        if isinstance(node, _DEFINITIONS):
            if node.name.startswith("_") and not node.name.endswith("__"):
                continue
            name = f"{prefix}{node.name}"
            yield name, type(node), tuple(map(ast.dump, node.decorator_list)), _signature(node)
            if isinstance(node, ast.ClassDef):
                yield from _surface(node.body, f"{name}.")
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [target.id for target in targets if isinstance(target, ast.Name)]
            yield from (f"{prefix}{name} =" for name in names if not name.startswith("_") or name == "__all__")
        elif isinstance(node, ast.If | ast.Try | ast.With):
            for block in ("body", "orelse", "finalbody"):
                yield from _surface(getattr(node, block, []), prefix)


def _signature(node: ast.stmt) -> str:
    if isinstance(node, ast.ClassDef):
        return " ".join(map(ast.dump, [*node.bases, *node.keywords]))
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return f"{ast.dump(node.args)} {ast.dump(node.returns) if node.returns else ''}"
    return ""


def tripped(before: Marks, after: Marks, allowed: frozenset[Change]) -> str:
    """Return which change happened that no fix declared, empty when none did.

    A `return` or a string more than before is no change: new code may have some. New names are none either.
    """
    for change, what in _WHAT.items():
        if change in allowed:
            continue
        lost = before.by_change[change] - after.by_change[change]
        gained = after.by_change[change] - before.by_change[change]
        if change is Change.SIGNATURE:
            gained = Counter({mark: count for mark, count in gained.items() if not str(mark).endswith(" =")})
        if change is Change.STRING:
            gained = Counter({mark: count for mark, count in gained.items() if not isinstance(mark, str | bytes)})
        if change is Change.EXIT:
            gained = Counter({mark: count for mark, count in gained.items() if mark in _YIELDING})
        if lost or gained:
            return f"it changes {what}"
    return ""
