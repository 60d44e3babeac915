"""One run, several reports: what a build needs for its log, its page and its programs."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import RunGuardian


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A file with one finding."""
    (tmp_path / "app.py").write_text("print(1)\n")
    return tmp_path


def test_each_report_is_what_a_run_of_its_own_would_say(guardian: RunGuardian, project: Path) -> None:
    """The files hold the same bytes as separate runs, and what is shown stays the same."""
    formats = ("json", "sarif", "markdown", "html")
    reports = [argument for form in formats for argument in ("--report", f"{form}=out/{form}")]
    (project / "out").mkdir()
    done = guardian("check", *reports, cwd=project)
    alone = {form: guardian("check", "--format", form, cwd=project).stdout for form in formats}
    assert (done.returncode, done.stdout) == (1, guardian("check", cwd=project).stdout)
    assert {form: (project / "out" / form).read_text(encoding="utf-8") for form in formats} == alone
    assert json.loads(alone["json"])["findings"][0]["rule"] == "GR10"


def test_reports_are_written_each_time(guardian: RunGuardian, project: Path) -> None:
    """A check that could be answered from a record still writes its files."""
    for _ in range(3):
        guardian("check", "--report", "json=report.json", cwd=project)
        assert (project / "report.json").exists()
        (project / "report.json").unlink()


def test_the_log_of_github_can_list_every_finding(guardian: RunGuardian, project: Path) -> None:
    """Annotations are few; the verbose form lists all findings by file in groups."""
    (project / "app.py").write_text("print(1)\n" * 12)
    brief = guardian("check", "--format", "github", cwd=project).stdout
    verbose = guardian("check", "--format", "github", "--verbose", cwd=project).stdout
    assert "::group::" not in brief
    assert verbose.startswith(brief)
    assert verbose.count(" error GR10 print-call") == 12


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--report", "json"], "--report json: expected FORMAT=FILE"),
        (["--report", "json="], "--report json=: expected FORMAT=FILE"),
        (["--report", "yaml=a"], "FORMAT being one of text, json"),
        (["--report", "json=a", "--report", "sarif=a"], "--report sarif=a: another report goes to that file"),
        (["--report", "json=a", "--output", "a"], "--report json=a: another report goes to that file"),
        (["--report", "json=none/a"], "--report none/a: No such file or directory"),
    ],
)
def test_a_report_that_cannot_be_written_is_named(
    guardian: RunGuardian, project: Path, arguments: list[str], message: str
) -> None:
    """It is the caller's fault, and nothing reads as a result."""
    done = guardian("check", *arguments, cwd=project)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
