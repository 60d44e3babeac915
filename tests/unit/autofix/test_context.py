import ast
from collections.abc import Callable

import libcst as cst
import pytest
import tomlkit

from hive_guardian.autofix.context import FixContext
from hive_guardian.autofix.source_text import apply_edits
from hive_guardian.model.edit import Edit
from hive_guardian.model.errors import FixRefusedError
from hive_guardian.model.finding import Location


def context(text: str, path: str = "pkg/a.py") -> FixContext:
    """The context of one file."""
    return FixContext(path, text.encode(), "pkg.a" if path.endswith(".py") else "")


def at(line: int, column: int) -> Location:
    """A place without extent."""
    return Location("pkg/a.py", line, column, line, column)


def applied(ctx: FixContext, *edits: Edit) -> str:
    """The text with edits."""
    return apply_edits(ctx.data, edits, is_python=ctx.path.endswith(".py")).decode()


def with_none(function: cst.FunctionDef) -> cst.FunctionDef:
    """A function that returns nothing."""
    return function.with_changes(returns=cst.Annotation(cst.Name("None")))


@pytest.mark.parametrize(
    ("text", "place", "after"),
    [
        ("def f(): pass\n", at(1, 5), "def f() -> None: pass\n"),
        ("class A:\n  def f(\n    a,  # one\n  ):  # two\n    '''T\n  x'''\n", at(2, 7),
         "class A:\n  def f(\n    a,  # one\n  ) -> None:  # two\n    '''T\n  x'''\n"),
        ("if a:\r\n\tdef ü(b):\r\n\t\treturn\r\n", at(2, 6), "if a:\r\n\tdef ü(b) -> None:\r\n\t\treturn\r\n"),
        ("@d(\n  1)\nasync def f():\n  x = '''\n'''\n", at(3, 11),
         "@d(\n  1)\nasync def f() -> None:\n  x = '''\n'''\n"),
    ],
)  # fmt: skip
def test_a_node_is_replaced_by_the_smallest_edit(text: str, place: Location, after: str) -> None:
    """Only what differs is edited, at any depth of indentation and with any line ends."""
    ctx = context(text)
    function = ctx.find(place, cst.FunctionDef)
    edit = ctx.replace(function, with_none(function))
    assert (edit.text, edit.line, edit.column) == (" -> None", edit.end_line, edit.end_column)
    assert applied(ctx, edit) == after


def test_a_change_over_several_lines_keeps_the_indentation_around_it() -> None:
    """Continued lines and blocks are rendered at their depth."""
    ctx = context("if a:\n    f(\n        1,\n    )\n")
    call = ctx.find(at(2, 5), cst.Call)
    block = cst.parse_statement("if b:\n    g(\n        1,\n    )\n")
    line = ctx.find(at(2, 5), cst.SimpleStatementLine)
    assert applied(ctx, ctx.replace(line, block)) == "if a:\n    if b:\n        g(\n            1,\n        )\n"
    assert ctx.code(call) == "f(\n        1,\n    )"


def test_the_innermost_node_of_a_type_is_found() -> None:
    """A place inside several nodes means the smallest one of the type."""
    ctx = context("f(g(a), b)\n")
    assert ctx.code(ctx.find(at(1, 5), cst.Call)) == "g(a)"
    assert ctx.code(ctx.find(at(1, 9), cst.Call)) == "f(g(a), b)"
    with pytest.raises(FixRefusedError, match="no Lambda at line 1"):
        ctx.find(at(1, 1), cst.Lambda)


def test_text_is_wrapped_inserted_removed_and_replaced() -> None:
    """The simple operations work on nodes of both trees and on places."""
    ctx = context("x = a + b\n")
    value = ctx.document.tree.body[0].value  # type: ignore[attr-defined]  # an assignment
    assert applied(ctx, *ctx.wrap(value, "f(", ")")) == "x = f(a + b)\n"
    assert applied(ctx, ctx.remove(Location("pkg/a.py", 1, 6, 1, 10))) == "x = a\n"
    assert applied(ctx, ctx.insert(1, 1, "# top\n")) == "# top\nx = a + b\n"
    assert applied(ctx, ctx.replace(ctx.find(at(1, 5), cst.Name), "c")) == "x = c + b\n"
    with pytest.raises(FixRefusedError, match="a libcst node replaces a libcst node"):
        ctx.replace(value, cst.Name("c"))


