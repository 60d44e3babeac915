from pathlib import Path

import pytest

from benchmarks.fixing import EVERY, plant_commas
from benchmarks.measure import BenchmarkError


def test_every_so_many_calls_get_a_comma(tmp_path: Path) -> None:
    """Calls that are statements and end their line count; everything else stays, broken files too."""
    source = tmp_path / "source"
    source.mkdir()
    lines = ["x = f()", "f(), g()", "f()  # why", *(f"g({number})" for number in range(2 * EVERY))]
    (source / "a.py").write_text("\r\n".join(lines), newline="")
    (source / "b.py").write_text("f(\n")
    (source / "c.txt").write_text("f()\n")
    plant_commas(source, tmp_path / "target")
    found = (tmp_path / "target" / "a.py").read_bytes().decode().split("\r\n")
    assert [line for line in found if line.endswith(",")] == [f"g({EVERY - 1}),", f"g({2 * EVERY - 1}),"]
    assert [line.rstrip(",") for line in found] == lines
    assert (tmp_path / "target" / "b.py").read_text() == "f(\n"
    assert (tmp_path / "target" / "c.txt").read_text() == "f()\n"


def test_a_tree_without_calls_is_no_use(tmp_path: Path) -> None:
    """Without anything to fix, nothing would be measured."""
    (tmp_path / "source").mkdir()
    with pytest.raises(BenchmarkError, match="no call of source is a statement of its own"):
        plant_commas(tmp_path / "source", tmp_path / "target")
