"""The project on disk: its root, its files, and reading them."""

import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from hive_guardian.adapters.file_times import changed_ns
from hive_guardian.adapters.pruning import NEVER_ENTERED
from hive_guardian.model.errors import UsageError

_MARKERS = ("hive-guardian.toml", "pyproject.toml", "setup.cfg", "setup.py")
_TO_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0)  # the latter on Windows only
_BLOCK = 1 << 16
_GIT_UNREADABLE = re.compile(rb"^warning: could not open directory '(.+)': ", re.MULTILINE)


def find_root(start: Path) -> Path:
    """Return the project root for a file or directory.

    The root is the top of the git work tree; outside of one, the outermost directory in an unbroken chain of parents
    that holds a manifest or configuration file; without any, the directory itself.

    Raises:
        UsageError: the path does not exist.
    """
    if not start.exists() and not start.is_symlink():
        message = f"{start}: no such file or directory"
        raise UsageError(message)
    directory = start if start.is_dir() else start.parent
    directory = directory.resolve()
    found: Path | None = None
    is_unbroken = True
    for candidate in (directory, *directory.parents):
        if (candidate / ".git").exists():
            return candidate
        if any((candidate / name).is_file() for name in _MARKERS):
            found = candidate if is_unbroken else found
            if _is_root_file(candidate):
                return candidate
        elif found:
            is_unbroken = False
    return found or directory


def outer_markers(root: Path) -> tuple[list[str], list[str]]:
    """Return the absolute paths above a root that would move it: those that exist, and those that do not.

    Above the top of a git work tree nothing counts.
    """
    if (root / ".git").exists():
        return [], []
    places = [str(parent / name) for parent in root.parents for name in (".git", *_MARKERS)]
    here = [place for place in places if os.path.isfile(place)]  # noqa: PTH113 - a list of names, not of paths
    return here, [place for place in places if not os.path.lexists(place)]


def _is_root_file(directory: Path) -> bool:
    """Whether a configuration file here says `root = true`; a text test, the real parse comes later."""
    for name in _MARKERS[:2]:
        try:
            text = (directory / name).read_text("utf-8", "replace")
        except OSError:
            continue
        if "hive-guardian" in text + name and "root = true" in text:
            return True
    return False


class DiskTree:
    """The files of a project on disk; respects .gitignore in a git work tree.

    Args:
        root: the project root.
        only: restrict discovery to these root-relative paths; used when no marker says where the project ends.
    """

    def __init__(self, root: Path, only: Sequence[str] = ()) -> None:
        """Remember the root; nothing is listed before it is asked for."""
        self.root = root
        self.only = tuple(only)
        self._prefix = f"{root}/"
        self._paths: tuple[str, ...] | None = None
        self._regular: frozenset[str] = frozenset()  # by what the walk saw; a look of its own costs a call per file

    def paths(self) -> Sequence[str]:
        """Return all project files, root-relative with forward slashes, sorted; `name/` is an unreadable directory.

        Raises:
            UsageError: the root cannot be listed.
        """
        if self._paths is None:
            found = _git_files(self.root)
            if found is None:
                odd: list[str] = []
                found = list(_walk(self.root, self.only, odd))
                self._regular = frozenset(found).difference(odd)
            self._paths = tuple(sorted(set(found)))
        return self._paths

    def read(self, path: str) -> bytes:
        """Return the content of a root-relative file.

        Raises:
            OSError: it cannot be read, or is no regular file.
        """
        handle = os.open(self._prefix + path, _TO_READ)  # `open` costs half as much again, and pathlib doubles that
        try:
            blocks = [os.read(handle, _BLOCK)]
            while blocks[-1]:
                blocks.append(os.read(handle, _BLOCK))
        finally:
            os.close(handle)
        return b"".join(blocks)

    def exists(self, path: str) -> bool:
        """Whether there is a file of this root-relative path."""
        return os.path.isfile(self._prefix + path)  # noqa: PTH113 - as `read`

    def stat(self, path: str) -> tuple[int, int]:
        """Return (time of the last change in nanoseconds, size in bytes) of a root-relative file.

        Raises:
            OSError: it vanished or cannot be reached.
        """
        status = os.stat(self._prefix + path)  # noqa: PTH116 - as `read`
        return changed_ns(status), status.st_size

    def oddity(self, path: str) -> str | None:
        """Why a listed path cannot be analysed: `None` for a regular file, empty when it is gone, else the reason."""
        if path in self._regular:
            return None
        full = self._prefix + path
        try:
            mode = os.lstat(full).st_mode
        except OSError as error:
            return "" if isinstance(error, FileNotFoundError | NotADirectoryError) else None
        if stat.S_ISREG(mode):
            return None
        if not stat.S_ISLNK(mode):
            return "" if stat.S_ISDIR(mode) else "not a regular file"
        target = os.path.realpath(full)
        if not os.path.exists(target):  # noqa: PTH110 - as `read`
            return "broken symbolic link"
        if os.path.isdir(target):  # noqa: PTH112 - as `read`
            return ""
        inside = target.startswith(self._prefix)
        return f"symbolic link to {target[len(self._prefix) :]}" if inside else "symbolic link out of the project"


