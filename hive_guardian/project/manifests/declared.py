"""The dependencies a `pyproject.toml` declares, in every dialect people use."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.manifests.dependency import (
    Dependency,
    Origin,
    Scope,
    normalise_name,
    parse_requirement,
    with_source,
)
from hive_guardian.project.manifests.document import Document, ManifestProblem, as_strings, as_table
from hive_guardian.project.manifests.poetry_dependencies import read_poetry_dependencies

_Key = str | int
_Found = Iterator[Dependency | ManifestProblem]


@frozen
class Declared:
    """Dependencies, group includes and what could not be read."""

    dependencies: tuple[Dependency, ...]
    includes: Mapping[str, tuple[str, ...]]
    problems: tuple[ManifestProblem, ...]


def read_dependencies(document: Document, dynamic: frozenset[str]) -> Declared:
    """Every dependency of the file, each once, in the group it is written in.

    Args:
        document: the parsed file.
        dynamic: fields of `[project]` that are declared dynamic.
    """
    found = [*_project(document), *_groups(document), *_tools(document), *_build(document)]
    standard = {item.name for item in found if isinstance(item, Dependency) and item.scope == Scope.RUNTIME}
    owns_runtime = "dependencies" in document.table("project") and "dependencies" not in dynamic
    found += read_poetry_dependencies(document, standard, is_enrichment=owns_runtime)
    sources = {normalise_name(name): value for name, value in document.table("tool", "uv", "sources").items()}
    return Declared(
        tuple(_from_source(item, sources.get(item.name)) for item in found if isinstance(item, Dependency)),
        _includes(document),
        tuple(item for item in found if isinstance(item, ManifestProblem)),
    )


def _project(document: Document) -> _Found:
    yield from read_array(document, ("project", "dependencies"), Scope.RUNTIME, "")
    yield from _arrays(document, ("project", "optional-dependencies"), Scope.EXTRA)


def _groups(document: Document) -> _Found:
    yield from _arrays(document, ("dependency-groups",), Scope.DEVELOPMENT)


def _tools(document: Document) -> _Found:
    for tool in ("uv", "rye"):
        yield from read_array(document, ("tool", tool, "dev-dependencies"), Scope.DEVELOPMENT, "dev")
    yield from _arrays(document, ("tool", "pdm", "dev-dependencies"), Scope.DEVELOPMENT)
    for name in document.table("tool", "hatch", "envs"):
        for key in ("dependencies", "extra-dependencies"):
            yield from read_array(document, ("tool", "hatch", "envs", name, key), Scope.DEVELOPMENT, name)


def _build(document: Document) -> _Found:
    yield from read_array(document, ("build-system", "requires"), Scope.BUILD, "")


def _arrays(document: Document, keys: tuple[str, ...], scope: Scope) -> _Found:
    value = document.get(*keys)
    if value is not None and not isinstance(value, Mapping):
        yield ManifestProblem(document.path, document.place(*keys).line, f"{'.'.join(keys)} must be a table of arrays")
    for group in document.table(*keys):
        yield from read_array(document, (*keys, group), scope, group)


def read_array(document: Document, keys: tuple[str, ...], scope: Scope, group: str, *, indent: int = 0) -> _Found:
    """The PEP 508 requirements of an array.

    Args:
        document: the parsed file.
        keys: where the array is; nothing there is no problem, something else is.
        scope: what the requirements are for.
        group: extra or group.
        indent: columns to add, for TOML that stands inside of another file.
    """
    value = document.get(*keys)
    if value is None:
        return
    if not isinstance(value, list):
        yield ManifestProblem(document.path, document.place(*keys).line, f"{'.'.join(keys)} must be an array")
        return
    for index, text in as_strings(value):
        place = document.place(*keys, index)
        yield parse_requirement(text, scope, group, replace(place, column=place.column + indent))


def _includes(document: Document) -> dict[str, tuple[str, ...]]:
    """PEP 735 `include-group` and Poetry's `include-groups`; cycles are kept as written."""
    found: dict[str, tuple[str, ...]] = {}
    for group, items in document.table("dependency-groups").items():
        entries = [as_table(item).get("include-group") for item in items] if isinstance(items, list) else []
        found[normalise_name(group)] = tuple(normalise_name(entry) for entry in entries if isinstance(entry, str))
    for group in document.table("tool", "poetry", "group"):
        entries_ = document.strings("tool", "poetry", "group", group, "include-groups")
        found[normalise_name(group)] = tuple(normalise_name(text) for _, text in entries_)
    return {group: included for group, included in found.items() if included}


def _from_source(dependency: Dependency, source: object) -> Dependency:
    """Apply `tool.uv.sources`: a table, or one table per marker of which the first non-index one counts."""
    tables = [as_table(item) for item in source] if isinstance(source, list) else [as_table(source)]
    for table in tables:
        if table.get("workspace") is True:
            return with_source(dependency, Origin.WORKSPACE, "")
        for key, origin in (("path", Origin.PATH), ("git", Origin.VCS), ("url", Origin.URL)):
            target = table.get(key)
            if isinstance(target, str):
                return with_source(dependency, origin, target)
    return dependency
