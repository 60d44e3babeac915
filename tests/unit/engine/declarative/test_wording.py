import ast

from hive_guardian.engine.declarative.trial import Bindings, Trial
from hive_guardian.engine.declarative.wording import IN_MESSAGE, IN_REPLACEMENT, fill_in
from hive_guardian.source.document import Document

_CODE = b"import os as o\no.sep\nf(\n 1)\n"


def _trial() -> tuple[Trial, Bindings]:
    tree = ast.parse(_CODE)
    first, second = tree.body[1], tree.body[2]
    assert isinstance(first, ast.Expr)
    assert isinstance(second, ast.Expr)
    return Trial(Document("a.py", _CODE, tree)), {"A": first.value, "B": second.value, "F": "name"}


def test_messages() -> None:
    """Source or resolved name, on one line; what has no name shows its source, other braces stay."""
    trial, bindings = _trial()
    text = "{A} {A.name} {B} {B.name} {F} {x} {{A}} {A.body}"
    assert fill_in(text, IN_MESSAGE, bindings, trial) == "o.sep os.sep f( 1) f( 1) name {x} {o.sep} {A.body}"
    assert fill_in("{A}", IN_MESSAGE, bindings, trial, 4) == "o..."


def test_replacements() -> None:
    """Metavariables as in a pattern; a dollar that begins none stays."""
    trial, bindings = _trial()
    assert fill_in("$F($A, $...B) $x $", IN_REPLACEMENT, bindings, trial) == "name(o.sep, f( 1)) $x $"
