"""Unified diffs to data. The text is untrusted: what does not add up is refused, and no path leaves the project."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from hive_guardian.model.errors import UsageError
from hive_guardian.review.change import ChangeKind, FileChange, Hunk, Line, Mark

_HUNK = re.compile(r"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPE = re.compile(r"\\([0-7]{3}|.)")
_LETTERS = {"a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13, '"': 34, "\\": 92}
_NOTHING = "/dev/null"
_KINDS = {"new file mode ": ChangeKind.ADDED, "deleted file mode ": ChangeKind.DELETED}


@dataclass(slots=True)
class _Draft:
    """A file whose part of the diff is being read."""

    old: str = ""
    new: str = ""
    kind: ChangeKind = ChangeKind.MODIFIED
    is_binary: bool = False
    old_mode: str = ""
    new_mode: str = ""
    hunks: list[Hunk] = field(default_factory=list)

    def done(self) -> FileChange:
        kind = self.kind
        if self.old == _NOTHING:
            kind = ChangeKind.ADDED
        elif self.new == _NOTHING:
            kind = ChangeKind.DELETED
        path = self.old if kind is ChangeKind.DELETED else self.new
        old = "" if kind is ChangeKind.ADDED else self.old
        for name in filter(None, (path, old)):
            _refuse_outside(name)
        return FileChange(path, old, kind, tuple(self.hunks), self.is_binary, self.old_mode, self.new_mode)


def parse_patch(data: bytes) -> tuple[FileChange, ...]:
    """Return the files of a unified diff, ordered by path.

    Args:
        data: output of `git diff`, or of `diff -u`; bytes that are no UTF-8 become the replacement character.

    Raises:
        UsageError: it is no unified diff, is cut off, combines several parents, or names files outside of the project.
    """
    lines = data.decode("utf-8", "replace").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    found = _join_replaced([draft.done() for draft in _Reader(lines).read()])
    if not found and any(line.strip() for line in lines):
        raise UsageError("this is no unified diff: there is neither `diff --git` nor `--- ` in it")
    paths = [file.path for file in found]
    twice = next((path for path in paths if paths.count(path) > 1), None) if len(set(paths)) < len(paths) else None
    if twice is not None:
        raise UsageError(f"the diff changes {twice} twice; give the diff between two states, not a series of patches")
    return tuple(sorted(found, key=lambda file: file.path))


def _join_replaced(files: list[FileChange]) -> list[FileChange]:
    """Return the files, those that git deletes and adds again as another kind of entry (a link, say) as one change."""
    out: list[FileChange] = []
    for file in files:
        last = out[-1] if out else None
        is_again = last is not None and last.path == file.path and file.kind is ChangeKind.ADDED
        if last is not None and is_again and last.kind is ChangeKind.DELETED:
            hunks, modes = (*last.hunks, *file.hunks), (last.old_mode, file.new_mode)
            out[-1] = FileChange(file.path, file.path, ChangeKind.MODIFIED, hunks, file.is_binary, *modes)
        else:
            out.append(file)
    return out


class _Reader:
    """Reads line by line; what stands between files, such as the message of a mail, is skipped."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._at = 0

    def read(self) -> Iterator[_Draft]:
        draft: _Draft | None = None
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if line.startswith(("diff --cc ", "diff --combined ", "@@@ ")):
                raise UsageError("this diff combines several parents; give the diff against one of them")
            if line.startswith("diff --git "):
                if draft is not None:
                    yield draft
                draft = _from_header(line.removeprefix("diff --git ").rstrip("\r"))
            elif line.startswith("--- ") and self._next().startswith("+++ "):
                if draft is None or draft.hunks:
                    if draft is not None:
                        yield draft
                    draft = _Draft()
                draft.old, draft.new = _name(line[4:], "a/"), _name(self._next()[4:], "b/")
                self._at += 1
            elif line.startswith("@@ ") and draft is not None:
                draft.hunks.append(self._hunk(line))
                continue
            elif draft is not None:
                _read_extended(draft, line.rstrip("\r"))
            self._at += 1
        if draft is not None:
            yield draft

    def _next(self) -> str:
        return self._lines[self._at + 1] if self._at + 1 < len(self._lines) else ""

    def _hunk(self, header: str) -> Hunk:
        match = _HUNK.match(header)
        if match is None:
            raise UsageError(f"line {self._at + 1} of the diff is no hunk header: {header[:60]!r}")
        old_start, new_start = int(match[1]), int(match[3])
        old_count, new_count = (1 if text is None else int(text) for text in (match[2], match[4]))
        old, new = old_start, new_start
        lines: list[Line] = []
        self._at += 1
        while old < old_start + old_count or new < new_start + new_count:
            text = self._lines[self._at] if self._at < len(self._lines) else None
            if text is None or text[:1] not in {" ", "+", "-", "\\", ""}:
                raise UsageError(f"the diff is cut off or damaged in the hunk {header[:60]!r}")
            self._at += 1
            if text[:1] == "\\":
                continue
            mark = Mark(text[:1] or " ")  # mail programs drop the blank of an empty line
            body = text[1:].removesuffix("\r")
            lines.append(Line(mark, 0 if mark is Mark.NEW else old, 0 if mark is Mark.OLD else new, body))
            old += mark is not Mark.NEW
            new += mark is not Mark.OLD
        while self._at < len(self._lines) and self._lines[self._at].startswith("\\"):
            self._at += 1
        return Hunk(old_start, old_count, new_start, new_count, tuple(lines))


