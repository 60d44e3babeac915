"""Exceptions that were caught before a change and are not any more, while what is tried stays."""

import ast
from collections.abc import Iterator

from hive_guardian.model.review import ReviewFinding
from hive_guardian.model.severity import Severity
from hive_guardian.review.heuristics.scene import Scene, make_finding
from hive_guardian.review.symbols import enclosing, list_symbols, parse


def find_dropped_handlers(scene: Scene) -> Iterator[ReviewFinding]:
    """Yield `try` statements whose body is the same as before and whose handlers catch fewer types."""
    for path, file in sorted(scene.files.items()):
        if file.old is None or file.new is None or not path.endswith(".py"):
            continue
        old, new = parse(file.old.text), parse(file.new.text)
        if old is None or new is None:
            continue
        before = {_key(node): _caught(node) for node in _tries(old)}
        symbols = list_symbols(new)
        for node in _tries(new):
            lost = sorted(before.get(_key(node), frozenset()) - _caught(node))
            if not lost or _catches_all(node):
                continue
            symbol = enclosing(symbols, node.lineno)
            first = node.handlers[0] if node.handlers else node
            yield make_finding(
                "dropped-handler", "error-handling", Severity.WARNING, path, (first.lineno, first.lineno),
                title=f"{', '.join(lost)} is no longer caught",
                message=f"the body of this try is the same as before, but {', '.join(lost)} now leaves the function",
                symbol=symbol.name if symbol else "", anchor=f"{_key(node)} {lost}",
            )  # fmt: skip


def _tries(tree: ast.Module) -> Iterator[ast.Try]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Try))


def _key(node: ast.Try) -> str:
    return "\n".join(map(ast.dump, node.body))


def _caught(node: ast.Try) -> frozenset[str]:
    found: set[str] = set()
    for handler in node.handlers:
        types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        found.update(ast.unparse(one) for one in types if one is not None)
    return frozenset(found)


def _catches_all(node: ast.Try) -> bool:
    return any(handler.type is None for handler in node.handlers) or not {"Exception", "BaseException"}.isdisjoint(
        _caught(node)
    )
