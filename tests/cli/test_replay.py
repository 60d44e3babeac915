"""A check that was answered before is answered at once, and only while nothing it depends on has changed."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

CODE = "import time\n\n\nasync def wait():\n    await time.sleep(0)\n"
CLEAN = "import math\n\n\nasync def wait():\n    await math.sleep(0)\n"
LONG_AGO = 1_700_000_000


def age(root: Path) -> None:
    """Make everything in a project look old, so that its time stamps can be trusted."""
    for path in (*root.rglob("*"), root):
        if ".hive-guardian-cache" not in path.parts:
            os.utime(path, (LONG_AGO, LONG_AGO), follow_symlinks=False)


def run(root: Path, *arguments: str, env: dict[str, str] | None = None) -> tuple[str, int, bool]:
    """Check a project; returns the output, the exit code, and whether it was answered from a record."""
    command = [sys.executable, "-X", "importtime", "-m", "hive_guardian", "check", *arguments]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, env=env, timeout=60)
    return done.stdout, done.returncode, "click.core" not in done.stderr


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose check has left a record."""
    root = tmp_path / "project"
    (root / "pkg" / "empty").mkdir(parents=True)
    (root / "pyproject.toml").write_text('[tool.hive-guardian]\nroot = true\nselect = ["GR12"]\n')
    (root / "pkg" / "a.py").write_text(CODE)
    (root / "notes.txt").write_text("x")
    for _ in range(6):
        age(root)
        if run(root)[2]:
            return root
    pytest.fail("six runs of an unchanged project have left no record that holds")


def test_an_unchanged_project_is_answered_without_starting_the_program(project: Path) -> None:
    """Output and exit code are those of the run that left the record, and nothing heavy is imported."""
    first = run(project, "-q")
    age(project)
    second = run(project, "-q")
    assert first[:2] == second[:2]
    assert "GR12" in second[0]
    assert second[1] == 1
    assert run(project, "-q")[2]


def _edit(root: Path) -> None:
    (root / "pkg" / "a.py").write_text(CLEAN)


def _add(root: Path) -> None:
    (root / "pkg" / "b.py").write_text(CODE)


def _add_in_empty_folder(root: Path) -> None:
    (root / "pkg" / "empty" / "b.py").write_text(CODE)


def _add_folder(root: Path) -> None:
    (root / "pkg" / "new").mkdir()
    (root / "pkg" / "new" / "b.py").write_text(CODE)


def _remove(root: Path) -> None:
    (root / "pkg" / "a.py").unlink()


def _configure(root: Path) -> None:
    (root / "pyproject.toml").write_text('[tool.hive-guardian]\nroot = true\nselect = ["GR10"]\n')


def _touch_manifest(root: Path) -> None:
    (root / "notes.txt").write_text("xy")


@pytest.mark.parametrize(
    ("change", "findings"),
    [
        (_edit, 0),
        (_add, 2),
        (_add_in_empty_folder, 2),
        (_add_folder, 2),
        (_remove, 0),
        (_configure, 0),
        (_touch_manifest, 1),
    ],
)
def test_any_change_means_a_real_run(project: Path, change: Callable[[Path], None], findings: int) -> None:
    """Edits, new and removed files, new folders and configuration are seen; the answer is the new one."""
    assert run(project)[2]
    change(project)
    output, _, replayed = run(project)
    assert not replayed
    assert output.count("error GR12") == findings


def test_another_command_is_another_question(project: Path) -> None:
    """Arguments and what decides colours are part of the question."""
    assert run(project)[2]
    assert not run(project, "--format", "json")[2]
    assert not run(project, env={**os.environ, "FORCE_COLOR": "1"})[2]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"key": 1}', "\x00"])
def test_a_broken_record_is_no_answer(project: Path, text: str) -> None:
    """A record that cannot be read is passed over."""
    for record in (project / ".hive-guardian-cache").glob("replay-*.json"):
        record.write_text(text)
    output, code, replayed = run(project)
    assert not replayed
    assert code == 1
    assert "GR12" in output


@pytest.mark.parametrize("kept", [{}, {"files": "own"}, {"directories": "own"}])
def test_a_record_without_stamps_of_this_checkout_is_no_answer(project: Path, kept: dict[str, str]) -> None:
    """A record that somebody committed cannot claim that nothing was found."""
    (path,) = (project / ".hive-guardian-cache").glob("replay-*.json")
    forged = json.loads(path.read_text(encoding="utf-8")) | {"output": "Checked 9 files: no findings\n", "code": 0}
    forged |= {name: [] for name in ("files", "directories", "absent") if name not in kept}
    path.write_text(json.dumps(forged), encoding="utf-8")
    output, code, replayed = run(project)
    assert not replayed
    assert code == 1
    assert "GR12" in output


@pytest.mark.parametrize("argument", ["--timings", "--no-cache", "-v"])
def test_runs_with_effects_beyond_their_output_leave_no_record(project: Path, argument: str) -> None:
    """Times, files and a refused cache are never answered from a record."""
    for _ in range(2):
        age(project)
        assert not run(project, argument)[2]
