"""Questions to the git program: fixed arguments, bytes in, bytes out, no shell and no lock.

The listing of a tree or the index is one short question, and importing GitPython takes longer than all of them together
(ADR 10), so GitPython is imported only for the provenance of a report.
"""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from hive_guardian.model.errors import UsageError
from hive_guardian.model.frozen_class import frozen

_OPTIONS = (
    "--no-optional-locks",  # a check must not be in the way of what the user does meanwhile
    "--literal-pathspecs",
    "-c", "core.quotepath=off",
    "-c", "core.fsmonitor=false",  # the value is a command to run
)  # fmt: skip


@frozen
class Answer:
    """What git said.

    Attributes:
        code: exit code, 0 for success.
        output: standard output.
        complaint: standard error in one line, for a person.
    """

    code: int
    output: bytes
    complaint: str

    def names(self) -> list[str]:
        """The NUL-terminated names of the output."""
        return [os.fsdecode(name) for name in self.output.split(b"\0") if name]


def ask(root: Path, *questions: Sequence[str], stdin: bytes = b"") -> list[Answer]:
    """Put questions to git, all at once; returns the answers in the same order.

    Args:
        root: the directory git runs in; names are relative to it.
        questions: a subcommand with its arguments each.
        stdin: what each of them reads.

    Raises:
        UsageError: git is not installed.
    """
    environment = clean_environment(root)
    running: list[subprocess.Popen[bytes]] = []
    try:
        for question in questions:
            running.append(  # noqa: PERF401 - those already started are ended when a later one cannot start
                subprocess.Popen(  # noqa: S603 - fixed arguments, the root is one argument and no shell is involved
                    ["git", "-C", str(root), *_OPTIONS, *question],  # noqa: S607 - the user's git, as on the command line
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
                )
            )  # fmt: skip
        return [_answer(process, stdin) for process in running]
    except OSError as error:
        raise UsageError(f"git cannot be run ({error.strerror}); install it, or go without what needs it") from error
    finally:
        for process in running:
            if process.returncode is None:
                process.kill()
                process.communicate()


def _answer(process: subprocess.Popen[bytes], stdin: bytes) -> Answer:
    output, complaint = process.communicate(stdin)
    return Answer(process.returncode, output, " ".join(complaint.decode("utf-8", "replace").split()))


def clean_environment(root: Path) -> dict[str, str]:
    """Return the environment for git: what a hook of some repository left in it must not lead into that one.

    The index that `git commit` prepares for its hooks stays, if it belongs to the repository of the root.
    """
    given = dict(os.environ)
    kept = {name: value for name, value in given.items() if not name.startswith("GIT_")}
    index = given.get("GIT_INDEX_FILE")
    directory = git_directory(root)
    if index and directory is not None:
        full = Path(index).absolute()
        if full.parent.resolve() == directory.resolve():
            kept["GIT_INDEX_FILE"] = str(full)
    return {**kept, "LC_ALL": "C", "LANGUAGE": "C", "GIT_TERMINAL_PROMPT": "0"}


def git_directory(root: Path) -> Path | None:
    """Return the directory in which git keeps the work tree's own files, `None` outside of a work tree."""
    for directory in (root, *root.parents):
        place = directory / ".git"
        if place.is_dir():
            return place
        try:
            text = place.read_text("utf-8", "surrogateescape")
        except OSError:
            continue
        if text.startswith("gitdir:"):
            return directory / text.removeprefix("gitdir:").strip()
    return None


def prefix_of(root: Path) -> str:
    """Return the path of a directory below the top of its work tree, with a slash at its end; empty for the top."""
    for depth, directory in enumerate((root, *root.parents)):
        if (directory / ".git").exists():
            return "".join(f"{part}/" for part in root.parts[len(root.parts) - depth :])
    return ""


def require_work_tree(root: Path, option: str) -> None:
    """Refuse a project that is not under version control.

    Raises:
        UsageError: there is no git work tree; names the option that needs one.
    """
    if git_directory(root) is None:
        raise UsageError(f"{option}: {root.name} is not a git repository; nobody knows what it contained before")
