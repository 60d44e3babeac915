"""A check that was answered before is answered at once, and only while nothing it depends on has changed."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fakes.repositories import Repository

CODE = "import time\n\n\nasync def wait():\n    await time.sleep(0)\n"
CLEAN = "import math\n\n\nasync def wait():\n    await math.sleep(0)\n"
SETTLED = 0.1
"""Seconds after which a change is so old that its time stamp can be trusted; the program waits for half of them."""


def run(root: Path, *arguments: str, env: dict[str, str] | None = None) -> tuple[str, int, bool]:
    """Check a project; returns the output, the exit code, and whether it was answered from a record."""
    command = [sys.executable, "-X", "importtime", "-m", "hive_guardian", "check", *arguments]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, env=env, timeout=60)
    return done.stdout, done.returncode, "click.core" not in done.stderr


def settle(root: Path, *arguments: str) -> str:
    """Check a project until the answer comes from a record; returns that."""
    for _ in range(6):
        time.sleep(SETTLED)
        output, _, replayed = run(root, *arguments)
        if replayed:
            return output
    pytest.fail("six runs of an unchanged project have left no record that holds")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose check has left a record."""
    root = tmp_path / "repo" / "project"
    (root / "pkg" / "empty").mkdir(parents=True)
    (root / "pyproject.toml").write_text('[tool.hive-guardian]\nroot = true\nselect = ["GR12"]\n')
    (root / "pkg" / "a.py").write_text(CODE)
    (root / "notes.txt").write_text("x")
    settle(root)
    return root


def test_an_unchanged_project_is_answered_without_starting_the_program(project: Path) -> None:
    """Output and exit code are those of the run that left the record, and nothing heavy is imported."""
    first = run(project, "-q")
    time.sleep(SETTLED)
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


def _edit_unseen(root: Path) -> None:
    file = root / "pkg" / "a.py"
    before = file.stat()
    file.write_text(CODE.replace("time.sleep(0)", "math.floor(0)"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_size == before.st_size


def _add_unseen(root: Path) -> None:
    before = (root / "pkg").stat()
    (root / "pkg" / "b.py").write_text(CODE)
    os.utime(root / "pkg", ns=(before.st_atime_ns, before.st_mtime_ns))


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
        (_edit_unseen, 0),
        (_add_unseen, 2),
    ],
)
def test_any_change_means_a_real_run(project: Path, change: Callable[[Path], None], findings: int) -> None:
    """Edits, new and removed files, new folders and configuration are seen; the answer is the new one."""
    assert run(project)[2]
    change(project)
    output, _, replayed = run(project)
    assert not replayed
    assert output.count("error GR12") == findings


@pytest.fixture
def ignoring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project below the top of a git work tree, whose check has left a record; git ignores one file of it."""
    home, root = tmp_path / "home", tmp_path / "repo" / "project"
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    (home / ".config" / "git").mkdir(parents=True)
    (root / "gen").mkdir(parents=True)
    (root / "pyproject.toml").write_text('[tool.hive-guardian]\nroot = true\nselect = ["GR12"]\n')
    (root / "a.py").write_text(CODE)
    (root / "gen" / "b.py").write_text(CODE)
    Repository(root.parent)
    return root


def _above(root: Path) -> Path:
    return root.parent / ".gitignore"


def _in_itself(root: Path) -> Path:
    return root / "gen" / ".gitignore"


def _exclude(root: Path) -> Path:
    return root.parent / ".git" / "info" / "exclude"


def _of_user(root: Path) -> Path:
    return root.parents[1] / "home" / ".config" / "git" / "ignore"


def _configured(root: Path) -> Path:
    Repository(root.parent).git("config", "core.excludesFile", "~/own-ignore")
    return root.parents[1] / "home" / "own-ignore"


def _included(root: Path) -> Path:
    (root.parents[1] / "home" / ".gitconfig").write_text("[include]\npath = more.config\n")
    (root.parents[1] / "home" / "more.config").write_text("[core]\nexcludesFile = ~/own-ignore\n")
    return root.parents[1] / "home" / "own-ignore"


@pytest.mark.parametrize("place", [_above, _in_itself, _exclude, _of_user, _configured, _included])
def test_what_git_ignores_is_part_of_the_question(ignoring: Path, place: Callable[[Path], Path]) -> None:
    """A file that comes back because nobody ignores it any more is checked, wherever that was said."""
    said = place(ignoring)
    said.write_text("gen/\n" if said.parent != ignoring / "gen" else "*\n")
    assert settle(ignoring).count("error GR12") == 1
    said.write_text("#")
    output, _, replayed = run(ignoring)
    assert not replayed
    assert output.count("error GR12") == 2


def test_a_configuration_of_git_that_appears_counts(ignoring: Path) -> None:
    """The user's file of ignored names may come into being later."""
    settle(ignoring)
    _of_user(ignoring).write_text("gen/\n")
    output, _, replayed = run(ignoring)
    assert not replayed
    assert output.count("error GR12") == 1


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


@pytest.mark.parametrize("option", [["--config", "../ci.toml"], ["--config=../ci.toml"]])
def test_a_named_configuration_is_part_of_the_question(project: Path, option: list[str]) -> None:
    """The file may lie outside of the project, and the option be written in one word."""
    file = project.parent / "ci.toml"
    file.write_text('select = ["GR12"]\n')
    assert settle(project, *option).count("error GR12") == 1
    file.write_text('select = ["GR42"]\n')
    output, _, replayed = run(project, *option)
    assert not replayed
    assert output.count("error GR12") == 0


@pytest.mark.parametrize("argument", ["--timings", "--no-cache", "-v", "-qv"])
def test_runs_with_effects_beyond_their_output_leave_no_record(project: Path, argument: str) -> None:
    """Times, files and a refused cache are never answered from a record."""
    for _ in range(2):
        time.sleep(SETTLED)
        assert not run(project, argument)[2]
