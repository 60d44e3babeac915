import ast
import re

import pytest

from hive_guardian.engine.declarative.conditions import Around, Where, is_around, names_of
from hive_guardian.engine.declarative.matching import compile_part
from hive_guardian.engine.declarative.syntax import parse_pattern
from hive_guardian.engine.declarative.trial import Trial
from hive_guardian.source.document import Document


def document_of(code: str) -> Document:
    """Return a parsed file."""
    return Document("m.py", code.encode(), ast.parse(code), "m")


@pytest.mark.parametrize(
    ("regex", "is_resolved", "holds"),
    [("s", False, True), ("os.system", False, False), (r"os\..*", True, True), ("system", True, False)],
)
def test_a_metavariable_is_held_against_its_source_or_its_name(regex: str, *, is_resolved: bool, holds: bool) -> None:
    """The expression has to match as a whole."""
    document = document_of("from os import system as s\ns\n")
    last = document.tree.body[-1]
    assert isinstance(last, ast.Expr)
    where = Where("X", re.compile(regex), is_resolved=is_resolved)
    assert isinstance(last.value, ast.Name)
    assert where.holds({"X": last.value}, Trial(document)) is holds
    assert not where.holds({}, Trial(document))


def test_only_names_resolve() -> None:
    """A text or a call has no dotted name."""
    document = document_of("f(1)\n")
    assert names_of("text", Trial(document)) == []
    assert names_of(document.tree.body[0], Trial(document)) == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("with lock:\n    mark()\n", True),
        ("with lock:\n    if x:\n        mark()\n", True),
        ("with lock(mark()):\n    pass\n", False),
        ("with other:\n    mark()\n", False),
        ("mark()\nwith lock:\n    pass\n", False),
    ],
)
def test_a_statement_is_around_what_is_in_its_body(code: str, *, expected: bool) -> None:
    """Its header does not count."""
    document = document_of(f"from threads import lock, other\n{code}")
    head = parse_pattern("with threads.lock: ...").head
    (call,) = [
        node
        for node in ast.walk(document.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "mark"
    ]
    assert is_around([Around(type(head), compile_part(head))], call, {}, Trial(document)) is expected
