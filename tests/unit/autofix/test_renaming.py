import pytest

from hive_guardian.autofix.renaming import same_scopes

BEFORE = "def _a(): ...\ndef f(x):\n    def g(): return x, _a\n    return g\n"


@pytest.mark.parametrize(
    ("after", "same"),
    [
        (BEFORE.replace("_a", "_b"), True),
        (BEFORE.replace("def _a", "def _b"), False),
        (BEFORE.replace("x, _a", "x, _b"), False),
        (BEFORE.replace("_a", "x"), False),
        (BEFORE.replace("_a", "g"), False),
        (BEFORE.replace("_a", "_b").replace("return x", "return y"), False),
    ],
)
def test_every_name_must_still_be_bound_where_it_was(after: str, *, same: bool) -> None:
    """A use that was forgotten, or one that now means something else, is found without knowing what was renamed."""
    assert same_scopes(BEFORE, after, "_a", "_b") is same


def test_a_forgotten_use_below_another_binding_is_found() -> None:
    """The name is bound further out as well, so that the forgotten use still means something: the wrong thing."""
    text = "def o():\n    x = 1\n    def f():\n        x = 2\n        def g(): return x\n"
    renamed = text.replace("        x = 2", "        y = 2")
    assert not same_scopes(text, renamed, "x", "y")
    assert same_scopes(text, renamed.replace("return x", "return y"), "x", "y")
