"""Where the statements of a file stand, and the nodes below one node."""

import ast
import sys
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import field
from typing import Final

from hive_guardian.model.frozen_class import mutable
from hive_guardian.source.census import CHILDREN, STATEMENTS, Census

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def all_nodes(root: ast.AST) -> list[ast.AST]:
    """Return the node and everything below it except expression contexts and operators, breadth first."""
    nodes: list[ast.AST] = [root]
    append = nodes.append
    children = CHILDREN
    for node in nodes:
        for name in children[node.__class__]:
            value = getattr(node, name)
            if value.__class__ is list:
                nodes += value
            elif value is not None:
                append(value)
    return nodes


def child_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the direct children of a node in field order."""
    for name in CHILDREN[node.__class__]:
        value = getattr(node, name)
        if value.__class__ is list:
            yield from (item for item in value if item is not None)
        elif value is not None:
            yield value


class Place:
    """Bits that say where a statement stands, as far as the statements around it tell.

    Plain integers, because an `IntFlag` would cost a microsecond per statement.
    """

    FUNCTION: Final = 1
    DIRECTLY_IN_FUNCTION: Final = 2
    CONDITIONAL: Final = 4
    TYPE_CHECKING: Final = 8
    GUARDED: Final = 16
    LOOP: Final = 32
    MAIN: Final = 64
    ASYNC: Final = 128


@mutable
class Outline:
    """What opens blocks in one file, and what depends on the block it stands in.

    Attributes:
        imports: (statement, place) in source order.
        definitions: function or class -> the definition around it, `None` at module level; in source order.
        conditional: definitions that stand in a branch, a loop or a `try`.
        misplaced: (statement, what) that only the compiler refuses.
    """

    imports: list[tuple[ast.Import | ast.ImportFrom, int]] = field(default_factory=list)
    definitions: dict[Definition, Definition | None] = field(default_factory=dict)
    conditional: set[Definition] = field(default_factory=set)
    misplaced: list[tuple[ast.stmt, str]] = field(default_factory=list)


_Block = tuple[list[ast.stmt], int]
_Frame = tuple[Iterator[ast.stmt], int, Definition | None]
_SIMPLE: frozenset[type] = frozenset(
    {ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Pass, ast.Raise, ast.Assert, ast.Delete, ast.Global}
    | {ast.Nonlocal}
)
"""Statements without a block that may stand anywhere."""
_SIMPLE_IN_FUNCTION = _SIMPLE | {ast.Return}
_NOTED = frozenset({ast.Import, ast.ImportFrom, ast.Return, ast.Break, ast.Continue})
_NOTED_INSIDE = (*DEFINITIONS, ast.Import, ast.ImportFrom, ast.Break, ast.Continue)
"""What is noted inside a function; a `return` in a class inside it comes after that class."""
_IMPORTS = (ast.Import, ast.ImportFrom)
_WITH_BLOCKS = frozenset(
    kind for kind in STATEMENTS if not {"body", "cases"}.isdisjoint(kind._fields) and kind not in DEFINITIONS
)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_WITHS = (ast.With, ast.AsyncWith)


def outline(tree: ast.Module, census: Census) -> Outline:
    """Visit every block once, in source order; blocks in which nothing is to be noted are passed over.

    Args:
        tree: the module.
        census: its nodes.
    """
    result = Outline()
    if not tree.body:
        return result
    definitions = result.definitions
    noted = sorted([node.lineno for kind in _NOTED_INSIDE for node in census.get(kind, ())])
    noted.append(sys.maxsize)
    stack: list[_Frame] = [(iter(tree.body), 0, None)]
    while stack:
        frame = stack.pop()
        statements, place, owner = frame
        passed_over = _passed_over(place)
        for statement in statements:
            kind = statement.__class__
            if kind in passed_over:
                continue
            end = statement.end_lineno or 0
            if isinstance(statement, DEFINITIONS):
                definitions[statement] = owner
                if place & Place.CONDITIONAL:
                    result.conditional.add(statement)
                if kind is not ast.ClassDef and noted[bisect_left(noted, statement.lineno) + 1] > end:
                    continue
                inner: list[_Frame] = [(iter(statement.body), _place_inside(statement, place), statement)]
            elif kind in _NOTED:
                _note_simple(statement, place, result)
                continue
            elif place & Place.DIRECTLY_IN_FUNCTION and noted[bisect_left(noted, statement.lineno)] > end:
                continue
            else:
                inner = [
                    (iter(body), bits, owner)
                    for body, bits in _blocks(statement, place)
                    if body and not _passed_over(bits).issuperset(map(type, body))
                ]
            if inner:
                stack.append(frame)
                stack.extend(reversed(inner))
                break
    return result


def _passed_over(place: int) -> frozenset[type]:
    """Return the types of statements of which nothing is noted at a place."""
    return _SIMPLE_IN_FUNCTION if place & Place.DIRECTLY_IN_FUNCTION else _SIMPLE


def _note_simple(statement: ast.stmt, place: int, result: Outline) -> None:
    """Record imports and misplaced jumps."""
    if isinstance(statement, _IMPORTS):
        result.imports.append((statement, place))
    elif isinstance(statement, ast.Return):
        if not place & Place.DIRECTLY_IN_FUNCTION:
            result.misplaced.append((statement, "'return' outside function"))
    elif isinstance(statement, ast.Break):
        if not place & Place.LOOP:
            result.misplaced.append((statement, "'break' outside loop"))
    elif isinstance(statement, ast.Continue) and not place & Place.LOOP:
        result.misplaced.append((statement, "'continue' not properly in loop"))


def _blocks(statement: ast.stmt, place: int) -> Iterable[_Block]:
    """Return the blocks of a compound statement, definitions apart, with the place of their statements."""
    if isinstance(statement, ast.If):
        simple = _passed_over(place)
        if simple.issuperset(map(type, statement.body)) and simple.issuperset(map(type, statement.orelse)):
            return ()
        yes, no = branch_places(statement.test, place)
        return (statement.body, yes), (statement.orelse, no)
    if isinstance(statement, _LOOPS):
        maybe = place | Place.CONDITIONAL
        return (statement.body, maybe | Place.LOOP), (statement.orelse, maybe)
    if isinstance(statement, _WITHS):
        return ((statement.body, place),)
    if isinstance(statement, ast.Match):
        return [(case.body, place | Place.CONDITIONAL) for case in statement.cases]
    return _try_blocks(statement, place)


def _place_inside(definition: Definition, place: int) -> int:
    """Return the place of the statements of a definition."""
    if isinstance(definition, ast.ClassDef):
        return place & ~(Place.LOOP | Place.DIRECTLY_IN_FUNCTION | Place.ASYNC)
    inner = place & ~(Place.LOOP | Place.CONDITIONAL | Place.ASYNC) | Place.FUNCTION | Place.DIRECTLY_IN_FUNCTION
    return inner | Place.ASYNC if isinstance(definition, ast.AsyncFunctionDef) else inner


def _try_blocks(statement: ast.stmt, place: int) -> Iterator[_Block]:
    """Yield the blocks of a `try`; imports in its body are guarded when a handler catches ImportError."""
    if not isinstance(statement, ast.Try | ast.TryStar):
        return
    under = place | Place.CONDITIONAL
    guarded = under | Place.GUARDED if catches_import_error(statement) else under
    yield statement.body, guarded
    for handler in statement.handlers:
        yield handler.body, guarded
    yield statement.orelse, guarded
    yield statement.finalbody, place


def catches_import_error(statement: ast.Try | ast.TryStar) -> bool:
    """Whether a handler of a `try` catches a failed import."""
    names = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}
    for handler in statement.handlers:
        types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        if any(kind is None or last_name(kind) in names for kind in types):
            return True
    return False


def last_name(expression: ast.expr) -> str:
    """Return the last identifier of a name or attribute, or an empty string."""
    if isinstance(expression, ast.Name):
        return expression.id
    if isinstance(expression, ast.Attribute):
        return expression.attr
    return ""


def branch_places(test: ast.expr, place: int) -> tuple[int, int]:
    """Return the places of both branches of an `if` that stands at a place."""
    both = place | Place.CONDITIONAL
    if is_type_checking_test(test):
        return both | Place.TYPE_CHECKING, both
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) and is_type_checking_test(test.operand):
        return both, both | Place.TYPE_CHECKING
    if is_main_test(test):
        return both | Place.MAIN, both
    if _is_platform_test(test):
        return both | Place.GUARDED, both | Place.GUARDED
    return both, both


def is_type_checking_test(test: ast.expr) -> bool:
    """Whether a test is `TYPE_CHECKING`, by its last name or a customary alias."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return any(map(is_type_checking_test, test.values))
    return last_name(test) in {"TYPE_CHECKING", "MYPY"}


