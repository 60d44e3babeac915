"""What a run tells the comparison with its baseline."""

import ast
from collections.abc import Iterator
from dataclasses import replace

import pytest

from hive_guardian.engine.baseline import make_baseline
from hive_guardian.engine.baseline_stage import rest_of_project
from hive_guardian.engine.baseline_use import GivenBaseline
from hive_guardian.engine.context import FileContext
from hive_guardian.engine.run import run
from hive_guardian.engine.state import Clock, open_state
from hive_guardian.engine.suppression import Suppressions
from hive_guardian.model.finding import Finding, Status
from hive_guardian.model.rule import FileRule, State, on
from tests.fakes.baselines import make_entry
from tests.fakes.runs import RULES, TODAY, Run

ENTRIES = [
    make_entry(path, f"{rule} {path}", rule=rule) for path in ("a.py", "b.py", "pkg/c.py") for rule in ("T1", "T3")
]


class BrokenRule(FileRule):
    """Stands for a file that does not parse: nothing can accept what it reports."""

    code, name, title = "T0", "broken-file", "No Broken Files"
    tags = ("testing",)
    severity = RULES[0].severity
    state = State.ALWAYS

    @on(ast.Assert)
    def check_assert(self, node: ast.Assert, ctx: FileContext) -> Iterator[Finding]:
        """Report it."""
        yield ctx.finding(node, "broken")


@pytest.mark.parametrize(
    ("text", "targets", "stale"),
    [
        ("", ("",), ["T1 a.py", "T3 a.py", "T1 b.py", "T3 b.py", "T1 pkg/c.py", "T3 pkg/c.py"]),
        ("assert False\n", ("",), ["T1 b.py", "T1 pkg/c.py"]),
        ("assert False\n", ("pkg",), ["T1 pkg/c.py"]),
    ],
)
def test_where_a_file_does_not_parse_nothing_is_judged(text: str, targets: tuple[str, ...], stale: list[str]) -> None:
    """Neither its own entries nor those of project rules, which may have missed it, wherever the run reports."""
    files = {"a.py": text, "b.py": "", "pkg/c.py": ""}
    request = Run(files, targets=targets, rules=(*RULES, BrokenRule)).request
    outcome = run(replace(request, baseline=GivenBaseline("b.json", make_baseline(ENTRIES))))
    assert outcome.use is not None
    assert [entry.fingerprint for entry in outcome.use.stale] == stale


def test_the_rest_of_the_project_is_what_a_run_does_not_report_on() -> None:
    """Findings of other files, with their suppressions."""
    lines = "f = lambda: 0\nf = lambda: 1  # guardian: allow[T1] because of it\n"
    request = Run({"a.py": lines, "pkg/c.py": lines, "d.py": "class D:\n    pass\n"}, targets=("pkg",)).request
    state = open_state(request, Clock())
    project_findings, _, _ = state.analyse()
    nothing = Suppressions({}, request.catalogue.aliases, TODAY, frozenset())
    rest = rest_of_project(state, project_findings, nothing)
    assert sorted((item.rule, item.location.path) for item in rest) == [
        ("T1", "a.py"), ("T1", "a.py"), ("T2", "d.py"), ("T3", "d.py"),
    ]  # fmt: skip
    assert {item.status for item in rest} == {Status.NEW}
