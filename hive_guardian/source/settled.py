"""Names that mean one thing in a whole file, told from the text: the short cut around scopes.

Building the scopes of a file costs as much as parsing it. Most questions are about a name that one module-level import
binds, or a builtin that nothing binds; a look at where the name stands in the text settles them.
"""

import ast
import re
from collections.abc import Callable

from hive_guardian.source.names import BUILTINS, Resolution
from hive_guardian.source.walk import Outline, Place, all_nodes

_MAY_BIND = re.compile(rb"[ \t\f]*(?:[=,)\]:;#\\|}+\-*/%@&^<>\r\n]|in\b|if\b|\Z)")
_WORD = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_DEFINES = re.compile(rb"\b(?:def|class)[ \t\f]+\Z")
_LOOK_BACK = 40
_DOT, _SPACE = b". "


def _bindable(name: bytes, data: bytes) -> int:
    """Count the mentions of a name that could bind it; text in strings only makes the count cautious."""
    count, start, length = 0, data.find(name), len(name)
    while start >= 0:
        end = start + length
        before = data[start - 1] if start else _SPACE
        if before != _DOT and before not in _WORD and (end == len(data) or data[end] not in _WORD):
            named = before in b" \t\f" and _DEFINES.search(data, max(start - _LOOK_BACK, 0), start)
            count += bool(named or _MAY_BIND.match(data, end))
        start = data.find(name, end)
    return count


def settle(
    name: str,
    data: bytes,
    outline: Outline,
    targets: frozenset[str] | None,
    bound: Callable[[], frozenset[str]],
) -> Resolution | None:
    """Return what a name means everywhere in an ASCII file, `None` when only its scopes can tell.

    Args:
        name: the identifier.
        data: the file, ASCII only (an identifier may be spelled in several ways otherwise).
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


def bound_names(tree: ast.Module) -> frozenset[str]:
    """Return every name a file binds by anything but imports, in whatever scope."""
    found: set[str] = set()
    for node in all_nodes(tree):
        if isinstance(node, ast.Name):
            if not isinstance(node.ctx, ast.Load):
                found.add(node.id)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        else:
            name = getattr(node, "rest" if isinstance(node, ast.MatchMapping) else "name", None)
            if isinstance(name, str):
                found.add(name)
    return frozenset(found)


def _has_star_import(outline: Outline) -> bool:
    return any(statement.names[0].name == "*" for statement, _ in outline.imports)
