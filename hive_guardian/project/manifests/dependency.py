"""One declared dependency, whatever file and dialect it stands in."""

import re
from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.manifests.document import ManifestProblem, Place

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

    from hive_guardian.project.versions import Constraint, UnparsableConstraint

_LONGEST_REQUIREMENT = 2000
_SEPARATORS = re.compile(r"[-_.]+")


class Scope(StrEnum):
    """Who needs a dependency."""

    RUNTIME = "runtime"
    EXTRA = "extra"
    DEVELOPMENT = "development"
    BUILD = "build"


class Origin(StrEnum):
    """Where a dependency is fetched from."""

    INDEX = "index"
    URL = "url"
    VCS = "vcs"
    PATH = "path"
    WORKSPACE = "workspace"


@frozen
class Dependency:
    """A declared dependency.

    Attributes:
        name: distribution name, normalised by PEP 503.
        written: the declaration as it stands in the file (`PyYAML>=6`, `^0.13`).
        constraint: the versions it admits; no restriction for URL, VCS and path origins.
        scope: who needs it.
        group: extra or group name, normalised by PEP 503; empty for runtime and build dependencies.
        place: where it stands.
        extras: requested extras, normalised, sorted.
        marker: environment marker, empty when it always holds.
        origin: where it is fetched from.
        target: URL or path of an origin other than the index, as written; empty otherwise.
    """

    name: str
    written: str
    constraint: "Constraint | UnparsableConstraint"
    scope: Scope
    group: str
    place: Place
    extras: tuple[str, ...] = ()
    marker: str = ""
    origin: Origin = Origin.INDEX
    target: str = ""

    @property
    def is_versioned(self) -> bool:
        """Whether versions of an index are chosen from, rather than a URL, a path or a repository."""
        return self.origin is Origin.INDEX


def normalise_name(name: str) -> str:
    """A distribution, extra or group name in its one spelling (PEP 503)."""
    return _SEPARATORS.sub("-", name).lower()


def parse_requirement(text: str, scope: Scope, group: str, place: Place) -> Dependency | ManifestProblem:
    """Parse a PEP 508 requirement."""
    from packaging.requirements import InvalidRequirement, Requirement  # costs milliseconds no warm run should pay

    from hive_guardian.project.versions import parse_pep440  # as above

    try:
        requirement = Requirement(text if len(text) <= _LONGEST_REQUIREMENT else "")
    except (InvalidRequirement, RecursionError):
        return ManifestProblem(place.path, place.line, f"{shorten(text)} is not a PEP 508 requirement")
    url = requirement.url or ""
    return Dependency(
        normalise_name(requirement.name),
        text,
        parse_pep440(str(requirement.specifier)),
        scope,
        normalise_name(group),
        place,
        tuple(sorted(normalise_name(extra) for extra in requirement.extras)),
        str(requirement.marker or ""),
        url_origin(url),
        url,
    )


def with_source(dependency: Dependency, origin: Origin, target: str) -> Dependency:
    """The same dependency, fetched from somewhere else (uv's `tool.uv.sources`)."""
    return replace(dependency, origin=origin, target=target)


def url_origin(url: str) -> Origin:
    """What kind of place a URL names; an empty one is the index."""
    if not url:
        return Origin.INDEX
    if re.match(r"(?:git|hg|svn|bzr)\+", url):
        return Origin.VCS
    return Origin.PATH if url.startswith(("file:", ".", "/")) else Origin.URL


def python_marker(text: str) -> str:
    """A Poetry constraint on Python as an environment marker; empty when it restricts or says nothing."""
    from hive_guardian.project.versions import UnparsableConstraint, parse_poetry  # loads packaging

    constraint = parse_poetry(text)
    if isinstance(constraint, UnparsableConstraint):
        return ""
    alternatives = [_clauses(alternative) for alternative in constraint.alternatives]
    if not all(alternatives):
        return ""
    return " or ".join(alternatives)


def join_markers(markers: Iterable[str]) -> str:
    """One marker that holds when all of them do."""
    parts = [marker for marker in markers if marker]
    return parts[0] if len(parts) == 1 else " and ".join(f"({part})" for part in parts)


def shorten(text: str) -> str:
    """A text as it may stand in a message: quoted, one line, at most sixty characters."""
    return repr(text if len(text) <= 60 else f"{text[:57]}...")


def _clauses(alternative: "SpecifierSet") -> str:
    ordered = sorted(alternative, key=str)
    return " and ".join(f'python_full_version {item.operator} "{item.version}"' for item in ordered)
