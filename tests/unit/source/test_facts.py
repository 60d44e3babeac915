import ast

import pytest

from hive_guardian.source.document import Document
from hive_guardian.source.facts import collect_facts


@pytest.mark.parametrize(
    ("code", "bases"),
    [
        ("from a import B\nclass C(B): ...\n", (("a.B",),)),
        ("import a as x\nclass C(x.B[int]): ...\n", (("a.B",),)),
        ("class C(ValueError): ...\n", (("builtins.ValueError",),)),
        ("class B: ...\nclass C(B): ...\n", (("m.B",),)),
        ("try:\n    from a import B\nexcept ImportError:\n    from b import B\nclass C(B): ...\n", (("a.B", "b.B"),)),
        ("try:\n    from a import B\nexcept ImportError:\n    B = None\nclass C(B): ...\n", (("a.B",),)),
        ("from a import B\nB = object()\nclass C(B): ...\n", ((),)),
    ],
)
def test_bases_of_a_class(code: str, bases: tuple[tuple[str, ...], ...]) -> None:
    """Each base has the dotted names it may stand for; one that was bound again stands for nothing we know."""
    facts = collect_facts(Document("m.py", code.encode(), ast.parse(code), "m"))
    assert facts.classes[-1].bases == bases
