"""`pyproject.toml` as one view: PEP 621, PEP 735 and Poetry merged, every value with its place."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.manifests.build_settings import BuildSettings, read_build_settings
from hive_guardian.project.manifests.declared import Declared, read_dependencies
from hive_guardian.project.manifests.dependency import Dependency
from hive_guardian.project.manifests.document import Document, ManifestProblem, Place, as_table, read_toml

if TYPE_CHECKING:
    from hive_guardian.project.versions import Constraint, UnparsableConstraint


class Dialect(StrEnum):
    """Which table or file a fact was read from."""

    PROJECT = "project"
    POETRY = "tool.poetry"
    SETUP_CFG = "setup.cfg"
    SETUP_PY = "setup.py"


@frozen
class Fact:
    """One piece of metadata.

    Attributes:
        value: as written.
        place: where its key stands.
        dialect: which view said so.
    """

    value: str
    place: Place
    dialect: Dialect


@frozen
class Script:
    """One console script, GUI script or entry point.

    Attributes:
        name: command name.
        target: `package.module:object`, as written.
        group: `console_scripts`, `gui_scripts` or the name of the entry-point group.
        place: where it stands.
    """

    name: str
    target: str
    group: str
    place: Place

    @property
    def module(self) -> str:
        """The dotted module of the target."""
        return self.target.partition(":")[0].strip()


@frozen
class Workspace:
    """A workspace declared by its root (uv, hatch, Poetry monorepo plugin, pdm).

    Attributes:
        manager: `uv`, `hatch`, `poetry` or `pdm`.
        members: globs of member directories, relative to the manifest.
        exclude: globs of directories that are no members.
        place: where it is declared.
    """

    manager: str
    members: tuple[str, ...]
    exclude: tuple[str, ...]
    place: Place


@frozen
class Pyproject:
    """What a `pyproject.toml` says.

    Facts that two dialects may declare are tuples, `[project]` first.

    Attributes:
        path: root-relative path.
        document: the parsed file, for tables of tools.
        names: distribution names as written.
        versions: static versions.
        pythons: constraints on Python.
        scripts: console, GUI and plugin entry points.
        dynamic: fields declared dynamic.
        readmes: readme files named, as written.
        build: backend, package mapping, whether it is a package at all.
        workspaces: workspaces rooted here.
        has_project: there is a `[project]` table.
        has_poetry: there is a `[tool.poetry]` table with a name, a version or dependencies.
    """

    path: str
    document: Document
    names: tuple[Fact, ...]
    versions: tuple[Fact, ...]
    pythons: tuple[Fact, ...]
    scripts: tuple[Script, ...]
    dynamic: frozenset[str]
    readmes: tuple[str, ...]
    build: BuildSettings
    workspaces: tuple[Workspace, ...]
    has_project: bool
    has_poetry: bool

    @property
    def dependencies(self) -> tuple[Dependency, ...]:
        """Every declared dependency, in order of the file's tables; parsed when first asked for."""
        return self._declared.dependencies

    @property
    def group_includes(self) -> Mapping[str, tuple[str, ...]]:
        """Dependency group -> groups it includes, normalised."""
        return self._declared.includes

    @property
    def problems(self) -> tuple[ManifestProblem, ...]:
        """Parts that are not what they should be, ordered by line."""
        return tuple(sorted({*self._declared.problems, *_shape_problems(self.document)}))

    @property
    def _declared(self) -> Declared:
        return _read_dependencies(self.document, self.dynamic)


def read_pyproject(path: str, content: bytes) -> Pyproject | ManifestProblem:
    """Read a `pyproject.toml`; `ManifestProblem` when it is no TOML."""
    document = read_toml(path, content)
    if isinstance(document, ManifestProblem):
        return document
    dynamic = frozenset(text for _, text in document.strings("project", "dynamic"))
    poetry = document.table("tool", "poetry")
    return Pyproject(
        path=path,
        document=document,
        names=tuple(_facts(document, "name")),
        versions=tuple(_facts(document, "version")),
        pythons=tuple(_pythons(document)),
        scripts=tuple(_scripts(document)),
        dynamic=dynamic,
        readmes=tuple(_readmes(document)),
        build=read_build_settings(document),
        workspaces=tuple(_workspaces(document)),
        has_project=isinstance(document.get("project"), Mapping),
        has_poetry=bool(poetry.keys() & {"name", "version", "dependencies"}),
    )