def _git_files(root: Path) -> list[str] | None:
    """Return tracked and untracked, not ignored files, or `None` outside a git work tree or without git."""
    if not any((parent / ".git").exists() for parent in (root, *root.parents)):
        return None
    import subprocess  # 2 ms that a project without git does without

    command = ["git", "-C", str(root), "-c", "core.quotepath=off", "ls-files", "-z", "-co", "--exclude-standard"]
    environment = {**os.environ, "LC_ALL": "C"}
    for name in [name for name in environment if name.startswith("GIT_")]:
        del environment[name]
    try:
        done = subprocess.run(  # noqa: S603 - fixed arguments, the root is one argument and no shell is involved
            command, capture_output=True, check=False, timeout=120, env=environment
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode != 0:
        return None
    unreadable = [f"{os.fsdecode(name).rstrip('/')}/" for name in _GIT_UNREADABLE.findall(done.stderr)]
    listed = os.fsdecode(done.stdout).split("\0")
    return [path for path in (*listed, *unreadable) if path and not _is_internal(path)]


def _is_internal(path: str) -> bool:
    return "/" in path and not NEVER_ENTERED.isdisjoint(path.split("/")[:-1])


def _walk(root: Path, only: Sequence[str], odd: list[str]) -> Iterator[str]:
    """Yield every file below the root; directory links are not followed, so a loop cannot form.

    Args:
        root: the project root.
        only: restrict the walk to these root-relative paths.
        odd: receives those that may be no regular files.
    """
    starts = [root / item for item in only] if only else [root]
    for start in starts:
        if start.is_file() or start.is_symlink():
            path = start.relative_to(root).as_posix()
            odd.append(path)
            yield path
        elif start.is_dir() or start == root:
            yield from _walk_directory(root, str(start), odd)


def _walk_directory(root: Path, start: str, odd: list[str]) -> Iterator[str]:
    prefix = len(str(root)) + 1
    pending = [start]
    while pending:
        directory = pending.pop()
        try:
            with os.scandir(directory) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        if entry.name not in NEVER_ENTERED:
                            pending.append(entry.path)
                        continue
                    path = entry.path[prefix:].replace(os.sep, "/")
                    if not entry.is_file(follow_symlinks=False):
                        odd.append(path)
                    yield path
        except OSError as error:
            if directory == start:
                message = f"{directory}: {error.strerror}"
                raise UsageError(message) from error
            path = directory[prefix:].replace(os.sep, "/") + "/"
            odd.append(path)
            yield path


def relative_paths(root: Path, paths: Iterable[str]) -> list[str]:
    """Return command-line paths relative to the root, `` for the root itself.

    Raises:
        UsageError: a path does not exist or lies outside the project.
    """
    found: list[str] = []
    for given in paths:
        path = Path(given)
        if not path.exists() and not path.is_symlink():
            message = f"{given}: no such file or directory"
            raise UsageError(message)
        full = path.parent.resolve() / path.name if path.is_symlink() else path.resolve()
        if full != root and root not in full.parents:
            message = f"{given}: lies outside the project {root.name}; run the check once per project"
            raise UsageError(message)
        relative = full.relative_to(root).as_posix()
        found.append("" if relative == "." else relative)
    return found
