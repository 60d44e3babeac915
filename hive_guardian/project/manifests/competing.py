"""Facts that a directory's manifests state twice (GR04)."""

from collections.abc import Iterator

from packaging.version import InvalidVersion, Version

from hive_guardian.project.manifests.dependency import normalise_name
from hive_guardian.project.manifests.pyproject import Dialect, Fact, Pyproject, python_constraint
from hive_guardian.project.manifests.setuptools import SetupFile, SetupKeyword
from hive_guardian.project.versions import UnparsableConstraint, floor, intersects

_FIELDS = {
    "name": "name",
    "version": "version",
    "description": "description",
    "long_description": "readme",
    "author": "authors",
    "author_email": "authors",
    "maintainer": "maintainers",
    "maintainer_email": "maintainers",
    "url": "urls",
    "download_url": "urls",
    "project_urls": "urls",
    "license": "license",
    "classifiers": "classifiers",
    "keywords": "keywords",
    "python_requires": "requires-python",
    "install_requires": "dependencies",
    "extras_require": "optional-dependencies",
    "entry_points": "entry-points",
}
"""Metadata keyword of setuptools -> field of `[project]`; everything else says how to build."""


def primary_table(pyproject: Pyproject | None) -> str:
    """The table that declares the metadata: `[project]`, `[tool.poetry]`, or empty for none."""
    if pyproject is None:
        return ""
    if pyproject.has_project:
        return "[project]"
    return "[tool.poetry]" if any(fact.dialect is Dialect.POETRY for fact in pyproject.names) else ""


def repeated_keywords(file: SetupFile | None, pyproject: Pyproject) -> tuple[SetupKeyword, ...]:
    """The metadata a setup file declares although it is not left to it by `dynamic`, ordered by place."""
    if file is None or not file.is_called:
        return ()
    found = (
        keyword
        for name, keyword in file.keywords.items()
        if _FIELDS.get(name, "") not in {"", *pyproject.dynamic} and not _is_left(name, pyproject)
    )
    return tuple(sorted(found, key=lambda keyword: (keyword.place, keyword.name)))


def _is_left(name: str, pyproject: Pyproject) -> bool:
    return name == "entry_points" and bool(pyproject.dynamic & {"scripts", "gui-scripts"})


def conflicting_facts(pyproject: Pyproject) -> Iterator[tuple[str, Fact, Fact]]:
    """What `[project]` and `[tool.poetry]` state differently: field, first fact, second fact.

    Spelling is no difference. Poetry may restrict Python further for its lock file, so only another floor, or ranges
    without a common version, are one.
    """
    for field, facts in (
        ("name", pyproject.names),
        ("version", pyproject.versions),
        ("requires-python", pyproject.pythons),
    ):
        if len(facts) > 1 and field not in pyproject.dynamic and _differ(field, facts[0], facts[1]):
            yield field, facts[0], facts[1]


def _differ(field: str, one: Fact, other: Fact) -> bool:
    if field == "name":
        return normalise_name(one.value) != normalise_name(other.value)
    if field == "version":
        return _version(one.value) != _version(other.value)
    left, right = python_constraint(one), python_constraint(other)
    if isinstance(left, UnparsableConstraint) or isinstance(right, UnparsableConstraint):
        return False
    return floor(left) != floor(right) or not intersects(left, right)


def _version(text: str) -> Version | str:
    try:
        return Version(text)
    except InvalidVersion:
        return text
