"""From the name of a revision to its commit; the name reaches git on standard input, so it cannot become an option."""

from pathlib import Path

from hive_guardian.adapters.git.command import ask, require_work_tree
from hive_guardian.model.errors import UsageError
from hive_guardian.model.frozen_class import frozen

_MERGE_BASE = "..."
_SHORT = 10


@frozen
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


def resolve(root: Path, name: str, *, option: str = "--since") -> Revision:
    """Return the commit that a name stands for; `NAME...` is the last commit that NAME and HEAD have in common.

    Args:
        root: the project.
        name: branch, tag, commit or anything else git understands, such as `HEAD~1`.
        option: what the caller wrote before the name, for messages; may be empty.

    Raises:
        UsageError: there is no such commit here, or no git repository.
    """
    said = f"{option} {name}".strip()
    require_work_tree(root, said)
    if not name.strip() or "\n" in name or "\0" in name:
        raise UsageError(f"{f'{option} {name!r}'.strip()}: is not the name of a commit")
    if name.endswith(_MERGE_BASE):
        return fork_point(root, name, name.removesuffix(_MERGE_BASE) or "HEAD", "HEAD", said)
    return _peel(root, name, _object(root, name, said), said)


def _object(root: Path, name: str, said: str) -> str:
    found, kind = _look_up(root, name, said)
    if kind not in {"commit", "tag"}:
        raise UsageError(f"{said}: {_explain(root, kind, said)}")
    return found


def _look_up(root: Path, name: str, said: str, *peels: str) -> tuple[str, ...]:
    """Return id and kind of an object, or of what each suffix makes of it, one after the other.

    The kind of what is not there is `missing` or `ambiguous`.
    """
    question = "".join(f"{name}{peel}\n" for peel in peels or ("",)).encode("utf-8", "surrogateescape")
    (answer,) = ask(root, ("cat-file", "--batch-check=%(objectname) %(objecttype)"), stdin=question)
    if answer.code:
        raise UsageError(f"{said}: git failed: {answer.complaint}")
    lines = answer.output.decode("utf-8", "replace").rstrip("\n").split("\n")
    return tuple(part for line in lines for part in line.rpartition(" ")[::2])


def _peel(root: Path, name: str, found: str, said: str) -> Revision:
    """Return the commit behind an object, which may be a tag."""
    commit, kind, tree, _ = _look_up(root, found, said, "^{commit}", "^{tree}")
    if kind != "commit":
        raise UsageError(f"{said}: is a tag of something that is not a commit")
    return Revision(name, commit, tree)


def fork_point(root: Path, name: str, one: str, other: str, said: str) -> Revision:
    """Return the last commit that two have in common.

    Args:
        root: the project.
        name: how the result is called.
        one: name of a commit.
        other: name of a commit.
        said: what the caller wrote, for messages.

    Raises:
        UsageError: there is none, or no such commit.
    """
    commits = [_object(root, each, said) for each in (one, other)]
    (answer,) = ask(root, ("merge-base", *commits))
    base = answer.output.decode("ascii", "replace").strip()
    if not base:
        raise UsageError(f"{said}: {one} and {other} have no commit in common here{_hint(root)}")
    return _peel(root, name, base, said)


def _explain(root: Path, kind: str, said: str) -> str:
    """Return why a name is no commit, and what to do."""
    if kind in {"blob", "tree"}:
        return f"is a {kind}, not a commit"
    if kind == "ambiguous":
        return "is the beginning of several commits; write more of it"
    _, head = _look_up(root, "HEAD", said)
    if head == "missing":
        return "this repository has no commit yet"
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
