"""What a directory sets the linters, formatters and type checkers to, in whichever file (GR23, GR31)."""

import configparser
import re
from collections.abc import Iterable, Iterator, Mapping

from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.manifests.document import (
    Document,
    ManifestProblem,
    Place,
    as_table,
    decode,
    read_json,
    read_toml,
)
from hive_guardian.project.manifests.setuptools import option_places
from hive_guardian.project.tree import FileTree

_OWN_FILES: Mapping[str, tuple[str, ...]] = {
    "ruff": (".ruff.toml", "ruff.toml"),
    "mypy": ("mypy.ini", ".mypy.ini"),
    "isort": (".isort.cfg",),
    "pyright": ("pyrightconfig.json",),
}
"""Files of one tool, in the order it looks for them; they win over shared ones."""

_INI_SECTIONS: Mapping[str, str] = {
    "mypy": "mypy",
    "isort": "isort",
    "settings": "isort",
    "tool:isort": "isort",
}
_MOVED_TO_LINT = frozenset(
    {"select", "ignore", "extend-select", "extend-ignore", "fixable", "unfixable", "extend-fixable", "per-file-ignores"}
    | {"extend-per-file-ignores", "dummy-variable-rgx", "external", "task-tags", "typing-modules", "logger-objects"}
    | {"isort", "mccabe", "pycodestyle", "pydocstyle", "pyflakes", "pylint", "pyupgrade", "pep8-naming"}
)
"""Settings of ruff that stood at its top before there was a `lint` table."""

_PATHS = frozenset(
    {
        "src",
        "exclude",
        "extend-exclude",
        "include",
        "extend-include",
        "force-exclude",
        "cache-dir",
        "files",
        "mypy-path",
    }
    | {"skip", "extend-skip", "skip-glob", "extend-skip-glob", "src-paths", "venv", "venvpath", "stubpath", "stub-path"}
    | {"extrapaths", "executionenvironments", "per-file-ignores", "extend-per-file-ignores", "known-first-party"}
    | {"namespace-packages", "known-local-folder", "cache-file", "output-file", "settings-path", "plugins", "extend"}
)
_PYRIGHT_PATHS = frozenset({"ignore", "strict"})
_UNORDERED = frozenset({"select", "ignore", "extend-select", "extend-ignore", "fixable", "unfixable", "external"})
_VERSIONS = frozenset({"target-version", "python-version", "pythonversion", "py-version"})
_TRUTH: Mapping[str, bool] = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


@frozen
class Setting:
    """One key of a tool.

    Attributes:
        key: dotted, with hyphens for underscores; settings of ruff's linter below `lint.`.
        value: comparable by value: lists whose order means nothing are frozen sets of texts, Pythons are numbers.
        shown: as a person would write it.
        place: where it stands.
        is_path: it resolves against the file it stands in, so that equal texts mean different things.
    """

    key: str
    value: object
    shown: str
    place: Place
    is_path: bool


@frozen
class ToolTable:
    """What one file says about one tool.

    Attributes:
        tool: its name.
        place: where its table or section begins.
        settings: key -> setting, in order of the file.
    """

    tool: str
    place: Place
    settings: Mapping[str, Setting]


def read_tool_tables(tree: FileTree, directory: str, tools: Iterable[str]) -> list[ToolTable]:
    """Read what stands in one directory about some tools: the table that counts first, per tool, in their order.

    A file that cannot be read says nothing here.
    """
    found: list[ToolTable] = []
    pyproject = _toml(tree, _beside(directory, "pyproject.toml"))
    setup_cfg = list(_ini(tree, _beside(directory, "setup.cfg")))
    for tool in tools:
        for name in _OWN_FILES.get(tool, ()):
            found += [table for table in _own_file(tree, _beside(directory, name), tool) if table.tool == tool]
        if pyproject and tool in pyproject.table("tool"):
            found.append(_table(tool, pyproject, ("tool", tool)))
        found += [table for table in setup_cfg if table.tool == tool]
    return found


