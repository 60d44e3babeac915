import pytest

from hive_guardian.adoption.ci_files import github_workflow, gitlab_job, python_for
from hive_guardian.adoption.source import read_source


@pytest.mark.parametrize(("minor", "python"), [(None, "3.11"), ((3, 8), "3.11"), ((3, 11), "3.11"), ((3, 14), "3.14")])
def test_runs_with_a_python_that_understands_the_code(minor: tuple[int, int] | None, python: str) -> None:
    """Never older than the project's, never older than this program's."""
    assert python_for(minor) == python


def test_the_workflow_uses_the_action_where_it_can() -> None:
    """A repository on GitHub offers the action; from elsewhere the steps install it."""
    from_github = github_workflow(read_source("1.2.0", "https://github.com/acme/guardian"), "3.12").decode()
    assert "uses: acme/guardian/action@v1.2.0" in from_github
    from_index = github_workflow(read_source("1.2.0"), "3.12").decode()
    assert 'pip install "hive-guardian==1.2.0"' in from_index
    assert 'python-version: "3.12"' in from_index


def test_gitlab_gets_a_job_or_an_include() -> None:
    """The job installs a pinned version; where the template can be reached, it is included."""
    text = gitlab_job(read_source("1.2.0"), "3.12")
    assert "image: python:3.12\n" in text
    assert "--since=$CI_MERGE_REQUEST_DIFF_BASE_SHA" in text
    included = gitlab_job(read_source("1.2.0", "https://gitlab.example.org/tools/guardian.git"), "3.12")
    assert "  - project: tools/guardian\n    ref: v1.2.0\n    file: /action/gitlab/" in included
    assert "  - remote: https://raw.githubusercontent.com/acme/guardian/v1.2.0/action/gitlab/" in gitlab_job(
        read_source("1.2.0", "https://github.com/acme/guardian"), "3.12"
    )
