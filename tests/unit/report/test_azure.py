from hive_guardian.model.finding import Status
from hive_guardian.report.azure import render
from hive_guardian.report.options import RenderOptions
from tests.fakes.reports import make_finding, make_report, make_varied_report

EXPECTED = """\
##vso[task.logissue type=error;sourcepath=packages/core/db.py;linenumber=2;columnnumber=2;code=GR06;]\
forbidden-import: `core` imports `shop`
##vso[task.logissue type=error;sourcepath=src/shop/cart.py;linenumber=4;columnnumber=2;code=GR10;]\
print-call: `print` writes to stdout
##vso[task.logissue type=warning;sourcepath=src/shop/cart.py;linenumber=7;columnnumber=1;code=GR08;]\
incomplete-interface: no docstring
##vso[task.logissue type=error;sourcepath=src/shop/cart.py;linenumber=13;columnnumber=12;code=GR30;]\
hardcoded-secret: a secret is written in the source
Checked 2,823 files with 3 rules: 2 critical, 1 error, 1 warning (3 files skipped)
"""


def test_findings_become_issues_of_the_build() -> None:
    """Azure knows errors and warnings; everything else is in the properties."""
    assert render(make_varied_report(), RenderOptions()) == EXPECTED


def test_properties_cannot_be_ended_by_text() -> None:
    """A semicolon or bracket in a path stays part of it, and a percent sign decodes to itself."""
    (first, _) = render(make_report(make_finding("a;b]c%3B.py")), RenderOptions()).splitlines()

    assert "sourcepath=a%3Bb%5Dc%AZP253B.py;" in first


def test_accepted_findings_are_only_warnings() -> None:
    """A finding that does not count never fails the build's page."""
    output = render(make_report(make_finding(status=Status.SUPPRESSED)), RenderOptions(show_all=True))

    assert output.startswith("##vso[task.logissue type=warning;")
    assert "stdout [suppressed]\n" in output
