"""Questions to the git program."""

import os
from pathlib import Path

import pytest

from hive_guardian.adapters.git.command import ask, clean_environment, git_directory
from hive_guardian.model.errors import UsageError
from tests.fakes.repositories import Repository


def test_several_questions_have_their_answers_in_order(tmp_path: Path) -> None:
    """A failure is an answer, with what git said about it."""
    repository = Repository(tmp_path)
    repository.commit({"a.py": "", "b c.py": ""})
    listed, wrong = ask(tmp_path, ("ls-files", "-z"), ("rev-parse", "--verify", "nope"))
    assert listed.names() == ["a.py", "b c.py"]
    assert (listed.code, listed.complaint) == (0, "")
    assert wrong.code
    assert wrong.complaint == "fatal: Needed a single revision"


def test_without_git_the_message_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program may be missing."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match=r"git cannot be run .*install it"):
        ask(tmp_path, ("version",))


def test_variables_of_another_repository_do_not_lead_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hook of one repository may check another one."""
    here, there = Repository(tmp_path / "here"), Repository(tmp_path / "there")
    here.commit({"a.py": ""})
    there.commit({"b.py": ""})
    monkeypatch.setenv("GIT_DIR", str(there.root / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(there.root))
    monkeypatch.setenv("GIT_INDEX_FILE", str(there.root / ".git" / "index"))
    (answer,) = ask(here.root, ("ls-files", "-z"))
    assert answer.names() == ["a.py"]


@pytest.mark.parametrize("is_relative", [True, False])
def test_the_index_of_a_commit_in_progress_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_relative: bool
) -> None:
    """`git commit FILE` shows its hooks an index of its own, which lies beside the ordinary one."""
    Repository(tmp_path)
    monkeypatch.chdir(tmp_path)
    full = tmp_path / ".git" / "next-index-1.lock"
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/next-index-1.lock" if is_relative else str(full))
    assert clean_environment(tmp_path)["GIT_INDEX_FILE"] == str(full)


def test_a_linked_work_tree_has_a_directory_of_its_own(tmp_path: Path) -> None:
    """Its `.git` is a file that says where."""
    repository = Repository(tmp_path / "main")
    repository.commit({"a.py": ""})
    repository.git("worktree", "add", "-q", str(tmp_path / "linked"))
    found = git_directory(tmp_path / "linked")
    assert found is not None
    assert found.resolve() == (repository.root / ".git" / "worktrees" / "linked").resolve()
    assert git_directory(repository.root / "pkg") == repository.root / ".git"


def test_a_command_in_the_configuration_is_not_run(tmp_path: Path) -> None:
    """The file system monitor is a program that a repository names; a check does not start it."""
    repository = Repository(tmp_path / "shop")
    repository.commit({"a.py": ""})
    spy = tmp_path / "spy"
    spy.write_text(f"#!/bin/sh\ntouch {tmp_path}/started\n")
    spy.chmod(0o755)
    repository.git("config", "core.fsmonitor", str(spy))
    os.utime(repository.root / "a.py", (1, 1))
    ask(repository.root, ("diff-files", "--name-only", "-z"))
    assert not (tmp_path / "started").exists()
