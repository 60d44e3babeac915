"""The older places of metadata: `setup.cfg` and literal calls of `setup()` in `setup.py`."""

import ast
import re
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.manifests.dependency import Dependency, Scope, parse_requirement
from hive_guardian.project.manifests.document import ManifestProblem, Place, decode
from hive_guardian.project.manifests.entry_points import read_entry_points
from hive_guardian.project.manifests.pyproject import Script

if TYPE_CHECKING:
    from configparser import RawConfigParser

_SETUP_MODULES = ("setuptools", "distutils.core")
_SECTION = re.compile(r"\[([^\]\n]+)\]")
_OPTION = re.compile(r"([^\s#;=:\[][^=:\n]*?)\s*[=:]")


@frozen
class SetupKeyword:
    """One metadata field of `setup.cfg` or keyword of `setup()`.

    Attributes:
        name: in the spelling of `setup()` (`install_requires`, `python_requires`).
        value: literal value; `None` when it is computed.
        place: where it stands.
        texts: where the strings in the value stand, as far as that is known.
    """

    name: str
    value: object
    place: Place
    texts: Mapping[str, Place] = field(default_factory=dict)


@frozen
class SetupFile:
    """What `setup.cfg` or `setup.py` declares.

    Attributes:
        path: root-relative path.
        is_called: a `setup.py` that calls `setup`; always true for a `setup.cfg` with metadata.
        keywords: name -> keyword; the last of several counts.
        dependencies: literal runtime and extra dependencies.
        is_dynamic: some dependency list is not literal, or keywords come by `**`.
        sections: sections of a `setup.cfg`, in order, with the line of each header.
        problems: requirements that do not parse.
    """

    path: str
    is_called: bool
    keywords: Mapping[str, SetupKeyword] = field(default_factory=dict)
    dependencies: tuple[Dependency, ...] = ()
    is_dynamic: bool = False
    sections: tuple[tuple[str, int], ...] = ()
    problems: tuple[ManifestProblem, ...] = ()

    @property
    def scripts(self) -> tuple[Script, ...]:
        """Literal console, GUI and plugin entry points."""
        points = self.keywords.get("entry_points")
        return tuple(read_entry_points(points.value, points.place)) if points else ()

    def string(self, name: str) -> str | None:
        """A literal string field, `None` when absent or computed."""
        keyword = self.keywords.get(name)
        return keyword.value if keyword and isinstance(keyword.value, str) else None


def read_setup_py(path: str, content: bytes) -> SetupFile | ManifestProblem:
    """Find the call of `setuptools.setup` or `distutils.core.setup` in a `setup.py`, by parsing, never by running it.

    Names are resolved through the file's own imports; a `setup` from anywhere else is not one.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(content)
    except (SyntaxError, ValueError) as error:
        return ManifestProblem(path, getattr(error, "lineno", None) or 1, "does not parse")
    except (RecursionError, MemoryError):
        return ManifestProblem(path, 1, "is nested too deeply to be read")
    calls = list(_setup_calls(tree))
    if not calls:
        return SetupFile(path, is_called=False)
    constants = _constants(tree)
    keywords: dict[str, SetupKeyword] = {}
    for call in calls:
        for name, value, node in _arguments(call, constants):
            place = Place(path, node.lineno, node.col_offset + 1)
            keywords[name] = SetupKeyword(name, _literal(value, constants), place, _texts(path, value, constants))
    has_more = any(keyword.arg is None for call in calls for keyword in call.keywords)
    return _setup_file(path, keywords, sections=(), has_more=has_more)


def read_setup_cfg(path: str, content: bytes) -> SetupFile | ManifestProblem:
    """Read `[metadata]` and `[options]` of a `setup.cfg` in the vocabulary of `setup()`."""
    text = decode(path, content)
    if isinstance(text, ManifestProblem):
        return text
    from configparser import Error, RawConfigParser  # few projects still have a setup.cfg

    parser = RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except Error as error:
        line = getattr(error, "lineno", None) or next(iter(getattr(error, "errors", [])), (1,))[0]
        return ManifestProblem(path, int(line), "is not a valid configuration file")
    places = dict(option_places(path, text))
    keywords = {
        name: SetupKeyword(name, value, place) for name, value, place in _cfg_keywords(parser, places, Place(path))
    }
    sections = tuple((name, places[name, ""].line) for name in parser.sections() if (name, "") in places)
    return _setup_file(path, keywords, sections=sections, has_more=False)


def _setup_file(
    path: str, keywords: dict[str, SetupKeyword], *, sections: tuple[tuple[str, int], ...], has_more: bool
) -> SetupFile:
    found = [*_requirements(keywords.get("install_requires"), Scope.RUNTIME, "")]
    extras = keywords.get("extras_require")
    for extra, value in (extras.value if extras and isinstance(extras.value, dict) else {}).items():
        if extras and isinstance(extra, str):
            name, _, marker = extra.partition(":")
            found += _requirements(
                SetupKeyword("", value, extras.place, extras.texts), Scope.EXTRA if name else Scope.RUNTIME, name
            )
            has_more = has_more or bool(marker)
    computed = [
        name for name in ("install_requires", "extras_require") if name in keywords and keywords[name].value is None
    ]
    return SetupFile(
        path,
        is_called=not sections or any(name in ("metadata", "options") for name, _ in sections),
        keywords=keywords,
        dependencies=tuple(item for item in found if isinstance(item, Dependency)),
        is_dynamic=has_more or bool(computed),
        sections=sections,
        problems=tuple(item for item in found if isinstance(item, ManifestProblem)),
    )


def _requirements(keyword: SetupKeyword | None, scope: Scope, group: str) -> Iterator[Dependency | ManifestProblem]:
    if keyword is None:
        return
    lines = keyword.value.splitlines() if isinstance(keyword.value, str) else keyword.value
    for line in lines if isinstance(lines, list | tuple) else ():
        text = line.partition(" #")[0].strip() if isinstance(line, str) else ""
        if text and not text.startswith("#"):
            yield parse_requirement(text, scope, group, keyword.texts.get(text, keyword.place))


def _setup_calls(tree: ast.Module) -> Iterator[ast.Call]:
    """Calls of a name that an import of this file, and nothing else, binds to `setup`."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.asname: alias.name for alias in node.names if alias.asname}
            names |= {
                alias.name.partition(".")[0]: alias.name.partition(".")[0] for alias in node.names if not alias.asname
            }
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.pop(node.id, None)
    targets = {f"{module}.setup" for module in _SETUP_MODULES}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            head, _, tail = ast.unparse(node.func).partition(".") if _is_dotted(node.func) else ("", "", "")
            if ".".join(part for part in (names.get(head, ""), tail) if part) in targets:
                yield node


