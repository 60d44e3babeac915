"""Records of runs: the directories of the code are known by their names, not by their time stamps."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hive_guardian.adapters import replay as replaying
from hive_guardian.adapters.replay import replay, write_record

COMMAND = ("check",)
SETTLED = 0.1
"""Seconds after which the time stamp of a change can be trusted."""


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory of code that a recorded run in an otherwise empty project has used."""
    project, code = tmp_path / "project", tmp_path / "code"
    (project / replaying.CACHE_DIRECTORY).mkdir(parents=True)
    (code / "part").mkdir(parents=True)
    (code / "part" / "module.py").write_text("x")
    time.sleep(SETTLED)
    monkeypatch.chdir(project)
    is_written = write_record(
        str(project), COMMAND, files=(), others=(replaying.__file__,), code_roots=(str(code),), absent=(),
        output="the answer\n", code=1, began_ns=time.time_ns(),
    )  # fmt: skip
    assert is_written
    return code


def _compile(code: Path) -> None:
    (code / "__pycache__").mkdir()
    (code / "part" / "__pycache__").mkdir()
    (code / "part" / "__pycache__" / "module.cpython-311.pyc").touch()


@pytest.mark.parametrize("change", [lambda _: None, _compile])
def test_compiled_modules_change_nothing(
    code: Path, change: Callable[[Path], None], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """The interpreter compiles modules when it first imports them, whoever runs it."""
    change(code)
    assert replay(COMMAND) == 1
    assert capfdbinary.readouterr().out == b"the answer\n"


def _add(code: Path) -> None:
    (code / "part" / "other.py").touch()


def _add_package(code: Path) -> None:
    (code / "part" / "module").mkdir()


def _remove(code: Path) -> None:
    (code / "part" / "module.py").unlink()


def _edit(code: Path) -> None:
    path = code / "part" / "module.py"
    before = path.stat()
    path.write_text("y")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("change", [_add, _add_package, _remove, _edit])
def test_other_code_is_another_question(code: Path, change: Callable[[Path], None]) -> None:
    """Added, removed and edited modules count, whatever their time stamps say."""
    change(code)
    assert replay(COMMAND) is None
