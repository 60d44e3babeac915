import ast
from collections.abc import Iterator, Mapping
from typing import ClassVar

from hive_guardian import Bad, FileContext, FileRule, Finding, Good, ResolvedCall, Severity, on
from hive_guardian.testing import check, mutate_examples
from hive_guardian.testing.mutation import Spelling

_BAD = "import acme.io as io\nclass A:\n    def f(self):\n        io.old()\n"


class _Resolving(FileRule):
    """Resolves names."""

    code, name, title = "T01", "resolving", "Resolving"
    severity = Severity.ERROR
    examples: ClassVar = (Bad(_BAD, at=[(4, 9)]), Good("def f(io):\n    io.old()\n"))

    def call_table(self) -> Mapping[str, object]:
        return {"acme.io.old": None}

    @on(ResolvedCall)
    def check_call(self, call: ResolvedCall, ctx: FileContext) -> Iterator[Finding]:
        yield ctx.finding(call.node, "old")


class _Textual(FileRule):
    """Matches text."""

    code, name, title = "T02", "textual", "Textual"
    severity = Severity.ERROR
    examples: ClassVar = (Bad(_BAD, at=[(4, 9)]), Good("def f(io):\n        old()\n"))

    @on(ast.Call)
    def check_call(self, node: ast.Call, ctx: FileContext) -> Iterator[Finding]:
        if ast.unparse(node.func) == "io.old":
            yield ctx.finding(node, "old")


class _Shallow(FileRule):
    """Looks at the first column."""

    code, name, title = "T03", "shallow", "Shallow"
    severity = Severity.ERROR
    examples: ClassVar = (Bad("def f():\n    return old\n", at=[(2, 12)]),)

    @on(ast.Name)
    def check_name(self, node: ast.Name, ctx: FileContext) -> Iterator[Finding]:
        if node.col_offset == 11:
            yield ctx.finding(node, "old")


class _Heads(FileRule):
    """Reports definitions of a module and imports."""

    code, name, title = "T04", "heads", "Heads"
    severity = Severity.ERROR
    examples: ClassVar = (Bad("import a\ndef f(): a.b()\n", at=[(1, 1), (2, 1)]),)

    @on(ast.Import, ast.FunctionDef)
    def check_statement(self, node: ast.stmt, ctx: FileContext) -> Iterator[Finding]:
        if not node.col_offset:
            yield ctx.finding(node, "head")


def test_a_rule_that_resolves_names_passes_every_spelling() -> None:
    """All seven spellings apply to the example, and each of them ran."""
    report = mutate_examples(_Resolving)
    assert report.problems == []
    assert {spelling for spelling, count in report.tried.items() if count} == set(Spelling)


def test_a_rule_that_matches_text_is_caught() -> None:
    """Renamed it misses, from another module it still fires."""
    problems = {problem.spelling: problem for problem in mutate_examples(_Textual).problems}
    assert problems.keys() == {Spelling.ALIAS, Spelling.FROM_IMPORT, Spelling.SHADOWED}
    assert problems[Spelling.ALIAS].code.startswith("import acme.io as io_alias\n")
    assert problems[Spelling.ALIAS].message == "expected 1 x textual in pkg/module.py, found nothing"


def test_a_rule_that_counts_columns_is_caught() -> None:
    """Whatever moves the code shows it."""
    assert {problem.spelling for problem in mutate_examples(_Shallow).problems} == {
        Spelling.FUNCTION, Spelling.METHOD, Spelling.CONDITION, Spelling.INDENTED,
    }  # fmt: skip


def test_what_a_rule_is_about_is_not_changed_under_it() -> None:
    """A rule that reports imports or definitions of a module has spellings that say nothing, each with its reason."""
    report = mutate_examples(_Heads)
    assert report.problems == []
    reasons = dict(report.meaningless.keys())
    assert reasons[Spelling.FROM_IMPORT] == "the rule reports the import itself"
    assert reasons[Spelling.FUNCTION].startswith("the rule reports a definition of the module")
    assert check(_Heads, "import a as b\n")