def _arguments(
    call: ast.Call, constants: Mapping[str, ast.expr]
) -> Iterator[tuple[str, ast.expr, ast.keyword | ast.expr]]:
    """Yield (name, value, where it stands) of the keywords of a call; `**` of a table written out counts."""
    for keyword in call.keywords:
        if keyword.arg:
            yield keyword.arg, keyword.value, keyword
            continue
        table = constants.get(keyword.value.id) if isinstance(keyword.value, ast.Name) else keyword.value
        for key, value in zip(table.keys, table.values, strict=True) if isinstance(table, ast.Dict) else ():
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, value, key


def _texts(path: str, value: ast.expr, constants: Mapping[str, ast.expr]) -> dict[str, Place]:
    """Return where each string of a value stands, the first of equal ones; a constant is followed."""
    node = constants.get(value.id, value) if isinstance(value, ast.Name) else value
    found: dict[str, Place] = {}
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            found.setdefault(inner.value.strip(), Place(path, inner.lineno, inner.col_offset + 1))
    return found


def _is_dotted(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def _constants(tree: ast.Module) -> dict[str, ast.expr]:
    """Module-level names bound exactly once, to anything."""
    bound = Counter(
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    )
    simple = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return {name: value for name, value in simple.items() if bound[name] == 1}


def _literal(node: ast.expr, constants: Mapping[str, ast.expr]) -> object:
    """The value of a literal, or of a name bound once to a literal; `None` for anything computed."""
    if isinstance(node, ast.Name):
        node = constants.get(node.id, node)
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def option_places(path: str, text: str) -> Iterator[tuple[tuple[str, str], Place]]:
    """Where the sections (with an empty option) and the options of a configuration file stand, in order."""
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        header = _SECTION.match(line)
        option = _OPTION.match(line)
        if header:
            section = header[1]
            yield (section, ""), Place(path, number)
        elif option and section:
            yield (section, option[1].strip().lower()), Place(path, number)


def _cfg_keywords(
    parser: "RawConfigParser", places: Mapping[tuple[str, str], Place], default: Place
) -> Iterator[tuple[str, object, Place]]:
    for section in ("metadata", "options"):
        for name, value in parser.items(section) if parser.has_section(section) else []:
            literal: object = None if value.startswith(("attr:", "file:")) else value
            if name.replace("-", "_") == "install_requires" and isinstance(literal, str):
                literal = _semicolons(literal)
            yield name.replace("-", "_"), literal, places.get((section, name), default)
    if parser.has_section("options.extras_require"):
        extras = {name: _semicolons(value) for name, value in parser.items("options.extras_require")}
        yield "extras_require", extras, places.get(("options.extras_require", ""), default)
    if parser.has_section("options.entry_points"):
        points = dict(parser.items("options.entry_points"))
        yield "entry_points", points, places.get(("options.entry_points", ""), default)
    if parser.has_section("options.package_data"):
        yield "package_data", {}, places.get(("options.package_data", ""), default)
    if parser.has_option("options.packages.find", "where"):
        where = parser.get("options.packages.find", "where")
        yield "packages_where", where, places.get(("options.packages.find", "where"), default)


def _semicolons(value: str) -> list[str]:
    """A list of `setup.cfg`: one item a line, or all on one line between semicolons."""
    return value.splitlines() if "\n" in value else value.split(";")
