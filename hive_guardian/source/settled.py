"""Names that mean one thing in a whole file: the short cut around scopes.

Building the scopes of a file costs as much as parsing it. Most questions are about a name that one module-level import
binds, or a builtin that nothing binds; the set of all names that anything else binds settles them.
"""

import ast
from collections.abc import Callable
from operator import attrgetter
from typing import Any

from hive_guardian.source.census import Census
from hive_guardian.source.names import BUILTINS, Resolution
from hive_guardian.source.walk import Outline, Place

_TYPE_PARAMETERS = [getattr(ast, name) for name in ("TypeVar", "ParamSpec", "TypeVarTuple") if hasattr(ast, name)]
_BINDERS = {
    kind: attrgetter(next(name for name in ("arg", "rest", "name") if name in kind._fields))
    for kind in (
        ast.arg, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler, ast.MatchAs, ast.MatchStar,
        ast.MatchMapping, *_TYPE_PARAMETERS,
    )
}  # fmt: skip
"""Node type -> what takes the name out of it that it binds."""


def settle(
    name: str, outline: Outline, targets: frozenset[str] | None, bound: Callable[[], frozenset[str]]
) -> Resolution | None:
    """Return what a name means everywhere in a file, `None` when only its scopes can tell.

    Args:
        name: the identifier.
        outline: the blocks of the file.
        targets: dotted names its imports may bind it to, `None` when no import does.
        bound: the names the file binds by anything but imports.
    """
    if targets is None:
        if name not in BUILTINS or _has_star_import(outline) or name in bound():
            return None
        return Resolution(frozenset({f"builtins.{name}"}), complete=True)
    if len(targets) != 1 or name in bound():
        return None
    for statement, place in outline.imports:
        if place & (Place.FUNCTION | Place.CONDITIONAL) and name in map(_bound_by(statement), statement.names):
            return None
    return Resolution(targets, complete=True)


def _bound_by(statement: ast.Import | ast.ImportFrom) -> Callable[[ast.alias], str]:
    """Return what tells the name that one part of an import binds."""
    if isinstance(statement, ast.Import):
        return lambda alias: alias.asname or alias.name.partition(".")[0]
    return lambda alias: alias.asname or alias.name


def bound_names(census: Census) -> frozenset[str]:
    """Return every name a file binds by anything but imports, in whatever scope."""
    load = ast.Load
    found: set[Any] = {node.id for node in census.get(ast.Name, ()) if node.ctx.__class__ is not load}
    for kind in census.keys() & _BINDERS.keys():
        found.update(map(_BINDERS[kind], census[kind]))
    found.discard(None)
    return frozenset(found)


def _has_star_import(outline: Outline) -> bool:
    return any(statement.names[0].name == "*" for statement, _ in outline.imports)
