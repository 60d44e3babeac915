"""Two branches that each mend or move something merge, by git itself and by the merge driver."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hive_guardian.engine.baseline import Entry, make_baseline, parse_baseline, render_baseline
from tests.cli.conftest import RunGuardian, neutral_environment
from tests.fakes.baselines import make_entry

FILE = "hive-guardian-baseline.json"
DRIVER = f'"{sys.executable}" -m hive_guardian baseline merge %O %A %B --name %P'
IDENTITY = {
    "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.org", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull,
}  # fmt: skip
ENTRIES = [make_entry(f"pkg/m{number}.py", f"{number}", code=f"code {number}") for number in range(6)]
Edit = Callable[[list[Entry]], list[Entry]]


def git(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run git in a neutral environment."""
    return subprocess.run(
        ["git", *arguments],  # noqa: S607 - the git of the machine is what is tested
        cwd=root,
        env=neutral_environment(IDENTITY),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose baseline has six entries, with the merge driver at hand."""
    git(tmp_path, "init", "-q", "-b", "main")
    write(tmp_path, ENTRIES)
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "base")
    git(tmp_path, "config", "merge.hive-guardian.driver", DRIVER)
    return tmp_path


def write(root: Path, entries: list[Entry]) -> None:
    """Write the baseline."""
    (root / FILE).write_text(render_baseline(make_baseline(entries)), "utf-8")


def read(root: Path) -> list[Entry]:
    """Return the entries of the baseline."""
    return list(parse_baseline((root / FILE).read_bytes(), FILE).entries)


def merge(root: Path, ours: Edit, theirs: Edit) -> subprocess.CompletedProcess[str]:
    """Let two branches change the baseline, and merge them."""
    for branch, edit in (("ours", ours), ("theirs", theirs)):
        git(root, "checkout", "-q", "-B", branch, "main")
        write(root, edit(list(ENTRIES)))
        git(root, "commit", "-q", "-a", "-m", branch)
    git(root, "checkout", "-q", "ours")
    return git(root, "merge", "-q", "--no-edit", "theirs")


def without(*numbers: int) -> Edit:
    """Return the change that mends some findings."""
    return lambda entries: [entry for number, entry in enumerate(entries) if number not in numbers]


def moved(number: int, path: str) -> Edit:
    """Return the change that moves a finding to another file."""

    def edit(entries: list[Entry]) -> list[Entry]:
        entries[number] = entries[number]._replace(path=path, fingerprint=f"{number}@{path}")
        return entries

    return edit


def drive(root: Path) -> None:
    """Have git use the merge driver for the baseline."""
    (root / ".gitattributes").write_text(f"{FILE} merge=hive-guardian\n")


@pytest.mark.parametrize(
    ("ours", "theirs", "left"),
    [
        (without(1), without(2), ["0", "3", "4", "5"]),
        (without(0, 1, 2), without(3, 4, 5), []),
        (moved(2, "pkg/z.py"), without(3), ["0", "1", "4", "5", "2@pkg/z.py"]),
        (moved(2, "pkg/z.py"), without(2), ["0", "1", "3", "4", "5"]),
        (moved(2, "pkg/z.py"), moved(3, "pkg/z.py"), ["0", "1", "4", "5", "2@pkg/z.py", "3@pkg/z.py"]),
        (moved(2, "pkg/z.py"), moved(2, "pkg/z.py"), ["0", "1", "3", "4", "5", "2@pkg/z.py"]),
    ],
    ids=["neighbours", "everything", "move-and-fix", "same-entry", "both-move", "alike"],
)
def test_the_driver_merges_without_conflict(repository: Path, ours: Edit, theirs: Edit, left: list[str]) -> None:
    """What either branch mended is gone, what either moved has moved."""
    drive(repository)
    done = merge(repository, ours, theirs)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [entry.fingerprint for entry in read(repository)] == left


def test_distant_changes_merge_without_the_driver(repository: Path) -> None:
    """No record depends on another, not even by its comma."""
    assert merge(repository, without(0, 1), without(5)).returncode == 0
    assert [entry.fingerprint for entry in read(repository)] == ["2", "3", "4"]


def test_a_conflict_is_trivial_without_the_driver(repository: Path, guardian: RunGuardian) -> None:
    """The message names the line and what to do, and that works."""
    assert merge(repository, without(1), without(2)).returncode == 1
    text = (repository / FILE).read_text()
    (repository / "pyproject.toml").write_text("")
    (repository / "pkg").mkdir()
    (repository / "pkg" / "m0.py").write_text("")
    refused = guardian("check", cwd=repository)
    line = text.splitlines().index("<<<<<<< HEAD") + 1
    assert refused.returncode == 2
    assert f"{FILE}:{line}: an unresolved merge conflict; delete the conflict markers" in refused.stderr
    kept = [line for line in text.splitlines() if not line.startswith(("<<<<<<<", "=======", ">>>>>>>"))]
    (repository / FILE).write_text("\n".join([*kept, ""]))
    assert guardian("baseline", "update", cwd=repository).returncode == 0


def test_the_union_of_lines_is_a_baseline(repository: Path) -> None:
    """Where nobody installed the driver, git's own `union` loses nothing; `update` removes what is too much."""
    (repository / ".gitattributes").write_text(f"{FILE} merge=union\n")
    assert merge(repository, without(1), moved(2, "pkg/z.py")).returncode == 0
    assert {entry.fingerprint for entry in read(repository)} >= {"0", "3", "4", "5", "2@pkg/z.py"}


def test_a_side_that_is_broken_is_a_conflict(repository: Path) -> None:
    """The driver names side and line, and leaves our version as it was."""
    drive(repository)
    git(repository, "checkout", "-q", "-B", "theirs", "main")
    (repository / FILE).write_text('[{"hive-guardian-baseline": 1}\n,{"pa')
    git(repository, "commit", "-q", "-a", "-m", "broken")
    git(repository, "checkout", "-q", "-B", "ours", "main")
    write(repository, without(1)(list(ENTRIES)))
    git(repository, "commit", "-q", "-a", "-m", "ours")
    done = git(repository, "merge", "-q", "--no-edit", "theirs")
    assert done.returncode == 1
    assert f"error: {FILE} (theirs):2: the file is cut off" in done.stderr
    assert read(repository) == without(1)(list(ENTRIES))


def test_branches_that_each_made_a_baseline(repository: Path) -> None:
    """Without a common ancestor git hands over an empty file; both sides count."""
    drive(repository)
    git(repository, "rm", "-q", FILE)
    git(repository, "commit", "-q", "-m", "none")
    git(repository, "branch", "-q", "-f", "main")
    for branch, part in (("theirs", ENTRIES[:3]), ("ours", ENTRIES[2:])):
        git(repository, "checkout", "-q", "-B", branch, "main")
        write(repository, part)
        git(repository, "add", FILE)
        git(repository, "commit", "-q", "-m", branch)
    done = git(repository, "merge", "-q", "--no-edit", "theirs")
    assert done.returncode == 0, done.stdout + done.stderr
    assert read(repository) == ENTRIES


def test_files_are_merged_by_hand_too(guardian: RunGuardian, tmp_path: Path) -> None:
    """The result goes to the second file; a file that is missing is named."""
    for name, edit in (("base", without()), ("ours", without(0)), ("theirs", without(1))):
        (tmp_path / name).write_text(render_baseline(make_baseline(edit(list(ENTRIES)))))
    done = guardian("baseline", "merge", "base", "ours", "theirs", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(parse_baseline((tmp_path / "ours").read_bytes(), "ours").entries) == ENTRIES[2:]
    missing = guardian("baseline", "merge", "base", "nowhere", "theirs", cwd=tmp_path)
    assert (missing.returncode, "error: nowhere: No such file" in missing.stderr) == (2, True)
