import ast

import pytest

from hive_guardian.engine.declarative.matching import compile_part
from hive_guardian.engine.declarative.parameters import match_parameters
from hive_guardian.engine.declarative.syntax import parse_pattern
from hive_guardian.engine.declarative.trial import Trial, text_of
from hive_guardian.source.document import Document


def _function(node: ast.AST) -> ast.FunctionDef:
    assert isinstance(node, ast.FunctionDef)
    return node


@pytest.mark.parametrize(
    ("pattern", "given", "bound"),
    [
        ("", "", {}),
        ("", "a", None),
        ("...", "a, /, b=1, *c, d, **e", {}),
        ("$X", "a: int = 1", {"X": "a"}),
        ("$X, $Y", "a, *, b", {"X": "a", "Y": "b"}),
        ("$X: int", "a: int", {"X": "a"}),
        ("$X: int", "a", None),
        ("$X: int", "a: str", None),
        ("$X=None", "a=None", {"X": "a"}),
        ("$X=None", "a", None),
        ("*$X", "a", None),
        ("*$X", "*a", {"X": "a"}),
        ("**$X", "**a", {"X": "a"}),
        ("*, key", "*, key", {}),
        ("..., $X={}", "a, b=1, c={}, *, d", {"X": "c"}),
        ("a, ...", "b, a", None),
        ("$...P", "a, b", {"P": "a, b"}),
        ("self, $...P", "self, *, b=2", {"P": "b"}),
    ],
)
def test_parameters(pattern: str, given: str, bound: dict[str, str] | None) -> None:
    """What a pattern writes has to be there; defaults and annotations that it does not write are open."""
    code = f"def f({given}): pass\n"
    document = Document("a.py", code.encode(), ast.parse(code))
    match = match_parameters(_function(parse_pattern(f"def f({pattern}): ...").head).args, compile_part)
    found = next(match(_function(document.tree.body[0]).args, {}, Trial(document)), None)
    texts = None if found is None else {name: text_of(value, document) for name, value in found.items()}
    assert texts == bound
