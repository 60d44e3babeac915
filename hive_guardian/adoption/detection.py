"""What a project is built like and which tools it already uses, from its files alone."""

import re
from collections.abc import Collection, Mapping
from enum import StrEnum

from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.components import ComponentModel
from hive_guardian.project.manifests.document import Document, Place
from hive_guardian.project.manifests.python_targets import find_python_targets
from hive_guardian.project.python_floors import root_python_floor
from hive_guardian.project.tree import FileTree

HOOK_FILES = (".pre-commit-config.yaml", ".pre-commit-config.yml")
WORKFLOWS = ".github/workflows/"


class Shape(StrEnum):
    """How the code of a project lies."""

    FLAT = "flat layout"
    SRC = "src layout"
    MONOREPO = "monorepo"
    LOOSE = "no import package"


class Ci(StrEnum):
    """Who runs the checks of a project."""

    GITHUB = "GitHub Actions"
    GITLAB = "GitLab CI"
    AZURE = "Azure Pipelines"
    BITBUCKET = "Bitbucket Pipelines"
    CIRCLE = "CircleCI"
    JENKINS = "Jenkins"


@frozen
class Detected:
    """What was found in a project.

    Attributes:
        shape: how its code lies.
        packages: root-relative directories (or module files) of its import packages, sorted.
        components: root-relative directories of its components without the root, sorted.
        workspaces: (manager, member globs) of every workspace that the root declares.
        python: the Python it says it needs, as written; empty when it does not say.
        python_place: where it says so.
        tools: names of the tools that are configured, in order of `TOOLS`.
        ci: who runs its checks, in order of `Ci`.
    """

    shape: Shape
    packages: tuple[str, ...]
    components: tuple[str, ...]
    workspaces: tuple[tuple[str, tuple[str, ...]], ...]
    python: str
    python_place: Place | None
    tools: tuple[str, ...]
    ci: tuple[Ci, ...]


@frozen
class _Traces:
    """How a tool shows: keys below `[tool]`, files of its own, sections of shared ini files."""

    tables: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()


TOOLS: Mapping[str, _Traces] = {
    "ruff": _Traces(("ruff",), ("ruff.toml", ".ruff.toml")),
    "flake8": _Traces(("flake8",), (".flake8",), ("flake8",)),
    "pylint": _Traces(("pylint",), (".pylintrc", "pylintrc"), ("pylint",)),
    "bandit": _Traces(("bandit",), (".bandit", "bandit.yaml"), ("bandit",)),
    "black": _Traces(("black",)),
    "isort": _Traces(("isort",), (".isort.cfg",), ("isort",)),
    "mypy": _Traces(("mypy",), ("mypy.ini", ".mypy.ini"), ("mypy",)),
    "pyright": _Traces(("pyright", "basedpyright"), ("pyrightconfig.json",)),
    "import-linter": _Traces(("importlinter",), (".importlinter",), ("importlinter",)),
    "pytest": _Traces(("pytest",), ("pytest.ini",), ("tool:pytest", "pytest")),
    "tox": _Traces(("tox",), ("tox.ini",)),
    "nox": _Traces((), ("noxfile.py",)),
    "pre-commit": _Traces((), HOOK_FILES),
}
_INI_FILES = ("setup.cfg", "tox.ini")
_CI_FILES: Mapping[str, Ci] = {
    ".gitlab-ci.yml": Ci.GITLAB,
    "azure-pipelines.yml": Ci.AZURE,
    "bitbucket-pipelines.yml": Ci.BITBUCKET,
    ".circleci/config.yml": Ci.CIRCLE,
    "Jenkinsfile": Ci.JENKINS,
}
_SECTION = re.compile(rb"^\[([^\]\n]+)\]", re.MULTILINE)


def detect(tree: FileTree, components: ComponentModel) -> Detected:
    """Look at the files of a project; what cannot be read shows nothing."""
    paths = frozenset(tree.paths())
    metadata = components.metadata[""]
    pyproject = metadata.pyproject
    python, place = _python(tree, components)
    return Detected(
        shape=_shape(components),
        packages=tuple(sorted(target for one in components.components for target in one.import_packages.values())),
        components=tuple(sorted(one.directory for one in components.components if one.directory)),
        workspaces=tuple((one.manager, one.members) for one in (pyproject.workspaces if pyproject else ())),
        python=python,
        python_place=place,
        tools=tuple(_tools(tree, paths, pyproject.document if pyproject else None)),
        ci=_ci(paths),
    )


def _shape(components: ComponentModel) -> Shape:
    if any(one.directory for one in components.components):
        return Shape.MONOREPO
    packages = components.root.import_packages
    if not packages:
        return Shape.LOOSE
    return Shape.SRC if all("/" in target for target in packages.values()) else Shape.FLAT


def _python(tree: FileTree, components: ComponentModel) -> tuple[str, Place | None]:
    """Return the declared Python and where: what installers follow, else what tools and version files target."""
    floor = root_python_floor(components)
    if floor is not None:
        return floor.fact.value, floor.fact.place
    root = [path for path in tree.paths() if "/" not in path or path.startswith("docker/")]
    target = next(iter(find_python_targets(tree, root, components.metadata[""])), None)
    return (f"{target.minor[0]}.{target.minor[1]}", target.place) if target else ("", None)


def _tools(tree: FileTree, paths: Collection[str], document: Document | None) -> list[str]:
    tables = document.table("tool").keys() if document else frozenset[str]()
    sections = {
        section.decode("utf-8", "replace").partition(":")[0]
        if not section.startswith(b"tool:")
        else section.decode("utf-8", "replace")
        for name in _INI_FILES
        if name in paths
        for section in _sections(tree, name)
    }
    return [
        tool
        for tool, traces in TOOLS.items()
        if not tables.isdisjoint(traces.tables)
        or any(name in paths for name in traces.files)
        or not sections.isdisjoint(traces.sections)
    ]


def _sections(tree: FileTree, path: str) -> list[bytes]:
    try:
        return _SECTION.findall(tree.read(path))
    except OSError:
        return []


def _ci(paths: Collection[str]) -> tuple[Ci, ...]:
    found = {ci for path, ci in _CI_FILES.items() if path in paths}
    if any(path.startswith(WORKFLOWS) and path.endswith((".yml", ".yaml")) for path in paths):
        found.add(Ci.GITHUB)
    return tuple(one for one in Ci if one in found)
