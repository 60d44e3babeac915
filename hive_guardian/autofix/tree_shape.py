"""What two trees of one file share outside the edited ranges."""

import ast
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from copy import copy

from hive_guardian.autofix.source_text import SourceText, Span
from hive_guardian.source.walk import DEFINITIONS

_WORD = re.compile(r"\w")
_LEAVES = (ast.JoinedStr, getattr(ast, "TemplateStr", ast.JoinedStr))
"""Nodes whose inner places older Pythons get wrong; an edit inside one is never accounted for."""
_KIN: dict[type, type] = {
    ast.AsyncFunctionDef: ast.FunctionDef,
    ast.AsyncFor: ast.For,
    ast.AsyncWith: ast.With,
}
_NOTHING = frozenset(" \t\f\r\n\\()")
_STRICT = (ast.operator, ast.boolop, ast.unaryop, ast.cmpop)


def widen(text: str, spans: Sequence[Span]) -> list[Span]:
    """Return spans that cover whole words: text inserted next to a letter changes the word it touches."""
    found: list[Span] = []
    for start, end, new in spans:
        head, tail = start, end
        if _WORD.match(text[start - 1 : start]) and _WORD.match((new or text[end : end + 1])[:1]):
            while head and _WORD.match(text[head - 1]):
                head -= 1
        if _WORD.match(text[end : end + 1]) and _WORD.match((new or text[max(start - 1, 0) : start])[-1:]):
            while tail < len(text) and _WORD.match(text[tail]):
                tail += 1
        if found and head < found[-1][1]:  # two edits touch one word
            first, last, kept = found.pop()
            begin = f"{kept}{text[last:start]}" if start >= last else kept[: len(kept) - (last - start)]
            found.append((first, max(tail, last), f"{begin}{new}{text[end : max(tail, last)]}"))
        else:
            found.append((head, tail, f"{text[head:start]}{new}{text[end:tail]}"))
    return found


def moved(spans: Sequence[Span]) -> list[tuple[int, int]]:
    """Return the ranges that the new text of ordered spans has in the new text."""
    found, shift = [], 0
    for start, end, text in spans:
        found.append((start + shift, start + shift + len(text)))
        shift += len(text) - (end - start)
    return found


class Shape:
    """One node with a place, seen through the nodes without one; what is in it is read when somebody asks.

    Attributes:
        node: the node.
        start: index of its first character, decorators included.
        end: index after its last character.
    """

    __slots__ = ("_parts", "_shaper", "end", "node", "start")

    def __init__(self, node: ast.AST, shaper: "_Shaper") -> None:
        """Find its place."""
        self.node = node
        self._shaper = shaper
        self._parts: Parts | None = None
        if isinstance(node, ast.Module):  # an insertion at either end of the text lies inside
            self.start, self.end = -1, len(shaper.source.text) + 1
            return
        decorators: list[ast.AST] = getattr(node, "decorator_list", [])
        first = decorators[0] if decorators else node
        self.start = shaper.index(first.lineno, first.col_offset)  # type: ignore[attr-defined]  # it has a place
        self.end = shaper.index(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]  # as above

    @property
    def children(self) -> "Sequence[tuple[str, Shape]]":
        """(field, shape) in order of fields."""
        return self._read()[0]

    @property
    def strict(self) -> Sequence[object]:
        """Its operators."""
        return self._read()[1]

    @property
    def loose(self) -> Sequence[object]:
        """Its names, constants and kinds of nodes without a place."""
        return self._read()[2]

    def _read(self) -> "Parts":
        if self._parts is None:
            self._parts = self._shaper.read(self.node)
        return self._parts


Parts = tuple[list[tuple[str, Shape]], list[object], list[object]]


