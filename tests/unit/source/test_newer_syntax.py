import pytest

from hive_guardian.source.broken import BrokenFile
from hive_guardian.source.newer_syntax import explain_newer_syntax

PYTHON_311 = (3, 11)
INVALID = "invalid syntax"


def broken(line: str, column: int, message: str) -> BrokenFile:
    """Return what Python 3.11 says about a line, at a 1-based column."""
    return BrokenFile("module.py", message, 1, column, line[column - 1 :], line)


@pytest.mark.parametrize(
    ("line", "column", "message", "construct", "needed"),
    [
        ("type X = int", 6, INVALID, "`type` statement", (3, 12)),
        ("    type X[T] = list[T]", 10, INVALID, "`type` statement", (3, 12)),
        ("def f[T](x): pass", 6, "expected '('", "type parameter list", (3, 12)),
        ("async def f[T](x): pass", 12, "expected '('", "type parameter list", (3, 12)),
        ("class A[T: int](B): pass", 8, INVALID, "type parameter list", (3, 12)),
        ("class A[T = int]: pass", 8, INVALID, "type parameter default", (3, 13)),
        ('x = f"{a["b"]}"', 16, "f-string: unmatched '['", "quote nested", (3, 12)),
        ('x = f"{"b"}"', 13, "f-string: expecting '}'", "quote nested", (3, 12)),
        ("x = f'{a[\"b\"]} {c['d']}'", 20, "f-string: unmatched '['", "quote nested", (3, 12)),
        (
            'x = f"{"\\n".join(y)}"',
            10,
            "unexpected character after line continuation character",
            "quote nested",
            (3, 12),
        ),
        ("x = f\"{'\\n'}\"", 10, "f-string expression part cannot include a backslash", "backslash", (3, 12)),
        ("}", 1, "f-string expression part cannot include '#'", "comment", (3, 12)),
        ('x = f"{', 5, "unterminated string literal (detected at line 1)", "line break", (3, 12)),
        ('x = t"a{b}"', 6, INVALID, "template string", (3, 14)),
        ("f(rt'a')", 5, INVALID, "template string", (3, 14)),
        (
            "except A, B: pass",
            8,
            "multiple exception types must be parenthesized",
            "`except` with types",
            (3, 14),
        ),
        ("[*x for x in y]", 2, "iterable unpacking cannot be used in comprehension", "unpacking", (3, 15)),
        ("lazy import json", 6, INVALID, "lazy import", (3, 15)),
    ],
)
def test_newer_syntax_is_named(line: str, column: int, message: str, construct: str, needed: tuple[int, int]) -> None:
    """What Python 3.11 says about newer syntax leads to the construct and the first version that knows it."""
    found = explain_newer_syntax(broken(line, column, message), PYTHON_311)
    assert found is not None
    assert construct in found.construct
    assert found.needed == needed


@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        ("type X", 6, INVALID),
        ('x = f"{a b}"', 6, "f-string: invalid syntax. Perhaps you forgot a comma?"),
        ('x = f"{a["', 11, "f-string: unmatched '['"),
        ('text "a"', 6, INVALID),
        ("except A, B as e: pass", 8, "multiple exception types must be parenthesized"),
        ("x = 'abc", 5, "unterminated string literal (detected at line 1)"),
        ("def f(x: pass", 6, "'(' was never closed"),
        ("print x", 1, "Missing parentheses in call to 'print'. Did you mean print(...)?"),
    ],
)
def test_a_plain_mistake_is_not_explained_away(line: str, column: int, message: str) -> None:
    """Nothing newer is suggested where every Python refuses the line."""
    assert explain_newer_syntax(broken(line, column, message), PYTHON_311) is None


def test_what_the_running_python_knows_explains_nothing() -> None:
    """From 3.12 on a type parameter list is no reason for an error."""
    assert explain_newer_syntax(broken("def f[T](x) pass", 6, INVALID), (3, 12)) is None
