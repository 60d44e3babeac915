"""Lockfiles: what is pinned, and whether the lock describes its manifest."""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum

from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.manifests.dependency import normalise_name
from hive_guardian.project.manifests.document import Document, ManifestProblem, Place, as_table, read_json, read_toml

LOCK_NAMES = ("poetry.lock", "uv.lock", "pdm.lock", "pylock.toml", "Pipfile.lock")
_PYLOCK = re.compile(r"pylock\.(?:[^.]+\.)?toml")


class LockFormat(StrEnum):
    """Who wrote the lock."""

    POETRY = "poetry"
    UV = "uv"
    PDM = "pdm"
    PYLOCK = "pylock"
    PIPENV = "pipenv"


@frozen
class LockedPackage:
    """One pinned version.

    Attributes:
        name: normalised by PEP 503.
        version: as written, empty when the lock pins something else than a version.
        place: where the entry stands.
        requires_python: uv members only: as locked, `None` when absent.
        requires: uv members only: the `requires-dist` entries, `None` when the lock has none.
        directory: uv members only: directory of the member relative to the lock, `None` for packages from elsewhere.
    """

    name: str
    version: str
    place: Place
    requires_python: str | None = None
    requires: tuple[Mapping[str, object], ...] | None = None
    directory: str | None = None


@frozen
class Lock:
    """A lockfile.

    Attributes:
        path: root-relative path.
        format: who wrote it.
        packages: pinned packages in the order of the file; a name may occur several times, under different markers.
        content_hash: digest of the manifest as the manager recorded it, `None` when the format has none.
        version: version of the lock's own format, empty when it does not say.
        requires_python: the Python the lock was made for, `None` when it does not say.
        document: the parsed file.
    """

    path: str
    format: LockFormat
    packages: tuple[LockedPackage, ...]
    content_hash: str | None
    version: str
    requires_python: str | None
    document: Document

    def find(self, name: str) -> tuple[LockedPackage, ...]:
        """Every pin of a distribution, in any spelling of its name."""
        wanted = normalise_name(name)
        return tuple(package for package in self.packages if package.name == wanted)


def lock_format(path: str) -> LockFormat | None:
    """Which lock a file is, by its name."""
    name = path.rpartition("/")[2]
    known = {"poetry.lock": LockFormat.POETRY, "uv.lock": LockFormat.UV, "pdm.lock": LockFormat.PDM}
    known["Pipfile.lock"] = LockFormat.PIPENV
    return LockFormat.PYLOCK if _PYLOCK.fullmatch(name) else known.get(name)


def read_lock(path: str, content: bytes) -> Lock | ManifestProblem:
    """Read any known lockfile."""
    form = lock_format(path)
    if form is None:
        return ManifestProblem(path, 1, "is not a lockfile we know")
    document = read_json(path, content) if form == LockFormat.PIPENV else read_toml(path, content)
    if isinstance(document, ManifestProblem):
        return document
    read = _pipenv_packages if form == LockFormat.PIPENV else _packages
    return Lock(
        path=path,
        format=form,
        packages=tuple(read(document)),
        content_hash=_content_hash(document, form),
        version=_format_version(document, form),
        requires_python=_requires_python(document, form),
        document=document,
    )


def _packages(document: Document) -> Iterator[LockedPackage]:
    key = "packages" if "packages" in document.data else "package"
    entries = document.get(key)
    places = _entry_places(document, key)
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        table = as_table(entry)
        name, version = table.get("name"), table.get("version", "")
        if isinstance(name, str):
            place = places[index] if index < len(places) else Place(document.path)
            text = version if isinstance(version, str) else ""
            metadata = as_table(table.get("metadata"))
            source = as_table(table.get("source"))
            directory = next((source[kind] for kind in ("editable", "virtual", "directory") if kind in source), None)
            yield LockedPackage(
                normalise_name(name),
                text,
                place,
                _string(metadata.get("requires-python")),
                _tables(metadata.get("requires-dist")),
                directory if isinstance(directory, str) else None,
            )


def _entry_places(document: Document, key: str) -> list[Place]:
    """Where each `[[package]]` starts: a lock is large, so its headers are searched instead of locating every key."""
    header = re.compile(rf"^[ \t]*\[\[[ \t]*{key}[ \t]*\]\]", re.MULTILINE)
    places: list[Place] = []
    line, counted = 1, 0
    for match in header.finditer(document.text):
        line, counted = line + document.text.count("\n", counted, match.start()), match.start()
        places.append(Place(document.path, line, match[0].index("[") + 1))
    return places


def _pipenv_packages(document: Document) -> Iterator[LockedPackage]:
    for section in ("default", "develop"):
        for name, entry in document.table(section).items():
            version = as_table(entry).get("version", "")
            text = version.removeprefix("==") if isinstance(version, str) else ""
            yield LockedPackage(normalise_name(name), text, document.place(section, name))


def _content_hash(document: Document, form: LockFormat) -> str | None:
    keys = {
        LockFormat.POETRY: ("metadata", "content-hash"),
        LockFormat.PDM: ("metadata", "content_hash"),
        LockFormat.PIPENV: ("_meta", "hash", "sha256"),
    }.get(form)
    return document.string(*keys) if keys else None


def _format_version(document: Document, form: LockFormat) -> str:
    keys = {
        LockFormat.POETRY: ("metadata", "lock-version"),
        LockFormat.PDM: ("metadata", "lock_version"),
        LockFormat.PYLOCK: ("lock-version",),
        LockFormat.PIPENV: ("_meta", "pipfile-spec"),
        LockFormat.UV: ("version",),
    }[form]
    value = document.get(*keys)
    return "" if value is None else str(value)


def _requires_python(document: Document, form: LockFormat) -> str | None:
    if form == LockFormat.POETRY:
        return document.string("metadata", "python-versions")
    return document.string("requires-python")


def _string(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _tables(value: object) -> tuple[Mapping[str, object], ...] | None:
    return tuple(as_table(item) for item in value) if isinstance(value, list) else None
