"""When lines were written: `git blame`, several files at a time."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from hive_guardian.adapters.git.command import Answer, ask, git_directory

_AT_ONCE = 8
_MOST_RANGES = 200
_ENTRY = re.compile(rb"^([0-9a-f]{40}(?:[0-9a-f]{24})?) \d+ (\d+)(?: \d+)?$")
_TIME = re.compile(rb"^author-time (-?\d+)$")


def line_dates(root: Path, lines: Mapping[str, Collection[int]], commit: str = "") -> dict[tuple[str, int], date]:
    """Return (path, line) -> the day (UTC) on which the line was written, as its author dated it.

    A change of white space, or one that git is configured to ignore, does not make a line younger. Lines that are not
    committed yet, files that git does not know and everything outside of a repository are left out. Where history is
    cut off (a shallow clone), a line is at least that old.

    Args:
        root: the project.
        lines: root-relative path -> lines of the file, 1-based.
        commit: id of the commit whose files are meant; empty for those on disk.

    Raises:
        UsageError: git is not installed.
    """
    found: dict[tuple[str, int], date] = {}
    if git_directory(root) is None:
        return found
    wanted = [(path, sorted(set(numbers))) for path, numbers in sorted(lines.items()) if numbers]
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        answers = ask(root, *(_question(path, numbers, commit) for path, numbers in part))
        if any(answer.code for answer in answers):  # a line beyond the end of its file spoils the answer for the others
            answers = ask(root, *(_question(path, (), commit) for path, _ in part))
        for (path, numbers), answer in zip(part, answers, strict=True):
            asked = set(numbers)
            found.update(((path, line), day) for line, day in _dates(answer).items() if line in asked)
    return found


def _question(path: str, numbers: Sequence[int], commit: str) -> list[str]:
    """Return the question about a file, all of it without lines; very many cost more one by one than the whole."""
    ranges = [f"-L{number},{number}" for number in numbers] if len(numbers) <= _MOST_RANGES else []
    return ["blame", "--porcelain", "-w", *ranges, *([commit] if commit else []), "--", path]


def _dates(answer: Answer) -> dict[int, date]:
    """Return line -> day; nothing for a file that git could not tell about."""
    found: dict[int, date] = {}
    times: dict[bytes, date] = {}
    commit, line = b"", 0
    for text in answer.output.split(b"\n") if not answer.code else ():
        if text.startswith(b"\t"):
            if commit in times:
                found[line] = times[commit]
        elif entry := _ENTRY.match(text):
            commit, line = entry[1], int(entry[2])
        elif (time := _TIME.match(text)) and commit.strip(b"0"):
            times[commit] = datetime.fromtimestamp(int(time[1]), tz=UTC).date()
    return found
