"""The shape of a tree in its text, and the ranges of that text that edits change."""

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
    """Return a module with `name = None` for each definition that no edit changes, in classes too.

    Each of them compiles by itself; what the rest needs of it is its name and that something stands there. A function
    that an edit touches stays whole: whether `nonlocal` finds a name depends on all of it.

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
            name = ast.Name(node.name, ast.Store())
            body.append(ast.fix_missing_locations(ast.copy_location(ast.Assign([name], ast.Constant(None)), node)))
            continue
        if isinstance(node, ast.ClassDef):
            node = copy(node)
            node.body = _touched_body(child, ranges)
        body.append(node)
    return body


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
