"""Answer a check that was answered before, when nothing it depends on has changed.

A run leaves a record: its output, and the time stamps of everything it read (files, manifests, every directory, the
code of this program and its plugins). While all stamps hold, the next run of the same command prints that output. The
start of the program is most of a warm run, so this module imports nothing that the interpreter has not loaded already,
but `json` and `time`.

The directories of the code are the exception: the interpreter itself touches them when it compiles the first module
there, so they are known by the names they hold.
"""

import json
import os
import sys
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import TypedDict

from hive_guardian.adapters.file_times import changed_ns
from hive_guardian.adapters.pruning import NEVER_ENTERED

FORMAT = 4
CACHE_DIRECTORY = ".hive-guardian-cache"
_COARSE_TICK_NS = 2_000_000_000
_FINE_TICK_NS = 50_000_000
"""What changed less than one tick of the file system's clock before a run began may have changed again unseen. A stamp
with digits below a millisecond comes from a fine clock, whose tick is a few milliseconds; others may count seconds."""

_NEVER_RECORDED = (
    "--output", "--report", "--timings", "--verbose", "-v", "--no-cache", "--cache-dir", "--stdin", "-h", "--help",
    "--since", "--staged",  # the answer depends on commits, which leave no time stamp of their own
)  # fmt: skip
_ENVIRONMENT = (
    "NO_COLOR",
    "FORCE_COLOR",
    "TERM",
    "COLUMNS",
    "CI",
    "PYTHONPATH",
    "GIT_DIR",
    "GIT_WORK_TREE",
    "HOME",
    "XDG_CONFIG_HOME",
)
_KEPT = 20
_MOST_DIRECTORIES = 50_000
Stamp = tuple[str, int, int]


def replay(arguments: Sequence[str]) -> int | None:
    """Print what an earlier run of the same command printed and return its exit code; `None` to run the check.

    Any doubt, a record that cannot be read included, means `None`.
    """
    if sys.stdout is None or not is_replayable(arguments):
        return None
    record = _find(arguments)
    if record is None:
        return None
    try:
        sys.stdout.buffer.write(str(record["output"]).encode("utf-8", "backslashreplace"))
        sys.stdout.buffer.flush()
    except OSError:
        return None
    return record["code"]


class _Record(TypedDict):
    """What a run leaves behind."""

    key: list[str]
    output: str
    code: int
    files: list[tuple[str, int, int]]
    directories: list[tuple[str, int]]
    listings: list[tuple[str, int]]
    absent: list[str]


def _find(arguments: Sequence[str]) -> _Record | None:
    """Return the record of this command if it still holds."""
    key = command_key(arguments)
    name = _record_name(key)
    for directory in _places(arguments):
        try:
            with open(f"{directory}/{CACHE_DIRECTORY}/{name}", encoding="utf-8") as handle:  # noqa: PTH123 - pathlib is not loaded yet
                record: _Record = json.load(handle)
            if record["key"] == key and record["code"] in {0, 1} and _is_bound(record, directory) and _holds(record):
                return record
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
    return None


def is_replayable(arguments: Sequence[str]) -> bool:
    """Whether a command line is a check whose only effect is its output."""
    if not arguments or arguments[0] != "check":
        return False
    short = "".join(argument for argument in arguments[1:] if argument.startswith("-") and argument[1:2] != "-")
    return "v" not in short and not any(argument.startswith(_NEVER_RECORDED) for argument in arguments[1:])


def command_key(arguments: Sequence[str]) -> list[str]:
    """Return what decides the output of a command, besides the content of files."""
    # guardian: allow[GR37] no setting is read: the values tell one question from another
    environment = [f"{name}={os.environ.get(name, '')}" for name in _ENVIRONMENT]
    today = time.strftime("%Y-%m-%d", time.gmtime())
    terminal = str(sys.stdout.isatty())
    return [str(FORMAT), sys.version, sys.prefix, os.getcwd(), today, terminal, *environment, *sys.path, "", *arguments]  # noqa: PTH109 - as in `replay`


def _record_name(key: Sequence[str]) -> str:
    return f"replay-{zlib.crc32(chr(0).join(key).encode('utf-8', 'surrogateescape')):08x}.json"


def _places(arguments: Sequence[str]) -> Iterator[str]:
    """Yield the directories that may be the project root: those above the working directory and the named paths."""
    named = [os.path.abspath(item) for item in arguments[1:] if not item.startswith("-") and os.path.exists(item)]  # noqa: PTH100, PTH110 - as in `replay`
    seen: set[str] = set()
    for start in (os.getcwd(), *named):  # noqa: PTH109 - as in `replay`
        directory = start
        while directory not in seen:
            seen.add(directory)
            yield directory
            directory = os.path.dirname(directory)  # noqa: PTH120 - as in `replay`


def _is_bound(record: _Record, root: str) -> bool:
    """Whether a record has stamps of this checkout and this program.

    Nobody who commits a record can know when somebody else checked out; without stamps it would hold everywhere.
    """
    is_ours = any(path == __file__ for path, _, _ in record["files"])
    return is_ours and any(path == root for path, _ in record["directories"])


