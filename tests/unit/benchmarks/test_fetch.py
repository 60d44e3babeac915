"""What the benchmarks take from requirements and from pip's words."""

from pathlib import Path

import pytest

from benchmarks.commands import COMPETITOR_ARGUMENTS
from benchmarks.fetch import REQUIREMENTS, cache_root, last_error, pinned_versions


def test_pins_are_read_without_comments() -> None:
    """Comments and empty lines are no pins."""
    assert pinned_versions("# why\n\na==1.0  # because\nb==2\n") == {"a": "1.0", "b": "2"}


def test_every_competitor_is_pinned() -> None:
    """Each tool that is run has its version in the requirements, and no pin is left over."""
    pins = pinned_versions(REQUIREMENTS.read_text(encoding="utf-8"))
    assert set(pins) == {*COMPETITOR_ARGUMENTS, "ruff"}
    assert all(pins.values())


@pytest.mark.parametrize(
    ("stderr", "reason"),
    [
        ("WARNING: old\nERROR: first\nERROR: No matching distribution\n", "No matching distribution"),
        ("Killed\n", "pip named no reason"),
    ],
)
def test_last_error(stderr: str, reason: str) -> None:
    """The last error is the reason; silence is named as such."""
    assert last_error(stderr) == reason


def test_cache_can_be_placed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment decides where downloads go, and the folder exists afterwards."""
    monkeypatch.setenv("HIVE_GUARDIAN_BENCH_CACHE", str(tmp_path / "bench"))
    assert cache_root() == tmp_path / "bench"
    assert (tmp_path / "bench").is_dir()
