"""The action installs the version it was pinned to, and nothing in the checkout has a say in it."""

import subprocess
import sys
from pathlib import Path

import pytest

import hive_guardian
from tests.fakes.runner import Runner

ROOT = Path(__file__).parents[2]


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """A runner with a checkout of one clean module, beside files that try to take part."""
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    (workspace / "pyproject.toml").write_text("[project]\nname = 'shop'\nversion = '1'\n")
    (workspace / "shop.py").write_text('"""Prices."""\n')
    for name in ("venv.py", "pip.py", "subprocess.py"):
        (workspace / name).write_text('raise SystemExit("the checkout took part")\n')
    return Runner(workspace, tmp_path / "runner")


def test_the_whole_action_runs(runner: Runner) -> None:
    """Installed from its own checkout with locked dependencies, then run; the second use finds it installed."""
    first = runner.run(ROOT / "action", {"paths": "shop.py", "python": sys.executable})
    assert (first.code, first.outputs["conclusion"], first.outputs["findings"]) == (0, "clean", "0"), first.log
    environment = runner.home / "temp" / "hive-guardian" / "venv"
    program = next(path for path in environment.glob("*/hive-guardian*") if path.parent.name in {"bin", "Scripts"})
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    assert said == f"hive-guardian {hive_guardian.__version__}\n"
    stamp = program.stat().st_mtime_ns
    second = runner.run(ROOT / "action", {"paths": "shop.py", "python": sys.executable})
    assert second.code == 0
    assert first.log.endswith(second.log)
    assert program.stat().st_mtime_ns == stamp


def test_an_interpreter_that_is_missing_is_no_success(runner: Runner) -> None:
    """A hostile name of one is a name, and the step fails."""
    job = runner.run(ROOT / "action", {"python": "$(touch pwned); true"})
    assert job.code == 127
    assert job.outputs["conclusion"] == ""
    assert list(runner.workspace.rglob("pwned")) == []


def test_a_newer_interpreter_installs_without_hashes(runner: Runner, tmp_path: Path) -> None:
    """Where a dependency brings one that was not locked, the versions still hold, and the log says what is missing."""
    script = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1]); import install;"
        "print(install.install(Path(sys.argv[2]), Path(sys.argv[3]), (3, 13)))"
    )
    command = [sys.executable, "-c", script, *map(str, (ROOT / "action", ROOT, tmp_path))]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    notice, python = done.stdout.splitlines()
    assert "without their hashes" in notice
    listed = subprocess.run([python, "-m", "pip", "freeze", "--all"], capture_output=True, text=True, check=True).stdout
    locked = (tmp_path / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert len(locked) > 10
    assert {line.lower() for line in locked} <= {line.lower().replace("_", "-") for line in listed.splitlines()}
