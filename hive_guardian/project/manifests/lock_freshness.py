"""Does a lock describe its manifest? For Poetry its digest is recomputed, for uv requirements are compared as sets."""

import hashlib
import json
import re
from collections.abc import Mapping

from hive_guardian.project.manifests.dependency import Dependency, Origin, Scope, normalise_name
from hive_guardian.project.manifests.document import as_strings
from hive_guardian.project.manifests.locks import Lock, LockedPackage, LockFormat
from hive_guardian.project.manifests.pyproject import Pyproject

_POETRY_KEYS = ("dependencies", "source", "extras", "dev-dependencies")
_PROJECT_KEYS = ("requires-python", "dependencies", "optional-dependencies")
_UV_SOURCES = ("editable", "virtual", "directory", "path", "git", "url", "index")
_EXTRA = re.compile(r"""extra\s*==\s*['"]([^'"]+)['"]""")

_Requirement = tuple[str, str, str, tuple[str, ...]]
"""Name, group, canonical specifier, extras: what both sides must agree on. Markers are left out, because uv rewrites
them by its own algebra: a difference of spelling must never read as stale."""


def has_verdict(lock: Lock) -> bool:
    """Whether the freshness of a lock of this format and version can be judged."""
    if lock.format == LockFormat.POETRY:
        return lock.version.startswith(("1.", "2.")) and lock.content_hash is not None
    return lock.format == LockFormat.UV and lock.version == "1"


def poetry_hashes(pyproject: Pyproject) -> tuple[str, ...]:
    """The content hash of a manifest under each known generation of Poetry's algorithm, newest first.

    Up to 1.1 dependencies, sources, extras and dev-dependencies count, absent ones as `null`; 1.2 adds groups; 2.0
    adds `[project]`, and drops what is absent; 2.2 adds `[dependency-groups]`.
    """
    project = pyproject.document.table("project")
    poetry = pyproject.document.table("tool", "poetry")
    groups = pyproject.document.table("dependency-groups")
    standard = {key: project[key] for key in _PROJECT_KEYS if project.get(key) is not None}
    own = {key: poetry[key] for key in (*_POETRY_KEYS, "group") if poetry.get(key) is not None}
    first = {key: poetry.get(key) for key in _POETRY_KEYS}
    generations: list[Mapping[str, object]] = [{**first, **own}, first]
    for extra in ({"project": standard}, {"project": standard, "dependency-groups": groups}):
        present = {key: value for key, value in extra.items() if value}
        if present:
            generations.insert(0, {**present, "tool": {"poetry": own}})
    return tuple(dict.fromkeys(map(_digest, generations)))


def find_member(lock: Lock, directory: str) -> LockedPackage | None:
    """The entry of a workspace member in `uv.lock`, by its directory relative to the lock (empty: beside it)."""
    return next((package for package in lock.packages if package.directory == (directory or ".")), None)


def uv_differences(lock: Lock, pyproject: Pyproject, member: LockedPackage) -> tuple[str, ...]:
    """What the manifest of a member declares otherwise than `uv.lock` has it, for a person; empty when nothing.

    The Python range is compared for single projects only: a workspace locks the intersection of its members.
    """
    found = []
    declared = pyproject.document.string("project", "requires-python")
    is_single = sum(package.directory is not None for package in lock.packages) == 1
    if is_single and declared and lock.requires_python and _canonical(declared) != _canonical(lock.requires_python):
        found.append(f"requires-python is {declared}, locked for {lock.requires_python}")
    wanted = {_wanted(item) for item in pyproject.dependencies if item.scope in (Scope.RUNTIME, Scope.EXTRA)}
    locked = {_locked(entry) for entry in member.requires or ()}
    declared_only, locked_only = ({item[0] for item in side} for side in (wanted - locked, locked - wanted))
    found += [f"{name} is not locked as declared" for name in sorted(declared_only)]
    found += [f"{name} is locked but not declared" for name in sorted(locked_only - declared_only)]
    return tuple(found)


def _digest(content: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def _wanted(item: Dependency) -> _Requirement:
    group = item.group or _extra(item.marker)
    specifier = "" if item.origin != Origin.INDEX else _canonical(item.constraint.text)
    return item.name, group, specifier, item.extras


def _locked(entry: Mapping[str, object]) -> _Requirement:
    name, marker, specifier = (entry.get(key, "") for key in ("name", "marker", "specifier"))
    is_elsewhere = any(key in entry for key in _UV_SOURCES if key != "index")
    return (
        normalise_name(str(name)),
        _extra(str(marker)),
        "" if is_elsewhere else _canonical(str(specifier)),
        tuple(sorted(normalise_name(text) for _, text in as_strings(entry.get("extras")))),
    )


def _extra(marker: str) -> str:
    match = _EXTRA.search(marker)
    return normalise_name(match[1]) if match else ""


def _canonical(specifier: str) -> str:
    """One spelling per specifier set: order, spaces and trailing zeros do not count (except after `~=`, `===`)."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # few projects have a lock to read

    try:
        parts = SpecifierSet(specifier)
    except InvalidSpecifier:
        return specifier
    return ",".join(
        sorted(
            item.operator
            + (item.version if item.operator in ("~=", "===") else re.sub(r"(\.0)+(?=$|\.\*$)", "", item.version))
            for item in parts
        )
    )
