"""Real code as a pattern of itself: every kind of syntax there is goes through compiler and matcher."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from hive_guardian.engine.declarative.search import compile_search
from hive_guardian.engine.declarative.syntax import ONE, PatternError, parse_pattern
from hive_guardian.engine.declarative.trial import Trial
from hive_guardian.source.document import Document

_FILES = sorted((Path(__file__).parents[4] / "hive_guardian" / "engine").glob("*.py"))[
    ::4
]  # every fourth is syntax enough
_PARTS = (ast.Name, ast.Constant, ast.Starred, ast.Slice, ast.Expr)


class _Opened(ast.NodeTransformer):
    """Replaces every name by a metavariable, equal names by equal ones."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self.names.setdefault(node.id, f"{ONE}N{len(self.names)}"), node.ctx)


def _patterns(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Yield nodes and what is written for them with metavariables instead of names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.expr | ast.stmt) and not isinstance(node, _PARTS):
            source = ast.unparse(node)
            has_text = any(isinstance(part, ast.JoinedStr) for part in ast.walk(node))
            if len(source) < 1000 and not has_text:
                copy = ast.parse(source).body[0]
                yield node, ast.unparse(_Opened().visit(copy)).replace(ONE, "$")


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.name)
def test_code_matches_itself(path: Path) -> None:
    """And the word that a file must contain for it is in the file."""
    data = path.read_bytes()
    tree = ast.parse(data)
    document = Document("m.py", data, tree, "m")
    tried = 0
    for node, text in _patterns(tree):
        try:
            search = compile_search(parse_pattern(text))
        except PatternError as error:
            assert "matches anything" in str(error), text  # noqa: PT017 - names alone are no pattern
            continue
        if search.kinds == (type(node),):
            assert next(search.solutions(node, Trial(document)), None) is not None, text
            assert search.fragment.encode() in document.lowered
            tried += 1
    assert tried > 5 or path.name == "__init__.py"
