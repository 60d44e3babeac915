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
