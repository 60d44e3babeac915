"""The logger of a module: the one it has, or edits that create it once."""

import ast
from collections.abc import Sequence
from typing import NamedTuple

from hive_guardian import Document, Edit, FixContext, FixRefusedError, Location

NAME = "logger"
"""What a new logger is called."""
_STANDARD = "logging.getLogger"


class LoggerUse(NamedTuple):
    """How a place may write the logger.

    Attributes:
        name: of the logger.
        edits: what creates it; empty when the module has one.
    """

    name: str
    edits: tuple[Edit, ...] = ()


def use_logger(factory: str, call: ast.Call, ctx: FixContext) -> LoggerUse:
    """Return how a call may reach the logger of its module; one the module has is used.

    Args:
        factory: dotted name of what makes loggers.
        call: of `ctx.document`.
        ctx: the file.

    Raises:
        FixRefusedError: the name is taken, or the place comes before the logger.
    """
    document = ctx.document
    if document.module and document.module.partition(".")[0] == factory.partition(".")[0]:
        raise FixRefusedError(f"the file belongs to what provides {factory}")
    known = [name for name in _known(factory, document) if _is_visible(name, call, document)]
    if known:
        return LoggerUse(known[0])
    _refuse_if_taken(call, document)
    return LoggerUse(NAME, _creation(factory, call, ctx))


def _known(factory: str, document: Document) -> list[str]:
    """Return the names of loggers that the module makes, those named after the module first."""
    found: list[tuple[bool, str]] = []
    for statement in document.tree.body:
        if not isinstance(statement, ast.Assign | ast.AnnAssign) or not isinstance(statement.value, ast.Call):
            continue
        target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
        made = statement.value
        if isinstance(target, ast.Name) and document.resolve(made.func).names == frozenset({factory}):
            is_own = bool(made.args) and isinstance(made.args[0], ast.Name) and made.args[0].id == "__name__"
            found.append((not is_own, target.id))
    return [name for _, name in sorted(found, key=lambda item: item[0])]


def _is_visible(name: str, node: ast.AST, document: Document) -> bool:
    """Whether a name of the module, bound once, means that binding at a node."""
    bindings = document.scopes.module.bindings[name]
    if len(bindings) != 1 or _is_hidden(name, node, document):
        return False
    return document.function(node) is not None or bindings[0].position < (getattr(node, "lineno", 0), 0)


def _is_hidden(name: str, node: ast.AST, document: Document) -> bool:
    """Whether a scope around a node, other than the module, binds a name."""
    scope = document.scope(node)
    is_innermost = True
    while scope.parent is not None:
        if name in scope.bindings and (is_innermost or not scope.is_class):
            return True
        is_innermost, scope = False, scope.parent
    return False


def _refuse_if_taken(node: ast.AST, document: Document) -> None:
    scopes = document.scopes
    is_bound = NAME in scopes.module.bindings or _is_hidden(NAME, node, document)
    is_declared = any(NAME in scope.global_names for scope in scopes.scopes.values())
    if is_bound or is_declared:
        raise FixRefusedError(f"`{NAME}` is bound to something else in this file")
    readers = [scope for scope in (scopes.module, *scopes.scopes.values()) if NAME in scope.reads]
    if any(_is_global(scope.reads[NAME][0], document) for scope in readers):
        raise FixRefusedError(f"`{NAME}` is used in this file without being bound")


def _is_global(name: ast.Name, document: Document) -> bool:
    """Whether a name that the module does not bind is read from no scope around it either."""
    return not document.names.bindings(name)


def _creation(factory: str, call: ast.Call, ctx: FixContext) -> tuple[Edit, ...]:
    """Return the edits that import the factory and make a logger after the imports."""
    document = ctx.document
    last = _last_import(document.tree.body)
    line = _line_after(last, document.tree.body) if last is not None else 1
    place = Location(ctx.path, line, 1, line, 1)
    maker, imports = _import(factory, place, ctx)
    made = f"{NAME} = {maker}(__name__)\n"
    if last is None:
        if not imports:
            raise FixRefusedError(f"{factory} is imported too late")
        first = imports[0]
        is_first = first.text.endswith("\n\n")  # what follows is the code, not the blank line below a docstring
        edits = [_extended(first, f"{made}{_gap(first.line, document)}" if is_first else f"\n{made}")]
    else:
        text = f"\n{made}{_gap(line, document)}"
        joint = next((edit for edit in imports if (edit.line, edit.column) == (line, 1)), None)
        edits = [edit for edit in imports if edit is not joint]
        edits.append(Edit(ctx.path, line, 1, line, 1, text) if joint is None else _extended(joint, text))
    if (call.lineno, call.col_offset + 1) < (edits[-1].line, edits[-1].column):
        raise FixRefusedError("it runs before the imports are done")
    return tuple(edits)


def _import(factory: str, place: Location, ctx: FixContext) -> tuple[str, tuple[Edit, ...]]:
    """Return how a place writes the factory, and the edits that import it; `logging` is imported as a module."""
    module, _, member = factory.rpartition(".")
    if not module:
        raise FixRefusedError(f"{factory} cannot be imported")
    if factory != _STANDARD:
        found = ctx.use_import(module, member, where=place)
        return found.name, found.edits
    found = ctx.use_import(module, where=place)
    if found.edits:
        known = ctx.use_import(module, member, where=place)
        if not known.edits:
            return known.name, ()
    return f"{found.name}.{member}", found.edits


def _extended(edit: Edit, text: str) -> Edit:
    return Edit(edit.path, edit.line, edit.column, edit.end_line, edit.end_column, f"{edit.text}{text}")


def _last_import(body: Sequence[ast.stmt]) -> ast.stmt | None:
    """Return the last statement of the import block, those under a condition included."""
    last: ast.stmt | None = None
    for number, statement in enumerate(body):
        if _is_import(statement):
            last = statement
        elif not _is_heading(statement, number):
            break
    future = isinstance(last, ast.ImportFrom) and last.module == "__future__"
    return None if future else last


def _is_import(statement: ast.stmt) -> bool:
    """Whether a statement does nothing but import, maybe under a condition or with a fallback."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return True
    if isinstance(statement, ast.If):
        blocks = [statement.body, statement.orelse]
    elif isinstance(statement, ast.Try):
        blocks = [statement.body, statement.orelse, statement.finalbody, *(item.body for item in statement.handlers)]
    else:
        return False
    inner = [item for block in blocks for item in block]
    is_simple = all(_is_import(item) or isinstance(item, ast.Assign | ast.Pass) for item in inner)
    return is_simple and any(map(_is_import, inner))


def _is_heading(statement: ast.stmt, number: int) -> bool:
    """Whether a statement may stand between imports: the docstring, and `__all__` and its kin."""
    if isinstance(statement, ast.Assign):
        return all(isinstance(item, ast.Name) and item.id.startswith("__") for item in statement.targets)
    return number == 0 and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _line_after(statement: ast.stmt, body: Sequence[ast.stmt]) -> int:
    """Return the first line below a statement and those that share its last line."""
    line = statement.end_lineno or statement.lineno
    for other in body:
        if other.lineno == line:
            line = other.end_lineno or line
    return line + 1


def _gap(line: int, document: Document) -> str:
    """Return the blank lines that are missing between a new statement and what stands at a line."""
    lines = document.lines.lines
    if line > len(lines) or not lines[line - 1].strip():
        return ""
    follows = next((item for item in document.tree.body if item.lineno >= line), None)
    is_definition = isinstance(follows, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    return "\n\n" if is_definition else "\n"
