import re

import pytest

from hive_guardian.autofix.proof import prove
from hive_guardian.autofix.selection import Attempt, Candidate
from hive_guardian.autofix.source_text import read_source
from hive_guardian.model.edit import Change, Edit, Fix, Safety
from tests.fakes.reports import make_finding


def attempt_of(
    before: str, old: str, new: str, *, changes: set[Change] | None = None, path: str = "a.py", nth: int = 0
) -> Attempt:
    """An attempt that replaces one occurrence of a text."""
    start = -1
    for _ in range(nth + 1):
        start = before.index(old, start + 1)
    source = read_source(before.encode(), is_python=path.endswith(".py"))
    line, end_line = source.line(start), source.line(start + len(old))
    edit = Edit(
        path, line, start - source.starts[line - 1] + 1,
        end_line, start + len(old) - source.starts[end_line - 1] + 1, new,
    )  # fmt: skip
    fix = Fix("t", Safety.UNSAFE, (edit,), changes=frozenset(changes or ()))
    after = before[:start] + new + before[start + len(old) :]
    spans = tuple(source.spans([edit]))
    return Attempt(path, (Candidate(make_finding(path), fix),), before.encode(), after.encode(), spans)


@pytest.mark.parametrize(
    ("before", "old", "new", "changes"),
    [
        ("import yaml\nx = yaml.load(f)\n", "load", "safe_load", {}),
        ("import yaml\nx = yaml.load(f)\n", "yaml.load", "yaml.safe_load", {}),
        ("x = f(a)\n", "f(a)", "g(f(a))", {}),
        ("f(a)\n", "f", "import b\nf", {}),
        ("f(a)\n", "\n", "\ng(b)\n", {}),
        ("f(a)", ")", ")\ng(b)", {}),
        ("def f():\n    time.sleep(1)\n", "time.sleep(1)", "log(1)", {}),
        ("f(a)\ng(b)\n", "f(a)\n", "", {}),
        ("f(a)\ng(b)\n", "g(b)", "h(c)\nk(d)", {}),
        ("def f():\n    pass\n", "()", "() -> None", {Change.SIGNATURE}),
        ("try:\n    f()\nexcept:\n    g()\n", "except:", "except Exception:", {Change.HANDLER}),
        ("async def f():\n    x.sleep(1)\n", "x.sleep(1)", "await y.sleep(1)", {Change.AWAIT}),
        ("async def f():\n    x.sleep(1)\n", "x.sleep", "await y.sleep", {Change.AWAIT}),
        ("x = 1,\n", ",", "", {Change.TUPLE}),
        ("x = 1  # why\n", "  # why", "", {Change.COMMENT}),
        ("from a import b\n", "b", "b, c", {}),
        ("import a\n\nx = a.b\n", "import a\n", "import a\nimport c\n", {}),
        ("x = [a for a in b if a]\n", "b", "c", {}),
        ("x = {a: b, **c}\n", "a", "d", {}),
        ("match x:\n    case [a, *_] if a:\n        f(a)\n", "f(a)", "g(a)", {}),
        ("x = f(a)\n", "f(a)", "a", {}),
        ("def f():\n    return g()\n", "return ", "", {Change.EXIT}),
        ("x = not a\n", "not ", "", {}),
        ("async def f():\n    await g()\n", "await ", "", {Change.AWAIT}),
        ("@d\nclass A(B, metaclass=M):\n    x: int = 1\n", "int = 1", "int = 2", {}),
        ("x = f'{a!r:>{b}}'\n_y = 1\n", "_y", "_z", {}),
        ("def _f(): ...\n_f()\n", "_f()\n", "_g()\n", {}),
        ("print('a', b)\n", "print('a', b)", "log('a %s', b)", {Change.STRING}),
        ("x = -1.5e3 + 2j\ny = 1\n", "y = 1", "y = 2", {}),
    ],
)  # fmt: skip
def test_what_stays_inside_its_declaration_passes(before: str, old: str, new: str, changes: set[Change]) -> None:
    """An edit may change its own range and what it declared."""
    assert prove(attempt_of(before, old, new, changes=set(changes))).reason == ""