def test_a_node_of_another_file_has_no_place() -> None:
    """Nodes that a fixer made itself are not part of the file."""
    with pytest.raises(FixRefusedError, match="not part of the file"):
        context("x = 1\n").place(cst.Name("y"))
    with pytest.raises(FixRefusedError, match="not part of the file"):
        context("x = 1\n").replace(cst.Name("y"), cst.Name("z"))


@pytest.mark.parametrize("text", ["x = (\n", "x = 1\n\0"])
def test_a_file_that_does_not_parse_is_refused(text: str) -> None:
    """There is nothing to fix in a broken file."""
    with pytest.raises(FixRefusedError, match="does not parse"):
        _ = context(text).document


@pytest.mark.parametrize(
    ("text", "statement", "after"),
    [
        ("a\nb\nc\n", 1, "a\nc\n"),
        ("a\nb", 1, "a\n"),
        ("a; b; c\n", 0, "b; c\n"),
        ("a; b; c\n", 1, "a; c\n"),
        ("a; b\n", 1, "a\n"),
        ("a; b  # why\n", 1, "a  # why\n"),
        ("a;  # why\nb\n", 0, "# why\nb\n"),
        ("a  # why\nb\n", 0, "# why\nb\n"),
        ("@x\n@y(\n1)\ndef f(): ...\nb\n", 0, "b\n"),
        ("a = (1,\n  2)\nb\n", 0, "b\n"),
        ("# above\na\n# below\nb\n", 0, "# above\n# below\nb\n"),
    ],
)
def test_a_statement_is_removed_with_its_line(text: str, statement: int, after: str) -> None:
    """Neighbours on its line and comments around it stay."""
    ctx = context(text)
    assert applied(ctx, ctx.remove_statement(ctx.document.tree.body[statement])) == after


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("if a:\n    b\n", "if a:\n    pass\n"),
        ("if a: b\nc\n", "if a: pass\nc\n"),
        ("if a:\n    b  # why\n", "if a:\n    pass  # why\n"),
        ("def f():\n    b\n    c\n", "def f():\n    c\n"),
        ("if a: b; c\n", "if a: c\n"),
    ],
)
def test_an_emptied_block_gets_a_pass(text: str, after: str) -> None:
    """A block needs a statement."""
    ctx = context(text)
    (outer, *_) = ctx.document.tree.body
    assert applied(ctx, ctx.remove_statement(outer.body[0])) == after  # type: ignore[attr-defined]  # a block


def test_a_comment_inside_a_statement_keeps_it() -> None:
    """Removing the statement would lose the comment."""
    ctx = context("a = (  # why\n    1)\n")
    with pytest.raises(FixRefusedError, match="a comment stands inside the statement"):
        ctx.remove_statement(ctx.document.tree.body[0])


def test_a_foreign_statement_is_refused() -> None:
    """Only statements of the file can be removed."""
    with pytest.raises(FixRefusedError, match="not part of the file"):
        context("a\n").remove_statement(ast.parse("a").body[0])


@pytest.mark.parametrize(
    ("text", "name", "new", "after"),
    [
        ("def _a():\n    return _a\n_a()\n", "_a", "_b", "def _b():\n    return _b\n_b()\n"),
        ("def f():\n    x = 1\n    def g():\n        return x\n    return lambda: x\nx = 2\n", "x", "y",
         "def f():\n    y = 1\n    def g():\n        return y\n    return lambda: y\nx = 2\n"),
        ("def _a(): ...\ndel _a\n", "_a", "_b", "def _b(): ...\ndel _b\n"),
        ("class _A: ...\ndef f(a: _A) -> _A: ...\n", "_A", "_B", "class _B: ...\ndef f(a: _B) -> _B: ...\n"),
        ("def f():\n    ü = 1; print(ü)\n", "ü", "v", "def f():\n    v = 1; print(v)\n"),
        ("def _a(): ...\ndef f(_a): return _a\n", "_a", "_b", "def _b(): ...\ndef f(_a): return _a\n"),
        ("def _a(): ...\nx = [_a for _a in y]\n_a()\n", "_a", "_b", "def _b(): ...\nx = [_a for _a in y]\n_b()\n"),
    ],
)  # fmt: skip
def test_a_name_is_renamed_where_it_means_the_same(text: str, name: str, new: str, after: str) -> None:
    """Uses are followed by scope: the same word elsewhere is another name."""
    ctx = context(text)
    assert applied(ctx, *ctx.rename(definition(ctx, name), new)) == after


