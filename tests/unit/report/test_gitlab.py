import json

from hive_guardian.model.report import ErrorKind, RunError
from hive_guardian.report.gitlab import render
from hive_guardian.report.options import RenderOptions
from tests.fakes.reports import make_finding, make_report, make_varied_report


def test_issue_has_what_the_widget_reads() -> None:
    """Each severity has its own grade; accepted findings are information only."""
    issues = json.loads(render(make_varied_report(), RenderOptions(show_all=True)))

    assert issues[0] == {
        "description": "GR06 `core` imports `shop`",
        "check_name": "forbidden-import",
        "fingerprint": "00ff",
        "severity": "critical",
        "location": {"path": "packages/core/db.py", "lines": {"begin": 2, "end": 2}},
    }
    assert [issue["severity"] for issue in issues] == ["critical", "major", "minor", "critical", "info", "info"]


def test_equal_fingerprints_are_told_apart_and_stay_stable() -> None:
    """GitLab drops rows with equal fingerprints; adding a finding keeps those before it."""
    one = make_report(make_finding(line=1), make_finding(line=2))
    two = make_report(make_finding(line=1), make_finding(line=2), make_finding(line=3))

    before, after = (
        [issue["fingerprint"] for issue in json.loads(render(report, RenderOptions()))] for report in (one, two)
    )

    assert len(set(after)) == 3
    assert after[:2] == before


def test_missing_fingerprint_is_made_from_the_finding() -> None:
    """Findings without identity still get one that does not depend on the line."""
    prints = [
        json.loads(render(make_report(make_finding(line=line, fingerprint="")), RenderOptions()))[0]["fingerprint"]
        for line in (1, 9)
    ]

    assert prints[0] == prints[1] != ""


def test_incomplete_run_blocks() -> None:
    """An error of the run is an issue of the highest grade."""
    report = make_report(errors=(RunError(ErrorKind.PLUGIN_FAILED, "ImportError", rule="acme"),))

    (issue,) = json.loads(render(report, RenderOptions()))

    assert (issue["severity"], issue["description"]) == ("blocker", "incomplete: acme: ImportError")
