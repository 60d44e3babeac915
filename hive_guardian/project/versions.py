"""Version constraints: PEP 440, Poetry's grammar, and the questions rules ask about both.

A constraint is a union of PEP 440 specifier sets. Questions are answered by trying versions: between two versions
that a constraint mentions its answer cannot change, so the mentioned ones and their direct neighbours are enough.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from hive_guardian.model.frozen_class import frozen

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

PythonMinor = tuple[int, int]
"""Major and minor of a Python, `(3, 11)`."""

LOWEST_PYTHON: PythonMinor = (2, 7)
"""No older Python is looked at: a constraint without a lower bound starts here."""

_LONGEST_VERSION = 100
_LATER_PYTHONS: tuple[PythonMinor, ...] = ((3, 0), (4, 0))
_VERSION = r"v?\d+(?:\.\d+)*(?:[-_.]?(?:a|b|c|rc|alpha|beta|pre|preview|post|rev|r|dev)[-_.]?\d*)*(?:\+[a-z\d.]+)?"
_OR = re.compile(r"\s*\|\|?\s*")
_CLAUSE = re.compile(
    rf"\s*(?P<operator>\^|~=|~|===|==|!=|<>|>=|<=|>|<|=)?\s*"
    rf"(?:(?P<any>v?[*xX](?:\.[*xX])*(?!\w))|(?P<prefix>v?\d+(?:\.\d+)*)(?:\.[*xX])+|(?P<version>{_VERSION}))"
    rf"\s*(?P<separator>,|(?=[\s^~=!<>\d*]|\Z))",
    re.IGNORECASE,
)


@frozen
class Constraint:
    """What versions are admitted: those of any alternative.

    Attributes:
        text: as written.
        alternatives: PEP 440 specifier sets; never empty.
    """

    text: str
    alternatives: "tuple[SpecifierSet, ...]"


@frozen
class UnparsableConstraint:
    """A constraint nobody can read, as a value.

    Attributes:
        text: as written.
        reason: what is wrong with it, for a person.
    """

    text: str
    reason: str


def parse_pep440(text: str) -> Constraint | UnparsableConstraint:
    """Parse a PEP 440 specifier set, the grammar of `requires-python`. An empty text admits everything."""
    try:
        return Constraint(text, (_specifiers(text),))
    except ValueError:
        return UnparsableConstraint(text, "is not a PEP 440 version specifier")


def parse_poetry(text: str) -> Constraint | UnparsableConstraint:
    """Parse Poetry's grammar: PEP 440 plus caret, tilde, `||`, wildcards, bare versions and space as comma."""
    try:
        return Constraint(
            text, tuple(_specifiers(",".join(_poetry_clauses(part))) for part in _OR.split(text.strip().rstrip(",")))
        )
    except ValueError:
        return UnparsableConstraint(text, "is not a Poetry version constraint")


def admits(constraint: Constraint, minor: PythonMinor) -> bool:
    """Whether any final patch release of a Python minor satisfies the constraint."""
    patches = {0}
    for release in _mentioned_releases(constraint):
        patch = release[2] if len(release) > 2 else 0
        patches |= {max(patch - 1, 0), patch, patch + 1}
    return any(_contains(constraint, Version(f"{minor[0]}.{minor[1]}.{patch}")) for patch in sorted(patches))


@lru_cache(maxsize=1024)
def floor(constraint: Constraint) -> PythonMinor | None:
    """The lowest Python minor of which any final patch release satisfies the constraint; `None`: no Python does.

    `>3.10` starts at 3.10, for it admits 3.10.1; `>=3.11,!=3.11.3` starts at 3.11.
    """
    minors = {LOWEST_PYTHON, *_LATER_PYTHONS}
    for release in _mentioned_releases(constraint):
        major, minor = (*release, 0)[:2]
        minors |= {(major, minor), (major, minor + 1), (major + 1, 0)}
    return next((minor for minor in sorted(minors) if _is_python(minor) and admits(constraint, minor)), None)


def admits_version(constraint: Constraint, version: str) -> bool | None:
    """Whether one version satisfies the constraint, pre-releases included; `None`: the version does not parse."""
    try:
        return _contains(constraint, Version(version))
    except ValueError:
        return None


