"""What the outcome of a run says about the run itself."""

import pytest

from hive_guardian.engine.run import exit_code, run
from hive_guardian.model.report import ErrorKind
from tests.fakes.runs import RULES, Run


def test_a_run_without_a_rule_is_no_success() -> None:
    """Files that were read and judged by nobody are reported as not checked."""
    report = run(Run({"a.py": "x = 1\n"}, rules=()).request).report

    assert [error.kind for error in report.errors] == [ErrorKind.NOTHING_CHECKED]
    assert "no rule ran" in report.errors[0].message
    assert exit_code(report) == 3


@pytest.mark.parametrize(("text", "code"), [("x = 1\n", 0), ("f = lambda: 1\n", 1)])
def test_the_exit_code_follows_the_findings(text: str, code: int) -> None:
    """With rules at work, findings decide."""
    assert exit_code(run(Run({"a.py": text}, rules=RULES).request).report) == code
