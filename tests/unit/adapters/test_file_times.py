"""When a file was changed."""

import os
import time
from pathlib import Path

from hive_guardian.adapters.file_times import changed_ns


def test_a_time_that_was_put_back_deceives_nobody(tmp_path: Path) -> None:
    """The change itself counts, not the modification time that somebody wrote; one in the future counts, too."""
    path = tmp_path / "a.py"
    path.touch()
    os.utime(path, (1, 1))
    assert path.stat().st_mtime_ns == 1_000_000_000
    assert changed_ns(path.stat()) > time.time_ns() - 60_000_000_000
    later = 2 * int(time.time())
    os.utime(path, (later, later))
    assert changed_ns(path.stat()) == later * 1_000_000_000