@lru_cache(maxsize=256)
def _read_dependencies(document: Document, dynamic: frozenset[str]) -> Declared:
    """Several rules ask for the same dependencies, a run without any asks for none."""
    return read_dependencies(document, dynamic)


def python_constraint(fact: Fact) -> "Constraint | UnparsableConstraint":
    """The constraint of one of `pythons`, in the grammar of its dialect."""
    from hive_guardian.project.versions import parse_pep440, parse_poetry  # loads packaging

    return parse_poetry(fact.value) if fact.dialect == Dialect.POETRY else parse_pep440(fact.value)


def _facts(document: Document, key: str) -> Iterator[Fact]:
    for dialect, table in ((Dialect.PROJECT, ("project",)), (Dialect.POETRY, ("tool", "poetry"))):
        value = document.string(*table, key)
        if value is not None:
            yield Fact(value, document.place(*table, key), dialect)


def _pythons(document: Document) -> Iterator[Fact]:
    required = document.string("project", "requires-python")
    if required is not None:
        yield Fact(required, document.place("project", "requires-python"), Dialect.PROJECT)
    keys = ("tool", "poetry", "dependencies", "python")
    value = document.get(*keys)
    version = value if isinstance(value, str) else as_table(value).get("version")
    if isinstance(version, str):
        yield Fact(version, document.place(*keys), Dialect.POETRY)


def _scripts(document: Document) -> Iterator[Script]:
    tables: list[tuple[str, tuple[str, ...]]] = [
        ("console_scripts", ("project", "scripts")),
        ("gui_scripts", ("project", "gui-scripts")),
        ("console_scripts", ("tool", "poetry", "scripts")),
    ]
    for points in (("project", "entry-points"), ("tool", "poetry", "plugins")):
        tables += [(group, (*points, group)) for group in document.table(*points)]
    for group, keys in tables:
        for name, value in document.table(*keys).items():
            target = (
                value if isinstance(value, str) else as_table(value).get("reference", as_table(value).get("callable"))
            )
            if isinstance(target, str) and as_table(value).get("type") != "file":
                yield Script(name, target, group, document.place(*keys, name))


def _readmes(document: Document) -> Iterator[str]:
    for keys in (("project", "readme"), ("tool", "poetry", "readme")):
        file = document.string(*keys, "file")
        yield from [file] if file else [text for _, text in document.strings(*keys)]


def _workspaces(document: Document) -> Iterator[Workspace]:
    sources = (
        ("uv", ("tool", "uv", "workspace"), "members", "exclude"),
        ("hatch", ("tool", "hatch", "envs", "default", "workspace"), "members", "exclude"),
        ("hatch", ("tool", "hatch", "workspace"), "members", "exclude"),
        ("poetry", ("tool", "poetry-monorepo"), "members", "exclude"),
        ("poetry", ("tool", "poetry-workspace"), "include", "exclude"),
        ("pdm", ("tool", "pdm", "workspace"), "members", "exclude"),
    )
    for manager, keys, members, exclude in sources:
        if keys[-1] in document.table(*keys[:-1]):
            yield Workspace(
                manager,
                tuple(_member_paths(document.get(*keys, members))),
                tuple(_member_paths(document.get(*keys, exclude))),
                document.place(*keys),
            )


def _member_paths(value: object) -> Iterator[str]:
    for item in value if isinstance(value, list) else []:
        path = item if isinstance(item, str) else as_table(item).get("path")
        if isinstance(path, str):
            yield path


_SHAPES: tuple[tuple[tuple[str, ...], type, str], ...] = (
    (("project",), dict, "a table"),
    (("project", "name"), str, "a string"),
    (("project", "version"), str, "a string"),
    (("project", "requires-python"), str, "a string"),
    (("project", "dynamic"), list, "an array of strings"),
    (("project", "scripts"), dict, "a table"),
    (("project", "gui-scripts"), dict, "a table"),
    (("project", "entry-points"), dict, "a table"),
    (("build-system",), dict, "a table"),
    (("build-system", "requires"), list, "an array of strings"),
    (("tool",), dict, "a table"),
    (("tool", "poetry"), dict, "a table"),
    (("tool", "poetry", "name"), str, "a string"),
    (("tool", "poetry", "version"), str, "a string"),
)


def _shape_problems(document: Document) -> Iterator[ManifestProblem]:
    for keys, expected, word in _SHAPES:
        value = document.get(*keys)
        if value is not None and not isinstance(value, expected):
            yield ManifestProblem(document.path, document.place(*keys).line, f"{'.'.join(keys)} must be {word}")
