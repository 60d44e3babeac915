"""Where two trees of one file differ, and whether edits account for that."""

import ast
from bisect import bisect_right

from hive_guardian.autofix.tree_shape import Ranges, Shape

_KIN: dict[type, type] = {
    ast.AsyncFunctionDef: ast.FunctionDef,
    ast.AsyncFor: ast.For,
    ast.AsyncWith: ast.With,
}

Changed = tuple[ast.AST, bool]
"""A statement or handler, and whether what it binds is a name of the module or of a public class."""


def changed_statements(before: Shape, after: Shape, old: Ranges, new: Ranges) -> tuple[list[Changed], list[Changed]]:
    """Return the innermost statements of either text that are not the same text in the other one.

    The first statement of a block is returned with its block, because it may be a docstring.

    Args:
        before: shape of the old module.
        after: shape of the new module.
        old: the edited ranges of the old text.
        new: the same in the new text.
    """
    comparison = _Comparison(old, new)
    gone: list[Changed] = []
    come: list[Changed] = []
    pending = [(before, after, True)]
    while pending:
        a, b, is_public = pending.pop()
        there = {(type(child.node), child.start, child.end): child for _, child in b.children}
        moved_on = set()
        for _, child in a.children:
            twin = there.get((type(child.node), *comparison.destination(child)))
            if twin is not None and comparison.is_moved(child, twin):
                moved_on |= {id(child), id(twin)}
        one, other = (
            [child for _, child in shape.children if isinstance(child.node, _BLOCK) and id(child) not in moved_on]
            for shape in (a, b)
        )
        if len(one) != len(other):
            gone += [(shape.node, is_public) for shape in one]
            come += [(shape.node, is_public) for shape in other]
            continue
        for x, y in zip(one, other, strict=True):
            if comparison.is_inside(x, y):
                pending.append((x, y, is_public and _is_surface(x.node)))
            else:
                gone.append((x.node, is_public))
                come.append((y.node, is_public))
    return gone, come


_BLOCK = (ast.stmt, ast.excepthandler)


def _is_surface(node: ast.AST) -> bool:
    """Whether what stands in a block is seen from outside."""
    if isinstance(node, ast.ClassDef):
        return not node.name.startswith("_") or node.name.endswith("__")
    return not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def differs_elsewhere(before: Shape, after: Shape, old: Ranges, new: Ranges) -> str:
    """Return where two trees differ although no edit is there, empty when they do not.

    Args:
        before: shape of the old text.
        after: shape of the new text.
        old: the edited ranges of the old text.
        new: the same in the new text.
    """
    found = _Comparison(old, new).compare(before, after)
    return "" if found is None else f"it changes what line {getattr(found, 'lineno', 1)} means, outside of its edits"


