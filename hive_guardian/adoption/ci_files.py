"""The files that run the check in CI."""

from hive_guardian.adoption.source import Source

WORKFLOW = ".github/workflows/hive-guardian.yml"
_RUNS_ON = (3, 11)
"""The oldest Python this program runs on."""

_HEAD = """\
name: hive-guardian

on:
  pull_request:
  merge_group:
  push:
    branches: [main, master]

permissions:
  contents: read

jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          persist-credentials: false
"""
_ACTION = """\
      - uses: {slug}/action@{revision}
"""
_STEPS = """\
      - uses: actions/setup-python@v5
        with:
          python-version: "{python}"
      - run: python -m pip install "{requirement}"
      - run: hive-guardian check --format github
"""
_GITLAB = """\
hive-guardian:
  image: python:{python}
  script:
    - python -m pip install "{requirement}"
    - hive-guardian check --format gitlab --output gl-code-quality-report.json
  artifacts:
    when: always
    reports:
      codequality: gl-code-quality-report.json
"""


def github_workflow(source: Source, python: str) -> bytes:
    """Return a workflow for GitHub: the action where it can be reached, else the same by hand.

    Args:
        source: where this program is installed from.
        python: the Python to run it with, see `python_for`.
    """
    if source.github:
        return (_HEAD + _ACTION.format(slug=source.github, revision=source.revision)).encode()
    return (_HEAD + _STEPS.format(python=python, requirement=source.requirement)).encode()


def gitlab_job(source: Source, python: str) -> str:
    """Return a job for `.gitlab-ci.yml`; arguments as for `github_workflow`."""
    return _GITLAB.format(python=python, requirement=source.requirement)


def python_for(minor: tuple[int, int] | None) -> str:
    """Return the Python to run with: what the project needs at least, but none this program does not run on.

    An older interpreter than the project's would take newer syntax for an error.
    """
    wanted = max(minor or _RUNS_ON, _RUNS_ON)
    return f"{wanted[0]}.{wanted[1]}"
