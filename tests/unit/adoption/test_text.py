from dataclasses import replace

import pytest

from hive_guardian.adoption.detection import Ci, Detected, Shape
from hive_guardian.adoption.plan import Change
from hive_guardian.adoption.text import describe_found, describe_next_steps, render_diff
from hive_guardian.model.finding import Status
from hive_guardian.model.report import ErrorKind, RunError
from hive_guardian.project.manifests.document import Place
from tests.fakes.reports import make_finding, make_report


def test_describes_what_was_found() -> None:
    """One line each, and notes whose further lines are indented."""
    found = Detected(
        Shape.MONOREPO,
        (),
        ("a", "b"),
        (("uv", ("*",)),),
        ">=3.12",
        Place("pyproject.toml", 4),
        ("ruff", "mypy"),
        (Ci.GITLAB,),
    )
    assert describe_found(found, ["one", "two:\nx:\n  y\n"]) == (
        "layout  monorepo (uv workspace): a, b\npython  >=3.12 (pyproject.toml:4)\ntools   ruff, mypy\n"
        "ci      GitLab CI\n"
        "\nnote: one\nnote: two:\n  x:\n    y\n"
    )


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (Change("n.txt", None, b"a\n"), "--- /dev/null\n+++ b/n.txt\n@@ -0,0 +1 @@\n+a\n"),
        (
            Change("o.txt", b"a", b"a\nb\n"),
            "--- a/o.txt\n+++ b/o.txt\n@@ -1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+b\n",
        ),
    ],
)
def test_shows_changes_as_a_diff(change: Change, text: str) -> None:
    """A new file comes from nowhere; a missing line end is said."""
    assert render_diff([change]) == text


def test_says_how_to_adopt_old_findings() -> None:
    """Findings that fail the check lead to the baseline; accepted ones do not count."""
    accepted = make_finding(line=9, status=Status.SUPPRESSED)
    report = make_report(make_finding(), make_finding(line=5), accepted)
    assert describe_next_steps(report, [".pre-commit-config.yaml"]) == (
        "\nnext:\n  - 2 findings at ERROR: `hive-guardian check` shows them, "
        "`hive-guardian baseline create` adopts them\n"
        "  - `pre-commit install` switches the hook on\n  - commit .pre-commit-config.yaml\n"
    )


def test_does_not_call_an_incomplete_check_clean() -> None:
    """What kept the check from being complete comes first, and nothing says that all is well."""
    broken = RunError(ErrorKind.UNREADABLE, "cannot be read", "a.py")
    text = describe_next_steps(replace(make_report(), errors=(broken,)), [])
    assert text == "\nnext:\n  - `hive-guardian check` is incomplete: a.py: cannot be read\n"


def test_a_clean_project_hears_how_many_files_that_means() -> None:
    """Clean is a statement about a number of files."""
    report = make_report()
    assert f"{report.files.checked:,} files checked, nothing found" in describe_next_steps(report, [])
