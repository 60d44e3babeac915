"""`hive-guardian rule docs` on a real directory."""

from pathlib import Path

from hive_guardian.engine.cache import NoCache
from tests.cli.conftest import RunGuardian


def test_the_reference_is_written_whole(guardian: RunGuardian, tmp_path: Path) -> None:
    """Every installed rule has a page, settings and commands have theirs, and other files stay."""
    from hive_guardian.bootstrap import open_catalogue

    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.md").write_text("kept", encoding="utf-8")
    done = guardian("rule", "docs", "--output", "out", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    pages = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.md")}
    codes = open_catalogue(NoCache()).cards
    rules = {f"rules/{code}.md" for code in codes}
    assert pages == rules | {"rules/index.md", "configuration.md", "command-line.md", "mine.md"}
    assert done.stdout == f"{len(pages) - 1} pages in out\n"
    assert (tmp_path / "out" / "mine.md").read_text(encoding="utf-8") == "kept"
    assert "# GR12 blocking-call-in-async" in (tmp_path / "out" / "rules" / "GR12.md").read_text(encoding="utf-8")


def test_two_runs_write_the_same_bytes(guardian: RunGuardian, tmp_path: Path) -> None:
    """Nothing in a page depends on time, place or order."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        assert guardian("rule", "docs", "--output", "docs", cwd=tmp_path / name).returncode == 0
    first, second = (
        {path.relative_to(tmp_path / name): path.read_bytes() for path in (tmp_path / name).rglob("*.md")}
        for name in ("one", "two")
    )
    assert first == second


def test_a_place_that_cannot_be_written_is_named(guardian: RunGuardian, tmp_path: Path) -> None:
    """A file in the way is the caller's error."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "rules").write_text("", encoding="utf-8")
    done = guardian("rule", "docs", "--output", "out", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("error: --output out: ")
