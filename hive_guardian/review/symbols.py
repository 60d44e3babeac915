"""Definitions of a Python file and where they stand; what other files hold has none."""

import ast
import warnings

from hive_guardian.model.frozen_class import frozen

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_MOST_CHARACTERS = 2_000_000


@frozen
class Symbol:
    """One definition.

    Attributes:
        name: qualified inside the module, `Outer.method`.
        is_class: whether it is a class.
        start: 1-based first line, decorators included.
        body: 1-based first line of the body behind the docstring; what is before is the signature.
        end: 1-based last line.
    """

    name: str
    is_class: bool
    start: int
    body: int
    end: int


def parse(text: str) -> ast.Module | None:
    """Return the tree of a Python text, `None` if it is none, or larger or deeper than code that people write."""
    if len(text) > _MOST_CHARACTERS:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes are the business of rules
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def list_symbols(tree: ast.Module | None) -> tuple[Symbol, ...]:
    """Return all definitions, outer ones first."""
    found: list[Symbol] = []
    pending: list[tuple[ast.AST, str]] = [(tree, "")] if tree is not None else []
    while pending:
        node, prefix = pending.pop(0)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, _DEFINITIONS):
                name = f"{prefix}{child.name}"
                found.append(_symbol(name, child))
                pending.append((child, f"{name}."))
            elif isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
                pending.append((child, prefix))
    return tuple(found)


def _symbol(name: str, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> Symbol:
    start = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    body = node.body[0]
    if ast.get_docstring(node, clean=False) is not None:
        first = node.body[1].lineno if len(node.body) > 1 else (body.end_lineno or body.lineno) + 1
    else:
        first = body.lineno
    return Symbol(name, isinstance(node, ast.ClassDef), start, first, node.end_lineno or node.lineno)


def enclosing(symbols: tuple[Symbol, ...], line: int) -> Symbol | None:
    """Return the innermost definition around a 1-based line, `None` for module level."""
    around = [symbol for symbol in symbols if symbol.start <= line <= symbol.end]
    return max(around, key=lambda symbol: (symbol.start, -symbol.end), default=None)
