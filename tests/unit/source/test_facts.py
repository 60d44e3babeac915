import ast

import pytest

from hive_guardian.model.facts import EdgeKind
from hive_guardian.source.document import Document
from hive_guardian.source.facts import collect_facts, literal_exports


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


@pytest.mark.parametrize(
    ("decorator", "names"),
    [("x.y", ("a.y",)), ("x.y(1)", ("a.y",)), ("staticmethod", ("builtins.staticmethod",)), ("[x][0]", ("?",))],
)
def test_decorators_of_a_class(decorator: str, names: tuple[str, ...]) -> None:
    """One that has no name is not forgotten: it may do anything."""
    code = f"import a as x\n@{decorator}\nclass C: ...\n"
    facts = collect_facts(Document("m.py", code.encode(), ast.parse(code), "m"))
    assert facts.classes[-1].decorators == names


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("__all__ = ['a']\n__all__ += ('b',)\n", ("a", "b")),
        ("__all__: list[str] = ['a'] + ['b']\n", ("a", "b")),
        ("__all__ = ['a']\nif x:\n    __all__ += ['b']\nelse:\n    __all__ += ['c']\n", ("a", "b", "c")),
        ("try:\n    import x\nexcept ImportError:\n    __all__ = ['a']\nelse:\n    __all__ = ['b']\n", ("a", "b")),
        ("__all__ = ['a']\nif x:\n    __all__ += other.__all__\n", None),
        ("def f():\n    __all__ = ['a']\n", None),
        ("", None),
    ],
)
def test_exports_are_the_union_of_all_branches(code: str, names: tuple[str, ...] | None) -> None:
    """What one branch exports is exported; what cannot be read makes the whole list unknown."""
    assert literal_exports(ast.parse(code)) == names


@pytest.mark.parametrize(
    ("code", "conditional"),
    [
        ("def f(): ...\n", False),
        ("def f(): ...\ndef g():\n    f = 1\n", False),
        ("def f(): ...\ndef f(): ...\n", True),
        ("def f(): ...\nf = cache(f)\n", True),
        ("f = None\ndef f(): ...\n", True),
        ("import a\nf = a.f\ndef f(): ...\n", True),
        ("if x:\n    def f(): ...\n", True),
    ],
)
def test_a_function_is_conditional_when_its_name_may_mean_something_else(code: str, *, conditional: bool) -> None:
    """Another binding at module level, or a branch around the only one."""
    facts = collect_facts(Document("m.py", code.encode(), ast.parse(code), "m"))
    assert facts.functions[0].conditional is conditional


_CALL = "__import__('a').f()"


@pytest.mark.parametrize(
    ("code", "kind", "guarded"),
    [
        ("{}\n", EdgeKind.RUNTIME, False),
        ("if x:\n    {}\n", EdgeKind.CONDITIONAL, False),
        ("if __name__ == '__main__':\n    {}\n", EdgeKind.LOCAL, False),
        ("if __name__ == '__main__':\n    pass\nelse:\n    {}\n", EdgeKind.CONDITIONAL, False),
        ("def f():\n    {}\n", EdgeKind.LOCAL, False),
        ("try:\n    {}\nexcept (ImportError, AttributeError):\n    pass\n", EdgeKind.CONDITIONAL, True),
        ("try:\n    {}\nexcept KeyError:\n    pass\n", EdgeKind.CONDITIONAL, False),
        ("import sys\nif sys.platform == 'win32':\n    {}\n", EdgeKind.CONDITIONAL, True),
    ],
)
@pytest.mark.parametrize("written", ["import a", _CALL])
def test_when_an_import_happens_and_whether_it_may_fail(
    code: str, kind: EdgeKind, written: str, *, guarded: bool
) -> None:
    """A call that imports is guarded like a statement; what stands under `__main__` does not run on import."""
    code = code.format(written)
    found = collect_facts(Document("m.py", code.encode(), ast.parse(code), "m")).imports[-1]
    called = EdgeKind.LOCAL if kind is EdgeKind.LOCAL else EdgeKind.DYNAMIC
    assert (found.kind, found.guarded) == (called if written == _CALL else kind, guarded)