class _Comparison:
    """Walks two trees at once."""

    def __init__(self, old: Ranges, new: Ranges) -> None:
        self.old = old
        self.new = new

    def compare(self, a: Shape, b: Shape) -> ast.AST | None:
        """Return a node that changed without an edit, `None` when there is none."""
        if not self.old.touches(a):
            return None if self.is_moved(a, b) or _equal(a, b) else self.compare_wrapped(a, b)
        is_frame = self.is_frame(a)
        if is_frame and isinstance(b.node, ast.Await) and self.new.cover_all_but(b, b.children[0][1]):
            b = b.children[0][1]  # an edit at its beginning wrote `await`, which a fix declares
        if _kind(a) is _kind(b) and a.strict == b.strict and (a.loose == b.loose or not is_frame):
            return self.compare_kept(a, b)
        return a.node if is_frame else self.compare_unwrapped(a, b)

    def is_moved(self, a: Shape, b: Shape) -> bool:
        """Whether a statement or handler is the same text at the place it must have now: it means the same, unread."""
        if not isinstance(a.node, _BLOCK) or type(a.node) is not type(b.node):
            return False
        return self.destination(a) == (b.start, b.end) and not self.old.touches(a) and not self.new.touches(b)

    def destination(self, a: Shape) -> tuple[int, int]:
        """Return where a node must be now, if no edit touches it."""
        count = bisect_right(self.old.ends, a.start)
        shift = self.new.ends[count - 1] - self.old.ends[count - 1] if count else 0
        return a.start + shift, a.end + shift

    def is_inside(self, a: Shape, b: Shape) -> bool:
        """Whether all that changed in a block is in statements of it, the first one left out."""
        body = getattr(a.node, "body", None)
        if not isinstance(body, list) or type(a.node) is not type(b.node) or not self.old.touches(a):
            return False
        first = next(child for _, child in a.children if child.node is body[0])
        blocks = [child for _, child in a.children if isinstance(child.node, _BLOCK)]
        return (
            (a.strict, a.loose) == (b.strict, b.loose)
            and [field for field, _ in a.children] == [field for field, _ in b.children]
            and not self.old.touches(first)
            and all(
                any(child.start < start and end <= child.end for child in blocks) for start, end in self.old.within(a)
            )
        )

    def is_frame(self, a: Shape) -> bool:
        """Whether every edit in a node lies in one of its children, so that its own text stays.

        A statement that is replaced as a whole belongs to the block around it: there may be two of them afterwards.
        """
        if any(isinstance(child.node, ast.stmt) and self.old.covers(child) for _, child in a.children):
            return False
        return all(
            any(child.start <= start and end <= child.end and start < end for _, child in a.children)
            or any(child.start < start and end < child.end for _, child in a.children)
            for start, end in self.old.within(a)
        )

    def compare_kept(self, a: Shape, b: Shape) -> ast.AST | None:
        """Compare the children of two like nodes, without those that an edit replaces as a whole."""
        kept, left = self._kept(a, self.old), self._kept(b, self.new)
        if len(kept) != len(left):
            return a.node
        if not isinstance(a.node, ast.expr) and [field for field, _ in kept] != [field for field, _ in left]:
            return a.node
        problems = (self.compare(x, y) for (_, x), (_, y) in zip(kept, left, strict=True))
        return next((found for found in problems if found is not None), None)

    def compare_unwrapped(self, a: Shape, b: Shape) -> ast.AST | None:
        """Compare the only child that an edit left of a node with what is there instead."""
        kept = self._kept(a, self.old)
        if len(kept) != 1 or not self.old.cover_all_but(a, kept[0][1]):
            return a.node
        return self.compare(kept[0][1], _value(b))

    def compare_wrapped(self, a: Shape, b: Shape) -> ast.AST | None:
        """Find an untouched node in what new text around it made of it."""
        while self.new.touches(b):
            kept = self._kept(b, self.new)
            if len(kept) != 1 or not self.new.cover_all_but(b, kept[0][1]):
                return a.node
            b = kept[0][1]
        return None if _equal(a, b) or _equal(_value(a), b) else a.node

    def _kept(self, shape: Shape, ranges: Ranges) -> list[tuple[str, Shape]]:
        """Return the children that no edit replaces as a whole; those of an expression in order of the text."""
        kept = [(field, child) for field, child in shape.children if not ranges.covers(child)]
        return sorted(kept, key=lambda item: item[1].start) if isinstance(shape.node, ast.expr) else kept


def _kind(shape: Shape) -> type:
    """Return the type of a node; a statement and its `async` form are of one kind."""
    return _KIN.get(type(shape.node), type(shape.node))


def _value(shape: Shape) -> Shape:
    """Return a node; of an expression that is a statement, the expression."""
    return shape.children[0][1] if isinstance(shape.node, ast.Expr) else shape


def _equal(a: Shape, b: Shape) -> bool:
    if type(a.node) is not type(b.node) or (a.strict, a.loose) != (b.strict, b.loose):
        return False
    if [field for field, _ in a.children] != [field for field, _ in b.children]:
        return False
    return all(_equal(x, y) for (_, x), (_, y) in zip(a.children, b.children, strict=True))
