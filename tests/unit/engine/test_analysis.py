import pytest

from hive_guardian.engine.analysis import FileResult, Redirects, analyse, analysis_failure
from hive_guardian.engine.file_info import FileInfo
from hive_guardian.engine.plan import build_plan
from hive_guardian.model.config import Settings
from hive_guardian.model.layout import Layout
from hive_guardian.model.report import ErrorKind
from hive_guardian.model.role import Role
from tests.fakes.runs import OPTIONS, TODAY, CountRule, LambdaRule, PassRule

SETTINGS = Settings(Layout(), (), TODAY)
PLAN = build_plan([LambdaRule(OPTIONS, SETTINGS), PassRule(OPTIONS, SETTINGS)], [CountRule(OPTIONS, SETTINGS)])


def result(code: str | bytes, path: str = "a.py", *, timed: bool = False) -> FileResult:
    """Analyse one file with two rules and a collector."""
    data = code.encode() if isinstance(code, str) else code
    info = FileInfo(path, Role.PROD, frozenset(), "a", None)
    return analyse(data, "digest", info, PLAN, Redirects(), timed=timed)


def test_findings_facts_collected_data_and_directives_come_from_one_pass() -> None:
    """Everything a worker sends back is there, findings in order."""
    mark = "# guardian: "
    found = result(f"import os\nclass A:\n    pass\nf = lambda: 0  {mark}allow[T1] short\n")
    assert [(item.rule, item.location.line, item.location.column) for item in found.findings] == [
        ("T2", 3, 5),
        ("T1", 4, 5),
    ]
    assert found.facts is not None
    assert [fact.module for fact in found.facts.imports] == ["os"]
    assert found.collected == {"T3": [2]}
    assert [directive.ids for directive in found.directives] == [("T1",)]
    assert (found.digest, found.errors) == ("digest", [])


def test_a_rule_that_raises_loses_its_findings_on_that_file_only() -> None:
    """The error names rule, file and the line of the rule's module; the other rule still reports."""
    found = result("pass\nf = lambda: 0\n", "crash.py")
    assert [item.rule for item in found.findings] == ["T1"]
    (error,) = found.errors
    assert (error.kind, error.rule, error.path) == (ErrorKind.RULE_FAILED, "T2", "crash.py")
    assert "ZeroDivisionError: on purpose at runs.py:" in error.message


def test_a_file_that_no_rule_reports_as_broken_is_an_error() -> None:
    """Nothing that does not parse may pass, whatever rules are selected."""
    found = result("def f(:\n")
    assert found.findings == []
    assert found.errors[0].kind is ErrorKind.UNREADABLE
    assert found.errors[0].message.startswith("does not parse: ")
    assert found.facts is not None
    assert not found.facts.parsed


@pytest.mark.parametrize("code", ["x = " + "(" * 300 + ")" * 300, "x = " + "-" * 20_000 + "1"])
def test_deep_nesting_is_no_crash(code: str) -> None:
    """The file is named as not checked or as broken, with a reason."""
    found = result(code)
    assert found.errors
    assert found.errors[0].kind in {ErrorKind.TOO_COMPLEX, ErrorKind.UNREADABLE}


def test_time_is_measured_on_demand() -> None:
    """Nanoseconds by rule, for rules that had something to do, and what collecting for project rules took."""
    timed = result("pass\nf = lambda: 0\n", timed=True).nanoseconds
    assert timed.keys() == {"T1", "T2", "T3"}
    assert min(timed.values()) > 0
    assert result("pass\n").nanoseconds == {}


def test_a_failure_of_the_engine_names_the_file() -> None:
    """Who should know, and what happened."""
    error = analysis_failure("a.py", ValueError("odd"))
    assert (error.kind, error.path) == (ErrorKind.ANALYSIS_FAILED, "a.py")
    assert error.message == "not checked: ValueError: odd; report this to hive-guardian"