def intersects(first: Constraint, second: Constraint) -> bool:
    """Whether any version, pre-releases included, satisfies both constraints."""
    mentioned = [*_mentioned(first), *_mentioned(second)]  # no set: 1 equals 1.0, but they differ in precision
    depth = max((len(version.release) for version in mentioned), default=0) + 1
    candidates = {Version("0.dev0"), Version("0")}
    for version in mentioned:
        candidates.update(_neighbours(version, depth))
    return any(_contains(first, version) and _contains(second, version) for version in candidates)


def _specifiers(text: str) -> "SpecifierSet":
    """A specifier set all of whose versions really parse: `packaging` looks at them late.

    Raises:
        ValueError: one does not, or is too long to be one.
    """
    from packaging.specifiers import SpecifierSet  # with it comes half of packaging, and logging

    specifiers = SpecifierSet(text)
    for specifier in specifiers:
        if len(specifier.version) > _LONGEST_VERSION:
            raise ValueError(text)
        if specifier.operator != "===":
            Version(specifier.version.removesuffix(".*"))
    return specifiers


def _is_python(minor: PythonMinor) -> bool:
    return minor == LOWEST_PYTHON or minor[0] > 2


def _contains(constraint: Constraint, version: Version) -> bool:
    return any(alternative.contains(version, prereleases=True) for alternative in constraint.alternatives)


def _mentioned(constraint: Constraint) -> Iterator[Version]:
    for alternative in constraint.alternatives:
        for specifier in alternative:
            text = specifier.version.removesuffix(".*")
            try:
                yield Version(text)
            except InvalidVersion:
                continue


def _mentioned_releases(constraint: Constraint) -> set[tuple[int, ...]]:
    return {version.release for version in _mentioned(constraint)}


def _neighbours(version: Version, depth: int) -> Iterator[Version]:
    """The version, the next one at each precision, and the ones directly above and below."""
    yield version
    epoch = f"{version.epoch}!"
    release = version.release
    for precision in range(1, len(release) + 1):
        raised = (*release[: precision - 1], release[precision - 1] + 1)
        yield Version(epoch + _dotted(raised))
        yield Version(f"{epoch}{_dotted(raised)}.dev0")
    padded = release + (0,) * (depth - len(release))
    base = epoch + _dotted(padded)
    yield Version(base)
    yield Version(f"{epoch}{_dotted((*padded[:-1], 1))}")
    yield Version(f"{base}.dev0")
    yield Version(f"{base}.post{(version.post or 0) + 1}")
    if version.pre:
        yield Version(f"{base}{version.pre[0]}{version.pre[1] + 1}")
        yield Version(f"{base}{version.pre[0]}{version.pre[1]}.post{(version.post or 0) + 1}")
    if version.dev is not None:
        yield Version(re.sub(r"\.dev\d+", f".dev{version.dev + 1}", version.public))


def _dotted(release: Iterable[int]) -> str:
    return ".".join(map(str, release))


def _poetry_clauses(text: str) -> Iterator[str]:
    """One alternative as PEP 440 clauses.

    Raises:
        ValueError: the text is empty or not of the grammar.
    """
    position = 0
    while position < len(text) or not position:
        match = _CLAUSE.match(text, position)
        if match is None or (match["separator"] and match.end() == len(text)):
            raise ValueError(text)
        yield from _clause(match)
        position = match.end()


def _clause(match: re.Match[str]) -> Iterator[str]:
    operator = match["operator"] or "=="
    if match["any"]:
        if operator != "==":
            raise ValueError(match[0])
    elif match["prefix"]:
        if operator not in ("==", "=", "!="):
            raise ValueError(match[0])
        yield f"{'==' if operator == '=' else operator}{match['prefix']}.*"
    elif operator in ("^", "~"):
        version = Version(match["version"])
        yield f">={version}"
        yield f"<{_upper(operator, version, len(version.release))}"
    else:
        yield {"=": "==", "<>": "!="}.get(operator, operator) + match["version"]


def _upper(operator: str, version: Version, precision: int) -> str:
    """The first version a caret or tilde does not admit."""
    major, minor, patch = (*version.release, 0, 0)[:3]
    if operator == "~":
        return f"{major + 1}" if precision == 1 else f"{major}.{minor + 1}"
    if major or precision == 1:
        return f"{major + 1}"
    if minor or precision == 2:
        return f"0.{minor + 1}"
    return f"0.0.{patch + 1}"
