import ast

import pytest

from hive_guardian.engine.declarative.trial import Bound, Trial
from hive_guardian.engine.declarative.wording import IN_MESSAGE, IN_REPLACEMENT, fill_in
from hive_guardian.source.document import Document

CODE = "from os import system as s\ns\nf(1, 2)\n"


def bound() -> tuple[dict[str, Bound], Trial]:
    """Return bindings of a name, a call and an identifier."""
    document = Document("m.py", CODE.encode(), ast.parse(CODE), "m")
    name, call = (node.value for node in document.tree.body[1:] if isinstance(node, ast.Expr))
    return {"X": name, "CALL": call, "F": "helper"}, Trial(document)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("uses {X}", "uses s"),
        ("uses {X.name}", "uses os.system"),
        ("{CALL} and {F}", "f(1, 2) and helper"),
        ("{CALL.name}", "f(1, 2)"),
        ("{unknown} {x}", "{unknown} {x}"),
        ("{GONE}", ""),
    ],
)
def test_a_message_shows_the_source_or_the_name(template: str, text: str) -> None:
    """What is no metavariable stays as it is."""
    assert fill_in(template, IN_MESSAGE, *bound()) == text


def test_a_replacement_shows_the_source() -> None:
    """Metavariables are written as in the pattern."""
    assert fill_in("g($X, $...CALL, $x)", IN_REPLACEMENT, *bound()) == "g(s, f(1, 2), $x)"


def test_long_source_is_shortened() -> None:
    """A message stays one readable sentence."""
    assert fill_in("{CALL}", IN_MESSAGE, *bound(), longest=6) == "f(1..."
