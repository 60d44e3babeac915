"""`check --staged`: what the next commit will contain."""

import json
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import RunGuardian
from tests.fakes.repositories import IDENTITY, Repository

CONFIG = '[tool.hive-guardian]\nselect = ["GR10"]\n'
CLEAN = "x = 1\n"
BAD = "print(1)\n"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository with a finding in a file that nobody touches, and a clean file."""
    found = Repository(tmp_path / "shop")
    found.commit({"pyproject.toml": CONFIG, "old.py": BAD, "a.py": CLEAN, "README.md": "shop\n"})
    return found


def check(guardian: RunGuardian, root: Path, *arguments: str) -> tuple[list[str], int]:
    """Check what is staged; returns the places that count, and the exit code."""
    done = guardian("check", "--staged", "--format", "json", *arguments, cwd=root)
    assert done.stdout, done.stderr
    return [f"{item['path']}:{item['line']}" for item in json.loads(done.stdout)["findings"]], done.returncode


@pytest.mark.parametrize(
    ("staged", "unstaged", "expected"),
    [
        ({"a.py": BAD}, {}, ["a.py:1"]),
        ({"a.py": BAD}, {"a.py": CLEAN}, ["a.py:1"]),
        ({"a.py": f"{CLEAN}y = 2\n"}, {"a.py": BAD}, []),
        ({"new.py": BAD}, {}, ["new.py:1"]),
        ({"new.py": BAD}, {"new.py": None}, ["new.py:1"]),
        ({"old.py": None, "moved.py": BAD}, {}, ["moved.py:1"]),
        ({"old.py": f"{BAD}x = 2\n"}, {}, ["old.py:1"]),
        ({"a.py": f"{CLEAN}y = 2\n"}, {"untracked.py": BAD}, []),
    ],
)
def test_the_index_decides_not_the_work_tree(
    guardian: RunGuardian,
    repository: Repository,
    staged: dict[str, str | bytes | None],
    unstaged: dict[str, str | bytes | None],
    expected: list[str],
) -> None:
    """An unstaged edit neither hides nor causes a finding; only staged files are reported on, with one answer."""
    repository.stage(staged)
    repository.write(unstaged)
    for arguments in ((), (), ("--no-cache",)):
        assert check(guardian, repository.root, *arguments) == (expected, int(bool(expected)))


@pytest.mark.parametrize(
    ("staged", "message"),
    [
        ({}, "Nothing was checked: no added or changed file is staged"),
        ({"README.md": "more\n"}, "No Python among 1 staged file"),
        ({"README.md": "more\n", "notes.txt": "x"}, "No Python among 2 staged files"),
        ({"a.py": None}, "Nothing was checked: no added or changed file is staged"),
    ],
)
def test_a_commit_without_python_passes_and_says_so(
    guardian: RunGuardian, repository: Repository, staged: dict[str, str | bytes | None], message: str
) -> None:
    """A hook must let a change of documentation through, and must not claim to have checked something."""
    repository.stage(staged)
    done = guardian("check", "--staged", cwd=repository.root)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(message)
    assert "INCOMPLETE" not in done.stdout
    quiet = guardian("check", "--staged", "-q", cwd=repository.root)
    assert (quiet.returncode, quiet.stdout) == (0, "")


def test_a_staged_manifest_is_reported_on(guardian: RunGuardian, tmp_path: Path) -> None:
    """Findings lie in other files than Python, too; they are those of the staged content."""
    repository = Repository(tmp_path / "shop")
    config = "[tool.hive-guardian]\nselect = ['GR45']\nlevel = 'INFO'\n"
    override = "[[tool.hive-guardian.overrides]]\npaths = ['a.py']\nignore = ['GR10']\n"
    repository.commit({"pyproject.toml": config, "a.py": CLEAN})
    repository.stage({"pyproject.toml": config + override})
    repository.write({"pyproject.toml": config})
    assert check(guardian, repository.root, "--fail-on", "INFO") == (["pyproject.toml:4"], 1)


def test_the_whole_index_is_known_to_the_rules(guardian: RunGuardian, tmp_path: Path) -> None:
    """A staged file closes a cycle with one that is not staged; a file that was never added is not there."""
    repository = Repository(tmp_path / "shop")
    config = "[tool.hive-guardian]\nselect = ['import-cycle']\nlevel = 'INFO'\n"
    repository.commit(
        {"pyproject.toml": config, "shop/__init__.py": "", "shop/a.py": "import shop.b\n", "shop/b.py": ""}
    )
    repository.stage({"shop/b.py": "import shop.a\n"})
    places, code = check(guardian, repository.root)
    everything = guardian("check", "--format", "json", cwd=repository.root)
    paths = {item["path"] for item in json.loads(everything.stdout)["findings"]}
    assert paths
    assert {place.partition(":")[0] for place in places} == paths & {"shop/b.py"}
    assert code == int(bool(places))


def test_the_staged_configuration_counts(guardian: RunGuardian, repository: Repository) -> None:
    """The commit will be judged by what it contains."""
    repository.stage({"a.py": BAD})
    repository.write({"pyproject.toml": '[tool.hive-guardian]\nignore = ["GR10"]\n'})
    assert check(guardian, repository.root) == (["a.py:1"], 1)
    repository.git("add", "pyproject.toml")
    assert check(guardian, repository.root) == ([], 0)


def test_paths_narrow_it_down(guardian: RunGuardian, repository: Repository) -> None:
    """Staged files outside of them are not reported on."""
    repository.stage({"a.py": BAD, "pkg/b.py": BAD})
    assert check(guardian, repository.root, "pkg") == (["pkg/b.py:1"], 1)


def test_only_what_is_new_in_the_index(guardian: RunGuardian, repository: Repository) -> None:
    """With --since, the old findings of a staged file do not count."""
    repository.stage({"old.py": f"{BAD}print(2)\n"})
    repository.write({"old.py": CLEAN})
    assert check(guardian, repository.root, "--since", "HEAD") == (["old.py:2"], 1)
    repository.stage({"old.py": None, "moved.py": BAD})
    assert check(guardian, repository.root, "--since", "HEAD") == ([], 0)


def test_an_unfinished_merge_is_refused(guardian: RunGuardian, repository: Repository) -> None:
    """Three versions of a file are in the index, none of which will be committed."""
    repository.git("checkout", "-q", "-b", "topic")
    repository.commit({"a.py": "x = 2\n"})
    repository.git("checkout", "-q", "main")
    repository.commit({"a.py": "x = 3\n"})
    repository.git("merge", "topic", check=False)
    done = guardian("check", "--staged", cwd=repository.root)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--staged: a merge is not finished: resolve and `git add` a.py" in done.stderr


def test_before_the_first_commit_everything_is_staged(guardian: RunGuardian, tmp_path: Path) -> None:
    """A hook works for the first commit as well."""
    repository = Repository(tmp_path / "new")
    repository.stage({"pyproject.toml": CONFIG, "a.py": BAD})
    assert check(guardian, repository.root) == (["a.py:1"], 1)


def test_a_staged_submodule_or_link_is_no_file_to_check(
    guardian: RunGuardian, repository: Repository, tmp_path: Path
) -> None:
    """A submodule is another repository, a link another name of a file."""
    other = Repository(tmp_path / "other")
    other.commit({"inner.py": BAD})
    repository.git("submodule", "add", "-q", str(other.root), "vendored.py")
    (repository.root / "link.py").symlink_to("old.py")
    repository.stage({})
    done = guardian("check", "--staged", "-v", cwd=repository.root)
    assert done.returncode == 0, done.stdout
    assert "link.py: symbolic link to old.py" in done.stdout


def test_outside_of_git_nothing_can_be_staged(guardian: RunGuardian, tmp_path: Path) -> None:
    """An error of usage."""
    (tmp_path / "a.py").write_text(BAD)
    done = guardian("check", "--staged", cwd=tmp_path)
    assert done.returncode == 2
    assert "is not a git repository" in done.stderr


@pytest.mark.parametrize("arguments", [("-a",), ("a.py",), ("--only", "a.py"), ()])
def test_the_hook_of_a_real_commit_sees_what_will_be_committed(
    repository: Repository, arguments: tuple[str, ...]
) -> None:
    """Whatever way a commit is made: git shows its hook an index of its own."""
    hook = repository.root / ".git" / "hooks" / "pre-commit"
    hook.write_text(f"#!/bin/sh\nexec '{sys.executable}' -m hive_guardian check --staged -q\n")
    hook.chmod(0o755)
    before = repository.git("rev-parse", "HEAD")
    repository.write({"a.py": BAD})
    if not arguments:
        repository.git("add", "a.py")
    repository.git("commit", "-q", "-m", "bad", *arguments, check=False, env=IDENTITY)
    assert repository.git("rev-parse", "HEAD") == before
    repository.write({"a.py": "x = 2\n"})
    if not arguments:
        repository.git("add", "a.py")
    repository.git("commit", "-q", "-m", "good", *arguments, env=IDENTITY)
    assert repository.git("rev-parse", "HEAD") != before


def test_a_run_leaves_the_index_alone(guardian: RunGuardian, repository: Repository) -> None:
    """Other git commands may run at the same time."""
    repository.stage({"a.py": BAD})
    index = (repository.root / ".git" / "index").read_bytes()
    lock = repository.root / ".git" / "index.lock"
    lock.touch()
    assert check(guardian, repository.root) == (["a.py:1"], 1)
    assert (repository.root / ".git" / "index").read_bytes() == index
