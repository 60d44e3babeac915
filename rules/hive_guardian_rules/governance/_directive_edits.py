"""Edits that shorten or rewrite a directive; every other comment on its line stays."""

import re
from collections.abc import Iterator

from hive_guardian import Edit, FixContext, FixRefusedError, Location

_IDS = re.compile(r"allow(?:-file)?\s*\[([^\]]*)\]")
_NEIGHBOUR = re.compile(r"\s+(?=#[ \t]*[A-Za-z])")
"""Where the next comment on the line begins: `# noqa`; the number of an issue (`#12`) is part of the reason."""


def delete_id(place: Location, written: str, ctx: FixContext) -> Iterator[Edit]:
    """Yield the edit that deletes the last mention of an id, or the directive when no other id is left.

    Args:
        place: the directive.
        written: the id as it stands there.
        ctx: the file.

    Raises:
        FixRefusedError: the directive does not mention it.
    """
    text = ctx.code(place)
    listed = _IDS.search(text)
    if listed is None:  # the predecessor's grammar knows one id
        yield _delete(place, text, ctx)
        return
    items = listed[1].split(",")
    number = max((at for at, item in enumerate(items) if item.strip() == written), default=None)
    if number is None:
        raise FixRefusedError(f"the directive does not mention {written}")
    if not any(item.strip() for at, item in enumerate(items) if at != number):
        yield _delete(place, text, ctx)
        return
    start = listed.start(1) + sum(len(item) + 1 for item in items[:number])
    end = start + len(items[number])
    if number:
        start -= 1
    else:
        end += 1 + len(items[1]) - len(items[1].lstrip())
    yield _edit(place, place.column + start, place.column + end, "")


def rewrite(place: Location, text: str) -> Iterator[Edit]:
    """Yield the edit that puts a text instead of a directive."""
    yield _edit(place, place.column, place.end_column, text)


def _delete(place: Location, text: str, ctx: FixContext) -> Edit:
    """Return the edit that deletes a directive, and its line if nothing else stands there."""
    neighbour = _NEIGHBOUR.search(text)
    if neighbour is not None:
        return _edit(place, place.column, place.column + neighbour.end(), "")
    lines = ctx.document.lines.lines
    before = lines[place.line - 1][: place.column - 1]
    if before.strip():
        return _edit(place, len(before.rstrip()) + 1, place.end_column, "")
    if place.line < len(lines):
        return Edit(place.path, place.line, 1, place.line + 1, 1, "")
    return _edit(place, 1, place.end_column, "")


def _edit(place: Location, column: int, end_column: int, text: str) -> Edit:
    return Edit(place.path, place.line, column, place.line, end_column, text)
