"""Write commits without a work tree: all of them in one question to git."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from hive_guardian.adapters.git.command import ask
from hive_guardian.model.errors import UsageError
from hive_guardian.model.frozen_class import frozen

_WHO = "Evaluation <evaluation@example.org> 1767225600 +0000"
"""Author and time of every commit, so that two runs write the same."""
_FILE_MODE = "100644"


@frozen
class Commit:
    """One commit to write.

    Attributes:
        ref: branch that points at it afterwards, without `refs/heads/`.
        parent: branch it is built on; empty for none.
        files: path -> content, all files of the state.
    """

    ref: str
    parent: str
    files: Mapping[str, bytes]


def create_repository(root: Path) -> None:
    """Make a directory a git repository without commits.

    Raises:
        UsageError: git is not installed, or refuses.
    """
    root.mkdir(parents=True)
    (answer,) = ask(root, ("init", "--quiet", "--template=", "--initial-branch=main", "."))
    if answer.code:
        raise UsageError(f"git init failed: {answer.complaint}")


def write_commits(root: Path, commits: Iterable[Commit]) -> None:
    """Write commits in order; a branch may be one that an earlier commit of the same call made.

    Raises:
        UsageError: git is not installed, or refuses.
    """
    stream = b"".join(part for commit in commits for part in _describe(commit))
    (answer,) = ask(root, ("fast-import", "--quiet", "--force"), stdin=stream)
    if answer.code:
        raise UsageError(f"git fast-import failed: {answer.complaint}")


def point_branch(root: Path, name: str, target: str) -> None:
    """Let a branch point at the commit of another one, as a push, forced or not, does.

    Raises:
        UsageError: git is not installed, or refuses.
    """
    (answer,) = ask(root, ("update-ref", f"refs/heads/{name}", f"refs/heads/{target}"))
    if answer.code:
        raise UsageError(f"git update-ref failed: {answer.complaint}")


def _describe(commit: Commit) -> Iterable[bytes]:
    yield f"commit refs/heads/{commit.ref}\ncommitter {_WHO}\n".encode()
    yield _data(b"state")
    if commit.parent:
        yield f"from refs/heads/{commit.parent}\n".encode()
    yield b"deleteall\n"
    for path, content in sorted(commit.files.items()):
        yield f'M {_FILE_MODE} inline "{path}"\n'.encode()
        yield _data(content)


def _data(content: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(content), content)
