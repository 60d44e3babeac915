"""The change between two states of a project, as git tells it, and the trees before and after."""

import os
from pathlib import Path

from hive_guardian.adapters.git.command import ask, require_work_tree
from hive_guardian.adapters.git.object_tree import ObjectTree
from hive_guardian.adapters.git.revision import Revision, fork_point, resolve
from hive_guardian.adapters.git.snapshots import open_commit, open_index
from hive_guardian.adapters.patched_tree import PatchedTree
from hive_guardian.engine.request import StatTree
from hive_guardian.model.errors import UsageError
from hive_guardian.model.frozen_class import frozen
from hive_guardian.review.change import ChangeSet
from hive_guardian.review.patch import parse_patch
from hive_guardian.review.patching import find_states

_DIFF = (
    "--no-color", "--no-ext-diff", "--no-textconv", "--find-renames", "--unified=3", "--inter-hunk-context=0",
    "--src-prefix=a/", "--dst-prefix=b/", "--relative", "--submodule=short", "--ignore-submodules=none", "--full-index",
    "--diff-algorithm=myers", "--no-indent-heuristic", f"-O{os.devnull}",
)  # fmt: skip
_HEAD = "HEAD"


@frozen
class GitChange:
    """A change and the two states it leads between.

    Attributes:
        change: the diff.
        before: all files before it.
        after: all files after it.
        key: names the line of work, equal for successive states of it: earlier reviews are found by it.
        notes: what a person should know.
    """

    change: ChangeSet
    before: StatTree
    after: StatTree
    key: str
    notes: tuple[str, ...] = ()


def read_range(root: Path, disk: StatTree, text: str) -> GitChange:
    """Return the change of `A..B`, or of `A...B`, which begins where B left A.

    Raises:
        UsageError: it is no range, a name is unknown, or git fails.
    """
    require_work_tree(root, text)
    separator = "..." if "..." in text else ".."
    first, found, second = text.partition(separator)
    if not found:
        raise UsageError(
            f"{text}: is no range; write {text}^..{text} for one commit, or --since {text} for all since then"
        )
    first, second = first or _HEAD, second or _HEAD
    head = resolve(root, second, option="")
    base = fork_point(root, first, first, second, text) if separator == "..." else resolve(root, first, option="")
    before, after = open_commit(root, base, disk), open_commit(root, head, disk)
    change = _diff(root, (base.commit, head.commit), _call(base), _call(head))
    start = first if separator == "..." else base.commit
    return GitChange(change, before, after, f"range:{start}:{_branch(root) if second == _HEAD else second}")


def read_staged(root: Path, disk: StatTree) -> GitChange:
    """Return what is staged, compared with HEAD, or with nothing before the first commit.

    Raises:
        UsageError: no repository, a merge is not finished, or git fails.
    """
    staged = open_index(root, disk)
    base = _head(root, "--staged")
    if base is None:
        empty = ObjectTree(root, {}, disk, ())
        return GitChange(
            _diff(root, ("--cached", _empty_tree(root)), "nothing", "the index"), empty, staged.tree, "staged"
        )
    before = open_commit(root, base, staged.tree)
    change = _diff(root, ("--cached", base.commit), _call(base), "the index")
    return GitChange(change, before, staged.tree, f"staged:{base.commit}:{_branch(root)}")


def read_since(root: Path, disk: StatTree, name: str) -> GitChange:
    """Return what the work tree has more or less than a commit; files git does not know are left out, and counted.

    Raises:
        UsageError: the name is unknown, or git fails.
    """
    base = resolve(root, name)
    before = open_commit(root, base, disk)
    change = _diff(root, (base.commit,), _call(base), "the work tree")
    (others,) = ask(root, ("ls-files", "--others", "--exclude-standard", "-z"))
    count = len(others.names())
    notes = (f"{count} files that git does not know are not part of the change; `git add` them",) if count else ()
    return GitChange(change, before, disk, f"since:{base.commit}:{_branch(root)}", notes)


def read_diff(disk: StatTree, data: bytes, name: str) -> GitChange:
    """Return the change that a diff describes; the files on disk are those before or after it.

    Args:
        disk: the files of the work tree.
        data: a unified diff, which is data and nothing else.
        name: how a person calls it.

    Raises:
        UsageError: it is no diff, or does not fit the files.
    """
    files = parse_patch(data)

    def find(path: str) -> bytes | None:
        try:
            return disk.read(path) if disk.exists(path) and disk.oddity(path) is None else None
        except OSError:
            return None

    states = find_states(files, find)
    before, after = (PatchedTree(disk, contents) for contents in (states.before, states.after))
    change = ChangeSet(f"before {name}", f"after {name}", files)
    return GitChange(change, before, after if states.after else disk, f"diff:{name}")


def _diff(root: Path, sides: tuple[str, ...], base: str, head: str) -> ChangeSet:
    (answer,) = ask(root, ("diff", *_DIFF, *sides, "--", "."))
    if answer.code:
        raise UsageError(f"git diff failed: {answer.complaint or f'exit code {answer.code}'}")
    return ChangeSet(base, head, parse_patch(answer.output))


def _head(root: Path, option: str) -> Revision | None:
    """Return the commit of HEAD, `None` before the first one."""
    (answer,) = ask(root, ("rev-parse", "--verify", "--quiet", "HEAD^{commit}"))
    return None if answer.code else resolve(root, _HEAD, option=option)


def _branch(root: Path) -> str:
    """Return the name of the branch that is checked out, `HEAD` for none."""
    (answer,) = ask(root, ("symbolic-ref", "--quiet", "--short", _HEAD))
    return answer.output.decode("utf-8", "replace").strip() or _HEAD


def _empty_tree(root: Path) -> str:
    (answer,) = ask(root, ("hash-object", "-t", "tree", "--stdin"))
    return answer.output.decode("ascii", "replace").strip()


def _call(revision: Revision) -> str:
    same = revision.commit.startswith(revision.name)
    return revision.short if same else f"{revision.name} ({revision.short})"