def is_main_test(test: ast.expr) -> bool:
    """Whether a test is `__name__ == "__main__"`, either way round."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return any(map(is_main_test, test.values))
    if not (isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq)):
        return False
    sides = (test.left, test.comparators[0])
    names = any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides)
    return names and any(isinstance(side, ast.Constant) and side.value == "__main__" for side in sides)


def place_of(node: ast.AST, ancestors: Iterable[ast.AST]) -> int:
    """Return the place of any node, from the nodes around it, innermost first."""
    bits, child = 0, node
    for parent in ancestors:
        if isinstance(parent, ast.If):
            yes, no = branch_places(parent.test, 0)
            bits |= yes if child in parent.body else no if child in parent.orelse else Place.CONDITIONAL
        elif isinstance(parent, _LOOPS):
            bits |= Place.LOOP
        elif isinstance(parent, ast.Try | ast.TryStar):
            bits |= Place.GUARDED if child not in parent.finalbody and catches_import_error(parent) else 0
            bits |= Place.CONDITIONAL
        elif isinstance(parent, FUNCTIONS) and child in parent.body:
            bits |= Place.FUNCTION
        child = parent
    return bits


_PLATFORM_NAMES = frozenset(
    {"version_info", "platform", "hexversion", "PY2", "PY3", "implementation", "python_implementation", "system"},
)


def _is_platform_test(test: ast.expr) -> bool:
    """Whether a test asks for the Python version, implementation or platform."""
    return any(
        isinstance(node, ast.Name | ast.Attribute) and last_name(node) in _PLATFORM_NAMES for node in all_nodes(test)
    )


def assigned_names(statements: Iterable[ast.stmt]) -> list[tuple[str, ast.expr | None]]:
    """Return (name, value) for assignments and definitions; the value only where it could be an alias."""
    found: list[tuple[str, ast.expr | None]] = []
    for statement in statements:
        if isinstance(statement, DEFINITIONS):
            found.append((statement.name, None))
        elif isinstance(statement, ast.Assign):
            for target in statement.targets:
                if isinstance(target, ast.Name):
                    found.append((target.id, statement.value))
                elif isinstance(target, ast.Tuple | ast.List):
                    found += [(element.id, None) for element in target.elts if isinstance(element, ast.Name)]
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            found.append((statement.target.id, statement.value))
    return found


def module_level(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return the statements that run at module level, those in blocks of other statements too, in source order."""
    if _WITH_BLOCKS.isdisjoint(map(type, body)):
        return body
    found: list[ast.stmt] = []
    stack = body[::-1]
    while stack:
        statement = stack.pop()
        found.append(statement)
        if statement.__class__ not in _WITH_BLOCKS:
            continue
        stack.extend(reversed(getattr(statement, "finalbody", [])))
        stack.extend(reversed(getattr(statement, "orelse", [])))
        for handler in reversed(getattr(statement, "handlers", [])):
            stack.extend(reversed(handler.body))
        for case in reversed(getattr(statement, "cases", [])):
            stack.extend(reversed(case.body))
        stack.extend(reversed(getattr(statement, "body", [])))
    return found
