"""What all readers share: places, problems, decoding, and TOML and JSON documents with positions."""

import json
import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping, Sequence

from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.toml_positions import KeyPath, locate

_JSON_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|[{}\[\],:]', re.DOTALL)


@frozen(order=True)
class Place:
    """Where something stands.

    Attributes:
        path: root-relative path.
        line: 1-based.
        column: 1-based, code points.
    """

    path: str
    line: int = 1
    column: int = 1


@frozen(order=True)
class ManifestProblem:
    """A manifest, or a part of one, that does not say what it should.

    Attributes:
        path: root-relative path.
        line: 1-based.
        message: what is wrong, for a person, without a final full stop.
    """

    path: str
    line: int
    message: str


class Document:
    """A parsed TOML or JSON file that can say where its keys stand.

    Attributes:
        path: root-relative path.
        text: the decoded source.
        data: the parsed top-level table; plain dicts, lists and scalars.
    """

    __slots__ = ("_positions", "data", "path", "text")

    def __init__(
        self,
        path: str,
        text: str,
        data: Mapping[str, object],
        positions: Mapping[KeyPath, tuple[int, int]] | None = None,
    ) -> None:
        self.path = path
        self.text = text
        self.data = data
        self._positions = positions

    def place(self, *keys: str | int) -> Place:
        """Where a key or array item stands; the nearest enclosing one that is written down, else the first line."""
        places = self.places()
        for length in range(len(keys), 0, -1):
            found = places.get(keys[:length])
            if found:
                return Place(self.path, *found)
        return Place(self.path)

    def places(self) -> Mapping[KeyPath, tuple[int, int]]:
        """Every key, table and array item that is written down -> its line and column."""
        if self._positions is None:
            self._positions = _toml_positions(self.text)
        return self._positions

    def get(self, *keys: str) -> object:
        """The value at a path of keys; `None` when any of them is missing."""
        value: object = self.data
        for key in keys:
            if not isinstance(value, Mapping) or key not in value:
                return None
            value = value[key]
        return value

    def table(self, *keys: str) -> Mapping[str, object]:
        """The table at a path of keys; empty when it is missing or something else."""
        return as_table(self.get(*keys))

    def string(self, *keys: str) -> str | None:
        """The string at a path of keys; `None` when it is missing or something else."""
        value = self.get(*keys)
        return value if isinstance(value, str) else None

    def strings(self, *keys: str) -> list[tuple[int, str]]:
        """The strings of the array at a path of keys, with their indices; a lone string counts as an array of one."""
        value = self.get(*keys)
        return [(0, value)] if isinstance(value, str) else as_strings(value)


def as_table(value: object) -> Mapping[str, object]:
    """A table, or an empty one for anything else."""
    return value if isinstance(value, Mapping) else {}


def as_strings(value: object) -> list[tuple[int, str]]:
    """The strings of an array with their indices, nothing for anything else."""
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        return []
    return [(index, item) for index, item in enumerate(value) if isinstance(item, str)]


def decode(path: str, content: bytes) -> str | ManifestProblem:
    """UTF-8 text with or without byte order mark."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return ManifestProblem(path, line, "is not UTF-8")


def read_toml(path: str, content: bytes) -> Document | ManifestProblem:
    """Parse a TOML file."""
    text = decode(path, content)
    if isinstance(text, ManifestProblem):
        return text
    try:
        return Document(path, text, tomllib.loads(text))
    except RecursionError:
        return ManifestProblem(path, 1, "is nested too deeply to be read")
    except ValueError as error:  # TOMLDecodeError, and int() refusing thousands of digits
        match = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", str(error))
        line = int(match[1]) if match and match[1] else max(len(text.splitlines()), 1)
        return ManifestProblem(path, line, f"is not valid TOML: {str(error)[: match.start() if match else None]}")


def read_json(path: str, content: bytes) -> Document | ManifestProblem:
    """Parse a JSON file whose top level is an object."""
    text = decode(path, content)
    if isinstance(text, ManifestProblem):
        return text
    try:
        data = json.loads(text)
    except RecursionError:
        return ManifestProblem(path, 1, "is nested too deeply to be read")
    except json.JSONDecodeError as error:
        return ManifestProblem(path, error.lineno, f"is not valid JSON: {error.msg}")
    except ValueError:
        return ManifestProblem(path, 1, "holds a number too long to be read")
    if not isinstance(data, dict):
        return ManifestProblem(path, 1, "is not a JSON object")
    return Document(path, text, data, _json_positions(text))


def _toml_positions(text: str) -> Mapping[KeyPath, tuple[int, int]]:
    try:
        return locate(text)
    except RecursionError:  # the parser got through with less of the stack in use
        return {}


def _json_positions(text: str) -> dict[KeyPath, tuple[int, int]]:
    """Path of keys and array indices -> line and column of the key, for a document `json` accepts."""
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    found: dict[KeyPath, tuple[int, int]] = {}
    stack: list[str | int] = []
    word, offset = "", 0
    for match in _JSON_TOKEN.finditer(text):
        mark = match[0]
        if mark in "{[":
            stack.append("" if mark == "{" else 0)
        elif mark in "}]":
            stack.pop()
        elif mark == ":":
            stack[-1] = str(json.loads(word))
            line = bisect_right(starts, offset)
            found[tuple(stack)] = (line, offset - starts[line - 1] + 1)
        elif mark == ",":
            top = stack[-1]
            stack[-1] = top + 1 if isinstance(top, int) else top
        else:
            word, offset = mark, match.start()
    return found
