"""Where an import comes from: the standard library, the project itself, or a declared distribution (GR48)."""

import re
from collections.abc import Callable
from enum import StrEnum

from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.layout import Layout
from hive_guardian.project.components import Component, ComponentModel
from hive_guardian.project.distributions import Evidence, is_plugin, provided_modules, providers, stdlib_modules
from hive_guardian.project.import_packages import PYTHON_SUFFIXES
from hive_guardian.project.manifests.dependency import Scope, normalise_name
from hive_guardian.project.manifests.document import ManifestProblem
from hive_guardian.project.manifests.pyproject import python_constraint
from hive_guardian.project.manifests.requirements import read_script_metadata
from hive_guardian.project.module_index import ModuleIndex
from hive_guardian.project.script_imports import script_imports
from hive_guardian.project.supplies import Supplies, Supply, declaring_component, read_supplies
from hive_guardian.project.tree import FileTree
from hive_guardian.project.versions import Constraint

_USE = frozenset({Scope.RUNTIME, Scope.EXTRA})
_ANY = frozenset(Scope)
_RUN_BY = {
    "noxfile.py": ("nox",),
    "setup.py": ("setuptools", "pkg_resources", "distutils"),
    "conanfile.py": ("conan", "conans"),
    "SConstruct.py": ("SCons",),
    "tasks.py": ("invoke",),
    "fabfile.py": ("fabric", "invoke"),
    "dodo.py": ("doit",),
    "duties.py": ("duty",),
}
"""Scripts that a tool runs, which brings these modules along."""

_BUILT_FROM = (".pyx", ".pxd", ".c", ".cc", ".cpp", ".so", ".pyd", ".rs")
_PROTO = ".proto"
_BUILT = re.compile(r"\w+(?:\.[\w-]+)+", re.ASCII)
_SCRIPT_MARK = b"# /// script"


class Absence(StrEnum):
    """How an import fails to be declared; the checks of GR48."""

    MISSING = "missing"
    MISPLACED = "misplaced"
    SIBLING = "sibling"


@frozen
class Undeclared:
    """An import that no declaration covers.

    Attributes:
        absence: how.
        distributions: what to declare instead; empty when nobody knows.
        candidates: declared distributions whose modules are unknown, so that each of them may provide the import.
    """

    absence: Absence
    distributions: tuple[str, ...]
    candidates: tuple[str, ...] = ()


