"""Problems of configuration: collected, each with file, line, key and nearest name, and raised together."""

import re
from collections.abc import Callable, Iterable

from hive_guardian.model.config import Origin
from hive_guardian.model.errors import UsageError
from hive_guardian.project.toml_positions import KeyPath

Report = Callable[[KeyPath, str], None]
"""Takes the path of a key and what is wrong with it."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def dotted(path: Iterable[str | int]) -> str:
    """Spell a path as TOML does: `rules.GR12.calls."boto3.client"`; indices of lists in brackets, from 0."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += ("." if text else "") + (part if _BARE.fullmatch(part) else f'"{part}"')
    return text


class Problems:
    """The problems found so far, in order of discovery."""

    __slots__ = ("_lines",)

    def __init__(self) -> None:
        self._lines: dict[str, None] = {}

    def __bool__(self) -> bool:
        """Whether there is a problem."""
        return bool(self._lines)

    def add(self, origin: Origin, path: KeyPath, message: str) -> None:
        """Record a problem of one key; saying the same twice counts once."""
        key = dotted(path)
        self._lines[f"{origin}: {key}: {message}" if key else f"{origin}: {message}"] = None

    def add_text(self, line: str) -> None:
        """Record a problem that somebody else has put into words, place included."""
        self._lines[line] = None

    def text(self) -> str:
        """Return one line per problem."""
        return "\n".join(self._lines)

    def check(self) -> None:
        """Raise what was found.

        Raises:
            UsageError: there is a problem; one line each.
        """
        if self._lines:
            raise UsageError(self.text())
