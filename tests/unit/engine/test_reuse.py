"""When the findings of project rules hold although files changed."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import ClassVar

import pytest

from hive_guardian.engine.calls import ResolvedCall
from hive_guardian.engine.context import FileContext, ProjectContext
from hive_guardian.engine.run import Outcome, run
from hive_guardian.engine.shared_cache import MemoryCache
from hive_guardian.model.finding import Finding, Location
from hive_guardian.model.rule import FileRule, ProjectRule, Rule, on
from hive_guardian.model.severity import Severity
from tests.fakes.runs import LambdaRule, Run


class ReadingRule(ProjectRule):
    """Reads a module.

    What: reports the first word of b.py, and every class.
    """

    code, name, title = "T6", "reading", "Reading"
    severity = Severity.INFO
    tags = ("testing",)
    runs: ClassVar[list[int]] = []

    def check(self, ctx: ProjectContext) -> Iterator[Finding]:
        """Report what is there now."""
        self.runs.append(1)
        word = (ctx.read("b.py") or b"").split()[0].decode()
        classes = sum(len(facts.classes) for facts in ctx.project.facts.values())
        yield ctx.finding(Location("a.py", 1, 1, 1, 1), f"{word} {classes}", symbol="", anchor="x")


class ShellRule(FileRule):
    """Shell.

    What: every `os.system`.
    """

    code, name, title = "T7", "shell", "Shell"
    severity = Severity.ERROR
    tags = ("testing",)

    def call_table(self) -> Mapping[str, object]:
        """Return what it looks for."""
        return {"os.system": None}

    @on(ResolvedCall)
    def check_call(self, call: ResolvedCall, ctx: FileContext) -> Iterator[Finding]:
        """Report it."""
        yield ctx.finding(call.node, "a shell")


RULES: tuple[type[Rule], ...] = (LambdaRule, ReadingRule, ShellRule)
START = {
    "a.py": "class A: ...\n",
    "b.py": "one = 1\n",
    "compat.py": "from os import system as run\n",
    "c.py": "from compat import run\nx = 1\n",
    "d.py": "class D:\n    def f(self): return 1\n",
}


def read(outcome: Outcome) -> list[tuple[str, str, str]]:
    """Return the findings in short."""
    return [(item.location.path, item.rule, item.message) for item in outcome.report.findings]


@pytest.mark.parametrize(
    ("changed", "again"),
    [
        ({"d.py": "class D:\n    def f(self): return lambda: 0\n"}, False),
        ({"d.py": "class D:\n    def f(self): return 1\nclass E: ...\n"}, True),
        ({"b.py": "one = 111\n"}, True),
        ({"c.py": "from compat import run\nx = run('ls')\n"}, False),
        ({"c.py": "from compat import run\nx = 1\nrun('ls')\n"}, True),
        ({"e.py": "pass\n"}, True),
        ({"d.py": "class D:\n"}, True),
    ],
)
def test_project_rules_run_again_where_anything_they_look_at_changed(changed: dict[str, str], *, again: bool) -> None:
    """Facts, files a rule read and the listing count; what else a file says does not, and re-exports are followed."""
    first = replace(Run(START, rules=RULES).request, cache=MemoryCache())
    run(first)
    ReadingRule.runs.clear()
    given = Run({**START, **changed}, rules=RULES).request
    outcome = run(replace(given, cache=first.cache))

    assert bool(ReadingRule.runs) is again
    assert read(outcome) == read(run(given))
    assert any(rule == "T7" for _, rule, _ in read(outcome)) is ("run('ls')" in str(changed))
    assert [error.kind for error in outcome.report.errors] == [error.kind for error in run(given).report.errors]


def test_a_state_that_comes_back_finds_the_files_as_they_are_judged_there() -> None:
    """What a manifest says makes tests of files, and its removal makes them product code again, from the cache too."""
    plain = {"a.py": "x = 1\n", "b.py": "one = 1\n", "testing/shell.py": "from os import system\nsystem('ls')\n"}
    told = {**plain, "pytest.ini": "[pytest]\ntestpaths = testing\n"}
    other = {**plain, "pytest.ini": "[pytest]\ntestpaths = src\n"}
    cache = MemoryCache()
    counts = []
    for files in (plain, told, plain, told, other, other):
        outcome = run(replace(Run(files, rules=(ShellRule,)).request, cache=cache))
        counts.append(len(outcome.report.findings))
    assert counts == [1, 0, 1, 0, 1, 1]
