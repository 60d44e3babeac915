"""The hooks, installed and run by pre-commit itself: from a repository, into an environment of their own."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes.runner import read_hooks

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(sys.executable).parent
GOOD = '"""Prices."""\n\n\ndef double(price: int) -> int:\n    """Return twice the price."""\n    return price * 2\n'
BAD = f"{GOOD}\n\nprint(double(1))\n"
FIXABLE = f"{GOOD}\n\ndouble(1),  # why\n"
FIXED = f"{GOOD}\n\ndouble(1)  # why\n"
PACKAGED = (
    "LICENSE", "README.md", "pyproject.toml", ".pre-commit-hooks.yaml", "hive_guardian", "rules/hive_guardian_rules",
)  # fmt: skip
_NOT_PASSED_ON = ("GIT_", "PRE_COMMIT", "PYTHON", "VIRTUAL_ENV", "COV", "CI")


class Machine:
    """A person's machine: git, pre-commit, and nothing installed yet."""

    def __init__(self, home: Path) -> None:
        """Keep what pre-commit installs in a directory of the test."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_PASSED_ON)}
        person = {
            f"GIT_{role}_{key}": value
            for role in ("AUTHOR", "COMMITTER")
            for key, value in (("NAME", "Ada"), ("EMAIL", "ada@example.org"))
        }
        path = f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"
        self.environment = {
            **kept, **person, "PATH": path, "PRE_COMMIT_HOME": str(home), "PRE_COMMIT_COLOR": "never",
            "GIT_CONFIG_GLOBAL": os.devnull,
        }  # fmt: skip

    def run(self, directory: Path, *command: str | Path) -> "subprocess.CompletedProcess[str]":
        """Run a command; its output has what it said in both ways."""
        return subprocess.run(
            list(map(str, command)), cwd=directory, env=self.environment, check=False, timeout=600, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def do(self, directory: Path, *command: str | Path) -> str:
        """Run a command that has to succeed and return what it said."""
        done = self.run(directory, *command)
        assert done.returncode == 0, done.stdout
        return done.stdout.strip()

    def commit(self, directory: Path, path: str, text: str) -> "subprocess.CompletedProcess[str]":
        """Write, stage and commit a file."""
        (directory / path).parent.mkdir(exist_ok=True)
        (directory / path).write_text(text)
        self.do(directory, "git", "add", path)
        return self.run(directory, "git", "commit", "-m", "Change")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine of its own for each test."""
    return Machine(tmp_path / "pre-commit home")


@pytest.fixture
def published(machine: Machine, tmp_path: Path) -> Path:
    """A repository with what a checkout of hive-guardian has, whatever state the working copy's history is in."""
    target = tmp_path / "published"
    for name in PACKAGED:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(ROOT / name, target / name)
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "Release"]):
        machine.do(target, "git", *arguments)
    return target


@pytest.fixture
def shop(machine: Machine, tmp_path: Path) -> Path:
    """Somebody's repository, without a commit."""
    directory = tmp_path / "shop"
    directory.mkdir()
    machine.do(directory, "git", "init", "-q")
    (directory / "pyproject.toml").write_text('[tool.hive-guardian]\nselect = ["GR10", "GR42"]\nexclude = ["gen/**"]\n')
    return directory


def test_a_bad_commit_is_stopped_and_a_good_one_passes(machine: Machine, published: Path, shop: Path) -> None:
    """As `pre-commit install` sets it up: what is staged decides, and a refused commit is none."""
    revision = machine.do(published, "git", "rev-parse", "HEAD")
    (shop / ".pre-commit-config.yaml").write_text(
        f"repos:\n  - repo: {published}\n    rev: {revision}\n    hooks:\n      - id: hive-guardian\n"
    )
    machine.do(shop, "pre-commit", "install")
    machine.do(shop, "git", "add", "-A")
    text_only = machine.run(shop, "git", "commit", "-m", "Begin")
    bad = machine.commit(shop, "prices.py", BAD)
    (shop / "prices.py").write_text(GOOD)
    still_bad = machine.run(shop, "git", "commit", "-m", "Change")
    good = machine.commit(shop, "prices.py", GOOD)
    excluded = machine.commit(shop, "gen/made.py", BAD)
    broken = machine.commit(shop, "broken.py", "def f(:\n")
    assert text_only.returncode == 0, text_only.stdout
    assert "no files to check" in text_only.stdout
    for done in (bad, still_bad):
        assert done.returncode == 1, done.stdout
        assert "prices.py:9:1" in done.stdout
        assert "GR10 print-call" in done.stdout
    assert good.returncode == 0, good.stdout
    assert excluded.returncode == 0, excluded.stdout
    assert broken.returncode == 1
    assert "GR00" in broken.stdout
    assert machine.do(shop, "git", "log", "--format=%s").splitlines() == ["Change", "Change", "Begin"]


def test_every_hook_can_be_tried(machine: Machine, published: Path, shop: Path) -> None:
    """`pre-commit try-repo` runs all hooks of the manifest: for named files, for the whole tree, for fixes."""
    (shop / "old.py").write_text(BAD)
    (shop / "prices.py").write_text(GOOD)
    (shop / "tuple.py").write_text(FIXABLE)
    (shop / "gen").mkdir()
    (shop / "gen" / "a.py").write_text(FIXABLE)
    machine.do(shop, "git", "add", "-A")
    done = machine.run(shop, "pre-commit", "try-repo", published, "--files", "prices.py", "tuple.py", "gen/a.py")
    assert done.returncode == 1, done.stdout
    results = dict(re.findall(r"^(hive-guardian.*?)\.+(Passed|Failed|Skipped)$", done.stdout, re.MULTILINE))
    assert results == {
        "hive-guardian": "Failed",
        "hive-guardian (whole tree)": "Failed",
        "hive-guardian (fix)": "Failed",
    }
    assert "old.py:9:1" in done.stdout
    assert "files were modified by this hook" in done.stdout
    assert (shop / "tuple.py").read_text() == FIXED
    assert [(shop / name).read_text() for name in ("prices.py", "gen/a.py")] == [GOOD, FIXABLE]


@pytest.mark.parametrize(
    ("command", "path"),
    [("validate-manifest", ".pre-commit-hooks.yaml"), ("validate-config", ".pre-commit-config.yaml")],
)
def test_pre_commit_accepts_our_files(machine: Machine, command: str, path: str, tmp_path: Path) -> None:
    """What we offer and what we use are valid, and a wrong key would be noticed."""
    machine.do(ROOT, "pre-commit", command, path)
    broken = tmp_path / path
    broken.write_text((ROOT / path).read_text(encoding="utf-8").replace("entry: ", "entri: "))
    assert machine.run(ROOT, "pre-commit", command, broken).returncode == 1


def test_a_hook_runs_in_one_process() -> None:
    """Rules that span files need all files in one run, and the program has workers of its own."""
    hooks = {hook["id"]: hook for hook in read_hooks(ROOT / ".pre-commit-hooks.yaml")}
    assert hooks.keys() == {"hive-guardian", "hive-guardian-all", "hive-guardian-fix"}
    for hook in hooks.values():
        assert hook["require_serial"] == "true"
        assert hook["language"] == "python"
        assert hook["entry"].split()[0] == "hive-guardian"
    assert hooks["hive-guardian-all"]["pass_filenames"] == "false"
    assert hooks["hive-guardian-all"]["always_run"] == "true"