@pytest.mark.parametrize(
    ("before", "old", "new", "reason"),
    [
        ("x = a * d\n", "a", "b + c", "outside of its edits"),
        ("x = a.b\n", "a", "a + c", "outside of its edits"),
        ("x = f(a)[0]\n", "f(a)", "f(a) if b else c", "outside of its edits"),
        ("x = not a\n", "a", "a or b", "outside of its edits"),
        ("async def f():\n    x.y(1)\n", "x.y", "await y + x.y", "outside of its edits"),
        ("if a:\n    f()\nelse:\n    g()\n", "else:\n    ", "", "outside of its edits"),
        ("def f():\n    a()\n    b()\n", ")\n    b", ")\nb", "outside of its edits"),
        ("x = 1\ny = 2\n", "1", "'''", "does not parse"),
        ("x = 1\n", "1", "(", "does not parse"),
        ("def f():\n    x = 1\n", "x = 1", "x = 1; nonlocal x", "does not compile"),
        ("def f(): ...\nx = 1\n", "x = 1", "from __future__ import annotations", "does not compile"),
        ("def f(): ...\nx = 1\n", "x = 1", "global f", "does not compile"),
        ("x = (  # why\n    1)\n", "(  # why\n    1)", "1", "loses the comment '# why'"),
        ("a = 1  # one\nb = 2  # two\n", "1  # one\nb = 2  # two", "1  # two\nb = 2  # one", "loses the comment"),
        ("x = f(a)\n", "f(a)", "f(a),", "what is a tuple"),
        ("x = 1,\n", ",", "", "what is a tuple"),
        ("async def f():\n    await g()\n", "await g()", "g()", "what is awaited"),
        ("async def f():\n    g()\n", "g()", "await g()", "what is awaited"),
        ("async def f():\n    g()\n", "async def", "def", "what is awaited"),
        ("def f():\n    raise E\n", "raise E", "pass", "how a function is left"),
        ("def f():\n    return 1\n", "return 1", "x = 1", "how a function is left"),
        ("assert a\n", "assert a", "a", "how a function is left"),
        ("def f():\n    g()\n", "g()", "yield g()", "how a function is left"),
        ("try:\n    f()\nexcept A:\n    g()\n", "A", "B", "which exceptions are caught"),
        ("try:\n    f()\nfinally:\n    g()\n", "finally", "except A", "outside|exceptions"),
        ("x = 'a'\n", "'a'", "'b'", "content of a string"),
        ("x = b'a'\n", "b'a'", "'a'", "content of a string"),
        ("x = f'a{b}c'\n", "c'", "d'", "content of a string"),
        ("'a',\n", ",", "", "content of a string|tuple"),
        ("def f(a): ...\n", "a", "b", "public name or signature"),
        ("def f(): ...\n", "f()", "g()", "public name or signature"),
        ("def f(): ...\n", "def", "@d\ndef", "public name or signature"),
        ("class A:\n    def f(self): ...\n", "self", "self, x", "public name or signature"),
        ("A = 1\n", "A", "B", "public name or signature"),
        ("x = 1\n", "x = 1", "x = 1", "it changes nothing"),
    ],
)  # fmt: skip
def test_what_a_fix_did_not_declare_is_rejected(before: str, old: str, new: str, reason: str) -> None:
    """Changes outside of the edits, lost comments and every tripwire have their reason."""
    found = prove(attempt_of(before, old, new))
    assert re.search(reason, found.reason), found
    assert not found.is_same


@pytest.mark.parametrize(
    ("before", "old", "new", "is_same"),
    [
        ("f(a),\n", ",", "", True),
        ("x = 1  # why\n", "why", "that is why", True),
        ("x = ( 1)\n", "( 1)", "1", True),
        ("x = 1,\n", ",", "", False),
        ("x = f(1)\n", "1", "2", False),
        ("'text',\n", ",", "", False),
        ("*a,\n", ",", ",\n", True),
    ],
)
def test_safe_means_the_same_program(before: str, old: str, new: str, *, is_same: bool) -> None:
    """Equal trees are the same program, and so is one less tuple that nobody could see."""
    changes = {Change.TUPLE, Change.COMMENT, Change.STRING}
    assert prove(attempt_of(before, old, new, changes=changes)).is_same is is_same


