"""What a distribution provides, by bundled facts: never by an installed environment."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache

from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.globs import GlobSet
from hive_guardian.project.manifests.dependency import normalise_name
from hive_guardian.project.tables import stdlib
from hive_guardian.project.versions import Constraint, PythonMinor, admits

_SHORT = 2
"""Letters of a first word that says nothing (`py`)."""


class Evidence(StrEnum):
    """How well the modules of a distribution are known, best first."""

    CONFIGURED = "configured"
    TABLE = "table"
    GUESS = "guess"


@frozen
class Provided:
    """The import names of one distribution.

    Attributes:
        modules: dotted import names; a name covers everything below it.
        evidence: where they come from.
    """

    modules: tuple[str, ...]
    evidence: Evidence


def provided_modules(distribution: str, module_map: Mapping[str, tuple[str, ...]]) -> Provided:
    """The import names of a distribution: `layout.module-map`, then the bundled table, then its normalised name.

    Args:
        distribution: in any spelling.
        module_map: the configured map; its keys may be in any spelling.
    """
    name = normalise_name(distribution)
    for key, modules in module_map.items():
        if normalise_name(key) == name:
            return Provided(tuple(modules), Evidence.CONFIGURED)
    known = _modules().get(name)
    if known is not None:
        return Provided(known, Evidence.TABLE)
    guess = name.replace("-", "_")
    dotted = name.replace("-", ".")
    guesses = dict.fromkeys([guess, guess.removeprefix("python_"), guess.removesuffix("_py"), dotted, *_pieces(name)])
    return Provided(tuple(guesses), Evidence.GUESS)


def _pieces(name: str) -> list[str]:
    """Return the beginnings and ends of a distribution's name that may be its module.

    `lru-dict` brings `lru`, `celery-redbeat` brings `redbeat`. A name that the standard library or a known distribution
    answers for is not one (`django-acme` is no `django`).
    """
    words = name.split("-")
    pieces = ["_".join(words[:end]) for end in range(len(words) - 1, 0, -1)]
    pieces += ["_".join(words[start:]) for start in range(1, len(words))]
    return [piece for piece in pieces if len(piece) > _SHORT and piece not in _taken()]


@cache
def _taken() -> frozenset[str]:
    """Return the top-level modules that something known provides."""
    bundled = (module.partition(".")[0] for modules in _modules().values() for module in modules)
    return stdlib_modules(None).union(bundled)


def providers(module: str) -> tuple[str, ...]:
    """Bundled distributions that provide a dotted module, for suggestions; sorted."""
    pairs = _by_top().get(module.partition(".")[0], ())
    return tuple(sorted({name for name, known in pairs if is_below(module, known)}))


def namespace(distribution: str) -> str | None:
    """The namespace package a distribution puts its modules in (`azure-storage-blob`: `azure`), if a well-known one."""
    name = normalise_name(distribution)
    found = [target for prefix, target in _namespaces() if name.startswith(prefix)]
    return max(found, key=len, default=None)


def is_runtime_only(distribution: str) -> bool:
    """Whether a distribution does its work without being imported: servers, drivers, data."""
    return normalise_name(distribution) in _runtime_only()


def is_plugin(distribution: str) -> bool:
    """Whether another tool loads the distribution: test, lint and documentation plugins, type stubs."""
    return _plugins().matches(normalise_name(distribution))


def stdlib_modules(python: Constraint | None) -> frozenset[str]:
    """Top-level modules of the standard library of any Python a constraint admits.

    Args:
        python: `None` means any Python of the table.
    """
    minors = [(3, minor) for minor in range(stdlib.FIRST[1], stdlib.LAST[1] + 1)]
    admitted = [minor for minor in minors if python is None or admits(python, minor)]
    return frozenset().union(*(stdlib_of(minor) for minor in admitted or [stdlib.LAST]))


@cache
def stdlib_of(minor: PythonMinor) -> frozenset[str]:
    """Top-level modules of one version; versions outside of the table are treated like its nearest end."""
    nearest = min(max(minor, stdlib.FIRST), stdlib.LAST)
    names = set(stdlib.ALWAYS.split())
    for added, text in stdlib.ADDED.items():
        names.update(text.split() if added <= nearest else ())
    for removed, text in stdlib.REMOVED.items():
        names.update(text.split() if nearest < removed else ())
    return frozenset(names)


def is_below(module: str, package: str) -> bool:
    """Whether a dotted name is a package or lies inside of it."""
    return module == package or module.startswith(f"{package}.")


@cache
def _by_top() -> Mapping[str, list[tuple[str, str]]]:
    """Return top-level module -> (bundled distribution, module it provides below that)."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name, modules in _modules().items():
        for module in modules:
            found.setdefault(module.partition(".")[0], []).append((name, module))
    return found


@cache
def _modules() -> Mapping[str, tuple[str, ...]]:
    from hive_guardian.project.tables import distributions  # only dependency rules need the table

    found: dict[str, tuple[str, ...]] = {name: (name.replace("-", "_"),) for name in distributions.SAME_NAME.split()}
    for line in distributions.MODULES.splitlines():
        name, _, modules = line.partition(": ")
        found[name] = found.get(name, ()) + tuple(modules.split())
    found.pop("")
    return found


@cache
def _namespaces() -> tuple[tuple[str, str], ...]:
    from hive_guardian.project.tables import distributions  # as in _modules

    pairs = (line.split("*: ") for line in distributions.NAMESPACES.split("\n") if line)
    return tuple((prefix, target) for prefix, target in pairs)


@cache
def _runtime_only() -> frozenset[str]:
    from hive_guardian.project.tables import distributions  # as in _modules

    return frozenset(distributions.RUNTIME_ONLY.split())


@cache
def _plugins() -> GlobSet:
    from hive_guardian.project.tables import distributions  # as in _modules

    return GlobSet(distributions.PLUGINS.split())
