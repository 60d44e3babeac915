"""Where a project comes from."""

from pathlib import Path

import pytest

from hive_guardian.adapters.git.provenance import read_provenance
from tests.fakes.repositories import Repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository with one commit on main."""
    found = Repository(tmp_path / "shop")
    found.commit({"a.py": "", "apps/web/b.py": ""})
    return found


@pytest.mark.parametrize(
    ("address", "is_known"),
    [
        ("https://git.example/a/b.git", True),
        ("https://ada:token@git.example/a/b", True),
        ("ssh://git@git.example:2222/a/b.git", True),
        ("git@git.example:a/b.git", True),
        ("/srv/git/b.git", False),
        ("../b.git", False),
        ("file:///srv/git/b.git", False),
        ("C:\\git\\b", False),
        ("ext::sh -c date", False),
    ],
)
def test_only_an_address_that_holds_everywhere_is_told(repository: Repository, address: str, *, is_known: bool) -> None:
    """A path would be one of this machine."""
    repository.git("remote", "add", "origin", address)
    found = read_provenance(repository.root)
    assert (found is not None) == is_known
    if found is not None:
        assert found.repository_uri == address
        assert found.revision == repository.git("rev-parse", "HEAD").strip()
        assert found.branch == "main"


@pytest.mark.parametrize(
    ("remotes", "upstream", "chosen"),
    [
        (["fork"], "", "fork"),
        (["fork", "origin"], "", "origin"),
        (["fork", "origin"], "fork", "fork"),
        (["fork", "upstream"], "", ""),
    ],
)
def test_the_remote_of_the_branch_goes_first(
    repository: Repository, remotes: list[str], upstream: str, chosen: str
) -> None:
    """Then origin, then the only one; of several others none is chosen."""
    for name in remotes:
        repository.git("remote", "add", name, f"https://git.example/{name}.git")
    if upstream:
        repository.git("config", "branch.main.remote", upstream)
    found = read_provenance(repository.root)
    assert (found.repository_uri if found else "") == (f"https://git.example/{chosen}.git" if chosen else "")


def test_a_detached_head_has_no_branch(repository: Repository) -> None:
    """As in CI."""
    repository.git("remote", "add", "origin", "https://git.example/b.git")
    repository.git("checkout", "-q", "--detach")
    found = read_provenance(repository.root)
    assert found is not None
    assert (found.branch, len(found.revision)) == ("", 40)


def test_every_kind_of_work_tree_is_understood(repository: Repository, tmp_path: Path) -> None:
    """A directory below the top, and a linked work tree whose `.git` is a file."""
    repository.git("remote", "add", "origin", "https://git.example/b.git")
    repository.git("worktree", "add", "-q", "-b", "topic", str(tmp_path / "linked"))
    below, linked = read_provenance(repository.root / "apps" / "web"), read_provenance(tmp_path / "linked")
    assert below is not None
    assert linked is not None
    assert (below.branch, linked.branch) == ("main", "topic")


def test_before_the_first_commit_there_is_no_revision(tmp_path: Path) -> None:
    """The address is known all the same."""
    repository = Repository(tmp_path / "new")
    repository.git("remote", "add", "origin", "https://git.example/b.git")
    found = read_provenance(repository.root)
    assert found is not None
    assert (found.revision, found.branch) == ("", "main")


def test_without_repository_or_remote_nothing_is_known(repository: Repository, tmp_path: Path) -> None:
    """Nor with a repository that is damaged: the report does not depend on it."""
    assert read_provenance(tmp_path) is None
    assert read_provenance(repository.root) is None
    repository.git("remote", "add", "origin", "https://git.example/b.git")
    (repository.root / ".git" / "HEAD").write_bytes(b"\xff\xfe")
    assert read_provenance(repository.root) is None
