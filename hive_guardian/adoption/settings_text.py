"""The settings as TOML, put into a file without touching what stands there."""

import re
import tomllib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from hive_guardian.config.layers import PYPROJECT, SECTION
from hive_guardian.model.errors import UsageError
from hive_guardian.project.manifests.document import Document, ManifestProblem, as_table, read_toml

if TYPE_CHECKING:
    from tomlkit.items import Item, Table

_WIDTH = 100
_BLOCK = re.compile(r"\"{3}(?:\\.|[^\\])*?\"{3}|'{3}.*?'{3}", re.DOTALL)
_HEADER = re.compile(r"^[ \t]*\[{1,2}[ \t]*(?P<name>[^\]\n]+?)[ \t]*\]{1,2}", re.MULTILINE)


def read_settings(path: str, data: bytes) -> Mapping[str, object]:
    """Return the settings that a file holds already, empty when it holds none.

    Raises:
        UsageError: the file is not valid TOML; names the line.
    """
    document = _document(path, data)
    return document.table(*_prefix(path)) if _prefix(path) else document.data


def has_settings(path: str, data: bytes) -> bool:
    """Whether a file has settings of ours, be they empty.

    Raises:
        UsageError: as `read_settings`.
    """
    document = _document(path, data)
    return document.get(*_prefix(path)) is not None if _prefix(path) else bool(document.data)


def add_settings(path: str, data: bytes, settings: Mapping[str, object]) -> bytes:
    """Return a file with settings added behind its own, everything else byte for byte as it was.

    Args:
        path: `pyproject.toml` or `hive-guardian.toml`, root-relative.
        data: its content, empty for a new file.
        settings: keys that the file does not hold yet.

    Raises:
        UsageError: the file is not valid TOML, or cannot take them where it writes its tables inline.
    """
    held = read_settings(path, data)
    text = data.decode("utf-8")
    line_end = "\r\n" if "\r\n" in text else "\n"
    block = render_settings(path, settings).replace("\n", line_end)
    expected = {**held, **settings}
    for at in (_end_of_section(text, path), len(text)):
        merged = _insert(text, at, block, line_end)
        if _holds(path, merged, expected) and _rest(path, merged) == _rest(path, text):
            return merged.encode()
    name = ".".join(SECTION)
    raise UsageError(f"{path}: has no place for [{name}] tables (an inline table?); add these by hand:\n{block}")


def render_settings(path: str, settings: Mapping[str, object]) -> str:
    """Return settings as TOML, under the table that the file needs."""
    import tomlkit  # no other command writes TOML

    document = tomlkit.document()
    section: tomlkit.TOMLDocument | Table = document
    if _prefix(path):
        has_keys = any(not _is_tables(value) for value in settings.values())
        section = tomlkit.table(is_super_table=not has_keys)
    for key, value in settings.items():
        section.add(key, _item(value, is_table=_is_tables(value)))
    if _prefix(path):
        tool = tomlkit.table(is_super_table=True)
        tool.add(SECTION[1], section)
        document.add(SECTION[0], tool)
    return re.sub(r"\n{3,}", "\n\n", tomlkit.dumps(document)).strip("\n") + "\n"


def _document(path: str, data: bytes) -> Document:
    document = read_toml(path, data)
    if isinstance(document, ManifestProblem):
        raise UsageError(f"{document.path}:{document.line}: {document.message}")
    return document


def _prefix(path: str) -> tuple[str, ...]:
    return SECTION if path.rpartition("/")[2] == PYPROJECT else ()


def _is_tables(value: object) -> bool:
    return isinstance(value, Mapping) or (isinstance(value, list) and bool(value) and isinstance(value[0], Mapping))


def _item(value: object, *, is_table: bool = False) -> "Item":
    """Return a value as TOML; with `is_table` under a header of its own, else in one place."""
    import tomlkit  # as above

    if isinstance(value, Mapping):
        table = tomlkit.table() if is_table else tomlkit.inline_table()
        for key, one in value.items():
            table.add(key, _item(one))
        return table
    if is_table and isinstance(value, list):
        tables = tomlkit.aot()
        for one in value:
            tables.append(_item(one, is_table=True))
        return tables
    if isinstance(value, list):
        array = tomlkit.array()
        array.extend(_item(one) for one in value)
        return array.multiline(multiline=len(str(value)) > _WIDTH)
    return tomlkit.item(value)


def _end_of_section(text: str, path: str) -> int:
    """Return the offset behind the last line of the settings a file holds; its end when it holds none."""
    masked = _BLOCK.sub(lambda found: "." * len(found[0]), text)  # what stands in a string is no header
    headers = [*_HEADER.finditer(masked)]
    own = [index for index, header in enumerate(headers) if _is_own(header["name"])]
    if not _prefix(path) or not own or own[-1] + 1 == len(headers):
        return len(text)
    end = headers[own[-1] + 1].start()
    lines = text[:end].splitlines(keepends=True)
    while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
        end -= len(lines.pop())
    return end


def _is_own(name: str) -> bool:
    parts = [part.strip().strip("\"'") for part in name.split(".")]
    return tuple(parts[: len(SECTION)]) == SECTION


def _insert(text: str, at: int, block: str, line_end: str) -> str:
    before, after = text[:at], text[at:]
    if before.strip():
        before += "" if before.endswith("\n") else line_end
        before += "" if before.endswith(line_end * 2) else line_end
    return before + block + (line_end if after and not after.startswith(("\n", "\r")) else "") + after


def _holds(path: str, text: str, expected: Mapping[str, object]) -> bool:
    try:
        return _section(path, tomllib.loads(text.removeprefix("\ufeff"))) == expected
    except ValueError:
        return False


def _section(path: str, data: Mapping[str, object]) -> Mapping[str, object]:
    for key in _prefix(path):
        data = as_table(data.get(key))
    return data


def _rest(path: str, text: str) -> object:
    """Return what a file says besides our settings."""
    data = tomllib.loads(text.removeprefix("\ufeff"))
    if not _prefix(path):
        return {}
    tool = {key: value for key, value in as_table(data.get(SECTION[0])).items() if key != SECTION[1]}
    return {**data, SECTION[0]: tool}