def _read_extended(draft: _Draft, line: str) -> None:
    """Read a line between the header of a file and its first hunk."""
    if line.startswith(("Binary files ", "GIT binary patch")):
        draft.is_binary = True
    for start, kind in _KINDS.items():
        if line.startswith(start):
            draft.kind = kind
            mode = line.removeprefix(start)
            draft.new_mode, draft.old_mode = (mode, "") if kind is ChangeKind.ADDED else ("", mode)
    for start, kind in (("rename ", ChangeKind.RENAMED), ("copy ", ChangeKind.COPIED)):
        if line.startswith(f"{start}from "):
            draft.kind, draft.old = kind, _unquote(line.removeprefix(f"{start}from "))
        elif line.startswith(f"{start}to "):
            draft.kind, draft.new = kind, _unquote(line.removeprefix(f"{start}to "))
    if line.startswith("old mode "):
        draft.old_mode = line.removeprefix("old mode ")
    elif line.startswith("new mode "):
        draft.new_mode = line.removeprefix("new mode ")
    elif line.startswith("index ") and line.count(" ") == 2:
        draft.old_mode = draft.new_mode = line.rpartition(" ")[2]


def _from_header(rest: str) -> _Draft:
    """Return what `diff --git` says: both names, which are the same unless later lines say otherwise."""
    quoted = [match[0] for match in _QUOTED.finditer(rest)]
    if len(quoted) == 2:
        first, second = quoted
    elif len(quoted) == 1:
        other = rest.replace(quoted[0], "", 1).strip()
        first, second = (quoted[0], other) if rest.startswith('"') else (other, quoted[0])
    else:
        first, second = rest[: len(rest) // 2], rest[len(rest) // 2 + 1 :]
    return _Draft(_unquote(first).removeprefix("a/"), _unquote(second).removeprefix("b/"))


def _name(text: str, prefix: str) -> str:
    """Return the name on a `---` or `+++` line; `diff -u` writes a time behind it."""
    text = text.rstrip("\r")
    name = _unquote(text) if text.startswith('"') else text.partition("\t")[0]
    return name if name == _NOTHING else name.removeprefix(prefix)


def _unquote(text: str) -> str:
    """Return a name that git may have put in quotes, C style."""
    match = _QUOTED.fullmatch(text)
    if match is None:
        return text
    out = bytearray()
    at = 0
    for escape in _ESCAPE.finditer(match[1]):
        out += match[1][at : escape.start()].encode("utf-8", "surrogateescape")
        code = escape[1]
        out.append(int(code, 8) & 0xFF if len(code) == 3 else _LETTERS.get(code, ord(code[0]) & 0xFF))
        at = escape.end()
    out += match[1][at:].encode("utf-8", "surrogateescape")
    return out.decode("utf-8", "surrogateescape")


def _refuse_outside(name: str) -> None:
    """Refuse a name that is absolute, climbs out of the project, or reaches into git's own files."""
    parts = name.split("/")
    drive = len(parts[0]) == 2 and parts[0].endswith(":")
    if not name or name.startswith("/") or drive or ".." in parts or "\0" in name or parts[0] == ".git":
        raise UsageError(f"the diff names {name!r}, which is no file of the project")
