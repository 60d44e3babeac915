"""What a module imports only while it is run as a script."""

import ast

from hive_guardian.source.broken import BrokenFile, TooComplexError, parse

_MAIN_TESTS = frozenset({"__name__ == '__main__'", "'__main__' == __name__"})


def script_imports(path: str, data: bytes) -> frozenset[str]:
    """Return the top-level modules that a file imports under `if __name__ == "__main__"`, empty if it does not parse.

    Args:
        path: root-relative, for messages of the parser.
        data: the content of the file.
    """
    try:
        tree = parse(path, data)
    except TooComplexError:
        return frozenset()
    if isinstance(tree, BrokenFile):
        return frozenset()
    guarded = [node for node in tree.body if isinstance(node, ast.If) and _asks_for_main(node.test)]
    return frozenset(
        top for outer in guarded for inner in outer.body for node in ast.walk(inner) for top in _tops(node)
    )


def _asks_for_main(test: ast.expr) -> bool:
    """Whether a condition, or one part of a conjunction, compares `__name__` with `"__main__"`."""
    parts = test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]
    return any(ast.unparse(part) in _MAIN_TESTS for part in parts)


def _tops(node: ast.AST) -> tuple[str, ...]:
    """Return the top-level modules that a statement imports."""
    if isinstance(node, ast.Import):
        return tuple(alias.name.partition(".")[0] for alias in node.names)
    if isinstance(node, ast.ImportFrom) and not node.level:
        return ((node.module or "").partition(".")[0],)
    return ()
