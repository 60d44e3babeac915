import ast

import pytest

from hive_guardian.autofix.tripwires import read_marks, tripped
from hive_guardian.model.edit import Change

NOTHING: frozenset[Change] = frozenset()


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ("x = a", "x = a,", "what is a tuple"),
        ("x = a, b", "x = (a, b), c", "what is a tuple"),
        ("async def f(): await a", "async def f(): a", "what is awaited"),
        ("async def f():\n  async for a in b: c", "async def f():\n  for a in b: c", "what is awaited"),
        ("def f():\n  return 1", "def f():\n  1", "how a function is left"),
        ("def f(): a", "def f(): yield a", "how a function is left"),
        ("try: a\nexcept B: c", "try: a\nexcept: c", "which exceptions are caught"),
        ("try: a\nexcept B: c", "a", "which exceptions are caught"),
        ("a = 'b'", "a = 'c'", "the content of a string"),
        ("a = f'{b}c'", "a = f'{b}'", "the content of a string"),
        ("'a',", "'a'", "the content of a string"),
        ("class A:\n  def f(self): ...", "class A:\n  def f(self, a): ...", "a public name or signature"),
        ("class A(B): ...", "class A(C): ...", "a public name or signature"),
        ("def __init__(self): ...", "def __init__(a): ...", "a public name or signature"),
        ("A: int = 1", "B: int = 1", "a public name or signature"),
        ("if a:\n  def f(): ...", "if a:\n  def f(b): ...", "a public name or signature"),
        ("def f(): ...", "def f(): ...\ndef g(): ...", "a public name or signature"),
    ],
)
def test_each_tripwire_trips_and_can_be_declared(before: str, after: str, what: str) -> None:
    """A kind of change that a fix declares is allowed, all others are not."""
    marks = read_marks(ast.parse(before)), read_marks(ast.parse(after))
    assert what in tripped(*marks, NOTHING) or tripped(*marks, frozenset({Change.TUPLE})) == f"it changes {what}"
    assert tripped(*marks, frozenset(Change)) == ""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a = 'b'", "a = 'b'\n_c = 'd'"),
        ("def f(): a", "def f(): return a"),
        ("def _f(a): ...", "def _g(b): ..."),
        ("print('a')", "log.info('a')"),
        ("import a", "import a, b"),
        ("a = 1", "a = 1\nlogger = get(a)"),
        ("def f():\n  x = 1", "def f():\n  y = 2"),
    ],
)
def test_what_new_code_brings_trips_nothing(before: str, after: str) -> None:
    """More strings, returns and names are no loss; private names and bodies are nobody's business."""
    marks = read_marks(ast.parse(before)), read_marks(ast.parse(after))
    assert tripped(*marks, frozenset({Change.TUPLE})) == "" or tripped(*marks, NOTHING) == ""
