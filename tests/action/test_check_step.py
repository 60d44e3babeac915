"""The decisions of the step, one by one: what is a success, what fits the page, what an event compares with."""

from pathlib import Path
from typing import Any

import pytest

from action.check import (
    SUMMARY_BYTES,
    InputError,
    Result,
    conclude,
    escape,
    event_base,
    publish,
    read_report,
    summarise,
)
from tests.fakes.runner import read_outputs

HASH = "0123456789abcdef" * 2 + "01234567"


def report(*, new: int = 0, old: int = 0, checked: int = 3, errors: int = 0) -> dict[str, Any]:
    """Return a JSON report, as far as the step reads it."""
    return {
        "version": 1,
        "errors": [{"kind": "unreadable"}] * errors,
        "summary": {
            "files": {"discovered": checked, "checked": checked, "skipped": 0},
            "findings": {"critical": 0, "error": new, "warning": 0, "info": 0},
            "accepted": {"suppressed": 7, "baselined": old},
        },
    }


@pytest.mark.parametrize(
    ("code", "found", "result"),
    [
        (0, report(), Result("clean", 0, 0, 0)),
        (0, report(old=4), Result("clean", 0, 4, 0)),
        (0, report(new=2, old=4), Result("findings", 0, 6, 2)),
        (1, report(new=2), Result("findings", 1, 2, 2)),
        (1, report(), Result("findings", 1, 0, 0)),
        (0, report(checked=0), Result("incomplete", 3)),
        (0, report(errors=1), Result("incomplete", 3, 0, 0)),
        (0, None, Result("incomplete", 3)),
        (1, None, Result("incomplete", 3)),
        (3, report(new=1), Result("incomplete", 3, 1, 1)),
        (-9, report(), Result("incomplete", 3, 0, 0)),
        (139, None, Result("incomplete", 3)),
        (2, None, Result("error", 2)),
        (2, report(), Result("error", 2)),
    ],
)
def test_success_needs_a_count(code: int, found: dict[str, Any] | None, result: Result) -> None:
    """Only a complete report of at least one checked file is clean, and only without a finding that counts."""
    assert conclude(code, found) == result


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 2, "summary": {}}', '{"version": 1}'])
def test_what_is_no_report_is_none(tmp_path: Path, text: str) -> None:
    """A file that was cut or is of another version is not read as a result."""
    path = tmp_path / "report.json"
    assert read_report(path) is None
    path.write_text(text)
    assert read_report(path) is None


@pytest.mark.parametrize(
    ("name", "event", "base"),
    [
        ("pull_request", {"pull_request": {"base": {"sha": HASH}}}, HASH),
        ("merge_group", {"merge_group": {"base_sha": HASH}}, HASH),
        ("push", {"before": HASH}, HASH),
        ("push", {"before": "0" * 40}, None),
        ("push", {"before": HASH[:-1]}, None),
        ("push", {"before": f"{HASH}\n"}, None),
        ("push", {"before": ["a"]}, None),
        ("pull_request", {"pull_request": {"base": None}}, None),
        ("merge_group", {"merge_group": {}}, None),
        ("schedule", {}, None),
    ],
)
def test_an_event_names_a_commit_or_none(name: str, event: dict[str, Any], base: str | None) -> None:
    """Only a whole hash is one; anything else would be a guess, or an option of git."""
    if base is not None:
        assert event_base(name, event) == base
        return
    with pytest.raises(InputError, match="names no commit to compare with"):
        event_base(name, event)


@pytest.mark.parametrize("used", [0, SUMMARY_BYTES - 300, SUMMARY_BYTES])
def test_the_page_takes_what_fits(tmp_path: Path, used: int) -> None:
    """GitHub refuses a page above its limit as a whole, so it is cut at a line, and says so where there is room."""
    target, text = tmp_path / "summary", tmp_path / "report.markdown"
    target.write_bytes(b"x" * used)
    text.write_text("## Result\n" + "a line with an ü\n" * 40, encoding="utf-8")
    summarise(target, text, Result("clean", 0))
    written = target.read_bytes()[used:].decode("utf-8")
    assert target.stat().st_size <= SUMMARY_BYTES
    assert (written == text.read_text(encoding="utf-8")) is (used == 0)
    if 0 < used < SUMMARY_BYTES:
        assert written.endswith("a line with an ü\n\n\nThe rest of the summary did not fit.\n")


def test_a_page_without_a_report_says_so(tmp_path: Path) -> None:
    """An error leaves no empty page."""
    summarise(tmp_path / "summary", tmp_path / "gone", Result("error", 2))
    assert "hive-guardian: error" in (tmp_path / "summary").read_text(encoding="utf-8")


def test_a_hostile_path_sets_one_output(tmp_path: Path) -> None:
    """The delimiter is not to be guessed, so no value ends its own output."""
    target = tmp_path / "output"
    value = tmp_path / "a\nconclusion=clean\nEOF\nx"
    assert publish({"GITHUB_OUTPUT": str(target)}, Result("findings", 1, 2, 1), value) == 1
    outputs = read_outputs(target.read_text(encoding="utf-8"))
    assert outputs == {"sarif-file": str(value), "findings": "2", "new-findings": "1", "conclusion": "findings"}


def test_a_message_stays_one_command() -> None:
    """Neither a line end nor a carriage return nor an escape of the runner starts another."""
    assert escape("50%\n::error::x\r\x1b[31m") == "50%25%0A::error::x\\x0d\\x1b[31m"
