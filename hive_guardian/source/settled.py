"""Names that mean one thing in a whole file, told from the text: the short cut around scopes.

Building the scopes of a file costs as much as parsing it. Most questions are about a name that one module-level import
binds, or a builtin that nothing binds; a look at where the name stands in the text settles them.
"""

import ast
import re
from collections.abc import Callable

from hive_guardian.source.census import Census
from hive_guardian.source.names import BUILTINS, Resolution
from hive_guardian.source.walk import Outline, Place

_MAY_BIND = re.compile(rb"[ \t\f]*(?:[=,)\]:;#\\|}+\-*/%@&^<>\r\n]|in\b|if\b|\Z)")
_WORD = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_DEFINES = re.compile(rb"\b(?:def|class)[ \t\f]+\Z")
_READS = re.compile(rb"\b(?:except|raise)[ \t\f]+\Z")
_DERIVES = re.compile(rb"\bclass[ \t\f]+\w+\(\Z")
_LOOK_BACK = 40
_TYPE_PARAMETERS = [getattr(ast, name) for name in ("TypeVar", "ParamSpec", "TypeVarTuple") if hasattr(ast, name)]
_BINDERS = {
    kind: next(name for name in ("arg", "rest", "name") if name in kind._fields)
    for kind in (
        ast.arg, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler, ast.MatchAs, ast.MatchStar,
        ast.MatchMapping, *_TYPE_PARAMETERS,
    )
}  # fmt: skip
"""Node type -> the field with the name it binds."""
_DOT, _SPACE, _OPEN = b". ("
_SPACES = b" \t\f"


def _bindable(name: bytes, data: bytes) -> int:
    """Count the mentions of a name that could bind it; text in strings only makes the count cautious."""
    count, start, length = 0, data.find(name), len(name)
    while start >= 0:
        end = start + length
        before = data[start - 1] if start else _SPACE
        if before != _DOT and before not in _WORD and (end == len(data) or data[end] not in _WORD):
            count += _may_bind(data, start, end, before)
        start = data.find(name, end)
    return count


def _may_bind(data: bytes, start: int, end: int, before: int) -> bool:
    """Whether one mention of a name could bind it, by the text around it."""
    if before in _SPACES:
        first = max(start - _LOOK_BACK, 0)
        if _DEFINES.search(data, first, start):
            return True
        if _READS.search(data, first, start):
            return False
    elif (
        before == _OPEN
        and data[end : end + 1] in {b")", b","}
        and _DERIVES.search(data, max(start - _LOOK_BACK, 0), start)
    ):
        return False
    return _MAY_BIND.match(data, end) is not None


def settle(
    name: str,
    data: bytes,
    outline: Outline,
    targets: frozenset[str] | None,
    bound: Callable[[], frozenset[str]],
) -> Resolution | None:
    """Return what a name means everywhere in a file, `None` when only its scopes can tell.

    Args:
        name: the identifier.
        data: the file as `Document.plain` spells it: one spelling for each identifier.
        outline: its statements.
        targets: dotted names its imports may bind it to, `None` when no import does.
        bound: the names the file binds by anything but imports; only asked when the text leaves a doubt.
    """
    if targets is None:
        if name not in BUILTINS or _has_star_import(outline):
            return None
        if _bindable(name.encode(), data) and name in bound():
            return None
        return Resolution(frozenset({f"builtins.{name}"}), complete=True)
    if len(targets) != 1:
        return None
    expected = 0
    for statement, place in outline.imports:
        for alias in statement.names:
            taken = alias.asname or (alias.name.partition(".")[0] if isinstance(statement, ast.Import) else alias.name)
            if taken == name:
                if place & (Place.FUNCTION | Place.CONDITIONAL):
                    return None
                expected += alias.asname is not None or "." not in alias.name
    if _bindable(name.encode(), data) != expected and name in bound():
        return None
    return Resolution(targets, complete=True)


def bound_names(census: Census) -> frozenset[str]:
    """Return every name a file binds by anything but imports, in whatever scope."""
    load = ast.Load
    found: set[str | None] = {node.id for node in census.get(ast.Name, ()) if node.ctx.__class__ is not load}
    for kind, name in _BINDERS.items():
        found.update([getattr(node, name) for node in census.get(kind, ())])
    return frozenset(name for name in found if name is not None)


def _has_star_import(outline: Outline) -> bool:
    return any(statement.names[0].name == "*" for statement, _ in outline.imports)
