import pytest

from hive_guardian.testing.imports import Snippet
from hive_guardian.testing.nesting import MeaninglessError, nested, widened


def test_definitions_move_behind_the_imports() -> None:
    """Imports stay where they are, strings keep their lines, comments move along."""
    code = "'''Doc.'''\nimport a\n\n@a.b\ndef f():\n    # why\n    return '''x\ny'''\n"
    assert nested(Snippet(code), "class C:", "def m(self):") == (
        "'''Doc.'''\nimport a\n\nclass C:\n    def m(self):\n        @a.b\n        def f():\n            # why\n"
        "            return '''x\ny'''\n"
    )


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import a\n", "only imports"),
        ("x = 1\n", "module level"),
        ("def test_a(): ...\n", "test runners"),
        ("class A:\n    def test_a(self): ...\n", "test runners"),
        ("def f():\n    global x\n", "global"),
        ("import a; x = 1\n", "share a line"),
        ("def f(): ...\nimport b\n", "module level"),
    ],
)
def test_what_means_something_else_further_in(code: str, reason: str) -> None:
    """The reason is named."""
    with pytest.raises(MeaninglessError, match=reason):
        nested(Snippet(code), "def enclosing():")


def test_wider_indentation() -> None:
    """Each level is twice as deep; the inside of strings is left alone."""
    code = "def f():\n    if x:\n        return '''a\n    b'''\n"
    assert widened(Snippet(code)) == "def f():\n        if x:\n                return '''a\n    b'''\n"
    assert widened(Snippet("x = 1\n")) is None
