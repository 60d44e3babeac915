"""A TOML file as fixers see it: what stands where, and edits that change as little as they can."""

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from hive_guardian.model.edit import Edit
from hive_guardian.model.errors import FixRefusedError
from hive_guardian.model.finding import Location
from hive_guardian.project.manifests.document import Document, ManifestProblem, read_toml
from hive_guardian.project.toml_positions import KeyPath, find_comments

if TYPE_CHECKING:
    from tomlkit import TOMLDocument
    from tomlkit.items import Item

Scalar = str | int | bool
_BARE_PREFIX = re.compile(r"[\s\w.\"'-]*\Z")


class TomlText:
    """One TOML file.

    Operations return edits and change nothing. Keys are paths from the top of the file; an item of an array is found
    under its index.
    """

    def __init__(self, path: str, text: str) -> None:
        """Parse the text.

        Args:
            path: root-relative POSIX path.
            text: the content without byte order mark.

        Raises:
            FixRefusedError: it is no TOML.
        """
        self.path = path
        self.text = text.replace("\r\n", "\n")
        document = read_toml(path, self.text.encode())
        if isinstance(document, ManifestProblem):
            raise FixRefusedError(f"the file {document.message}")
        self.document: Document = document

    def keys(self, where: Location) -> KeyPath:
        """Return the longest path whose key or item starts at a place.

        Raises:
            FixRefusedError: none does.
        """
        found = [keys for keys, place in self.document.places().items() if place == (where.line, where.column)]
        if not found:
            raise FixRefusedError(f"no key starts at line {where.line}, column {where.column}")
        return max(found, key=len)

    def value(self, keys: KeyPath) -> object:
        """Return a value as plain Python, `None` when there is none."""
        found: object = self.document.data
        for key in keys:
            inside: object = dict(enumerate(found)) if isinstance(found, list) else found
            if not isinstance(inside, dict) or key not in inside:
                return None
            found = inside[key]
        return found

    def put(self, keys: KeyPath, value: Scalar) -> list[Edit]:
        """Return the edits that put one scalar in place of another, in the quotes the old one has.

        Raises:
            FixRefusedError: a comment stands on its line: it may speak of the old value.
        """
        line = self.document.place(*keys).line
        if line in self._commented_lines():
            raise FixRefusedError(f"a comment stands on line {line}, and may speak of what is there now")

        def change(document: "TOMLDocument") -> None:
            table = _parent(document, keys)
            table[keys[-1]] = _like(table[keys[-1]], value)

        return self._edits(change)

    def remove(self, paths: Iterable[KeyPath]) -> list[Edit]:
        """Return the edits that remove keys with their values, tables, or items of arrays.

        Raises:
            FixRefusedError: a comment would be lost, or stands right above and may speak of what is removed.
        """
        wanted = sorted(paths, key=_from_the_end, reverse=True)
        for keys in wanted:
            self.refuse_described(keys)

        def change(document: "TOMLDocument") -> None:
            for keys in wanted:
                del _parent(document, keys)[keys[-1]]
            for keys in {keys[:-1] for keys in wanted if isinstance(keys[-1], int)}:
                _close_empty(document, keys)

        return self._edits(change)

    def refuse_described(self, keys: KeyPath) -> None:
        """Do nothing, unless a comment stands on the line above a key.

        Raises:
            FixRefusedError: one does, and may speak of the key.
        """
        line = self.document.place(*keys).line
        if line > 1 and self.text.split("\n")[line - 2].lstrip().startswith("#"):
            raise FixRefusedError(f"the comment on line {line - 1} may speak of it")

    def insert_after(self, keys: KeyPath, name: str, value: str) -> list[Edit]:
        """Return the edit that adds a text under a new key on the line after another key of the same table.

        Raises:
            FixRefusedError: the other key does not stand at the start of its line.
        """
        place = self.document.place(*keys)
        line = self.text.split("\n")[place.line - 1]
        prefix = line[: place.column - 1]
        if not _BARE_PREFIX.match(prefix):
            raise FixRefusedError(f"line {place.line} holds more than one key")
        written = f"{prefix}{name} = {_quote(value, line)}"
        return [self._insert_line(place.line, written)]

    def insert_first(self, keys: KeyPath, name: str, value: str) -> list[Edit]:
        """Return the edit that adds a text under a new key on the line after the header of a table.

        Raises:
            FixRefusedError: the table has no header of its own.
        """
        place = self.document.place(*keys)
        lines = self.text.split("\n")
        is_own = self.keys(Location(self.path, place.line, place.column, place.line, place.column)) == keys
        if not is_own or not lines[place.line - 1].lstrip().startswith("["):
            raise FixRefusedError(f"[{'.'.join(map(str, keys))}] has no header")
        return [self._insert_line(place.line, f"{name} = {_quote(value, ' '.join(lines[place.line :]))}")]

    def _insert_line(self, after: int, text: str) -> Edit:
        lines = self.text.split("\n")
        if after == len(lines):  # the last line has no end
            column = len(lines[-1]) + 1
            return Edit(self.path, after, column, after, column, f"\n{text}")
        return Edit(self.path, after + 1, 1, after + 1, 1, f"{text}\n")

    def _commented_lines(self) -> set[int]:
        return {self.text.count("\n", 0, offset) + 1 for offset, _ in find_comments(self.text)}

    def _edits(self, change: "Callable[[TOMLDocument], None]") -> list[Edit]:
        """Return the edits of a change after which every comment is still there."""
        from hive_guardian.autofix.toml import changed_text, edits_between  # imports tomlkit

        new = changed_text(self.text, change)
        blank = len(self.text) - len(self.text.rstrip("\n"))
        new = new.rstrip("\n") + "\n" * blank if new.strip() else new
        left = [comment for _, comment in find_comments(new)]
        for _, comment in find_comments(self.text):
            if comment not in left:
                raise FixRefusedError(f"it would lose the comment {comment!r}")
            left.remove(comment)
        return edits_between(self.path, self.text, new)


def _from_the_end(keys: KeyPath) -> list[tuple[str, int]]:
    """Return a key by which items with a higher index come later, whatever else the paths hold."""
    return [("", key) if isinstance(key, int) else (key, 0) for key in keys]


def _parent(document: "TOMLDocument", keys: KeyPath) -> "dict[str | int, Item]":
    table: dict[str | int, object] = document
    for key in keys[:-1]:
        table = table[key]  # type: ignore[assignment]  # tomlkit's tables and arrays are indexed alike
    return table  # type: ignore[return-value]  # as above


def _close_empty(document: "TOMLDocument", keys: KeyPath) -> None:
    """Write an array over several lines that holds nothing any more as `[]`."""
    import tomlkit

    table = _parent(document, keys)
    if not table[keys[-1]].unwrap() and "#" not in table[keys[-1]].as_string():
        table[keys[-1]] = tomlkit.item([])


def _like(old: "Item", value: Scalar) -> "Item":
    """Return a value for tomlkit, a text in the quotes of the old one."""
    import tomlkit

    is_literal = isinstance(value, str) and isinstance(old, str) and old.as_string().startswith("'")
    if isinstance(value, str) and is_literal and "'" not in value:
        return tomlkit.string(value, literal=True)
    return tomlkit.item(value)


def _quote(value: str, near: str) -> str:
    """Return a text without quotes and backslashes as TOML, in the quotes that stand first in other text."""
    mark = next((character for character in near if character in "'\""), '"')
    return f"{mark}{value}{mark}"
