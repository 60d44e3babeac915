"""One attempt to match a pattern in a file: what metavariables are bound to, and how much work is left."""

import ast
from collections.abc import Callable, Iterator, Mapping

from hive_guardian.source.document import Document

Bound = ast.AST | str | tuple[ast.AST, ...]
"""A node, an identifier that is no node of its own (the name of a function), or what `$...X` stands for."""
Bindings = Mapping[str, Bound]
Match = Callable[[object, Bindings, "Trial"], Iterator[Bindings]]
"""Takes a part of the file; yields every way to match it, as the bindings that it leads to."""

_STEPS = 200_000
_SPELLING = frozenset({"ctx", "kind", "type_comment"})


class Trial:
    """A document and a budget of steps, so that no pattern can stop a run.

    Attributes:
        document: the file.
    """

    __slots__ = ("_steps", "document")

    def __init__(self, document: Document) -> None:
        self.document = document
        self._steps = _STEPS

    def step(self) -> None:
        """Count one comparison.

        Raises:
            RuntimeError: there were too many; the pattern leaves too much open for this code.
        """
        self._steps -= 1
        if self._steps < 0:
            raise RuntimeError(f"gave up after {_STEPS} comparisons; a pattern with fewer open parts is needed")


def bind(name: str, value: Bound, bindings: Bindings) -> Iterator[Bindings]:
    """Yield the bindings with one more, or nothing when the name already stands for something else."""
    known = bindings.get(name)
    if known is None:
        yield {**bindings, name: value}
    elif is_same(known, value):
        yield bindings


def is_same(left: object, right: object) -> bool:
    """Whether two parts of a program are equal as syntax, regardless of position and of being read or assigned."""
    pairs = [(left, right)]  # a stack: code nests deeper than calls may
    while pairs:
        one, other = pairs.pop()
        one, other = _identifier(one, other), _identifier(other, one)
        if isinstance(one, list | tuple) and isinstance(other, list | tuple):
            if len(one) != len(other):
                return False
            pairs += zip(one, other, strict=True)
        elif isinstance(one, ast.expr_context) and isinstance(other, ast.expr_context):
            continue
        elif type(one) is not type(other):
            return False
        elif isinstance(one, ast.AST):
            names = (name for name in one._fields if name not in _SPELLING)
            pairs += ((getattr(one, name, None), getattr(other, name, None)) for name in names)
        elif one != other:
            return False
    return True


def _identifier(value: object, other: object) -> object:
    """Let a name equal an identifier that is no node, such as the name of a function."""
    return value.id if isinstance(value, ast.Name) and isinstance(other, str) else value


def text_of(bound: Bound, document: Document) -> str:
    """Return the source of what a metavariable stands for, in one line."""
    if isinstance(bound, str):
        return bound
    nodes = bound if isinstance(bound, tuple) else (bound,)
    return ", ".join(" ".join(document.source(node).split()) for node in nodes)
