"""Edits to TOML files that keep comments, order and layout. Importing this module imports tomlkit."""

from collections.abc import Callable
from difflib import SequenceMatcher

import tomlkit
from tomlkit.exceptions import TOMLKitError

from hive_guardian.model.edit import Edit
from hive_guardian.model.errors import FixRefusedError

_QUOTES = frozenset("\"'")


def edit_toml(path: str, text: str, change: Callable[[tomlkit.TOMLDocument], None]) -> list[Edit]:
    """Return the edits that do to a text what a function does to its document.

    Args:
        path: of the file.
        text: its content without byte order mark.
        change: changes the document in place.

    Raises:
        FixRefusedError: it is no TOML, or the function refuses.
    """
    old = text.replace("\r\n", "\n")
    return edits_between(path, old, changed_text(old, change))


def changed_text(text: str, change: Callable[[tomlkit.TOMLDocument], None]) -> str:
    """Return a text whose document a function has changed; what it leaves alone stays as it is written.

    Raises:
        FixRefusedError: it is no TOML, or the function refuses.
    """
    try:
        document = tomlkit.parse(text)
        if tomlkit.dumps(document) != text:
            raise FixRefusedError("the layout of the TOML file cannot be kept")
        change(document)
        return tomlkit.dumps(document)
    except (TOMLKitError, LookupError, TypeError, ValueError) as error:
        raise FixRefusedError(f"the TOML file cannot be changed: {error}") from error


def edits_between(path: str, old: str, new: str) -> list[Edit]:
    """Return the edits, line by line, that make one text of another."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    edits: list[Edit] = []
    for kind, start, end, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            edits.append(_edit(path, before, start, end, "".join(after[first:last])))
    return edits


def _edit(path: str, before: list[str], start: int, end: int, new: str) -> Edit:
    """Return the edit of some lines, without the text both sides share at their ends."""
    old = "".join(before[start:end])
    limit = min(len(old), len(new))
    head = next((at for at in range(limit) if old[at] != new[at]), limit)
    limit -= head
    tail = next((at for at in range(limit) if old[-1 - at] != new[-1 - at]), limit)
    if head + tail == len(new) and old[head - 1 : head] == old[len(old) - tail - 1] in _QUOTES:
        head, tail = head - 1, tail + 1  # a removed text begins at its own quote, not at the end of the one before it
    first, last = _place(old[:head], start + 1), _place(old[: len(old) - tail], start + 1)
    return Edit(path, *first, *last, new[head : len(new) - tail])


def _place(text: str, line: int) -> tuple[int, int]:
    """Return the 1-based line and column after a text that starts at the beginning of a line."""
    return line + text.count("\n"), len(text) - text.rfind("\n")
