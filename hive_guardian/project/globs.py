"""Path globs: compiled once, matched on whole path parts.

`*` and `?` stay inside one part, `**` as a whole part stands for any number of parts (also none),
`{a,b}` gives alternatives and may nest. Everything else is literal; matching is case-sensitive.
"""

import re
from collections.abc import Iterable, Iterator

_BRACE_LIMIT = 1000
_ANY_PARTS = "(?:[^/]+/)*"


def normalise(glob: str) -> str:
    """One spelling per glob: no leading `./` or `/`, no trailing `/`; `.` is the project root, spelled empty."""
    glob = glob.removeprefix("./").strip("/")
    return "" if glob == "." else glob


def expand(glob: str) -> list[str]:
    """Resolve `{a,b}`: the alternatives in order of appearance, without duplicates.

    A brace without its partner is literal.

    Raises:
        ValueError: more than a thousand alternatives; whoever wrote the glob did not mean that.
    """
    done: dict[str, None] = {}
    pending = [glob]
    while pending:
        current = pending.pop()
        span = _first_braces(current)
        if span is None:
            done[current] = None
        else:
            start, cuts = span
            bounds = [start, *cuts]
            pending += [
                current[:start] + current[left + 1 : right] + current[cuts[-1] + 1 :]
                for left, right in reversed(list(zip(bounds, cuts, strict=False)))
            ]
        if len(done) + len(pending) > _BRACE_LIMIT:
            msg = f"the glob {glob!r} stands for more than {_BRACE_LIMIT} alternatives"
            raise ValueError(msg)
    return list(done)


def translate(glob: str) -> str:
    """The regular expression (for `fullmatch`, with `re.DOTALL`) of one glob.

    Raises:
        ValueError: as `expand`.
    """
    return "|".join(_translate_plain(normalise(one)) for one in expand(glob))


class GlobSet:
    """Several globs as one question.

    Attributes:
        globs: as written, in order.
    """

    __slots__ = ("_match", "_single", "globs")

    def __init__(self, globs: Iterable[str]) -> None:
        """Compile the globs.

        Raises:
            ValueError: a glob has too many alternatives.
        """
        self.globs = tuple(globs)
        self._match = re.compile(alternation(self.globs), re.DOTALL).fullmatch if self.globs else None
        self._single: dict[str, re.Pattern[str]] = {}

    def matches(self, path: str) -> bool:
        """Whether any glob matches the whole path."""
        return self._match is not None and self._match(path) is not None

    def first(self, path: str) -> str | None:
        """The first glob, as written, that matches; for explanations and hit counts, not for hot paths."""
        return next(self.all(path), None)

    def all(self, path: str) -> Iterator[str]:
        """Every glob, as written, that matches, in order."""
        for glob in self.globs:
            pattern = self._single.get(glob)
            if pattern is None:
                pattern = self._single[glob] = re.compile(translate(glob), re.DOTALL)
            if pattern.fullmatch(path):
                yield glob


def alternation(globs: Iterable[str]) -> str:
    """One regular expression for all globs, never matching when there are none.

    Globs that start with `**/` share one prefix loop: it is what makes matching cheap.
    """
    anchored: dict[str, None] = {}
    floating: dict[str, None] = {}
    for glob in globs:
        for one in expand(glob):
            pattern = _translate_plain(normalise(one))
            tail = pattern.removeprefix(_ANY_PARTS)
            (floating if tail != pattern else anchored)[tail] = None
    parts = list(anchored)
    if floating:
        parts.append(f"{_ANY_PARTS}(?:{'|'.join(floating)})")
    return "|".join(parts) if parts else r"(?!)"


def _first_braces(glob: str) -> tuple[int, list[int]] | None:
    """Offset of the first balanced `{` and of its top-level commas and closing brace."""
    for start, char in enumerate(glob):
        if char != "{":
            continue
        depth = 0
        cuts: list[int] = []
        for offset in range(start, len(glob)):
            if glob[offset] == "{":
                depth += 1
            elif glob[offset] == "," and depth == 1:
                cuts.append(offset)
            elif glob[offset] == "}":
                depth -= 1
                if depth == 0:
                    return start, [*cuts, offset]
    return None


def _translate_plain(glob: str) -> str:
    """The regular expression of a normalised glob without braces."""
    parts = [part for part, following in _pairs(glob.split("/")) if not (part == following == "**")]
    if parts == ["**"]:
        return ".*"
    regex = ""
    for index, part in enumerate(parts):
        last = index == len(parts) - 1
        if part != "**":
            regex += _translate_part(part) + ("" if last else "/")
        elif last:
            regex = f"{regex[:-1]}(?:/.+)?"
        else:
            regex += _ANY_PARTS
    return regex


def _translate_part(part: str) -> str:
    if part and not part.strip("*"):
        return "[^/]+"
    wild = {"*": "[^/]*", "?": "[^/]"}
    return "".join(wild.get(piece[:1]) or re.escape(piece) for piece in re.split(r"(\*+|\?)", part))


def _pairs(parts: list[str]) -> Iterator[tuple[str, str | None]]:
    yield from zip(parts, [*parts[1:], None], strict=True)
