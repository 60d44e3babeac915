import ast

import pytest

from hive_guardian.engine.declarative.search import compile_search
from hive_guardian.engine.declarative.syntax import parse_pattern
from hive_guardian.engine.declarative.trial import Trial, text_of
from hive_guardian.source.document import Document


def matches(parameters: str, written: str) -> list[dict[str, str]]:
    """Return what each way to match the parameters of a function binds."""
    search = compile_search(parse_pattern(f"def f({parameters}): ..."))
    code = f"def f({written}): pass\n"
    document = Document("m.py", code.encode(), ast.parse(code), "m")
    found = search.solutions(document.tree.body[0], Trial(document))
    return [{name: text_of(bound, document) for name, bound in bindings.items()} for bindings in found]


@pytest.mark.parametrize(
    ("parameters", "written"),
    [
        ("a, b", "a, b"),
        ("a, b", "a, /, b"),
        ("a", "a: int = 1"),
        ("a=None", "a: int = None"),
        ("a: int", "a: int = 3"),
        ("...", ""),
        ("a, ...", "a, b, *c, d, **e"),
        ("..., timeout=None", "a, *, timeout=None, b"),
        ("*args, **kwargs", "*args, **kwargs"),
    ],
)
def test_parameters_match_as_far_as_the_pattern_says(parameters: str, written: str) -> None:
    """Defaults and annotations that it leaves out are open, and so is what `...` stands for."""
    assert matches(parameters, written)


@pytest.mark.parametrize(
    ("parameters", "written"),
    [("a, b", "a"), ("a", "b"), ("a=None", "a"), ("a: int", "a: str"), ("a", "*a"), ("*args", "**args"), ("", "a")],
)
def test_what_the_pattern_says_must_hold(parameters: str, written: str) -> None:
    """Names, stars, defaults and annotations that are written are not open."""
    assert matches(parameters, written) == []


def test_metavariables_stand_for_names_and_defaults() -> None:
    """A default can be asked for without saying which."""
    assert matches("$A, $B=$C", "x, y=[]") == [{"A": "x", "B": "y", "C": "[]"}]
