import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from hive_guardian.autofix.selection import Candidate
from hive_guardian.bootstrap.baseline import BaselineWish
from hive_guardian.bootstrap.checking import CheckRequest, check
from hive_guardian.bootstrap.fixing import FixRequest, fix
from hive_guardian.bootstrap.git_state import GitState, read_git_state, require_clean_tree
from hive_guardian.config.layers import CommandLine
from hive_guardian.model.edit import Safety
from hive_guardian.model.errors import UsageError
from hive_guardian.model.fix_report import FixReport, FixStatus

BOTH = frozenset({Safety.SAFE, Safety.UNSAFE})
TODAY = date(2026, 1, 15)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose one file has a safe and an unsafe fix."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "p"\nversion = "1"\nrequires-python = ">=3.11"\n')
    (tmp_path / "a.py").write_text("def f(a):\n    g(a),\n    x = 1,\n    a.b(x)\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def request(*paths: str, select: tuple[str, ...] | None = None, **options: object) -> FixRequest:
    """A request without a cache."""
    asked = CheckRequest(paths, CommandLine(select=select), TODAY, jobs=1, cache=False)
    return replace(FixRequest(asked), **options)  # type: ignore[arg-type]  # the test's own options


def statuses(report: FixReport) -> list[tuple[str, int, FixStatus]]:
    """What became of each fix."""
    return [(one.finding.rule, one.finding.location.line, one.status) for one in report.results]


def test_a_run_without_a_cache_fixes_as_well(root: Path) -> None:
    """Results of the first check are kept for as long as the run lasts."""
    report = fix(request(safeties=BOTH))
    assert statuses(report) == [("GR42", 2, FixStatus.APPLIED), ("GR42", 3, FixStatus.APPLIED)]
    assert (root / "a.py").read_text() == "def f(a):\n    g(a)\n    x = 1\n    a.b(x)\n"
    assert [(file.path, file.is_written) for file in report.files] == [("a.py", True)]
    assert report.left == ()
    assert not (root / ".hive-guardian-cache").exists()


def test_what_is_only_shown_is_not_written(root: Path) -> None:
    """The report is the same, and the file is not touched."""
    before = (root / "a.py").read_text()
    report = fix(request(is_written=False))
    assert (root / "a.py").read_text() == before
    assert [(file.is_written, file.reason) for file in report.files] == [(False, "")]


def test_a_file_that_cannot_be_written_counts_as_failed(root: Path) -> None:
    """Somebody changed the file while the proof ran: nothing was applied."""

    def approve(candidate: Candidate, make_diff: Callable[[], str]) -> bool:
        (root / "a.py").write_text("changed = 1\n")
        return True

    report = fix(request(approve=approve))
    assert statuses(report)[0] == ("GR42", 2, FixStatus.FAILED)
    assert report.results[0].reason == "it has changed meanwhile"
    assert (root / "a.py").read_text() == "changed = 1\n"


def test_rules_that_were_not_selected_judge_the_result(root: Path) -> None:
    """A fix that would make another rule unhappy is rejected, whatever was selected."""
    (root / "a.py").write_text("def f(a):\n    print(a),\n")
    report = fix(request(select=("GR42",)))
    assert statuses(report) == [("GR42", 2, FixStatus.APPLIED)]
    assert [finding.rule for finding in report.left] == []


def test_offers_get_their_edits(root: Path) -> None:
    """Reports for programs carry what `fix` would do; a refusal becomes advice."""
    (root / "b.py").write_text("def f(a):\n    " + "(" * 70 + "a" + ")" * 70 + "\n")
    asked = CheckRequest((".",), CommandLine(select=("GR08",)), TODAY, jobs=1, cache=False, with_edits=True)
    report = check(asked).outcome.report
    fixes = {one.location.path: one.fix for one in report.findings if one.check == "returns" and one.fix}
    assert [edit.text for edit in fixes["a.py"].edits] == [" -> None"]
    assert (fixes["b.py"].edits, fixes["b.py"].safety) == ((), Safety.SUGGESTION)


def test_an_accepted_finding_is_left_alone(root: Path) -> None:
    """Without a baseline there is nothing accepted; a named one that is missing is the caller's mistake."""
    asked = replace(request().check, baseline=BaselineWish(file="missing.json"))
    with pytest.raises(UsageError):
        fix(FixRequest(asked))


@pytest.fixture
def git(root: Path) -> Callable[..., None]:
    """Runs git in the project, which is a repository."""

    def run(*arguments: str) -> None:
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        command = ["git", *identity, *arguments]
        subprocess.run(command, cwd=root, check=True, capture_output=True)

    run("init", "-q")
    return run


def test_a_clean_tree_is_one_without_changes(root: Path, git: Callable[..., None]) -> None:
    """Files that git does not know count as changes: a fix could not be undone."""
    with pytest.raises(UsageError, match="--require-clean: 2 files have changes"):
        require_clean_tree(root)
    git("add", ".")
    git("commit", "-qm", "x")
    require_clean_tree(root)


def test_a_tree_without_git_is_not_clean(root: Path) -> None:
    """Nobody could say what changed."""
    with pytest.raises(UsageError):
        require_clean_tree(root)


def test_partly_staged_files_are_told_apart(root: Path, git: Callable[..., None]) -> None:
    """What is staged as a whole may be fixed, what has other changes may not."""
    git("add", "pyproject.toml")
    git("commit", "-qm", "x")
    (root / "b.py").write_text("x = 1\n")
    git("add", ".")
    (root / "b.py").write_text("x = 2\n")
    asked = replace(request().check, staged=True)
    checked = check(CheckRequest((".",), CommandLine(), TODAY, jobs=1, cache=False))
    state = read_git_state(root, checked.tree, asked)
    assert (state.staged, state.partial) == (frozenset({"a.py", "b.py"}), frozenset({"b.py"}))
    assert state.veto("b.py").startswith("it has changes that are not staged")
    assert state.veto("a.py") == GitState().veto("b.py") == ""