class ImportOrigins:
    """Judges imports of a whole project; remembers what it worked out.

    Args:
        model: the component model.
        index: the modules of the project.
        tree: where requirements files and script metadata are read.
        layout: the configured map of modules.
        imported: returns the top-level modules that any file of the project imports: they confirm guessed names.

    Attributes:
        has_siblings: whether several components answer for files, so that one may have to declare another.
    """

    __slots__ = (
        "_built",
        "_declares",
        "_guessed",
        "_imported",
        "_index",
        "_layout",
        "_model",
        "_names",
        "_stdlib",
        "_supplies",
        "_tops",
        "_tree",
        "_verdicts",
        "has_siblings",
    )

    def __init__(
        self,
        model: ComponentModel,
        index: ModuleIndex,
        tree: FileTree,
        layout: Layout,
        imported: Callable[[], frozenset[str]],
    ) -> None:
        """Start without any knowledge."""
        self._imported = imported
        self._model = model
        self._index = index
        self._tree = tree
        self._names: frozenset[str] | None = None
        components = (model.root, *model.components)
        self.has_siblings = len({component.directory for component in components}) > 1
        self._tops = frozenset(name.partition(".")[0] for item in components for name in item.import_packages)
        self._layout = layout
        self._supplies: dict[str, Supplies] = {}
        self._declares: dict[str, Component | None] = {}
        self._stdlib: dict[str, frozenset[str]] = {}
        self._built: dict[str, frozenset[str]] = {}
        self._guessed: dict[tuple[str, frozenset[Scope]], tuple[str, ...]] = {}
        self._verdicts: dict[tuple[str, str, bool], Undeclared | None] = {}

    def supplies(self, path: str) -> Supplies | None:
        """What the component that answers for a file declares; `None` where no manifest does."""
        component = self._declaring(path)
        return self._supplies_of(component) if component else None

    def _declaring(self, path: str) -> Component | None:
        """The component that answers for a file; files of one owner share the answer."""
        owner = self._model.owner(path).directory
        if owner not in self._declares:
            self._declares[owner] = declaring_component(self._model, path)
        return self._declares[owner]

    def judge(self, path: str, dotted: str, supplies: Supplies, *, strict: bool) -> Undeclared | None:
        """Judge one absolute import.

        Args:
            path: the importing file.
            dotted: full dotted name.
            supplies: what `supplies` returned for the file.
            strict: only what is declared for use counts, as for production code that the component ships.

        Returns:
            `None` when the import is the project's own, of the standard library, or declared.
        """
        top = dotted.partition(".")[0]
        if top == "__main__" or top in self._standard_library(supplies.component):
            return None
        found = self._index.deepest(dotted, path)
        other = self._declaring(found.path) if found else None
        if found is not None and (other is None or other.directory == supplies.component.directory):
            return None
        strict = strict and self._is_shipped(path, supplies.component)
        own = self._judge_own(found.path, other, supplies, strict=strict) if found and other else None
        if found is not None and own is None:
            return None
        key = (supplies.component.directory, dotted, strict)
        if key not in self._verdicts:
            self._verdicts[key] = self._judge_declared(dotted, supplies, strict=strict)
        verdict = self._verdicts[key]
        if verdict is None or self._is_beside(path, top) or top in _RUN_BY.get(path.rpartition("/")[2], ()):
            return None
        is_own = self._index.owns(dotted) or top in self._tops or (not strict and top in self._every_name())
        if own is None and (is_own or self._is_in_script_block(path, dotted)):
            return None
        return own or verdict

    def _judge_declared(self, dotted: str, supplies: Supplies, *, strict: bool) -> Undeclared | None:
        """Judge an import as that of a foreign distribution."""
        scopes = _USE if strict else _ANY
        if supplies.providers(dotted, scopes):
            return None
        if not strict and any(one.providers(dotted, _ANY) for one in self._above(supplies.component)):
            return None
        misplaced = [one for one in supplies.providers(dotted, {Scope.DEVELOPMENT}) if not _is_types(one)]
        if misplaced:
            return Undeclared(Absence.MISPLACED, _names(misplaced))
        if dotted.partition(".")[0] in self._built_modules(supplies.component):
            return None
        known = providers(dotted)
        unknown = () if known else self._unknown(supplies, scopes)
        return Undeclared(Absence.MISSING, known, unknown)

    def _judge_own(self, path: str, other: Component, supplies: Supplies, *, strict: bool) -> Undeclared | None:
        """Judge an import of a module that another component of the project answers for."""
        own = supplies.component
        if not other.distribution:
            return None
        if not any(_is_part(path, place) for place in other.import_packages.values()):
            return None
        if not strict and _is_above(own, other):
            return None
        wanted = normalise_name(other.distribution)
        if any(one.dependency.name == wanted for one in supplies.declared if not strict or _is_use(one)):
            return None
        if not strict and any(one.dependency.name == wanted for above in self._above(own) for one in above.declared):
            return None
        return Undeclared(Absence.SIBLING, (other.distribution,))

    def _above(self, component: Component) -> list[Supplies]:
        """What the workspace root declares for development of its members."""
        roots = (self._model.workspace_root(component), self._model.root)
        return [
            self._supplies_of(root)
            for root in roots
            if root and root.directory != component.directory and root.directory in self._model.metadata
        ]

    def _supplies_of(self, component: Component) -> Supplies:
        found = self._supplies.get(component.directory)
        if found is None:
            found = read_supplies(component, self._model, self._tree, self._layout.module_map)
            self._supplies[component.directory] = found
        return found

    def _standard_library(self, component: Component) -> frozenset[str]:
        found = self._stdlib.get(component.directory)
        if found is None:
            fact = self._model.metadata[component.directory].python
            python = python_constraint(fact) if fact else None
            found = stdlib_modules(python if isinstance(python, Constraint) else None)
            self._stdlib[component.directory] = found
        return found

    def _unknown(self, supplies: Supplies, scopes: frozenset[Scope]) -> tuple[str, ...]:
        """Declared distributions none of whose guessed modules anybody imports: theirs may be called anything."""
        key = (supplies.component.directory, scopes)
        found = self._guessed.get(key)
        if found is None:
            guessed = [
                one
                for one in supplies.declared
                if one.dependency.scope in scopes
                and one.evidence is Evidence.GUESS
                and not is_plugin(one.dependency.name)
            ]
            foreign = self._imported() - self._tops if guessed else frozenset()
            found = self._guessed[key] = _names([one for one in guessed if foreign.isdisjoint(one.tops)])
        return found

    def _every_name(self) -> frozenset[str]:
        """What files and directories are called: what is not shipped may run with any of them on its search path."""
        if self._names is None:
            python = [path for path in self._tree.paths() if path.endswith(PYTHON_SUFFIXES)]
            self._names = frozenset(part for path in python for part in path.rpartition(".")[0].split("/"))
        return self._names

    def _built_modules(self, component: Component) -> frozenset[str]:
        """Top-level names of extension modules and generated modules whose sources the component holds."""
        found = self._built.get(component.directory)
        if found is None:
            names: set[str] = set()
            for path in self._model.files(component):
                if not path.endswith((*_BUILT_FROM, _PROTO)):  # most files by far
                    continue
                file = path.rpartition("/")[2]
                stem, dot, rest = file.partition(".")
                if path.endswith(_BUILT_FROM) and _BUILT.fullmatch(file):
                    names.add(stem)
                elif dot + rest == _PROTO and stem.isidentifier():
                    names |= {f"{stem}_pb2", f"{stem}_pb2_grpc"}
            found = self._built[component.directory] = frozenset(names)
        return found

    def _is_shipped(self, path: str, component: Component) -> bool:
        """Whether a file belongs to what the component offers; without packages of its own all of it does."""
        places = component.import_packages.values()
        return not places or any(_is_part(path, place) for place in places)

    def _is_beside(self, path: str, top: str) -> bool:
        """Whether a script at that path finds the module in its own directory.

        A module of a package does so only while it is run as a script.
        """
        if top not in self._model.adjacent(path):
            return False
        directory = path.rpartition("/")[0]
        is_package = self._tree.exists(f"{directory}/__init__.py" if directory else "__init__.py")
        return not is_package or top in self._script_imports(path)

    def _script_imports(self, path: str) -> frozenset[str]:
        try:
            return script_imports(path, self._tree.read(path))
        except OSError:
            return frozenset()

    def _is_in_script_block(self, path: str, dotted: str) -> bool:
        """Whether the file brings its own PEP 723 metadata, and that declares the module."""
        try:
            content = self._tree.read(path)
        except OSError:
            return False
        metadata = read_script_metadata(path, content) if _SCRIPT_MARK in content else None
        if metadata is None or isinstance(metadata, ManifestProblem):
            return False
        given = [provided_modules(item.name, self._layout.module_map) for item in metadata.dependencies]
        return any(
            Supply(item, provided.modules, provided.evidence).provides(dotted)
            for item, provided in zip(metadata.dependencies, given, strict=True)
        )


def _is_use(supply: Supply) -> bool:
    return supply.dependency.scope in _USE


def _is_types(supply: Supply) -> bool:
    name = supply.dependency.name
    return name.startswith("types-") or name.endswith("-stubs")


def _names(supplies: list[Supply]) -> tuple[str, ...]:
    return tuple(sorted({one.dependency.name for one in supplies}))


def _is_part(path: str, place: str) -> bool:
    return path == place or path.startswith(f"{place}/")


def _is_above(component: Component, other: Component) -> bool:
    return not component.directory or other.directory.startswith(f"{component.directory}/")
