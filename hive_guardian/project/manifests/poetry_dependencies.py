"""Dependencies in Poetry's dialect: tables of constraints instead of requirement strings."""

from collections.abc import Collection, Iterator, Mapping

from hive_guardian.project.manifests.dependency import (
    Dependency,
    Origin,
    Scope,
    join_markers,
    normalise_name,
    python_marker,
    shorten,
)
from hive_guardian.project.manifests.document import Document, ManifestProblem, Place, as_strings, as_table

_POETRY = ("tool", "poetry")
_PLATFORM_KEY = "platform"


def read_poetry_dependencies(
    document: Document, standard: Collection[str], *, is_enrichment: bool
) -> Iterator[Dependency | ManifestProblem]:
    """Everything below `[tool.poetry]` that declares dependencies.

    Args:
        document: the parsed file.
        standard: runtime dependencies that `[project]` declares, normalised.
        is_enrichment: `[project.dependencies]` is static, so `[tool.poetry.dependencies]` only adds sources to it
            (Poetry 2); what it names beyond that is locked but not part of the distribution's metadata.
    """
    extras = _extras(document)
    main = (*_POETRY, "dependencies")
    for item in _table(document, main, Scope.RUNTIME, "", extras):
        if not is_enrichment or isinstance(item, ManifestProblem):
            yield item
        elif item.name not in standard and item.scope == Scope.RUNTIME:
            yield Dependency(
                item.name,
                item.written,
                item.constraint,
                Scope.DEVELOPMENT,
                "",
                item.place,
                item.extras,
                item.marker,
                item.origin,
                item.target,
            )
    yield from _table(document, (*_POETRY, "dev-dependencies"), Scope.DEVELOPMENT, "dev", {})
    for group in document.table(*_POETRY, "group"):
        yield from _table(document, (*_POETRY, "group", group, "dependencies"), Scope.DEVELOPMENT, group, {})


def _extras(document: Document) -> dict[str, str]:
    """Normalised dependency -> the first extra that brings it in."""
    found: dict[str, str] = {}
    for extra, names in document.table(*_POETRY, "extras").items():
        for _, name in as_strings(names):
            found.setdefault(normalise_name(name.partition("[")[0].strip()), extra)
    return found


def _table(
    document: Document, keys: tuple[str, ...], scope: Scope, group: str, extras: Mapping[str, str]
) -> Iterator[Dependency | ManifestProblem]:
    for name, value in document.table(*keys).items():
        if name == "python":
            continue
        entries = value if isinstance(value, list) else [value]
        for index, entry in enumerate(entries):
            place = document.place(*keys, name, *((index,) if isinstance(value, list) else ()))
            extra = extras.get(normalise_name(name))
            optional = as_table(entry).get("optional") is True
            if scope == Scope.RUNTIME and (extra is not None or optional):
                yield _entry(name, entry, Scope.EXTRA, extra or "", place)
            else:
                yield _entry(name, entry, scope, group, place)


def _entry(name: str, entry: object, scope: Scope, group: str, place: Place) -> Dependency | ManifestProblem:
    from hive_guardian.project.versions import parse_poetry  # loads packaging

    table = {"version": entry} if isinstance(entry, str) else as_table(entry)
    if not table:
        return ManifestProblem(place.path, place.line, f"the dependency {shorten(name)} must be a string or a table")
    origin, target = _origin(table)
    version = table.get("version", "*")
    written = version if isinstance(version, str) else "*"
    return Dependency(
        normalise_name(name),
        written,
        parse_poetry(written),
        scope,
        normalise_name(group),
        place,
        tuple(sorted(normalise_name(text) for _, text in as_strings(table.get("extras")))),
        _marker(table),
        origin,
        target,
    )


def _origin(table: Mapping[str, object]) -> tuple[Origin, str]:
    for key, origin in (("path", Origin.PATH), ("file", Origin.PATH), ("git", Origin.VCS), ("url", Origin.URL)):
        target = table.get(key)
        if isinstance(target, str):
            return origin, target
    return Origin.INDEX, ""


def _marker(table: Mapping[str, object]) -> str:
    written, python, platform = (table.get(key) for key in ("markers", "python", _PLATFORM_KEY))
    return join_markers(
        [
            written if isinstance(written, str) else "",
            python_marker(python) if isinstance(python, str) else "",
            f'sys_platform == "{platform}"' if isinstance(platform, str) and '"' not in platform else "",
        ]
    )