class _Shaper:
    """Reads the nodes of one text."""

    def __init__(self, source: SourceText) -> None:
        self.source = source
        self.ascii = source.text.isascii()
        self.lines: dict[int, str] = {}

    def index(self, line: int, offset: int) -> int:
        start = self.source.starts[line - 1]
        if self.ascii:
            return start + offset
        if line not in self.lines:
            end = self.source.starts[line] if line < len(self.source.starts) else len(self.source.text)
            self.lines[line] = self.source.text[start:end]
        return start + len(self.lines[line].encode()[:offset].decode(errors="replace"))

    def read(self, node: ast.AST) -> Parts:
        """Take the fields of a node apart, those of its parts without a place too."""
        parts: Parts = ([], [], [])
        if isinstance(node, _LEAVES):
            parts[2].append(ast.dump(node))
        else:
            self._collect(node, "", parts)
        return parts

    def _collect(self, node: ast.AST, prefix: str, parts: Parts) -> None:
        children, strict, loose = parts
        for field, value in ast.iter_fields(node):
            name = f"{prefix}.{field}"
            for item in value if isinstance(value, list) else (value,):
                if not isinstance(item, ast.AST):
                    loose.append((name, type(item), repr(item) if isinstance(item, float | complex) else item))
                elif hasattr(item, "lineno"):
                    children.append((name, Shape(item, self)))
                elif isinstance(item, _STRICT):
                    strict.append((name, type(item)))
                else:
                    loose.append((name, type(item)))
                    self._collect(item, name, parts)


def shape_of(tree: ast.Module, source: SourceText) -> Shape:
    """Return the shape of a module.

    Args:
        tree: `ast.parse` of the text.
        source: the text.
    """
    return Shape(tree, _Shaper(source))


def without_untouched(module: Shape, ranges: "Ranges") -> ast.Module:
    """Return a module without those definitions that no edit changes, in classes too: each of them compiles by itself.

    A function stays whole: whether `nonlocal` finds a name depends on all of it.

    Args:
        module: its shape.
        ranges: the edited ranges of its text.
    """
    return ast.Module(_touched_body(module, ranges), [])


def _touched_body(block: Shape, ranges: "Ranges") -> list[ast.stmt]:
    body: list[ast.stmt] = []
    for field, child in block.children:
        node = child.node
        if field != ".body" or not isinstance(node, ast.stmt):
            continue
        if isinstance(node, DEFINITIONS) and not ranges.touches(child):
            continue
        if isinstance(node, ast.ClassDef) and (inner := _touched_body(child, ranges)):
            node = copy(node)
            node.body = inner
        body.append(node)
    return body


Changed = tuple[ast.AST, bool]
"""A statement or handler, and whether what it binds is a name of the module or of a public class."""


def changed_statements(
    before: Shape, after: Shape, old: "Ranges", new: "Ranges"
) -> tuple[list[Changed], list[Changed]]:
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


class Ranges:
    """Edited ranges of one text, ordered."""

    def __init__(self, text: str, ranges: Sequence[tuple[int, int]]) -> None:
        """Keep them."""
        self.text = text
        self.ranges = ranges
        self.ends = [end for _, end in ranges]
        self.first = ranges[0][0] if ranges else len(text)
        self.last = self.ends[-1] if ranges else 0

    def touches(self, shape: Shape) -> bool:
        """Whether an edit changes text of a node; one that only inserts beside it does not."""
        if shape.end <= self.first or self.last <= shape.start:
            return False
        return any(True for _ in self.within(shape))

    def within(self, shape: Shape) -> Iterator[tuple[int, int]]:
        """Yield the ranges that change text of a node."""
        for number in range(max(bisect_right(self.ends, shape.start) - 1, 0), len(self.ranges)):
            start, end = self.ranges[number]
            if start >= shape.end:
                break
            if (start < end and end > shape.start) or (start == end and shape.start < start < shape.end):
                yield start, end

    def covers(self, shape: Shape) -> bool:
        """Whether one edit replaces a node as a whole."""
        return any(start <= shape.start and shape.end <= end for start, end in self.within(shape))

    def cover_all_but(self, outer: Shape, inner: Shape) -> bool:
        """Whether all text of a node outside of one of its children is edited; space and parentheses aside."""
        at = [*range(max(outer.start, 0), inner.start), *range(inner.end, min(outer.end, len(self.text)))]
        edited = [*self.within(outer)]
        return all(self.text[index] in _NOTHING or any(start <= index < end for start, end in edited) for index in at)


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


def is_alike(one: object, other: object) -> bool:
    """Whether two nodes, or lists of nodes, are the same but for their places."""
    pending = [(one, other)]
    while pending:
        a, b = pending.pop()
        if a.__class__ is not b.__class__:
            return False
        if isinstance(a, ast.AST):
            pending += [(getattr(a, name, None), getattr(b, name, None)) for name in a._fields]
        elif isinstance(a, list) and isinstance(b, list):
            if len(a) != len(b):
                return False
            pending += zip(a, b, strict=True)
        elif a != b or (isinstance(a, float | complex) and repr(a) != repr(b)):  # -0.0 equals 0.0
            return False
    return True


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
