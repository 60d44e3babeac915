import ast

import pytest

from hive_guardian.source.document import Document
from hive_guardian.source.walrus import walrus_problems


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("[x for x in (y := f())]", ["comprehension iterable expression"]),
        ("[(x := 1) for x in f()]", ["rebind comprehension iteration variable 'x'"]),
        ("[[(x := 1) for y in x] for x in f()]", ["rebind comprehension iteration variable 'x'"]),
        ("class A:\n    b = [(x := 1) for y in f()]", ["cannot be used in a class body"]),
        ("class A:\n    b = lambda: [(x := 1) for y in f()]", []),
        ("class A:\n    def b(self): return [(x := 1) for y in f()]", []),
        ("[(x := y) for y in f()]", []),
        ("{y: (x := y) for y in f() if (z := y)}", []),
        ("[lambda: (x := 1) for x in f()]", []),
    ],
)
def test_walrus_in_a_comprehension(code: str, said: list[str]) -> None:
    """An assignment expression is refused exactly where PEP 572 refuses it."""
    document = Document("m.py", code.encode(), ast.parse(code), "m")
    messages = [message for _, message in walrus_problems(document)]
    assert len(messages) == len(said)
    assert all(part in message for part, message in zip(said, messages, strict=True))
