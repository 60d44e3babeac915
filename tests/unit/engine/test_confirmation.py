import ast
from collections.abc import Iterator
from dataclasses import replace

import pytest

from hive_guardian.engine.context import FileContext, ProjectContext
from hive_guardian.engine.discovery import discover
from hive_guardian.engine.run import run
from hive_guardian.engine.shared_cache import MemoryCache
from hive_guardian.engine.work import Work
from hive_guardian.model.errors import UsageError
from hive_guardian.model.finding import Finding
from hive_guardian.model.report import ErrorKind
from hive_guardian.model.rule import FileRule, Rule, on
from hive_guardian.model.severity import Severity
from hive_guardian.testing import check
from tests.fakes.runs import LambdaRule, Run


class UnknownClassRule(FileRule):
    """A global class that no file of the project defines.

    What: `global Name`, unless the project has a class of that name.
    """

    code, name, title = "T4", "unknown-class", "Known Classes"
    severity = Severity.WARNING
    tags = ("testing",)

    @on(ast.Global)
    def check_global(self, node: ast.Global, ctx: FileContext) -> Iterator[Finding]:
        """Suspect every name."""
        for name in node.names:
            yield ctx.finding(node, f"no class {name}", clue=name)

    def confirm(self, finding: Finding, ctx: ProjectContext) -> bool:
        """Look for a class of that name; two names are trouble."""
        if finding.clue == "crash":
            raise ZeroDivisionError("on purpose")
        if finding.clue == "contradiction":
            raise UsageError("the options contradict each other")
        if finding.clue == "unclear":
            ctx.abstain(finding.clue, "nobody knows")
        return all(entry.fact.name != finding.clue for entry in ctx.project.classes.classes)


class EagerRule(LambdaRule):
    """Lambda, unless the line suspects a class."""

    code, name, title = "T5", "eager", "Eager"
    yields_to = {"eager": ("T4",)}  # noqa: RUF012 - declared as ClassVar by the base


RULES: tuple[type[Rule], ...] = (UnknownClassRule, EagerRule)


def lines(files: dict[str, str]) -> list[tuple[str, int, str]]:
    """Return path, line and rule of what a run reports."""
    findings = run(Run(files, rules=RULES).request).report.findings
    return [(item.location.path, item.location.line, item.rule) for item in findings]


def test_only_confirmed_findings_are_reported() -> None:
    """Another file decides, and a finding that nobody confirms is not there at all."""
    files = {"a.py": "def f():\n    global A\n    global B\n"}
    assert lines(files) == [("a.py", 2, "T4"), ("a.py", 3, "T4")]
    assert lines({**files, "b.py": "class B: ...\n"}) == [("a.py", 2, "T4")]


def test_other_findings_yield_to_confirmed_ones_only() -> None:
    """A suspicion that is withdrawn leaves the finding that would have yielded to it."""
    files = {"a.py": "def f():\n    global A; g = lambda: 0\n"}
    assert lines(files) == [("a.py", 2, "T4")]
    assert lines({**files, "b.py": "class A: ...\n"}) == [("a.py", 2, "T5")]


def test_a_rule_that_fails_loses_that_finding_and_is_named() -> None:
    """The others stand, the run is incomplete."""
    report = run(Run({"a.py": "def f():\n    global crash\n    global A\n"}, rules=RULES).request).report
    assert [item.location.line for item in report.findings] == [3]
    assert [(error.kind, error.rule, error.path) for error in report.errors] == [(ErrorKind.RULE_FAILED, "T4", "a.py")]


def test_contradictory_options_end_the_run() -> None:
    """A usage error is the caller's to mend."""
    with pytest.raises(UsageError, match="contradict"):
        run(Run({"a.py": "def f():\n    global contradiction\n"}, rules=RULES).request)


def test_what_a_rule_abstains_from_is_noted() -> None:
    """The books of project rules are open to it."""
    report = run(Run({"a.py": "def f():\n    global unclear\n"}, rules=RULES).request).report
    assert report.notes == ("T4 says nothing about unclear: nobody knows",)


def test_suspicions_are_part_of_what_the_project_depends_on() -> None:
    """A file with equal facts and another suspicion is another project; a certain finding makes no difference."""

    def digest(text: str) -> str:
        request = replace(Run({"a.py": text}, rules=RULES).request, cache=MemoryCache())
        found = discover(request.tree, request.config_set, request.targets)
        work = Work(request, found, "key", {}, found.analysed)
        work.refresh()
        work.run()
        return work.rows["a.py"].facts_digest

    assert digest("def f():\n    global A\n") != digest("def f():\n    global B\n")
    assert digest("def f():\n    lambda: 0\n") == digest("def f():\n    lambda: 11\n")


def test_the_test_kit_confirms() -> None:
    """Trees of examples decide as a run does, and no finding is tentative any more."""
    files = {"a.py": "def f():\n    global A\n    global B\n", "b.py": "class B: ...\n"}
    (finding,) = check(UnknownClassRule, files)
    assert (finding.message, finding.tentative) == ("no class A", False)
