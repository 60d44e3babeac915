"""What can fail a test."""

import ast
from functools import partial

import pytest

from hive_guardian.source.assertions import (
    AssertionFinder,
    called_names,
    hands_on_assertion,
    likely_names,
    own_attributes,
    surely_reaches,
)
from hive_guardian.source.document import Document

FINDER = AssertionFinder(("assert*", "check*"))


def read(text: str) -> Document:
    """Parse a test file."""
    return Document("tests/test_it.py", text.encode(), ast.parse(text), "tests.test_it")


def first_function(document: Document) -> ast.FunctionDef:
    """Return the first function of a file."""
    return document.nodes(ast.FunctionDef)[0]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("assert x", 1),
        ("with pytest.raises(E): f()", 1),
        ("self.assertEqual(1, 2)", 1),
        ("mock.assert_called_once()", 1),
        ("_check(x)", 1),
        ("raise AssertionError('no')", 1),
        ("raise self.failureException", 1),
        ("with given: f()", 1),
        ("result.stdout.fnmatch_lines(['a'])", 1),
        ("def inner():\n        assert x\n    inner()", 1),
        ("get().addCallback(self.assertEqual, 1)", 1),
        ("self.failUnlessFailure(x)", 1),
        ("f(self.expected)", 0),
        ("f()", 0),
        ("raise ValueError", 0),
        ("with other: f()", 0),
        ("'assert x'", 0),
    ],
)
def test_assertions_are_found(body: str, expected: int) -> None:
    """Statements, calls, raised errors and contexts handed in can fail a test; text and other calls cannot."""
    assert len(FINDER.find(first_function(read(f"def test_a(given):\n    {body}\n")))) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("if a:\n  assert b", False),
        ("if a:\n  assert b\nelse:\n  assert c", True),
        ("if check(a):\n  f()", True),
        ("try:\n  f()\nexcept E:\n  assert b", False),
        ("try:\n  assert b\nexcept E:\n  f()", True),
        ("try:\n  f()\nfinally:\n  assert b", True),
        ("for a in b:\n  assert a", True),
        ("while a:\n  assert a", True),
        ("with a:\n  assert a", True),
        ("with check(a):\n  pass", True),
        ("match a:\n  case 1:\n    assert a\n  case _:\n    pass", False),
        ("x = check(a) and f(b)", True),
    ],
)
def test_conditions_are_seen(body: str, *, expected: bool) -> None:
    """Only an assertion that no branch can avoid is sure."""
    indented = body.replace("\n", "\n    ")
    function = first_function(read(f"def test_a():\n    {indented}\n"))

    assert surely_reaches(function.body, frozenset(FINDER.find(function))) is expected


def test_calls_are_named() -> None:
    """Imports, definitions of the file and own methods are named, the rest is left out."""
    text = (
        "from a import b as c\nimport d.e\nclass T:\n    def test(self, x):\n"
        "        c(); d.e.f(); self.g(); super().h(); own(); x.y(); print()\ndef own(): ...\n"
    )
    document = read(text)

    assert called_names(FINDER.index(document).calls(first_function(document)), document) == [
        "a.b",
        "d.e.f",
        "self.g",
        "self.h",
        "tests.test_it.own",
    ]


def test_attributes_that_are_called_lead_to_what_they_are_bound_to() -> None:
    """In the body of a class, through `self`, or to a function inside of the method that binds."""
    text = (
        "from a import b\nclass T:\n    one = staticmethod(b)\n    def set(self):\n        def inner(): ...\n"
        "        self.two = inner\n        self.three = self.own\n"
    )
    for attribute, names in {
        "one": ["a.b", "self.one"],
        "two": ["self.set", "self.two"],
        "four": ["self.four"],
    }.items():
        document = read(f"{text}    def test(self): self.{attribute}()\n")
        test = document.nodes(ast.FunctionDef)[-1]
        assert called_names(FINDER.index(document).calls(test), document, partial(own_attributes, document)) == names
    document = read(f"{text}    def test(self): self.three()\n")
    calls = FINDER.index(document).calls(document.nodes(ast.FunctionDef)[-1])
    assert called_names(calls, document, partial(own_attributes, document)) == ["self.own", "self.three"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("if a: pytest.skip('b')\nf()", True),
        ("if a:\n  assert b", False),
        ("if a:\n  pytest.skip('b')\nassert c", True),
        ("f()", True),
    ],
)
def test_giving_a_test_up_is_no_assertion(body: str, *, expected: bool) -> None:
    """A test that skips under a condition, and asserts through others, does not assert under a condition."""
    indented = body.replace("\n", "\n    ")
    function = first_function(read(f"@pytest.mark.parametrize('a', check())\ndef test_a(a):\n    {indented}\n"))
    assert FINDER.is_sure(function) is expected


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("add(self.assertEqual)", True),
        ("add(self.failIf)", True),
        ("add(self.done)", False),
        ("add(assert_it)", True),
        ("add([(1, tm.assert_it)])", True),
        ("add(check_it)", False),
    ],
)
def test_assertions_that_are_handed_on_are_seen(call: str, *, expected: bool) -> None:
    """What is called `assert` may be called later by whoever gets it."""
    document = read(f"def test_a(self):\n    {call}\n")

    assert hands_on_assertion(FINDER.index(document).calls(first_function(document))) is expected


def test_likely_names_of_anything_else_are_none() -> None:
    """Only names and attributes stand for something."""
    assert likely_names(ast.parse("f().x", mode="eval").body, read("def f(): ...\n")) == frozenset()
