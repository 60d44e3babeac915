"""Where each key of a TOML document stands: `tomllib` gives values, this gives their lines.

A scanner for documents that `tomllib` has already accepted: it does not judge, it only walks.
It is here, and not tomlkit, because the path of an unchanged project must not import tomlkit.
"""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator

KeyPath = tuple[str | int, ...]
"""Keys and list indices from the top of the document: `("tool", "ruff", "select", 0)`."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r"""[ \t]*([A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*')[ \t]*""")
_SCALAR = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}(?!")'
    r"|'''.*?'{3,5}(?!')"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|[^\n,\]}#]+",
    re.DOTALL,
)
_COMMENT = (
    r'"""(?:\\.|[^\\])*?"{3,5}(?!")'
    r"|'''.*?'{3,5}(?!')"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|(#[^\n]*)"
)


def find_comments(text: str) -> list[tuple[int, str]]:
    """Find the comments of a valid TOML document: (index in the text, comment with its `#`), in order."""
    return [(match.start(), match[1]) for match in re.finditer(_COMMENT, text, re.DOTALL) if match[1]]


def locate(text: str) -> dict[KeyPath, tuple[int, int]]:
    """Find where every key, table, array and array item of a valid TOML document stands.

    Args:
        text: a document that `tomllib.loads` accepts; for any other the result is incomplete.

    Returns:
        Path -> (line, column) of the key, both 1-based, columns in code points. An item of an array is found under
        its index; a table that is only implied by a longer header stands where it is first mentioned.
    """
    scanner = _Scanner(text.replace("\r\n", "\n"))
    scanner.document()
    starts = [0, *(match.end() for match in re.finditer("\n", scanner.text))]
    found: dict[KeyPath, tuple[int, int]] = {}
    for path, offset in scanner.found.items():
        line = bisect_right(starts, offset)
        found[path] = (line, offset - starts[line - 1] + 1)
    return found


class _Scanner:
    """One pass over one document; `found` fills with offsets."""

    __slots__ = ("_at", "_counts", "found", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: dict[KeyPath, int] = {}
        self._at = 0
        self._counts: dict[KeyPath, int] = {}

    def document(self) -> None:
        table: KeyPath = ()
        while self._skip_blank():
            if self.text[self._at] == "[":
                table = self._header()
            elif not self._pair(table):
                return

    def _skip_blank(self) -> bool:
        match = _BLANK.match(self.text, self._at)
        self._at = match.end() if match else self._at
        return self._at < len(self.text)

    def _header(self) -> KeyPath:
        start = self._at
        is_array = self.text.startswith("[[", start)
        self._at += 2 if is_array else 1
        parts = [part for part, _ in self._keys()]
        self._at += 2 if is_array else 1
        path: KeyPath = ()
        for index, part in enumerate(parts):
            path = (*path, part)
            self.found.setdefault(path, start)
            if is_array and index == len(parts) - 1:
                self._counts[path] = self._counts.get(path, 0) + 1
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
                self.found.setdefault(path, start)
        if not is_array:
            self.found[path] = start
        return path

    def _pair(self, table: KeyPath) -> bool:
        """Scan `key = value`; false when there is none, which a valid document cannot show."""
        path = table
        for part, offset in self._keys():
            path = (*path, part)
            self.found.setdefault(path, offset)
        if path == table or not self.text.startswith("=", self._at):
            return False
        self._at += 1
        self._value(path)
        return True

    def _keys(self) -> Iterator[tuple[str, int]]:
        while match := _KEY.match(self.text, self._at):
            self._at = match.end()
            yield _unquote(match[1]), match.start(1)
            if not self.text.startswith(".", self._at):
                return
            self._at += 1

    def _value(self, path: KeyPath) -> None:
        self._skip_blank()
        opening = self.text[self._at : self._at + 1]
        if opening == "[":
            self._array(path)
        elif opening == "{":
            self._inline_table(path)
        elif match := _SCALAR.match(self.text, self._at):
            self._at = match.end()

    def _array(self, path: KeyPath) -> None:
        self._at += 1
        index = 0
        while self._skip_blank() and self.text[self._at] != "]":
            if self.text[self._at] == ",":
                self._at += 1
                continue
            self.found[(*path, index)] = self._at
            self._value((*path, index))
            index += 1
        self._at += 1

    def _inline_table(self, path: KeyPath) -> None:
        self._at += 1
        while self._skip_blank() and self.text[self._at] != "}":
            if self.text[self._at] == ",":
                self._at += 1
            elif not self._pair(path):
                return
        self._at += 1


def _unquote(key: str) -> str:
    if key[0] == "'":
        return key[1:-1]
    if key[0] != '"':
        return key
    if "\\" not in key:
        return key[1:-1]
    return str(tomllib.loads(f"key = {key}")["key"])
