"""The call table: which calls reach which rule, resolved."""

import ast

import pytest

from hive_guardian.engine.calls import CallTable, ResolvedCall
from hive_guardian.source.document import Document

_R, _GET = "import requests\n", "requests.Session().get"


def find(code: str, *patterns: str) -> list[tuple[str, int, int]]:
    """Return (name, line, column) of the calls that reach a table with these patterns."""
    table = CallTable()
    table.add(0, dict.fromkeys(patterns, "payload"))
    document = Document("pkg/m.py", code.encode(), ast.parse(code), "pkg.m")
    found = table.find(document, table.live_names(document, ()))
    return [(call.name, call.node.lineno, call.node.col_offset) for _, call in found]


@pytest.mark.parametrize(
    ("code", "patterns", "names"),
    [
        ("import os\nos.system(c)", ["os.system"], ["os.system"]),
        ("from os import system as s\ns(c)", ["os.system"], ["os.system"]),
        ("import os\nos.spawnl(c)", ["os.spawn*"], ["os.spawnl"]),
        ("import a.b.c\na.b.c.f()", ["a.**"], ["a.b.c.f"]),
        ("import os\nrun = os.system\nrun(c)", ["os.system"], ["os.system"]),
        ("print(1)\nx.print(2)\nprint", ["builtins.print"], ["builtins.print"]),
        (f"{_R}s = requests.Session()\ns.get(u)", [_GET], [_GET]),
        (f"{_R}requests.Session().get(u)", [_GET], [_GET]),
        (f"{_R}def f(s: requests.Session):\n    s.get(u)", [_GET], [_GET]),
        (f"{_R}def f(s: requests.Session | None = None):\n    s.get(u)", [_GET], [_GET]),
        (f"{_R}class A:\n    def g(self): self.s = requests.Session()\n    def f(self): self.s.get(u)", [_GET], [_GET]),
        (f"{_R}s = make() or requests.Session()\ns.get(u)", [_GET], []),
        ("import os\nos.path.system(c)", ["os.system"], []),
        ("import os_system\nos_system.system(c)", ["os.system"], []),
        ("def system(c): ...\nsystem('os.system')", ["os.system"], []),
        ("ｐｒｉｎｔ(1)", ["builtins.print"], ["builtins.print"]),
    ],
)  # fmt: skip
def test_calls_are_routed_by_what_they_resolve_to(code: str, patterns: list[str], names: list[str]) -> None:
    """Aliases, wildcards, builtins and methods of known instances reach the table; look-alikes do not."""
    assert [name for name, _, _ in find(code, *patterns)] == names


def call_of(code: str) -> ResolvedCall:
    """Return the only call of an expression as if it had been resolved."""
    node = ast.parse(code, mode="eval").body
    assert isinstance(node, ast.Call)
    return ResolvedCall(node, "f", None, certain=True)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("f(1, 2)", "2"),
        ("f(1, timeout=3)", "3"),
        ("f(1)", None),
        ("f(*a, 2)", None),
        ("f(1, *a)", None),
        ("f(**k)", None),
    ],
)
def test_arguments_by_keyword_or_position(code: str, found: str | None) -> None:
    """A position behind a star is unknown, so it counts as not written out."""
    argument = call_of(code).argument("timeout", 1)
    assert (ast.unparse(argument) if argument is not None else None) == found


@pytest.mark.parametrize(("code", "unknown"), [("f(1)", False), ("f(*a)", True), ("f(**k)", True), ("f(a=1)", False)])
def test_stars_may_bring_arguments_nobody_sees(code: str, unknown: bool) -> None:  # noqa: FBT001 - a column of the table
    """`*` and `**` make the argument list unknown."""
    assert call_of(code).has_unknown_arguments is unknown


def test_one_call_is_given_to_each_rule_once() -> None:
    """Two patterns of one rule that match the same call give one answer."""
    table = CallTable()
    table.add(0, {"os.system": 1, "os.*": 2})
    table.add(1, {"os.**": 3})
    code = "import os\nos.system(c)"
    document = Document("m.py", code.encode(), ast.parse(code), "m")
    assert [rule for rule, _ in table.find(document, table.live_names(document, ()))] == [0, 1]
