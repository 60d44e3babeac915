"""The libcst nodes of one file by place. Importing this module imports libcst."""

from collections.abc import Sequence
from typing import TypeVar

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider, WhitespaceInclusivePositionProvider

from hive_guardian.model.edit import Edit
from hive_guardian.model.errors import FixRefusedError
from hive_guardian.model.finding import Location

Node = TypeVar("Node", bound=cst.CSTNode)
Point = tuple[int, int]
"""1-based line and 0-based column, as libcst counts."""


class NodeIndex:
    """A libcst module and the places of its nodes.

    Attributes:
        module: the whole file; line ends are LF.
    """

    def __init__(self, text: str) -> None:
        """Parse.

        Args:
            text: the file without byte order mark.

        Raises:
            FixRefusedError: libcst does not parse what `ast` parses.
        """
        self._text = text.replace("\r\n", "\n").replace("\r", "\n")
        try:
            parsed = cst.parse_module(self._text)
        except cst.ParserSyntaxError as error:
            raise FixRefusedError(f"libcst does not parse the file: {error.message}") from error
        if parsed.code != self._text:
            raise FixRefusedError("libcst does not give the same text back")
        self.wrapper = MetadataWrapper(parsed, unsafe_skip_copy=True)
        self.module = self.wrapper.module
        self._lines = self._text.split("\n")
        self._by_kind: dict[type[cst.CSTNode], list[tuple[Point, Point, cst.CSTNode]]] = {}

    def place(self, node: cst.CSTNode, path: str) -> Location:
        """Return the range of a node, without white space and parentheses around it.

        Raises:
            FixRefusedError: it is not a node of this file.
        """
        found = self.wrapper.resolve(PositionProvider).get(node)
        if found is None:
            raise FixRefusedError("a libcst node is not part of the file")
        return _location(found, path)

    def find(self, place: Location, kind: type[Node]) -> Node:
        """Return the innermost node of a type that contains a place.

        Raises:
            FixRefusedError: there is none.
        """
        start, end = (place.line, place.column - 1), (place.end_line, place.end_column - 1)
        around = [one for one in self._all(kind) if one[0] <= start and end <= one[1]]
        if not around:
            raise FixRefusedError(f"there is no {kind.__name__} at line {place.line}")
        return max(around, key=lambda one: (one[0], (-one[1][0], -one[1][1])))[2]

    def _all(self, kind: type[Node]) -> Sequence[tuple[Point, Point, Node]]:
        """Return the nodes of a type with their places, collected once."""
        if kind not in self._by_kind:
            self._by_kind[kind] = [
                ((where.start.line, where.start.column), (where.end.line, where.end.column), node)
                for node, where in self.wrapper.resolve(PositionProvider).items()
                if isinstance(node, kind)
            ]
        return self._by_kind[kind]  # type: ignore[return-value]  # keyed by the type of its nodes

    def replace(self, old: cst.CSTNode, new: cst.CSTNode, path: str) -> Edit:
        """Return the smallest edit that puts one node instead of another.

        Raises:
            FixRefusedError: the old node is not part of the file.
        """
        where = self.wrapper.resolve(WhitespaceInclusivePositionProvider).get(old)
        if where is None:
            raise FixRefusedError("a libcst node is not part of the file")
        before, after = self.module.code_for_node(old), self.module.code_for_node(new)
        edit = _within_lines(before, after, where, self._lines, path)
        if edit is not None:
            return edit
        changed = self.module.deep_replace(old, new)  # continued lines depend on the indentation around the node
        if not isinstance(changed, cst.Module):
            raise FixRefusedError("only a module can stand for a module")
        head, tail = _shared(self._text, changed.code)
        start = _advance(self._text[:head])
        end = _advance(self._text[: len(self._text) - tail])
        return Edit(path, *start, *end, changed.code[head : len(changed.code) - tail])


def _location(found: CodeRange, path: str) -> Location:
    return Location(path, found.start.line, found.start.column + 1, found.end.line, found.end.column + 1)


def _within_lines(before: str, after: str, where: CodeRange, lines: list[str], path: str) -> Edit | None:
    """Return the edit that turns one node's code into another's if both differ inside one line, else `None`.

    The code of a node lacks the indentation around it, so places in it are counted from the ends of its lines.
    """
    head, tail = _shared(before, after)
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    if "\n" in old or "\n" in new:
        return None
    line = where.start.line + before.count("\n", 0, head)
    stop = before.find("\n", head)
    rest = len(before) - head if stop < 0 else stop - head
    column = (where.end.column if stop < 0 else len(lines[line - 1])) - rest
    if lines[line - 1][column : column + len(old)] != old or not lines[line - 1][:column].strip():
        return None
    return Edit(path, line, column + 1, line, column + 1 + len(old), new)


def _shared(before: str, after: str) -> tuple[int, int]:
    """Return how many characters two texts share at their beginning, and of what is left, at their end."""
    limit = min(len(before), len(after))
    head = next((at for at in range(limit) if before[at] != after[at]), limit)
    limit -= head
    return head, next((at for at in range(limit) if before[-1 - at] != after[-1 - at]), limit)


def _advance(text: str) -> tuple[int, int]:
    """Return the 1-based line and column after a text that starts a file."""
    return text.count("\n") + 1, len(text) - text.rfind("\n")
