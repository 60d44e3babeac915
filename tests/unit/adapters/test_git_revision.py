"""From the name of a revision to its commit."""

from pathlib import Path

import pytest

from hive_guardian.adapters.git.revision import is_shallow, resolve
from hive_guardian.model.errors import UsageError
from tests.fakes.repositories import Repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository of two commits on main and one on a branch that left after the first."""
    found = Repository(tmp_path / "shop")
    found.commit({"a.py": "a = 1\n"})
    found.git("branch", "topic")
    found.commit({"a.py": "a = 2\n"})
    return found


@pytest.mark.parametrize("name", ["HEAD", "main", "HEAD~1", "topic", "main@{0}", "v1", ":/change", "main^0"])
def test_every_way_to_write_a_commit_is_understood(repository: Repository, name: str) -> None:
    """The name goes to git as it is; an annotated tag stands for its commit."""
    repository.git("tag", "-a", "v1", "-m", "first", "HEAD~1")
    found = resolve(repository.root, name)
    assert f"{found.commit} {found.tree}\n" == repository.git("log", "-1", "--format=%H %T", name)
    assert found.name == name
    assert found.commit.startswith(found.short)


def test_three_dots_mean_where_the_branch_left(repository: Repository) -> None:
    """What main did since then is not the branch's."""
    first = repository.git("rev-parse", "topic").strip()
    repository.git("checkout", "-q", "topic")
    repository.commit({"b.py": ""})
    assert resolve(repository.root, "main...").commit == first


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("nope", "there is no such commit here; is the name right, and is it fetched?"),
        ("nope...", "there is no such commit here"),
        ("0" * 40, "there is no such commit"),
        ("HEAD~7", "there is no such commit"),
        ("HEAD:a.py", "is a blob, not a commit"),
        ("HEAD^{tree}", "is a tree, not a commit"),
        ("main..topic", "there is no such commit"),
        ("", "is not the name of a commit"),
        ("HEAD\nmain", "is not the name of a commit"),
        ("--help", "there is no such commit"),
        ("-x", "there is no such commit"),
        ("--upload-pack=touch owned", "there is no such commit"),
        ("--batch-all-objects", "there is no such commit"),
    ],
)
def test_what_is_no_commit_is_refused(repository: Repository, name: str, problem: str) -> None:
    """The message says what it is instead or what to do; nothing in a name is an option."""
    with pytest.raises(UsageError, match=problem):
        resolve(repository.root, name)
    assert not (repository.root / "owned").exists()


def test_a_shallow_clone_says_how_to_get_more(repository: Repository, tmp_path: Path) -> None:
    """Both for a name and for a fork point that lie before the cut."""
    repository.git("clone", "-q", "--depth", "1", f"file://{repository.root}", str(tmp_path / "clone"))
    clone = Repository(tmp_path / "clone")
    assert is_shallow(clone.root)
    assert not is_shallow(repository.root)
    for name in ("HEAD~1", "topic..."):
        with pytest.raises(UsageError, match=r"git fetch --unshallow.*fetch-depth: 0"):
            resolve(clone.root, name)


def test_branches_without_a_common_past_have_no_fork_point(repository: Repository) -> None:
    """An orphan branch is told apart from a shallow clone."""
    repository.git("checkout", "-q", "--orphan", "other")
    repository.commit({"b.py": ""})
    with pytest.raises(UsageError, match=r"no commit in common here$"):
        resolve(repository.root, "main...")


def test_a_repository_without_commits_says_so(tmp_path: Path) -> None:
    """There is nothing to compare with yet."""
    empty = Repository(tmp_path / "new")
    with pytest.raises(UsageError, match="has no commit yet"):
        resolve(empty.root, "HEAD")


def test_outside_of_git_there_is_no_past(tmp_path: Path) -> None:
    """The message names the option and the project."""
    with pytest.raises(UsageError, match="--since main: shop is not a git repository"):
        resolve(tmp_path / "shop", "main")
