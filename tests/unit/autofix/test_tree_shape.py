import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.autofix.source_text import Span, apply_spans, read_source
from hive_guardian.autofix.tree_shape import Ranges, is_alike, moved, shape_of, widen, without_untouched


@pytest.mark.parametrize(
    ("text", "spans", "wide"),
    [
        ("yaml.load(f)", [(5, 5, "safe_")], [(5, 9, "safe_load")]),
        ("yaml.load(f)", [(9, 9, "_all")], [(5, 9, "load_all")]),
        ("f(a)", [(4, 4, ",")], [(4, 4, ",")]),
        ("ab cd", [(1, 4, "")], [(0, 5, "ad")]),
        ("abc", [(1, 1, "x"), (2, 2, "y")], [(0, 3, "axbyc")]),
        ("a b", [(1, 1, " ")], [(1, 1, " ")]),
    ],
)
def test_an_edit_beside_a_letter_changes_the_whole_word(text: str, spans: list[Span], wide: list[Span]) -> None:
    """Otherwise the word would seem untouched."""
    assert widen(text, spans) == wide


@given(st.text(alphabet="ab ()", max_size=12), st.data())
def test_wider_spans_do_the_same(text: str, data: st.DataObject) -> None:
    """For any text and edits, widening changes the ranges and never the result."""
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=6)))
    spans = [
        (s, e, data.draw(st.text(alphabet="xy ", max_size=3))) for s, e in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    spans = [span for number, span in enumerate(spans) if not number or span[0] > spans[number - 1][1]]
    wide = widen(text, spans)
    assert apply_spans(text, wide) == apply_spans(text, spans)
    assert [new for _, _, new in wide] == [apply_spans(text, wide)[start:end] for start, end in moved(wide)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("f( a,\n   b )", "f(a, b)"),
        ("f(a, b)", "f(b, a)"),
        ("f(a)", "f(a,)"),
        ("x = (a,)", "x = a"),
        ("x = 1", "x = 1.0"),
        ("x = True", "x = 1"),
        ("x = 0.0", "x = -0.0"),
        ("x = 'a'", "x = u'a'"),
        ("x = b'a'", "x = 'a'"),
        ("a; b", "a"),
        ("def f(): ...", "async def f(): ..."),
        ("def f(a, /): ...", "def f(a): ..."),
        ("for x in y: ...", "for x in y:\n    ...\nelse: ..."),
        ("x: int", "x: int = 1"),
        ("f'{a!r}'", "f'{a}'"),
    ],
)
def test_likeness_is_that_of_the_dump(one: str, other: str) -> None:
    """Two trees are alike when they differ in nothing but places, as their dumps without places do."""
    a, b = ast.parse(one), ast.parse(other)

    assert is_alike(a, b) is (ast.dump(a) == ast.dump(b))
    assert is_alike(a.body, ast.parse(f"\n\n{one}").body)


@pytest.mark.parametrize(
    ("text", "edited", "left"),
    [
        ("import a\ndef f(): ...\ndef g(): b()\nx = 1\n", "b", "import a\nf = None\ndef g(): b()\nx = 1\n"),
        (
            "class A:\n    y = 1\n    def f(self): ...\n    def g(self): b()\n",
            "b",
            "class A:\n    y = 1\n    f = None\n    def g(self): b()\n",
        ),
        (
            "class A:\n    def f(self): ...\n    class B:\n        def h(self): b()\n",
            "b",
            "class A:\n    f = None\n    class B:\n        def h(self): b()\n",
        ),
        ("class A(b):\n    def f(self): ...\n", "b", "class A(b):\n    f = None\n"),
        ("def f():\n    def g(): ...\n    b()\n", "b", "def f():\n    def g(): ...\n    b()\n"),
        ("if a:\n    def f(): ...\n", "a", "if a:\n    def f(): ...\n"),
        ("@b\ndef f(): ...\n@c\ndef g(): ...\n", "b", "@b\ndef f(): ...\ng = None\n"),
    ],
)
def test_what_no_edit_touches_needs_no_compiler(text: str, edited: str, left: str) -> None:
    """Definitions of modules and classes shrink to their names unless an edit changes them; functions stay whole."""
    at = text.index(edited)
    shape = shape_of(ast.parse(text), read_source(text.encode()))

    kept = without_untouched(shape, Ranges(text, [(at, at + len(edited))]))

    assert ast.dump(kept) == ast.dump(ast.parse(left))
    compile(kept, "<test>", "exec")
