"""From the name of a revision to its commit; the name reaches git on standard input, so it cannot become an option."""

from dataclasses import dataclass
from pathlib import Path

from hive_guardian.adapters.git.command import ask, require_work_tree
from hive_guardian.model.errors import UsageError

_MERGE_BASE = "..."
_SHORT = 10


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit.

    Attributes:
        name: as the caller wrote it.
        commit: object id.
        tree: object id of the files of the whole repository.
    """

    name: str
    commit: str
    tree: str

    @property
    def short(self) -> str:
        """The beginning of the commit's id, for a person."""
        return self.commit[:_SHORT]


def resolve(root: Path, name: str) -> Revision:
    """Return the commit that a name stands for; `NAME...` is the last commit that NAME and HEAD have in common.

    Args:
        root: the project.
        name: branch, tag, commit or anything else git understands, such as `HEAD~1`.

    Raises:
        UsageError: there is no such commit here, or no git repository.
    """
    require_work_tree(root, f"--since {name}")
    if not name.strip() or "\n" in name or "\0" in name:
        raise UsageError(f"--since {name!r}: is not the name of a commit")
    if name.endswith(_MERGE_BASE):
        return _fork_point(root, name)
    commit, tree = _look_up(root, name)
    if not commit:
        raise UsageError(f"--since {name}: {_explain(root, name)}")
    return Revision(name, commit, tree)


def _look_up(root: Path, name: str) -> tuple[str, str]:
    """Return the ids of commit and tree, both empty when there is no such commit."""
    question = f"{name}^{{commit}}\n{name}^{{tree}}\n".encode("utf-8", "surrogateescape")
    (answer,) = ask(root, ("cat-file", "--batch-check=%(objectname) %(objecttype)"), stdin=question)
    if answer.code:
        raise UsageError(f"--since {name}: git failed: {answer.complaint}")
    found = [line.split(" ") for line in answer.output.decode("utf-8", "replace").splitlines()]
    match found:
        case [[commit, "commit"], [tree, "tree"]]:
            return commit, tree
        case _:
            return "", ""


def _fork_point(root: Path, name: str) -> Revision:
    other = name.removesuffix(_MERGE_BASE) or "HEAD"
    theirs, _ = _look_up(root, other)
    ours, _ = _look_up(root, "HEAD")
    if not theirs or not ours:
        raise UsageError(f"--since {name}: {_explain(root, other if ours else 'HEAD')}")
    (answer,) = ask(root, ("merge-base", theirs, ours))
    base = answer.output.decode("ascii", "replace").strip()
    commit, tree = _look_up(root, base) if base else ("", "")
    if not commit:
        raise UsageError(f"--since {name}: {other} and HEAD have no commit in common here{_hint(root)}")
    return Revision(name, commit, tree)


def _explain(root: Path, name: str) -> str:
    """Return why a name is no commit, and what to do."""
    question = f"{name}\nHEAD^{{commit}}\n".encode("utf-8", "surrogateescape")
    (answer,) = ask(root, ("cat-file", "--batch-check=%(objecttype)"), stdin=question)
    kind, _, head = answer.output.decode("utf-8", "replace").partition("\n")
    if kind in {"blob", "tree", "tag"}:
        return f"is a {kind}, not a commit"
    if "commit" not in head.split():
        return "this repository has no commit yet"
    if kind.endswith(" ambiguous"):
        return "is the beginning of several commits; write more of it"
    return f"there is no such commit here{_hint(root) or '; is the name right, and is it fetched? (`git fetch`)'}"


def _hint(root: Path) -> str:
    """Return how to get more history, empty where all of it is here."""
    if not is_shallow(root):
        return ""
    return (
        "; this clone is shallow: fetch the history with `git fetch --unshallow`, "
        "in GitHub Actions with `fetch-depth: 0` of actions/checkout"
    )


def is_shallow(root: Path) -> bool:
    """Whether a clone lacks the older part of its history."""
    (answer,) = ask(root, ("rev-parse", "--is-shallow-repository"))
    return answer.output.strip() == b"true"
