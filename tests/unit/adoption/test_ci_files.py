import pytest

from hive_guardian.adoption.ci_files import github_workflow, gitlab_job, python_for
from hive_guardian.adoption.source import Source


@pytest.mark.parametrize(("minor", "python"), [(None, "3.11"), ((3, 8), "3.11"), ((3, 11), "3.11"), ((3, 14), "3.14")])
def test_runs_with_a_python_that_understands_the_code(minor: tuple[int, int] | None, python: str) -> None:
    """Never older than the project's, never older than this program's."""
    assert python_for(minor) == python


def test_the_workflow_uses_the_action_where_it_can() -> None:
    """A repository on GitHub offers the action; from elsewhere the steps install it."""
    from_github = github_workflow(Source("1.2.0", "https://github.com/acme/guardian"), "3.12").decode()
    assert "uses: acme/guardian/action@v1.2.0" in from_github
    from_index = github_workflow(Source("1.2.0"), "3.12").decode()
    assert 'pip install "hive-guardian==1.2.0"' in from_index
    assert 'python-version: "3.12"' in from_index


def test_the_gitlab_job_reports_code_quality() -> None:
    """The job installs a pinned version and hands its report over, also when it fails."""
    text = gitlab_job(Source("1.2.0"), "3.12")
    assert "image: python:3.12\n" in text
    assert "codequality: gl-code-quality-report.json\n" in text
