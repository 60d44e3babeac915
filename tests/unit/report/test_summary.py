from dataclasses import replace

import pytest

from hive_guardian.model.finding import Status
from hive_guardian.model.report import ErrorKind, RunError
from hive_guardian.model.severity import Severity
from hive_guardian.report.summary import (
    count_rules,
    describe_count,
    describe_coverage,
    is_complete,
    list_errors,
    order_by_importance,
    shorten,
    take_sentence,
)
from tests.fakes.reports import make_finding, make_report


def test_coverage_claims_what_ran_and_nothing_more() -> None:
    """The sentence names files, rules and counts; a run without files or rules makes no claim."""
    assert describe_coverage(make_report()) == "Checked 2,823 files with 3 rules: no findings"
    assert describe_coverage(make_report(checked=1, rules=())) == "Nothing was checked (1 file, 0 rules)"
    assert describe_coverage(make_report(checked=0)) == "Nothing was checked (0 files, 3 rules)"


def test_run_without_result_has_an_error_even_if_nobody_reported_one() -> None:
    """Fail closed: an empty report is not a clean one."""
    (error,) = list_errors(make_report(checked=0))

    assert error.kind is ErrorKind.NOTHING_CHECKED
    assert not is_complete(make_report(rules=()))
    assert not is_complete(make_report(errors=(RunError(ErrorKind.MANIFEST, "x"),)))
    assert is_complete(make_report())
    assert list_errors(make_report()) == ()


def test_importance_is_status_severity_then_place() -> None:
    """Accepted findings come last, however severe."""
    accepted = make_finding(line=1, severity=Severity.CRITICAL, status=Status.BASELINED)
    mild, severe = make_finding(line=2, severity=Severity.INFO), make_finding(line=3)

    assert order_by_importance([accepted, mild, severe]) == [severe, mild, accepted]


def test_rules_are_counted_by_frequency_then_id() -> None:
    """Ties are broken by id, so the order never depends on that of the findings."""
    counts = count_rules([make_finding(rule="GR30"), make_finding(rule="GR06"), make_finding(line=5, rule="GR30")])

    assert [(count.rule, count.findings) for count in counts] == [("GR30", 2), ("GR06", 1)]
    assert [count.rule for count in count_rules([make_finding(rule="B1"), make_finding(rule="A1")])] == ["A1", "B1"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two.", "One."),
        ("One\n  two three.\nFour.", "One two three."),
        ("Calls such as e.g. `print` stay. More.", "Calls such as e.g. `print` stay."),
        ("No end", "No end"),
        ("", ""),
    ],
)
def test_first_sentence_is_taken(text: str, expected: str) -> None:
    """An abbreviation does not end a sentence."""
    assert take_sentence(text) == expected


def test_long_text_is_cut_at_a_word() -> None:
    """A cut is marked and stays within its limit."""
    assert shorten("some words to cut", 14) == "some words..."
    assert shorten("x" * 20, 10) == "xxxxxxx..."
    assert shorten("a  b\nc", 10) == "a b c"


@pytest.mark.parametrize(("number", "expected"), [(0, "0 files"), (1, "1 file"), (2823, "2,823 files")])
def test_counts_agree_with_their_noun(number: int, expected: str) -> None:
    """Numbers are grouped by thousands and one is singular."""
    assert describe_count(number, "file") == expected


@pytest.mark.parametrize(
    ("staged", "checked", "is_whole", "words"),
    [
        (None, 0, False, "Nothing was checked (0 files, 31 rules)"),
        (0, 0, True, "Nothing was checked: no added or changed file is staged; no findings"),
        (1, 0, True, "No Python among 1 staged file; no findings"),
        (3, 2, True, "Checked 2 files with 31 rules: no findings"),
    ],
)
def test_a_commit_without_python_is_complete(staged: int | None, checked: int, *, is_whole: bool, words: str) -> None:
    """Nothing to check is an answer where only staged files were asked for, and nowhere else."""
    report = replace(make_report(checked=checked), limited_to=staged)
    assert is_complete(report) == is_whole
    assert describe_coverage(report).replace(f"{len(report.rules)} rules", "31 rules") == words
    broken = replace(report, errors=(RunError(ErrorKind.PLUGIN_FAILED, "no"),))
    assert not is_complete(broken)