def covers(keys: Iterable[str], key: str) -> bool:
    """Whether a dotted key is one of some keys or below one, however they spell hyphens."""
    return any(key == wanted or key.startswith(f"{wanted}.") for wanted in map(_spelling, keys))


def _own_file(tree: FileTree, path: str, tool: str) -> Iterator[ToolTable]:
    if path.endswith(".toml"):
        document = _toml(tree, path)
        if document:
            yield _table(tool, document, ())
    elif path.endswith(".json"):
        document = _json(tree, path)
        if document:
            yield _table(tool, document, ())
    else:
        yield from _ini(tree, path)


def _table(tool: str, document: Document, keys: tuple[str, ...]) -> ToolTable:
    settings = {
        setting.key: setting
        for path, value in _leaves(as_table(document.get(*keys)), ())
        for setting in [_setting(tool, ".".join(path), value, document.place(*keys, *path))]
    }
    return ToolTable(tool, document.place(*keys), settings)


def _leaves(table: Mapping[str, object], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], object]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, (*path, key))
        else:
            yield (*path, key), value


def _ini(tree: FileTree, path: str) -> Iterator[ToolTable]:
    """The sections of tools in an INI file; per-module sections of mypy are its overrides."""
    text = decode(path, _read(tree, path))
    if isinstance(text, ManifestProblem) or not text:
        return
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return
    places = dict(option_places(path, text))
    for section in parser.sections():
        tool = _INI_SECTIONS.get(section)
        place = places.get((section, ""), Place(path))
        if tool:
            items = [(key, _literal(value), places.get((section, key), place)) for key, value in parser.items(section)]
            settings = [_setting(tool, key, value, at) for key, value, at in items]
            yield ToolTable(tool, place, {setting.key: setting for setting in settings})
        elif section.startswith("mypy-"):
            overrides = _setting("mypy", "overrides", section, place)
            yield ToolTable("mypy", place, {overrides.key: overrides})


def _literal(text: str) -> object:
    """The value an INI text stands for."""
    word = text.strip()
    if word.lower() in _TRUTH:
        return _TRUTH[word.lower()]
    if re.fullmatch(r"\d+", word):
        return int(word)
    parts = [part.strip() for part in re.split(r"[,\n]", word) if part.strip()]
    return parts if len(parts) > 1 else word


def _setting(tool: str, key: str, value: object, place: Place) -> Setting:
    name = _spelling(key)
    head = name.partition(".")[0]
    if tool == "ruff" and (head in _MOVED_TO_LINT or head.startswith("flake8-")):
        name = f"lint.{name}"
    last = name.rpartition(".")[2]
    is_path = last in _PATHS or (tool == "pyright" and name in _PYRIGHT_PATHS) or ".per-file-ignores." in f".{name}."
    return Setting(name, _comparable(last, value), _show(value), place, is_path)


def _comparable(key: str, value: object) -> object:
    if key in _VERSIONS:
        return tuple(sorted(re.sub(r"\D", "", str(item)) for item in (value if isinstance(value, list) else [value])))
    if isinstance(value, list):
        texts = [str(item) for item in value]
        return frozenset(texts) if key in _UNORDERED else tuple(texts)
    return value


def _show(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(str, value))}]"
    return str(value)


def _spelling(key: str) -> str:
    return key.replace("_", "-").lower()


def _toml(tree: FileTree, path: str) -> Document | None:
    document = read_toml(path, _read(tree, path))
    return document if isinstance(document, Document) and document.data else None


def _json(tree: FileTree, path: str) -> Document | None:
    document = read_json(path, _read(tree, path) or b"{}")
    return document if isinstance(document, Document) and document.data else None


def _read(tree: FileTree, path: str) -> bytes:
    try:
        return tree.read(path) if tree.exists(path) else b""
    except OSError:
        return b""


def _beside(directory: str, name: str) -> str:
    return f"{directory}/{name}" if directory else name
