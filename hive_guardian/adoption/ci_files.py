"""The files that run the check in CI; `action/examples` and `action/gitlab` say the same at more length."""

from urllib.parse import urlsplit

from hive_guardian.adoption.source import Source

WORKFLOW = ".github/workflows/hive-guardian.yml"
_RUNS_ON = (3, 11)
"""The oldest Python this program runs on."""
_TEMPLATE = "action/gitlab/hive-guardian.gitlab-ci.yml"

_HEAD = """\
name: golden rules

on:
  pull_request:
  merge_group:

permissions: {}

concurrency:
  group: ${{ github.workflow }}-${{ github.ref }}
  cancel-in-progress: true

jobs:
  check:
    name: golden rules
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    permissions:
      contents: read # to check out
    steps:
      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2
        with:
          fetch-depth: 2 # the change and the commit it is compared with
          persist-credentials: false
"""
_PYTHON = """\
      - uses: actions/setup-python@e797f83bcb11b83ae66e0230d6156d7c80228e7c # v6.0.0
        with:
          python-version: "{python}"
"""
_ACTION = """\
      - uses: {slug}/action@{revision}
"""
_STEPS = """\
      - run: python -m pip install "{requirement}"
      - run: hive-guardian check --since HEAD^1 --format github
"""
_JOB = """\
hive-guardian:
  image: python:{python}
  variables:
    GIT_DEPTH: "0" # merge requests are compared with the commit they start from
  script:
    - python -m pip install "{requirement}"
    - hive-guardian check --no-cache ${{CI_MERGE_REQUEST_DIFF_BASE_SHA:+--since=$CI_MERGE_REQUEST_DIFF_BASE_SHA}}
"""
_INCLUDE = """\
include:
{where}
variables:
  HIVE_GUARDIAN_PACKAGE: "{requirement}"
"""


def github_workflow(source: Source, python: str) -> bytes:
    """Return a workflow for GitHub that fails on what a change adds: the action where it can be reached, else by hand.

    Args:
        source: where this program is installed from.
        python: the Python to run it with, see `python_for`.
    """
    steps = _ACTION.format(slug=source.github, revision=source.revision) if source.github else _STEPS
    return (_HEAD + _PYTHON.format(python=python) + steps.format(requirement=source.requirement)).encode()


def gitlab_job(source: Source, python: str) -> str:
    """Return what `.gitlab-ci.yml` needs: an include where the template can be reached, else a job.

    Arguments as for `github_workflow`.
    """
    if source.github:
        where = f"  - remote: https://raw.githubusercontent.com/{source.github}/{source.revision}/{_TEMPLATE}"
    elif source.url.startswith("https://"):
        project = urlsplit(source.url).path.strip("/").removesuffix(".git")
        where = f"  - project: {project}\n    ref: {source.revision}\n    file: /{_TEMPLATE}"
    else:
        return _JOB.format(python=python, requirement=source.requirement)
    return _INCLUDE.format(where=where, requirement=source.requirement)


def python_for(minor: tuple[int, int] | None) -> str:
    """Return the Python to run with: what the project needs at least, but none this program does not run on.

    An older interpreter than the project's would take newer syntax for an error.
    """
    wanted = max(minor or _RUNS_ON, _RUNS_ON)
    return f"{wanted[0]}.{wanted[1]}"
