"""Patterns of dotted names: `*` stays inside one segment, `**` stands for any number of segments, also none.

Source: golden-rules.md 1, options every rule has (`Dotted`).
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache


class DottedSet:
    """Several patterns of dotted names as one question.

    Attributes:
        patterns: as written, in order.
    """

    __slots__ = ("_literal", "_wild", "patterns")

    def __init__(self, patterns: Iterable[str]) -> None:
        """Sort the patterns into plain names and compiled wildcards."""
        self.patterns = tuple(patterns)
        self._literal = frozenset(self.patterns)
        wild = [f"(?:{_compile(pattern).pattern})" for pattern in self.patterns if is_wild(pattern)]
        self._wild = re.compile("|".join(wild)) if wild else None

    def __bool__(self) -> bool:
        """Whether there is any pattern."""
        return bool(self.patterns)

    def matches(self, name: str) -> bool:
        """Whether any pattern matches the whole name."""
        return name in self._literal or (self._wild is not None and self._wild.fullmatch(f"{name}.") is not None)

    def covers(self, name: str) -> bool:
        """Whether any pattern matches the name or one of its parents (`os` covers `os.path.join`)."""
        return any(self.matches(prefix) for prefix in prefixes(name))

    @property
    def tops(self) -> frozenset[str]:
        """The first segments of the patterns, possibly with wildcards."""
        return frozenset(pattern.partition(".")[0] for pattern in self.patterns)

    def covering(self, name: str) -> str:
        """The first pattern, as written, that covers the name; empty for none."""
        names = tuple(prefixes(name)) if self.covers(name) else ()
        return next((one for one in self.patterns if any(matches(one, prefix) for prefix in names)), "")


def is_wild(pattern: str) -> bool:
    """Whether the pattern stands for more than one name."""
    return "*" in pattern


def matches(pattern: str, name: str) -> bool:
    """Whether one pattern matches the whole name."""
    return pattern == name or (is_wild(pattern) and _compile(pattern).fullmatch(f"{name}.") is not None)


def prefixes(name: str) -> Iterator[str]:
    """The name and its parents, longest first: `a.b.c`, `a.b`, `a`."""
    while name:
        yield name
        name = name.rpartition(".")[0]


def is_within(name: str, parent: str) -> bool:
    """Whether `name` is `parent` or lies below it; the empty parent contains everything."""
    return not parent or name == parent or name.startswith(f"{parent}.")


@lru_cache(maxsize=1024)
def _compile(pattern: str) -> re.Pattern[str]:
    """A regular expression for the name with a final dot, so that every segment ends alike."""
    regex = ""
    previous = ""
    for segment in pattern.split("."):
        if segment == "**":
            regex += "" if previous == "**" else r"(?:[^.]+\.)*"
        else:
            regex += "[^.]+" if segment == "*" else "[^.]*".join(re.escape(piece) for piece in segment.split("*"))
            regex += r"\."
        previous = segment
    return re.compile(regex)
