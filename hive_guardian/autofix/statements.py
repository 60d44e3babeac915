"""Edits that remove whole statements."""

import ast

from hive_guardian.model.edit import Edit
from hive_guardian.model.errors import FixRefusedError
from hive_guardian.model.finding import Location
from hive_guardian.source.document import Document


def remove_statement(document: Document, statement: ast.stmt) -> Edit:
    """Return the edit that removes a statement; a block that would be empty gets a `pass`.

    Comments after it on its last line stay, on a line of their own.

    Args:
        document: the file.
        statement: of that file.

    Raises:
        FixRefusedError: a comment stands inside it.
    """
    place = _whole(document, statement)
    if any(_is_inside(place, comment.line, comment.column) for comment in document.comments):
        raise FixRefusedError("a comment stands inside the statement")
    block = _block(document, statement)
    if len(block) == 1 and not isinstance(document.parents.get(statement), ast.Module):
        return _edit(place, "pass")
    at = block.index(statement)
    after = _whole(document, block[at + 1]) if at + 1 < len(block) else None
    if after is not None and after.line == place.end_line:
        return _edit(Location(place.path, place.line, place.column, after.line, after.column), "")
    lines = document.lines.lines
    first, last = lines[place.line - 1][: place.column - 1], lines[place.end_line - 1][place.end_column - 1 :]
    follows = last.lstrip(" \t\f;")
    after_rest = len(lines[place.end_line - 1]) - len(follows) + 1
    if first.strip():  # another statement, or the header of its block, stands before it on its line
        start = len(first.rstrip(" \t\f;")) + 1
        return _edit(Location(place.path, place.line, start, place.end_line, after_rest), "  " if follows else "")
    if follows and not follows.startswith("#"):
        raise FixRefusedError("the line of the statement goes on")
    if follows:
        return _edit(Location(place.path, place.line, place.column, place.end_line, after_rest), "")
    if place.end_line < len(lines):
        return _edit(Location(place.path, place.line, 1, place.end_line + 1, 1), "")
    return _edit(Location(place.path, place.line, 1, place.end_line, len(lines[place.end_line - 1]) + 1), "")


def _edit(place: Location, text: str) -> Edit:
    return Edit(place.path, place.line, place.column, place.end_line, place.end_column, text)


def _whole(document: Document, statement: ast.stmt) -> Location:
    """Return the range of a statement, decorators included."""
    place = document.location(statement)
    decorators = getattr(statement, "decorator_list", [])
    if not decorators:
        return place
    first = document.location(decorators[0])
    line = first.line
    column = document.lines.lines[line - 1].rfind("@", 0, first.column - 1) + 1
    while column == 0 and line > 1:
        line -= 1
        column = document.lines.lines[line - 1].rfind("@") + 1
    return Location(place.path, line, column, place.end_line, place.end_column)


def _is_inside(place: Location, line: int, column: int) -> bool:
    return (place.line, place.column) <= (line, column) < (place.end_line, place.end_column)


def _block(document: Document, statement: ast.stmt) -> list[ast.stmt]:
    """Return the statements of the block that a statement stands in."""
    parent = document.parents.get(statement)
    for _, value in ast.iter_fields(parent) if parent is not None else ():
        if isinstance(value, list) and statement in value:
            return [item for item in value if isinstance(item, ast.stmt)]
    raise FixRefusedError("the statement is not part of the file")
