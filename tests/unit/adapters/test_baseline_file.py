"""The file of the baseline is replaced whole or not at all."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hive_guardian.adapters.baseline_file import read_baseline_file, write_baseline_file
from hive_guardian.model.errors import UsageError

_STOPPED = """
import os, signal, sys
from pathlib import Path
from hive_guardian.adapters import baseline_file

def stop(handle):
    os.kill(os.getpid(), signal.SIGKILL)

os.fsync = stop
baseline_file.write_baseline_file(Path(sys.argv[1]), "new" * 1_000_000, "b.json")
"""


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """A new file has the mode that the process gives its files; nothing else is left behind."""
    path = tmp_path / "b.json"
    current = os.umask(0o027)
    try:
        assert write_baseline_file(path, "text ä\n", "b.json")
    finally:
        os.umask(current)
    assert read_baseline_file(path, "b.json") == "text ä\n".encode()
    assert path.stat().st_mode & 0o7777 == 0o640
    assert [entry.name for entry in tmp_path.iterdir()] == ["b.json"]


def test_an_equal_text_is_not_written(tmp_path: Path) -> None:
    """The file keeps its time stamp, and with it what was concluded from it."""
    path = tmp_path / "b.json"
    path.write_text("same")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert not write_baseline_file(path, "same", "b.json")
    assert path.stat().st_mtime == 1_700_000_000


def test_mode_and_link_stay(tmp_path: Path) -> None:
    """A link is followed, and the file behind it keeps its mode."""
    real = tmp_path / "real.json"
    real.write_text("old")
    real.chmod(0o604)
    link = tmp_path / "b.json"
    link.symlink_to(real)
    assert write_baseline_file(link, "new", "b.json")
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert real.stat().st_mode & 0o7777 == 0o604


def test_a_write_that_is_killed_leaves_the_old_file(tmp_path: Path) -> None:
    """The process dies after the text was written and before it took its place."""
    path = tmp_path / "b.json"
    path.write_text("old")
    done = subprocess.run([sys.executable, "-c", _STOPPED, str(path)], check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert path.read_text() == "old"
    assert write_baseline_file(path, "newer", "b.json")
    assert path.read_text() == "newer"


def test_troubles_name_the_file(tmp_path: Path) -> None:
    """What cannot be read or written is the user's to mend."""
    with pytest.raises(UsageError, match=r"^b\.json: No such file"):
        read_baseline_file(tmp_path / "b.json", "b.json")
    with pytest.raises(UsageError, match=r"^x/b\.json: cannot be written: No such file"):
        write_baseline_file(tmp_path / "x" / "b.json", "text", "x/b.json")
