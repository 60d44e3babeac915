"""Names that mean one thing in a whole file, told from the text: the short cut around scopes.

Building the scopes of a file costs as much as parsing it. Most questions are about a name that one module-level import
binds, or a builtin that nothing binds; a look at where the name stands in the text settles them.
"""

import ast
import re
from functools import lru_cache

from hive_guardian.source.names import BUILTINS, Resolution
from hive_guardian.source.walk import Outline, Place


@lru_cache(maxsize=2048)
def _bindable(name: str) -> re.Pattern[bytes]:
    """Return a pattern for every mention of a name that could bind it; text in strings only makes it cautious."""
    word = re.escape(name.encode())
    after = rb"(?=[ \t\f]*(?:[=,)\]:;#\\|}+\-*/%@&^<>\r\n]|in\b|if\b|\Z))"
    return re.compile(rb"(?<![.\w])" + word + rb"(?!\w)" + after + rb"|\b(?:def|class)[ \t\f]+" + word + rb"\b")


def settle(name: str, data: bytes, outline: Outline, targets: frozenset[str] | None) -> Resolution | None:
    """Return what a name means everywhere in an ASCII file, `None` when only its scopes can tell.

    Args:
        name: the identifier.
        data: the file, ASCII only (an identifier may be spelled in several ways otherwise).
        outline: its statements.
        targets: dotted names its imports may bind it to, `None` when no import does.
    """
    if targets is None:
        if name not in BUILTINS or _has_star_import(outline) or _bindable(name).search(data):
            return None
        return Resolution(frozenset({f"builtins.{name}"}), complete=True)
    if len(targets) != 1:
        return None
    expected = 0
    for statement, place in outline.imports:
        for alias in statement.names:
            bound = alias.asname or (alias.name.partition(".")[0] if isinstance(statement, ast.Import) else alias.name)
            if bound == name:
                if place & (Place.FUNCTION | Place.CONDITIONAL):
                    return None
                expected += alias.asname is not None or "." not in alias.name
    if len(_bindable(name).findall(data)) != expected:
        return None
    return Resolution(targets, complete=True)


def _has_star_import(outline: Outline) -> bool:
    return any(statement.names[0].name == "*" for statement, _ in outline.imports)
