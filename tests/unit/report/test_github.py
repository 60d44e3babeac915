import pytest

from hive_guardian.model.finding import Status
from hive_guardian.model.report import ErrorKind, RunError
from hive_guardian.model.severity import Severity
from hive_guardian.report.github import render
from hive_guardian.report.options import RenderOptions
from tests.fakes.reports import make_finding, make_report, make_varied_report

EXPECTED = """\
::error file=packages/core/db.py,line=2,endLine=2,col=2,endColumn=7,title=GR06 forbidden-import::`core` imports `shop`
::error file=src/shop/cart.py,line=13,endLine=13,col=12,endColumn=28,title=GR30 hardcoded-secret::\
a secret is written in the source
::error file=src/shop/cart.py,line=4,endLine=4,col=2,endColumn=20,title=GR10 print-call::`print` writes to stdout
::warning file=src/shop/cart.py,line=7,endLine=12,title=GR08 incomplete-interface::no docstring
::notice title=hive-guardian::Checked 2,823 files with 3 rules: 2 critical, 1 error, 1 warning (3 files skipped)
"""


def test_annotations_stand_in_order_of_importance() -> None:
    """The worst come first, since the runner keeps the first ones only."""
    assert render(make_varied_report(), RenderOptions()) == EXPECTED


@pytest.mark.parametrize(
    ("severity", "command", "kept"),
    [(Severity.CRITICAL, "error", 10), (Severity.WARNING, "warning", 10), (Severity.INFO, "notice", 9)],
)
def test_annotations_beyond_the_limit_are_counted(severity: Severity, command: str, kept: int) -> None:
    """GitHub drops the eleventh of a kind silently; the summary, itself a notice, says how many are missing."""
    report = make_report(*(make_finding(line=line, severity=severity) for line in range(1, 26)))

    *annotations, summary = render(report, RenderOptions()).splitlines()

    assert [line.split(" ")[0] for line in annotations] == [f"::{command}"] * kept
    assert summary.endswith(f" - {25 - kept} more findings not shown here")


def test_errors_of_the_run_come_first_and_leave_room() -> None:
    """What is incomplete matters more than findings, but may not push all of them out."""
    errors = tuple(RunError(ErrorKind.UNREADABLE, "denied", f"{number}.py") for number in range(30))
    report = make_report(*(make_finding(line=line) for line in range(1, 20)), errors=errors)

    lines = render(report, RenderOptions()).splitlines()

    assert lines[0] == "::error file=0.py,title=hive-guardian is incomplete::unreadable: denied"
    assert lines[4] == "::error title=hive-guardian is incomplete::26 more errors"
    assert sum(line.startswith("::error") for line in lines) == 10


def test_accepted_findings_are_only_notices() -> None:
    """A finding that does not count never makes a red mark."""
    report = make_report(make_finding(status=Status.BASELINED))

    assert render(report, RenderOptions(show_all=True)).startswith("::notice file=src/shop/cart.py")


def test_text_cannot_start_a_command() -> None:
    """Line feeds, colons and commas are escaped where they would end a message or property."""
    report = make_report(make_finding("a,b:c%.py", message="x\n::error::y\r"))

    first, _ = render(report, RenderOptions()).splitlines()

    assert first.startswith("::error file=a%2Cb%3Ac%25.py,line=4")
    assert first.endswith("::x%0A::error::y\\r")


def test_groups_list_findings_with_commands_switched_off() -> None:
    """The listing is folded by file, and the token that ends it is not in it."""
    report = make_report(make_finding(), make_finding("b.py", 1, message="::add-mask::x"))

    lines = render(report, RenderOptions(is_grouped=True)).splitlines()[3:]

    assert lines[0] == "::group::b.py (1 finding)"
    token = lines[1].removeprefix("::stop-commands::")
    assert lines[2] == "  1:2 error GR10 print-call: ::add-mask::x"
    assert lines[3:5] == [f"::{token}::", "::endgroup::"]
    assert len(token) == 32