def _holds(record: _Record) -> bool:
    """Whether every stamp of a record is what the file system says now; raises what a malformed record causes."""
    stat = os.stat
    for path, when, size in record["files"]:
        found = stat(path)
        if changed_ns(found) != when or found.st_size != size:
            return False
    for path, when in record["directories"]:
        if changed_ns(stat(path)) != when:
            return False
    if any(_listing(path) != names for path, names in record["listings"]):
        return False
    return not any(os.path.lexists(path) for path in record["absent"])


def write_record(
    root: str,
    arguments: Sequence[str],
    *,
    files: Iterable[Stamp],
    others: Iterable[str],
    code_roots: Iterable[str],
    absent: Iterable[str],
    output: str,
    code: int,
    began_ns: int,
) -> bool:
    """Leave a record of a run; returns whether one was written.

    Args:
        root: absolute path of the project root, which holds the cache directory.
        arguments: the command line.
        files: (absolute path, time of its last change in nanoseconds, size) as seen before each file was analysed.
        others: absolute paths of further files that were read.
        code_roots: directories of the code that ran.
        absent: absolute paths whose appearance would change the answer.
        output: what was printed.
        code: the exit code.
        began_ns: when the run began; a stamp too close to it or later cannot be trusted.
    """
    try:
        code_places = [place for code_root in code_roots for place in _directories(code_root)]
        own = list(_directories(root))
        ignoring = (path for path in map("{}/.gitignore".format, own) if os.path.isfile(path))  # noqa: PTH113 - as in `replay`
        read = dict.fromkeys((*others, *ignoring))  # an ignore file may ignore itself, and be no file of the project
        stamps = [*files, *map(_stamp, read), *(stamp for place in code_places for stamp in _file_stamps(place))]
        installed = [path for path in sys.path if holds_distributions(path)]
        directories = [(path, changed_ns(os.stat(path))) for path in (*own, *installed)]  # noqa: PTH116 - as in `replay`
        changed = [*(when for _, when, _ in stamps), *(when for _, when in directories)]
        changed += [changed_ns(os.stat(path)) for path in code_places]  # noqa: PTH116 - as in `replay`
        if any(_is_young(when, began_ns) for when in changed) or len(directories) > _MOST_DIRECTORIES:
            return False
        key = command_key(arguments)
        record = _Record(
            key=key, output=output, code=code, files=stamps, directories=directories, absent=list(absent),
            listings=[(place, _listing(place)) for place in code_places],
        )  # fmt: skip
        _write(f"{root}/{CACHE_DIRECTORY}", _record_name(key), json.dumps(record, separators=(",", ":")))
    except (OSError, ValueError):
        return False
    return True


def holds_distributions(path: str) -> bool:
    """Whether a place on the import path is one where plugins are installed and removed."""
    try:
        with os.scandir(path) as entries:
            return any(entry.name.endswith((".dist-info", ".egg-info")) for entry in entries)
    except OSError:
        return False


def _is_young(when: int, began_ns: int) -> bool:
    """Whether something changed too shortly before a run began, or later, for its stamp to be trusted."""
    return began_ns - when <= (_FINE_TICK_NS if when % 1_000_000 else _COARSE_TICK_NS)


def _stamp(path: str) -> Stamp:
    found = os.stat(path)  # noqa: PTH116 - as in `replay`
    return path, changed_ns(found), found.st_size


def _file_stamps(directory: str) -> Iterator[Stamp]:
    with os.scandir(directory) as entries:
        yield from (_stamp(entry.path) for entry in entries if entry.is_file())


def _listing(directory: str) -> int:
    """Return what tells the names in a directory from others, without those that tools keep there."""
    names = sorted(name for name in os.listdir(directory) if name not in NEVER_ENTERED)  # noqa: PTH208 - as in `replay`
    return zlib.crc32("\0".join(names).encode("utf-8", "surrogateescape"))


def _directories(root: str) -> Iterator[str]:
    """Yield every directory below one, itself included: a file can appear in any of them."""
    for directory, names, _ in os.walk(root):
        names[:] = [name for name in names if name not in NEVER_ENTERED]
        yield directory


def _write(directory: str, name: str, text: str) -> None:
    """Write a record whole or not at all, and drop the oldest beyond a limit."""
    temporary = f"{directory}/.{name}.{os.getpid()}"
    with open(temporary, "w", encoding="utf-8") as handle:  # noqa: PTH123 - as in `replay`
        handle.write(text)
    os.replace(temporary, f"{directory}/{name}")  # noqa: PTH105 - as in `replay`
    records = [entry for entry in os.scandir(directory) if entry.name.startswith("replay-")]
    for entry in sorted(records, key=lambda item: item.stat().st_mtime_ns)[:-_KEPT]:
        os.unlink(entry.path)  # noqa: PTH108 - as in `replay`
