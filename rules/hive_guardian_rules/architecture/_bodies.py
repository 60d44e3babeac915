"""How much a function does, and where its name stands (GR07, GR20)."""

import ast
from collections.abc import Iterator

from hive_guardian import Document, FileContext, Location

Function = ast.FunctionDef | ast.AsyncFunctionDef
_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


def count_statements(function: Function) -> int:
    """Count the statements of a body, nested ones too, without docstrings, `pass`, `...` and `NotImplementedError`."""
    count = 0
    pending: list[ast.AST] = list(function.body)
    while pending:
        statement = pending.pop()
        if isinstance(statement, ast.stmt) and not _does_nothing(statement):
            count += 1
        for block in _BLOCKS:
            pending += getattr(statement, block, [])
    return count


def _does_nothing(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    if isinstance(statement, ast.Raise):
        raised = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
        return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
    return isinstance(statement, ast.Pass)


def functions(document: Document) -> Iterator[tuple[Function, str]]:
    """Yield the functions of a module and the methods of its classes with the class's name inside the module.

    Functions inside functions belong to the function around them.
    """
    owners = document.outline.definitions
    for definition, owner in owners.items():
        if not isinstance(definition, Function):
            continue
        names: list[str] = []
        around = owner
        while isinstance(around, ast.ClassDef):
            names.append(around.name)
            around = owners[around]
        if around is None:
            yield definition, ".".join(reversed(names))


def decorator_names(function: Function, document: Document) -> frozenset[str]:
    """Return the possible dotted names of the decorators, calls unwrapped."""
    return frozenset(
        name
        for decorator in function.decorator_list
        for name in document.resolve(decorator.func if isinstance(decorator, ast.Call) else decorator).names
    )


def is_property(function: Function, document: Document) -> bool:
    """Whether a function is a property, one of its setters, or a computed field."""
    written = {item.attr for item in function.decorator_list if isinstance(item, ast.Attribute)}
    known = {"builtins.property", "functools.cached_property", "pydantic.computed_field"}
    return bool(known & decorator_names(function, document) or {"setter", "getter", "deleter"} & written)


def header(function: Function, ctx: FileContext) -> list[int]:
    """Return the place of `def name` as [line, column, end line, end column]."""
    place = ctx.document.location(function)
    word = "async def " if isinstance(function, ast.AsyncFunctionDef) else "def "
    return [place.line, place.column, place.line, place.column + len(word) + len(function.name)]


def location(path: str, numbers: object) -> Location:
    """Return the range that `header` collected."""
    line, column, end_line, end_column = numbers if isinstance(numbers, list) else (1, 1, 1, 1)
    return Location(path, line, column, end_line, end_column)
