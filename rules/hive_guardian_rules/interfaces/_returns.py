"""Whether a function surely returns `None`, told from its statements (GR08)."""

import ast
from collections.abc import Sequence

from hive_guardian import Document, has_own_yield, leaves_process
from hive_guardian_rules.interfaces._surface import Function

_LOOPS = (ast.For, ast.AsyncFor, ast.While)


def surely_returns_none(function: Function, document: Document) -> bool:
    """Whether a function has no `return value`, no `yield`, a body of its own, and a path that comes to its end."""
    if has_own_yield(function) or _is_stub(function.body):
        return False
    returns = _own_returns(function.body)
    if any(found.value is not None for found in returns):
        return False
    return bool(returns) or _may_complete(function.body, document)


def _is_stub(body: Sequence[ast.stmt]) -> bool:
    """Whether a body only stands for one: a docstring, `...`, `pass`, or nothing but a raise."""
    return all(
        isinstance(statement, ast.Pass | ast.Raise)
        or (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
        for statement in body
    )


def _own_returns(body: Sequence[ast.stmt]) -> list[ast.Return]:
    found: list[ast.Return] = []
    pending: list[ast.AST] = list(body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Return):
            found.append(node)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.expr):
            pending.extend(ast.iter_child_nodes(node))
    return found


def _may_complete(body: Sequence[ast.stmt], document: Document) -> bool:
    """Whether control may come to the end of a block; a doubt counts as no."""
    return all(_may_pass(statement, document) for statement in body)


def _may_pass(statement: ast.stmt, document: Document) -> bool:
    match statement:
        case ast.Raise() | ast.Return() | ast.Break() | ast.Continue():
            return False
        case ast.Expr(value=ast.Call() as call):
            return not leaves_process(call, document)
        case ast.If():
            return _may_complete(statement.body, document) or _may_complete(statement.orelse, document)
        case ast.With() | ast.AsyncWith():
            return _may_complete(statement.body, document)
        case ast.Try() | ast.TryStar():
            arms = (statement.body, *(handler.body for handler in statement.handlers))
            ends = any(_may_complete(arm, document) for arm in arms)
            return ends and _may_complete(statement.finalbody, document)
        case ast.While(test=ast.Constant(value=value)) if value:
            return _has_own_break(statement.body)
        case ast.Match():
            return any(_may_complete(case.body, document) for case in statement.cases)
        case _:
            return True


def _has_own_break(body: Sequence[ast.stmt]) -> bool:
    """Whether a loop's body leaves it by `break`; those of inner loops are not searched."""
    pending: list[ast.AST] = list(body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Break):
            return True
        if not isinstance(node, (*_LOOPS, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.expr)):
            pending.extend(ast.iter_child_nodes(node))
    return False
