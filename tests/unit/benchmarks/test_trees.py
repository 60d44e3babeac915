"""The trees that are made here."""

from pathlib import Path

from benchmarks.trees import load_legacy


def test_a_project_with_old_findings(tmp_path: Path) -> None:
    """It has as many calls of print as wanted, and is written once."""
    tree = load_legacy(40, tmp_path)
    modules = [name for name in tree.files if "module" in name]
    assert len(modules) == 4
    assert sum((tree.root / name).read_text().count("print(") for name in modules) == 40
    stamp = (tree.root / "pyproject.toml").stat().st_mtime_ns
    assert load_legacy(40, tmp_path) == tree
    assert (tree.root / "pyproject.toml").stat().st_mtime_ns == stamp
