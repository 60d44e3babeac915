"""What git says about the files that may be fixed."""

from pathlib import Path
from typing import TYPE_CHECKING

from hive_guardian.bootstrap.checking import CheckRequest
from hive_guardian.engine.request import StatTree
from hive_guardian.model.errors import UsageError
from hive_guardian.model.frozen_class import frozen

if TYPE_CHECKING:
    from hive_guardian.adapters.git.revision import Revision


@frozen
class GitState:
    """What the options `--staged` and `--since` mean for the files.

    Attributes:
        staged: files that differ in the index from HEAD, `None` when nobody asked for them only.
        partial: those of them whose work tree holds something else than the index.
        revision: findings that were there already are left alone; `None` when nobody asked.
    """

    staged: frozenset[str] | None = None
    partial: frozenset[str] = frozenset()
    revision: "Revision | None" = None

    def veto(self, path: str) -> str:
        """Return why a file is not to be changed, empty when it may be.

        The fix would be made in the work tree, and what is staged would stay as it is.
        """
        return "it has changes that are not staged: stage or stash them first" if path in self.partial else ""


def read_git_state(root: Path, tree: StatTree, request: CheckRequest) -> GitState:
    """Return what a request for staged or new findings means.

    Raises:
        UsageError: there is no repository or no such commit.
    """
    staged: frozenset[str] | None = None
    partial: frozenset[str] = frozenset()
    revision = None
    if request.staged:
        from hive_guardian.adapters.git.snapshots import open_index  # other runs do without git's objects

        index = open_index(root, tree)
        staged, partial = index.changed, index.changed - index.tree.on_disk
    if request.since is not None:
        from hive_guardian.adapters.git.revision import resolve  # as above

        revision = resolve(root, request.since)
    return GitState(staged, partial, revision)


def require_clean_tree(root: Path) -> None:
    """Refuse a work tree with changes that are not committed.

    Raises:
        UsageError: it has some, or there is no repository.
    """
    from hive_guardian.adapters.git.command import ask, require_work_tree  # as above

    require_work_tree(root, "--require-clean")
    (status,) = ask(root, ("status", "--porcelain", "-z", "--", "."))
    if status.code:
        raise UsageError(f"--require-clean: git failed: {status.complaint or f'exit code {status.code}'}")
    names = status.names()
    if names:
        raise UsageError(
            f"--require-clean: {len(names)} files have changes that are not committed, such as {names[0][3:]}"
        )
