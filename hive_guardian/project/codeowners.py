"""CODEOWNERS: who answers for a path (GitHub: "About code owners"; GitLab: "Code Owners syntax and error handling").

GitHub reads one file and takes the last pattern that matches. GitLab divides the file into sections, each with its last
match, and a path belongs to the owners of all of them. A file with section headings is GitLab's.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import field

from hive_guardian.model.frozen_class import frozen

LOCATIONS = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
"""Where the file may lie; the first one counts."""
SIZE_LIMIT = 3 * 1024 * 1024
"""GitHub does not load a larger file."""

_SECTION = re.compile(r"\^?\[(?P<name>[^\]]+)\](?:\[\d+\])?(?:\s+(?P<owners>[^#]*))?\s*(?:#.*)?")
_OWNER = re.compile(r"@[\w.-]+(?:/[\w.-]+)*|@@[\w-]+|[^\s@]+@[^\s@]+\.[^\s@]+")
_WORD = re.compile(r"(?:\\.|\S)+")


@frozen
class Problem:
    """A line that gives no owner.

    Attributes:
        line: 1-based.
        message: why, for a person, without a final full stop.
    """

    line: int
    message: str


@frozen
class _Entry:
    """One line: which paths, and whose they are; no owners takes them away from everybody."""

    pattern: re.Pattern[str]
    owners: tuple[str, ...]


@frozen
class CodeOwners:
    """The owners of paths.

    Attributes:
        path: the file, root-relative; empty when there is none.
        problems: lines that are ignored, in order.
    """

    path: str = ""
    problems: tuple[Problem, ...] = ()
    _sections: tuple[tuple[_Entry, ...], ...] = ()
    _known: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)

    def owners(self, path: str) -> tuple[str, ...]:
        """The owners of a root-relative file, as written, in order; empty when nobody answers for it."""
        found = self._known.get(path)
        if found is None:
            matches = (_last_match(section, path) for section in self._sections)
            found = tuple(dict.fromkeys(owner for owners in matches for owner in owners))
            self._known[path] = found
        return found


def parse_codeowners(path: str, data: bytes) -> CodeOwners:
    """Read a CODEOWNERS file; what it does not understand is a problem, never an error.

    Args:
        path: root-relative.
        data: its content.
    """
    if len(data) > SIZE_LIMIT:
        return CodeOwners(path, (Problem(1, "is larger than 3 MB, so GitHub ignores the whole file"),))
    lines = data.decode("utf-8-sig", "replace").splitlines()
    is_gitlab = any(_heading(line.strip()) for line in lines)
    sections: dict[str, list[_Entry]] = {"": []}
    problems: list[Problem] = []
    current, defaults = "", ()
    for number, line in enumerate(map(str.strip, lines), 1):
        heading = _heading(line) if is_gitlab else None
        if heading:
            current = heading["name"].strip().casefold()
            defaults = tuple((heading["owners"] or "").split())
            sections.setdefault(current, [])
        elif line and not line.startswith("#"):
            entry = _entry(line, defaults, is_gitlab=is_gitlab)
            if isinstance(entry, str):
                problems.append(Problem(number, entry))
            else:
                sections[current].append(entry)
    return CodeOwners(path, tuple(problems), tuple(tuple(entries) for entries in sections.values()))


def path_pattern(pattern: str) -> re.Pattern[str]:
    """Return what a pattern matches, as a regular expression for whole root-relative paths.

    A pattern with a slash before its end counts from the root, any other from everywhere. One that names a directory
    covers all below; one that ends in `/*` only what lies right there.
    """
    text = pattern.lstrip("/")
    is_anchored = pattern.startswith("/") or "/" in text.rstrip("/")
    is_directory = text.endswith("/")
    words = [part for part in text.split("/") if part] or [""]
    parts = [part for index, part in enumerate(words) if part != "**" or words[index - 1 : index] != ["**"]]
    regex = "" if is_anchored else "(?:.*/)?"
    for part in parts[:-1]:
        regex += "(?:.*/)?" if part == "**" else f"{_segment(part)}/"
    regex += ".+" if parts[-1] == "**" else _segment(parts[-1])
    if is_directory:
        regex += "/.+"
    elif parts[-1] != "*" or not is_anchored:
        regex += "(?:/.*)?"
    return re.compile(regex, re.DOTALL)


def _heading(line: str) -> re.Match[str] | None:
    """Return the match of a section heading: a name in brackets, and nothing after it but owners."""
    found = _SECTION.fullmatch(line)
    owners = (found["owners"] or "").split() if found else []
    return found if all(_OWNER.fullmatch(owner) for owner in owners) else None


def _entry(line: str, defaults: Iterable[str], *, is_gitlab: bool) -> "_Entry | str":
    """Return what a line says, or why it says nothing."""
    words = list(_words(line))
    pattern, owners = words[0], words[1:]
    if pattern.startswith("!"):
        return "`!` does not take paths back here: the line is ignored"
    if not is_gitlab and pattern.startswith("\\#"):
        return "`\\#` does not escape a comment here: the line is ignored"
    if not is_gitlab and re.search(r"(?<!\\)\[", pattern):
        return "`[ ]` is no range of characters here: the line is ignored"
    wrong = next((owner for owner in owners if not _OWNER.fullmatch(owner)), "")
    if wrong and not is_gitlab:
        return f"{wrong!r} is neither @user, @organisation/team nor an email address: the line is ignored"
    named = tuple(owner for owner in owners if _OWNER.fullmatch(owner))
    return _Entry(path_pattern(pattern), named if owners else tuple(defaults))


def _words(line: str) -> Iterator[str]:
    """Yield the words of a line up to a comment; a backslash keeps a space inside a word."""
    for index, word in enumerate(_WORD.findall(line)):
        if index and word.startswith("#"):
            return
        yield word


def _segment(part: str) -> str:
    """Return the regular expression of one part of a path.

    What stands between two stars is taken where it comes first, for good: trying other places cannot help, and takes
    for ever on a part that was written to be slow.
    """
    chunks, characters = [""], iter(part)
    for character in characters:
        if character == "*":
            chunks.append("")
        else:
            literal = next(characters, character) if character == "\\" else character
            chunks[-1] += "[^/]" if character == "?" else re.escape(literal)
    first, *others = chunks
    if not others:
        return first
    return first + "".join(f"(?>[^/]*?{chunk})" for chunk in others[:-1] if chunk) + f"[^/]*{others[-1]}"


def _last_match(entries: tuple[_Entry, ...], path: str) -> tuple[str, ...]:
    return next((entry.owners for entry in reversed(entries) if entry.pattern.fullmatch(path)), ())