TOML = '# top\n[project]\nname = "a"  # name\ndependencies = [\n  "b",\n  "c",  # c\n]\n[tool.x]\ny = { z = 1 }\n'


@pytest.mark.parametrize(
    ("old", "new", "reason", "is_same"),
    [
        ('"a"', '"b"', "", False),
        ('  "b",\n', "", "", True),
        ("[tool.x]\ny = { z = 1 }\n", "", "", True),
        ('  "c",  # c\n', "", "it loses the comment '# c'", False),
        ('"a"', '"a', "the result does not parse", False),
        ("[tool.x]", "[tool.w]", "it changes tool.x", False),
    ],
)
def test_toml_is_judged_by_its_values(old: str, new: str, reason: str, *, is_same: bool) -> None:
    """Values change on edited lines only, comments stay; a table or item less is the one thing that counts as safe."""
    found = prove(attempt_of(TOML, old, new, path="pyproject.toml"))
    assert found.reason.startswith(reason) if reason else found.reason == ""
    assert found.is_same is is_same


def test_other_files_keep_their_comments() -> None:
    """For a file of unknown syntax, lines that begin with a mark are all that can be compared."""
    assert prove(attempt_of("# a\nx: 1\n", "1", "2", path="a.yaml")).reason == ""
    assert "loses the comment" in prove(attempt_of("# a\nx: 1\n", "# a\n", "", path="a.yaml")).reason


def test_a_file_that_was_wrong_for_the_compiler_may_stay_so() -> None:
    """A `return` outside of a function is another rule's finding and does not keep a fix away."""
    assert prove(attempt_of("f(a),\nreturn\n", ",", "", changes={Change.TUPLE})).reason == ""


@pytest.mark.parametrize(
    ("before", "inserted", "reason"),
    [
        ("f(a)\n", [(0, "await ")], "does not compile"),
        ("async def f():\n    g(a)\n", [(19, "await ")], "what is awaited"),
        ("x = a.b\n", [(5, " + c")], "outside of its edits"),
        ("x = a * b\n", [(5, " if c else d")], "outside of its edits"),
        ("f(a)\n", [(2, "key=")], ""),
        ("f(a)\n", [(2, "b, ")], ""),
        ("f(a, b)\n", [(2, "*")], ""),
        ("x = a and b\n", [(10, "c or ")], "outside of its edits"),
        ("x = a or b\n", [(9, "c and ")], ""),
        ("f(a)\n", [(0, "x = ")], ""),
        ("f(a)\n", [(0, "g("), (4, ")")], ""),
        ("f(a)\n", [(0, "import b\n")], ""),
        ("f(a)", [(4, "\ng(b)")], ""),
        ("x = f(a) * b\n", [(4, "g("), (8, ")")], ""),
        ("x = f(a) * b\n", [(4, "c + ")], ""),
        ("x = f(a) * b\n", [(8, " + c")], "outside of its edits"),
        ("x = a ** b\n", [(4, "-")], ""),
        ("if a:\n    f()\n", [(6, "    g()\n")], ""),
        ("if a:\n    f()\n", [(0, "if b: pass\nel")], "outside of its edits"),
        ("f(a)\n", [(0, "if b:\n    ")], ""),
    ],
)
def test_insertions_leave_what_they_stand_beside(before: str, inserted: list[tuple[int, str]], reason: str) -> None:
    """New text around a node is the fix's own business; what the node belongs to is not."""
    spans = tuple((at, at, text) for at, text in inserted)
    after = before
    for at, text in reversed(inserted):
        after = after[:at] + text + after[at:]
    fix = Fix("t", Safety.UNSAFE, changes=frozenset({Change.SIGNATURE}))
    made = Attempt("a.py", (Candidate(make_finding("a.py"), fix),), before.encode(), after.encode(), spans)
    found = prove(made)
    assert (reason in found.reason) if reason else found.reason == "", found
