"""The job for GitLab, its lines run as a runner runs them: one shell, which stops at the first failure."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.fakes.runner import read_yaml

ROOT = Path(__file__).parents[2]
JOB = read_yaml(ROOT / "action" / "gitlab" / "hive-guardian.gitlab-ci.yml")
REPORT = "gl-code-quality-report.json"


def run_job(workspace: Path, home: Path, part: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run a part of the job with the variables a runner would set."""
    given = {
        **{name: item["value"] for name, item in JOB["variables"].items()},
        **JOB["hive-guardian"]["variables"],
        "HIVE_GUARDIAN_HOME": str(home),
        "CI": "true",
        **variables,
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "GIT_"))}
    script = "set -eo pipefail\n" + "\n".join(JOB["hive-guardian"][part])
    return subprocess.run(
        ["bash", "-c", script],  # noqa: S607 - the shell of the runner's image
        cwd=workspace, env={**kept, **given}, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


def git(directory: Path, *arguments: str) -> str:
    """Run git for somebody and return what it printed."""
    person = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    done = subprocess.run(["git", *person, *arguments], cwd=directory, check=True, capture_output=True, text=True)  # noqa: S607 - the git of the machine
    return done.stdout.strip()


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A checkout whose second commit adds a finding to the one that is there."""
    directory = tmp_path / "workspace"
    directory.mkdir()
    git(directory, "init", "-q")
    (directory / "pyproject.toml").write_text('[tool.hive-guardian]\nselect = ["GR10"]\n')
    for text in ("print(1)\n", "print(1)\n\nprint(2)\n"):
        (directory / "shop.py").write_text(text)
        git(directory, "add", "-A")
        git(directory, "commit", "-q", "-m", "x")
    return directory


def test_the_job_installs_checks_and_reports(workspace: Path, tmp_path: Path) -> None:
    """Installed for real: the report has every finding, and a merge request fails for what it adds."""
    home = tmp_path / "home of the tool"
    prepared = run_job(workspace, home, "before_script", HIVE_GUARDIAN_PACKAGE=str(ROOT))
    assert prepared.returncode == 0, prepared.stderr

    branch = run_job(workspace, home, "script")
    assert branch.returncode == 1
    assert "2 errors" in branch.stdout
    report = json.loads((workspace / REPORT).read_text(encoding="utf-8"))
    assert [item["location"]["lines"]["begin"] for item in report] == [1, 3]

    base = git(workspace, "rev-parse", "HEAD~1")
    request = run_job(workspace, home, "script", CI_MERGE_REQUEST_DIFF_BASE_SHA=base)
    assert request.returncode == 1
    assert "1 error" in request.stdout
    assert len(json.loads((workspace / REPORT).read_text(encoding="utf-8"))) == 2

    unchanged = run_job(workspace, home, "script", CI_MERGE_REQUEST_DIFF_BASE_SHA=git(workspace, "rev-parse", "HEAD"))
    assert unchanged.returncode == 0, unchanged.stdout
    assert run_job(workspace, home, "script", HIVE_GUARDIAN_LEVEL="CRITICAL").returncode == 0

    hostile = run_job(workspace, home, "script", HIVE_GUARDIAN_LEVEL="INFO; touch pwned", CI_COMMIT_BRANCH="$(x)")
    assert hostile.returncode == 2
    assert not (workspace / "pwned").exists()
    assert not (workspace / REPORT).exists()

    (workspace / "deep.py").write_text("x = " + "-" * 20_000 + "1\n")
    incomplete = run_job(workspace, home, "script")
    assert incomplete.returncode == 3
    assert not (workspace / REPORT).exists()


def test_a_missing_package_is_named(workspace: Path, tmp_path: Path) -> None:
    """Nothing is installed by a guessed name."""
    done = run_job(workspace, tmp_path / "home", "before_script")
    assert done.returncode == 2
    assert "set HIVE_GUARDIAN_PACKAGE" in done.stderr


def test_the_report_is_the_one_gitlab_reads() -> None:
    """It is kept also when the job fails, and merge requests have the history to compare with."""
    job = JOB["hive-guardian"]
    assert job["artifacts"]["reports"] == {"codequality": REPORT}
    assert job["artifacts"]["when"] == "always"
    assert job["variables"]["GIT_DEPTH"] == "0"
    assert "@sha256:" in job["image"]
