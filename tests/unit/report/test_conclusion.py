from dataclasses import replace

from hive_guardian.model.finding import Status
from hive_guardian.model.report import ErrorKind, FileCounts, Report, RunError, Skipped
from hive_guardian.model.severity import Severity
from hive_guardian.report.conclusion import conclude
from hive_guardian.report.options import RenderOptions, Verbosity
from hive_guardian.report.paint import Paint
from tests.fakes.reports import make_finding, make_report

PLAIN = Paint(is_on=False)
LOST = RunError(ErrorKind.WORKER_DIED, "not checked: killed", "a.py")


def lines(report: Report, options: RenderOptions | None = None) -> list[str]:
    """Return the end of the text report."""
    return list(conclude(report, options or RenderOptions(), PLAIN))


def test_the_last_line_claims_what_was_covered() -> None:
    """A complete run ends with files, rules and what was found."""
    report = make_report(make_finding(), make_finding(line=9, severity=Severity.WARNING))
    assert lines(report)[-1].startswith("Checked ")
    assert "1 error, 1 warning" in lines(report)[-1]


def test_an_incomplete_run_says_so_before_any_number() -> None:
    """What was lost stands above the claim, with the exit code."""
    said = lines(replace(make_report(), errors=(LOST,)))
    assert said[0] == "INCOMPLETE: this is not a result for the whole project (exit code 3)"
    assert "worker-died [a.py]: not checked: killed" in said[1]


def test_quiet_keeps_only_what_was_lost() -> None:
    """Nothing to say is nothing, an error still is a line."""
    quiet = RenderOptions(verbosity=Verbosity.QUIET)
    assert lines(make_report(), quiet) == []
    assert lines(replace(make_report(), errors=(LOST,)), quiet) == [
        "incomplete: worker-died [a.py]: not checked: killed"
    ]


def test_skipped_files_are_counted_and_on_demand_listed() -> None:
    """Reasons come with their number, the most frequent first; verbose names each file."""
    skipped = (Skipped("a.py", "excluded"), Skipped("b.py", "a link"), Skipped("c.py", "excluded"))
    report = replace(make_report(), skipped=skipped, files=FileCounts(4, 1, 3))
    assert lines(report)[:3] == ["Skipped 3 files:", "  2  excluded", "  1  a link"]
    assert "  b.py: a link" in lines(report, RenderOptions(verbosity=Verbosity.VERBOSE))


def test_suppressed_findings_are_accounted_for() -> None:
    """They are counted, and the reader learns how to see them."""
    report = make_report(make_finding(status=Status.SUPPRESSED, justification="why"))
    assert "1 suppressed (see them with `--show all`)" in lines(report)
    assert "1 suppressed (not counted below)" in lines(report, RenderOptions(show_all=True))


def test_timings_name_the_slowest_rule_first() -> None:
    """Seconds per rule, ordered."""
    said = lines(make_report(), RenderOptions(timings={"GR10": 0.5, "GR06": 1.25}))
    assert said[:3] == ["Seconds by rule:", "     1.250  GR06", "     0.500  GR10"]


def test_notes_stay_on_their_line() -> None:
    """A note cannot start a line of its own making."""
    assert "note: one\\ntwo" in lines(replace(make_report(), notes=("one\ntwo",)))
