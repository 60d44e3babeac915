"""What decides which files of a work tree git lists, besides the files themselves."""

import os
from collections.abc import Iterator
from pathlib import Path

from hive_guardian.adapters.git.command import ask, git_directory
from hive_guardian.model.errors import UsageError
from hive_guardian.model.frozen_class import frozen

IGNORE_FILE = ".gitignore"
_CONFIG = ("config", "--list", "--show-origin", "--null")
_FROM_FILE = "file:"
_EXCLUDES = "core.excludesfile\n"


@frozen
class ListingSources:
    """The files beside a project that git reads before it lists the project, as absolute paths.

    Attributes:
        present: those that are there.
        absent: those that are not, and would count.
    """

    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


def listing_sources(root: Path) -> ListingSources | None:
    """Return what `git ls-files --exclude-standard` depends on outside of the project; nothing without a work tree.

    Those are the index, `info/exclude`, every configuration file, the user's file of ignored names and the
    `.gitignore` of each directory above the root. The ignore files of the project are the caller's to watch.

    Args:
        root: the project root, absolute; it may lie below the top of the work tree.

    Returns:
        `None` when git cannot be asked.
    """
    private = git_directory(root)
    if private is None:
        return ListingSources()
    try:
        (answer,) = ask(root, _CONFIG)
    except UsageError:
        return None
    if answer.code != 0:
        return None
    top = next(directory for directory in (root, *root.parents) if (directory / ".git").exists())
    between = [directory for directory in root.parents if directory.is_relative_to(top)]
    places = [
        *_of_repository(private),
        *(directory / IGNORE_FILE for directory in between),
        *_of_user(),
        *_of_configuration(top, answer.names()),
    ]
    known = dict.fromkeys(map(os.path.normpath, places))
    return ListingSources(
        tuple(place for place in known if os.path.isfile(place)),  # noqa: PTH113 - a list of names, not of paths
        tuple(place for place in known if not os.path.lexists(place)),
    )


def _of_repository(private: Path) -> Iterator[Path]:
    """Yield the files of the repository; a linked work tree shares those of its main one."""
    try:
        shared = private / (private / "commondir").read_text("utf-8", "surrogateescape").strip()
    except OSError:
        shared = private
    yield private / "index"
    yield private / "config.worktree"
    yield shared / "config"
    yield shared / "info" / "exclude"


def _of_user() -> Iterator[Path]:
    """Yield the user's own files, where git looks for them unless it is told otherwise."""
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 - pathlib raises where there is no home
    configured = os.environ.get("XDG_CONFIG_HOME")
    own = Path(configured) if configured else home / ".config"
    yield from (home / ".gitconfig", own / "git" / "config", own / "git" / "ignore")


def _of_configuration(top: Path, entries: list[str]) -> Iterator[Path]:
    """Yield the files git takes its configuration from, those that others include too, and the file it names.

    Names are relative to the top of the work tree.
    """
    for entry in entries:
        if entry.startswith(_FROM_FILE):
            yield top / entry.removeprefix(_FROM_FILE)
        elif entry.startswith(_EXCLUDES):
            yield top / os.path.expanduser(entry.removeprefix(_EXCLUDES))  # noqa: PTH111 - as in `_of_user`
