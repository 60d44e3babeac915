"""Environment markers: can two of them hold in the same environment?"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

if TYPE_CHECKING:
    from packaging.markers import Marker

_PLATFORMS = (
    {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
    {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
    {"sys_platform": "cygwin", "platform_system": "CYGWIN_NT", "os_name": "posix"},
    {"sys_platform": "emscripten", "platform_system": "Emscripten", "os_name": "posix"},
    {"sys_platform": "freebsd14", "platform_system": "FreeBSD", "os_name": "posix"},
    {"sys_platform": "java", "platform_system": "Java", "os_name": "java"},
)
_IMPLEMENTATIONS = (
    {"implementation_name": "cpython", "platform_python_implementation": "CPython"},
    {"implementation_name": "pypy", "platform_python_implementation": "PyPy"},
    {"implementation_name": "other", "platform_python_implementation": "Other"},
)
_ANYWHERE = {**_PLATFORMS[0], **_IMPLEMENTATIONS[0], "platform_machine": "x86_64", "python_full_version": "3.0.0"}
_ANY: Sequence[Mapping[str, str]] = ({},)
_PYTHONS = ("python_version", "python_full_version")
_UNDECIDED = ("platform_release", "platform_version", "implementation_version")
_VARIABLE = re.compile(r"\b[a-z_]+\b(?=(?:[^\"]*\"[^\"]*\")*[^\"]*\Z)")
_LITERAL = re.compile(r"\"([^\"]*)\"")


@lru_cache(maxsize=1024)
def disjoint(first: str, second: str) -> bool:
    """Whether no environment satisfies both markers, proven over Python versions, platforms and machines.

    Extras count as chosen freely, so they never make two markers disjoint. An empty marker always holds. A marker
    that does not parse, or that asks for something outside of this model, is never called disjoint from another.
    """
    if not first or not second:
        return False
    from packaging.markers import InvalidMarker, Marker  # a parser of its own, and few dependencies have markers

    try:
        markers = Marker(first), Marker(second)
    except InvalidMarker:
        return False
    texts = [str(marker) for marker in markers]
    variables = {name for text in texts for name in _VARIABLE.findall(text)}
    if variables & {*_UNDECIDED}:
        return False
    literals = sorted({literal for text in texts for literal in _LITERAL.findall(text)})
    environments = _environments(variables, literals)
    return not any(all(_holds(marker, environment, literals) for marker in markers) for environment in environments)


def _environments(variables: set[str], literals: list[str]) -> Iterator[dict[str, str]]:
    """One environment per combination of the dimensions the markers look at."""
    machines = [{"platform_machine": text} for text in ("x86_64", "other", *literals)]
    dimensions: list[Sequence[Mapping[str, str]]] = [
        [_ANYWHERE],
        _pythons(literals) if variables & {*_PYTHONS} else _ANY,
        _platforms(literals) if variables & {*_PLATFORMS[0]} else _ANY,
        _IMPLEMENTATIONS if variables & {*_IMPLEMENTATIONS[0]} else _ANY,
        machines if "platform_machine" in variables else _ANY,
    ]
    for combination in product(*dimensions):
        yield {key: value for part in combination for key, value in part.items()}


def _platforms(literals: list[str]) -> list[Mapping[str, str]]:
    """The known platforms and, for names outside of them, platforms we know nothing about."""
    known = {text for platform in _PLATFORMS for text in platform.values()}
    strange = ["other", *(text for text in literals if text not in known and not text[:1].isdigit())]
    unknown = product(strange, strange, ("posix", *strange))
    return [
        *_PLATFORMS,
        *({"sys_platform": one, "platform_system": two, "os_name": three} for one, two, three in unknown),
    ]


def _pythons(literals: list[str]) -> list[Mapping[str, str]]:
    """Pythons at, directly below and directly above each version that is mentioned."""
    found = {(2, 7, 0), (3, 0, 0), (4, 0, 0)}
    for text in re.split(r"[\s,|]+", " ".join(literals)):
        try:
            major, minor, patch = (*Version(text.removesuffix(".*")).release, 0, 0)[:3]
        except InvalidVersion:
            continue
        found |= {(major, minor, patch), (major, minor, patch + 1), (major, minor + 1, 0), (major + 1, 0, 0)}
        found |= {(major, minor, max(patch - 1, 0)), (major, max(minor - 1, 0), 99)}
    return [
        {"python_version": f"{major}.{minor}", "python_full_version": f"{major}.{minor}.{patch}"}
        for major, minor, patch in sorted(found)
    ]


def _holds(marker: "Marker", environment: Mapping[str, str], extras: list[str]) -> bool:
    """Whether the marker holds for some choice of the extra; what cannot be compared might."""
    from packaging.markers import UndefinedComparison, UndefinedEnvironmentName  # as above

    for extra in ("", *extras):
        try:
            if marker.evaluate({**environment, "extra": extra}):
                return True
        except (UndefinedComparison, UndefinedEnvironmentName, InvalidVersion):
            return True
    return False
