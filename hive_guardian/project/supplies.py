"""Which distributions a component declares, for whom, and which modules they bring (GR22, GR48)."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache

from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.components import Component, ComponentModel
from hive_guardian.project.distributions import Evidence, is_below, namespace, provided_modules
from hive_guardian.project.manifests.dependency import Dependency, Scope, normalise_name
from hive_guardian.project.manifests.nox import read_nox
from hive_guardian.project.manifests.requirements import read_requirements
from hive_guardian.project.manifests.tox import read_tool_tox, read_tox
from hive_guardian.project.tree import FileTree

_REQUIREMENTS = re.compile(r"(?:.+/)?(?:[\w.-]*requirements[\w.-]*|requirements/(?:.+/)?[\w.-]+)\.(?:txt|in)", re.ASCII)
_MAIN_REQUIREMENTS = ("requirements.txt", "requirements.in", "requirements/base.txt", "requirements/prod.txt")
_DEVELOPMENT_EXTRA = re.compile(
    r"(?:.+-)?(?:dev|develop|development|developers?|tests?|testing|docs?|documentation|lint|linting|linters|typing|types|typecheck"
    r"|mypy|ci|qa|check|checks|style|format|build|release|bench|benchmark(?:s|ing)?|coverage|cov|tutorials?|examples?)(?:-.+)?"
)


@frozen
class Supply:
    """One declared dependency and what it lets a file import.

    Attributes:
        dependency: the declaration.
        modules: dotted import names; a name covers everything below it. Empty for a component that offers none.
        evidence: how well they are known.
        component: the component of the project that builds it, `None` for a foreign distribution.
        is_listed: it stands in a requirements file, a file of tox or `noxfile.py`, which may pin what others need.
    """

    dependency: Dependency
    modules: tuple[str, ...]
    evidence: Evidence
    component: Component | None = None
    is_listed: bool = False

    @property
    def is_development_extra(self) -> bool:
        """Whether it belongs to an extra that by its name is for working on the component, not for using it."""
        item = self.dependency
        return item.scope is Scope.EXTRA and _DEVELOPMENT_EXTRA.fullmatch(item.group) is not None

    @property
    def tops(self) -> frozenset[str]:
        """First segments of everything it may provide."""
        return _tops(self.modules, self.dependency.name if self.evidence is Evidence.GUESS else "")

    def provides(self, dotted: str) -> bool:
        """Whether an import of that dotted name may be served by the distribution, namespaces it shares included."""
        if any(is_below(dotted, module) or is_below(module, dotted) for module in self.modules):
            return True
        return self.evidence is Evidence.GUESS and self._shares_namespace(dotted)

    def _shares_namespace(self, dotted: str) -> bool:
        shared = namespace(self.dependency.name)
        return shared is not None and is_below(dotted, shared)


@lru_cache(maxsize=4096)
def _tops(modules: tuple[str, ...], guessed: str) -> frozenset[str]:
    """First segments of modules and of the namespace that a distribution of a guessed name may share."""
    shared = namespace(guessed) if guessed else None
    return frozenset(name.partition(".")[0] for name in (*modules, *([shared] if shared else ())))


@frozen
class Supplies:
    """Everything a component declares.

    Attributes:
        component: whose manifests these are.
        declared: in order of the files.
        unknown: why nothing can be concluded from what is absent, empty when all could be read.
        has_development: whether anything is declared for development; if not, it is declared where we do not look.
    """

    component: Component
    declared: tuple[Supply, ...]
    unknown: str
    has_development: bool

    def providers(self, dotted: str, scopes: Collection[Scope]) -> list[Supply]:
        """The declarations in these scopes that may serve an import; an extra named like the module counts."""
        first = dotted.partition(".")[0]
        top = normalise_name(first)
        return [
            one
            for one in self.declared
            if one.dependency.scope in scopes
            and ((first in one.tops and one.provides(dotted)) or top in one.dependency.extras)
        ]


def declaring_component(model: ComponentModel, path: str) -> Component | None:
    """The component whose manifest answers for a file: its own one, else the nearest above with a manifest."""
    known = {component.directory: component for component in (*model.components, model.root)}
    directory = model.owner(path).directory
    while True:
        metadata = model.metadata.get(directory)
        is_listed = not directory and _has_main_requirements(model)
        if directory in known and metadata is not None and (metadata.is_project or is_listed):
            return known[directory]
        if not directory:
            return None
        directory = directory.rpartition("/")[0]


def read_supplies(
    component: Component, model: ComponentModel, tree: FileTree, module_map: Mapping[str, tuple[str, ...]]
) -> Supplies:
    """Read what a component declares in its manifests and requirements files.

    A requirements file is a place for development, unless no manifest declares runtime dependencies: then the main
    one (`requirements.txt`) is what the component runs with.

    Args:
        component: a component with a manifest.
        model: the component model.
        tree: where requirements files are read.
        module_map: configured import names.
    """
    metadata = model.metadata[component.directory]
    declared = list(metadata.dependencies)
    own = len(declared)
    problem = next(iter(metadata.problems), None)
    unknown = f"{problem.path}:{problem.line} {problem.message}" if problem else ""
    if metadata.has_dynamic_dependencies:
        unknown = "its dependencies are computed, not written down"
    declares_runtime = any(item.scope is Scope.RUNTIME for item in declared)
    prefix = f"{component.directory}/" if component.directory else ""
    for path in requirements_files(model.files(component)):
        is_main = path[len(prefix) :] in _MAIN_REQUIREMENTS and not declares_runtime
        found = read_requirements(tree, path, Scope.RUNTIME if is_main else Scope.DEVELOPMENT)
        declared += found.dependencies
    declared += _by_runners(tree, prefix)
    declared += read_tool_tox(metadata.pyproject.document) if metadata.pyproject else ()
    known = {normalise_name(item.distribution): item for item in model.components if item.distribution}
    supplies = tuple(
        _supply(item, known.get(item.name), module_map, is_listed=number >= own) for number, item in enumerate(declared)
    )
    has_development = any(one.dependency.scope is Scope.DEVELOPMENT or one.is_development_extra for one in supplies)
    return Supplies(component, supplies, unknown, has_development)


def requirements_files(paths: Iterable[str]) -> Iterator[str]:
    """Those of some paths that are requirements files by their name, in order."""
    return (path for path in paths if path.endswith((".txt", ".in")) and _REQUIREMENTS.fullmatch(path))


def _by_runners(tree: FileTree, prefix: str) -> Iterator[Dependency]:
    """What tox and nox install for their environments."""
    for name, read in (("tox.ini", read_tox), ("tox.toml", read_tox), ("noxfile.py", read_nox)):
        path = f"{prefix}{name}"
        try:
            yield from read(path, tree.read(path)) if tree.exists(path) else ()
        except OSError:
            continue


def _supply(
    item: Dependency, component: Component | None, module_map: Mapping[str, tuple[str, ...]], *, is_listed: bool
) -> Supply:
    if component is not None:
        return Supply(item, tuple(component.import_packages), Evidence.TABLE, component, is_listed)
    provided = provided_modules(item.name, module_map)
    return Supply(item, provided.modules, provided.evidence, is_listed=is_listed)


def _has_main_requirements(model: ComponentModel) -> bool:
    return any(path in _MAIN_REQUIREMENTS for path in model.files(model.root))
