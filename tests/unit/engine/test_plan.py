import ast
from collections.abc import Mapping

import pytest

from hive_guardian.engine.calls import ResolvedCall
from hive_guardian.engine.plan import build_plan
from hive_guardian.model.config import Settings
from hive_guardian.model.errors import PluginError
from hive_guardian.model.layout import Layout
from hive_guardian.model.rule import FileRule, ProjectRule, on
from hive_guardian.model.severity import Severity
from hive_guardian.source.broken import BrokenFile
from hive_guardian.source.comments import Comment
from hive_guardian.source.document import Document
from tests.fakes.runs import OPTIONS, TODAY, CountRule

SETTINGS = Settings(Layout(), (), TODAY)


def rule(kind: type, code: str = "T1") -> FileRule:
    """Return a rule with one handler."""

    def check(self: object, item: object, ctx: object) -> None:
        del self, item, ctx

    members = {
        "check": on(kind)(check),
        "code": code,
        "name": code.lower(),
        "severity": Severity.ERROR,
        "call_table": lambda _self: {"os.system": "payload"},
    }
    made: type[FileRule] = type("Made", (FileRule,), members)
    return made(OPTIONS, SETTINGS)


@pytest.mark.parametrize(
    ("kind", "table"),
    [
        (ast.Pass, "nodes"),
        (ast.Name, "nodes"),
        (ast.arguments, "nodes"),
        (ResolvedCall, "call_handlers"),
        (Comment, "comments"),
        (Document, "documents"),
        (BrokenFile, "broken"),
    ],
)
def test_each_handler_goes_into_its_table(kind: type, table: str) -> None:
    """What a rule is marked with decides where it is asked, and nowhere else."""
    plan = build_plan([rule(kind)])
    tables = ("nodes", "call_handlers", "comments", "documents", "broken")
    assert [name for name in tables if getattr(plan, name)] == [table]


def test_rules_are_ordered_by_id() -> None:
    """Entries refer to rules by index, so the order must not depend on who came first."""
    plan = build_plan([rule(ast.Pass, "T2"), rule(ast.Pass, "T1")])
    assert [item.code for item in plan.rules] == ["T1", "T2"]
    assert [index for index, _ in plan.nodes[ast.Pass]] == [0, 1]


def test_only_project_rules_that_collect_are_asked_per_file() -> None:
    """A project rule that keeps the empty `collect` costs nothing per file."""
    members = {"code": "T8", "name": "t8", "severity": Severity.ERROR}
    silent: ProjectRule = type("Silent", (ProjectRule,), members)(OPTIONS, SETTINGS)
    count = CountRule(OPTIONS, SETTINGS)
    assert build_plan([], [silent, count]).collectors == (count,)


@pytest.mark.parametrize("kind", [int, Mapping])
def test_a_rule_that_asks_for_nonsense_is_named(kind: type) -> None:
    """The plugin's author learns which rule and what it asked for."""
    with pytest.raises(PluginError, match=rf"T1 \(t1\) cannot be prepared: TypeError: T1 asks for {kind.__name__}"):
        build_plan([rule(kind)])
