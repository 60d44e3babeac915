import sys
from datetime import date
from pathlib import Path

from benchmarks.commands import Setup
from benchmarks.reviewing import FILES, measure_review_memory, write_change
from hive_guardian.bootstrap import CheckRequest
from hive_guardian.bootstrap.reviewing import ReviewRequest, preview
from hive_guardian.config.layers import CommandLine


def test_every_file_of_the_change_is_a_request(tmp_path: Path) -> None:
    """The row measures what it says: 30 files, each read once."""
    write_change(tmp_path / "shop", "")
    check = CheckRequest((str(tmp_path / "shop"),), CommandLine(), date(2026, 11, 21), jobs=1, cache=False)
    requests, prepared = preview(ReviewRequest(check, "HEAD~1..HEAD"))
    assert (len(requests), len(prepared.files)) == (FILES, FILES)


def test_a_review_is_measured(tmp_path: Path) -> None:
    """The program reviews the whole change; how much that takes is for the benchmark to judge."""
    tool = (sys.executable, "-m", "hive_guardian")
    row = measure_review_memory(Setup(tool, sys.executable, tmp_path, quick=True, rounds=1))
    assert row.value is not None
    assert row.value > 0