def definition(ctx: FixContext, name: str) -> cst.FunctionDef | cst.ClassDef | cst.Name:
    """The first node that binds a name."""
    found: list[cst.FunctionDef | cst.ClassDef | cst.Name] = []

    class Finder(cst.CSTVisitor):
        def visit_FunctionDef(self, node: cst.FunctionDef) -> None:  # noqa: N802 - libcst's name
            found.extend([node] if node.name.value == name else [])

        def visit_ClassDef(self, node: cst.ClassDef) -> None:  # noqa: N802 - libcst's name
            found.extend([node] if node.name.value == name else [])

        def visit_AssignTarget(self, node: cst.AssignTarget) -> None:  # noqa: N802 - libcst's name
            if isinstance(node.target, cst.Name) and node.target.value == name:
                found.append(node.target)

    ctx.tree.visit(Finder())
    return found[0]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("def _a(): ...\n_b = 1\n", "`_b` is already used"),
        ("def _a(): ...\nx._b\n", "`_b` is already used"),
        ("def _a(): ...\ngetattr(m, '_a')\n", "a string of the file says `_a`"),
        ("def _a(): ...\nx._a()\n", "reached through an object"),
        ("def _a(): ...\nf(_a=1)\n", "reached through an object"),
        ("def _a(): ...\nglobals()\n", "looks at its own names"),
        ("def _a(): ...\ndef f():\n    global _a\n", "declared global"),
        ("def _a(): ...\nimport _a\n", "cannot be renamed"),
    ],
)
def test_a_doubt_keeps_a_name(text: str, reason: str) -> None:
    """A use that cannot be followed, or a name that is taken, is refused."""
    ctx = context(text)
    with pytest.raises(FixRefusedError, match=reason):
        ctx.rename(definition(ctx, "_a"), "_b")


def test_no_name_is_no_new_name() -> None:
    """A keyword or a phrase is refused."""
    ctx = context("def _a(): ...\n")
    with pytest.raises(FixRefusedError, match="is no name"):
        ctx.rename(definition(ctx, "_a"), "a b")


TOML = '# top\n[project]\nname = "a"   # name\nrequires-python = ">=3.8"\n\n[tool.ruff]\nselect = ["A", "B"]  # lint\n'
Change = Callable[[tomlkit.TOMLDocument], None]


def raise_floor(document: tomlkit.TOMLDocument) -> None:
    """Change a value."""
    document["project"]["requires-python"] = ">=3.11"


def drop_tool(document: tomlkit.TOMLDocument) -> None:
    """Remove a table."""
    del document["tool"]


def add_key(document: tomlkit.TOMLDocument) -> None:
    """Add a key."""
    document["project"]["version"] = "1"


@pytest.mark.parametrize(
    ("change", "after"),
    [
        (raise_floor, TOML.replace("3.8", "3.11")),
        (drop_tool, TOML.partition("\n[tool")[0]),
        (add_key, TOML.replace('">=3.8"\n', '">=3.8"\nversion = "1"\n')),
    ],
)
def test_toml_is_edited_where_it_changes(change: Change, after: str) -> None:
    """Comments, order and spacing elsewhere stay; so do the line ends of the file."""
    for text, wanted in ((TOML, after), (TOML.replace("\n", "\r\n"), after.replace("\n", "\r\n"))):
        ctx = context(text, "pyproject.toml")
        assert applied(ctx, *ctx.edit_toml(change)).rstrip() == wanted.rstrip()


def test_a_toml_change_that_fails_is_refused() -> None:
    """A key that is not there, or a file that is no TOML, says so."""
    for text in ("[project]\n", "not toml"):
        with pytest.raises(FixRefusedError, match="cannot be changed"):
            context(text, "pyproject.toml").edit_toml(drop_tool)
