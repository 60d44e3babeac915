"""One directory's metadata: `pyproject.toml`, `setup.cfg` and `setup.py` side by side and merged."""

from collections.abc import Callable
from typing import TypeVar

from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.manifests.build_settings import BuildSettings, PackageMapping, package_directory
from hive_guardian.project.manifests.dependency import Dependency, Scope
from hive_guardian.project.manifests.document import ManifestProblem, as_strings, as_table
from hive_guardian.project.manifests.pyproject import Dialect, Fact, Pyproject, Script, read_pyproject
from hive_guardian.project.manifests.requirements import Requirements, read_requirements
from hive_guardian.project.manifests.setuptools import SetupFile, read_setup_cfg, read_setup_py
from hive_guardian.project.tree import FileTree, join_path

MANIFEST_NAMES = ("pyproject.toml", "setup.cfg", "setup.py")
_T = TypeVar("_T", Pyproject, SetupFile)
_SETUP_NAMES = {"name": "name", "version": "version", "requires-python": "python_requires"}


@frozen
class Metadata:
    """What the manifests of one directory declare, the files apart and, by methods, as one.

    Attributes:
        directory: root-relative, empty for the project root.
        pyproject: the file, `None` when absent or unreadable.
        setup_cfg: the same.
        setup_py: the same.
        listed: requirements files that a dynamic `[project]` takes its dependencies from.
        unreadable: manifests that cannot be read at all, ordered by path.
    """

    directory: str
    pyproject: Pyproject | None = None
    setup_cfg: SetupFile | None = None
    setup_py: SetupFile | None = None
    listed: tuple[Requirements, ...] = ()
    unreadable: tuple[ManifestProblem, ...] = ()

    @property
    def path(self) -> str | None:
        """The manifest to point at: `pyproject.toml` where it says something, else the setup file that does."""
        if self.pyproject and (self.pyproject.has_project or self.pyproject.has_poetry):
            return self.pyproject.path
        setup = next((file for file in self._setup_files() if file.keywords), None)
        if setup:
            return setup.path
        if self.pyproject:
            return self.pyproject.path
        return self.unreadable[0].path if self.unreadable else None

    @property
    def is_project(self) -> bool:
        """Whether this directory is a project of its own rather than a place for tool settings."""
        pyproject = self.pyproject
        if pyproject and (pyproject.has_project or pyproject.has_poetry or pyproject.workspaces):
            return True
        return any(file.keywords for file in self._setup_files()) or bool(self.unreadable)

    @property
    def builds_distribution(self) -> bool:
        """Whether a distribution is built from here: named, and not switched off."""
        if self.pyproject and not self.pyproject.build.is_package:
            return False
        return self.name is not None or (self.setup_py is not None and bool(self.setup_py.keywords))

    @property
    def name(self) -> Fact | None:
        """Distribution name: `[project]`, Poetry, `setup.cfg`, `setup.py`, the first that says so."""
        return self._first(self.pyproject.names if self.pyproject else (), "name")

    @property
    def version(self) -> Fact | None:
        """Static version."""
        return self._first(self.pyproject.versions if self.pyproject else (), "version")

    @property
    def python(self) -> Fact | None:
        """Constraint on Python."""
        return self._first(self.pyproject.pythons if self.pyproject else (), "requires-python")

    @property
    def scripts(self) -> tuple[Script, ...]:
        """Console, GUI and plugin entry points: of the `pyproject.toml`, or of the setup files if it has none."""
        own = self.pyproject.scripts if self.pyproject else ()
        return own or tuple(script for file in self._setup_files() for script in file.scripts)

    @property
    def dependencies(self) -> tuple[Dependency, ...]:
        """Every declared dependency; setup files count where `pyproject.toml` leaves dependencies to them."""
        own = self.pyproject.dependencies if self.pyproject else ()
        own += tuple(item for requirements in self.listed for item in requirements.dependencies)
        set_up = tuple(item for file in self._setup_files() for item in file.dependencies)
        if not any(item.scope == Scope.RUNTIME for item in own):
            return own + set_up
        leaves_extras = self.pyproject is not None and "optional-dependencies" in self.pyproject.dynamic
        return own + tuple(item for item in set_up if leaves_extras and item.scope == Scope.EXTRA)

    @property
    def problems(self) -> tuple[ManifestProblem, ...]:
        """Everything that could not be read, ordered by path and line."""
        sources = (self.pyproject, self.setup_cfg, self.setup_py, *self.listed)
        return tuple(
            sorted({*self.unreadable, *(problem for source in sources if source for problem in source.problems)})
        )

    @property
    def has_dynamic_dependencies(self) -> bool:
        """Whether dependencies or extras exist that no reader of source can see."""
        files = self._setup_files()
        if any(file.is_dynamic for file in files):
            return True
        dynamic = self.pyproject.dynamic if self.pyproject else frozenset()
        found = {item.scope for item in self.dependencies}
        return ("dependencies" in dynamic and Scope.RUNTIME not in found) or (
            "optional-dependencies" in dynamic and Scope.EXTRA not in found
        )

    @property
    def build(self) -> BuildSettings:
        """Source roots and package mappings of all files together."""
        own = self.pyproject.build if self.pyproject else BuildSettings()
        roots, packages = list(own.source_roots), list(own.packages)
        for file in self._setup_files():
            file_roots, file_packages = _setup_mapping(file)
            roots += file_roots
            packages += file_packages
        return BuildSettings(own.backend, own.has_build_system, own.is_package, tuple(roots), tuple(packages))

    def _setup_files(self) -> list[SetupFile]:
        return [file for file in (self.setup_cfg, self.setup_py) if file and file.is_called]

    def _first(self, facts: tuple[Fact, ...], field_name: str) -> Fact | None:
        if facts:
            return facts[0]
        for file, dialect in ((self.setup_cfg, Dialect.SETUP_CFG), (self.setup_py, Dialect.SETUP_PY)):
            keyword = file.keywords.get(_SETUP_NAMES[field_name]) if file and file.is_called else None
            if keyword and isinstance(keyword.value, str):
                return Fact(keyword.value, keyword.place, dialect)
        return None


def read_metadata(tree: FileTree, directory: str) -> Metadata:
    """Read the manifests of one directory; a file that cannot be read is a problem of the result."""
    base = f"{directory}/" if directory else ""
    pyproject = _read(tree, f"{base}pyproject.toml", read_pyproject)
    setup_cfg = _read(tree, f"{base}setup.cfg", read_setup_cfg)
    setup_py = _read(tree, f"{base}setup.py", read_setup_py)
    project = pyproject if isinstance(pyproject, Pyproject) else None
    return Metadata(
        directory,
        project,
        setup_cfg if isinstance(setup_cfg, SetupFile) else None,
        setup_py if isinstance(setup_py, SetupFile) else None,
        tuple(read_requirements(tree, path) for path in _requirement_files(project, directory)),
        tuple(item for item in (pyproject, setup_cfg, setup_py) if isinstance(item, ManifestProblem)),
    )


def _requirement_files(pyproject: Pyproject | None, directory: str) -> list[str]:
    """Where setuptools or hatch's requirements hook takes dynamic dependencies from, root-relative."""
    if pyproject is None or "dependencies" not in pyproject.dynamic:
        return []
    sources = (
        ("tool", "setuptools", "dynamic", "dependencies", "file"),
        ("tool", "hatch", "metadata", "hooks", "requirements_txt", "files"),
    )
    written = [text for keys in sources for _, text in pyproject.document.strings(*keys)]
    return [path for text in written if (path := join_path(directory, text)) is not None]


def _read(
    tree: FileTree, path: str, reader: Callable[[str, bytes], _T | ManifestProblem]
) -> _T | ManifestProblem | None:
    if not tree.exists(path):
        return None
    try:
        return reader(path, tree.read(path))
    except OSError as error:
        return ManifestProblem(path, 1, f"cannot be read: {error.strerror or type(error).__name__}")


def _setup_mapping(file: SetupFile) -> tuple[list[str], list[PackageMapping]]:
    """Source roots and explicit packages of one setup file."""
    where = file.string("packages_where")
    roots = [where] if where else []
    keyword = file.keywords.get("package_dir")
    value = keyword.value if keyword else None
    directories = as_table(_pairs(value) if isinstance(value, str) else value)
    root = directories.get("")
    if isinstance(root, str):
        roots.append(root)
    names = [
        (name, package_directory(name, directories)) for key in ("packages", "py_modules") for name in _names(file, key)
    ]
    return [clean for item in roots if (clean := item.strip().strip("./"))], [PackageMapping(*pair) for pair in names]


def _names(file: SetupFile, key: str) -> list[str]:
    keyword = file.keywords.get(key)
    value = keyword.value if keyword else None
    if isinstance(value, str):
        names = value.replace(",", "\n").split()
        return [] if any(":" in name for name in names) else names
    return [text for _, text in as_strings(value)]


def _pairs(text: str) -> dict[str, str]:
    """The `package_dir` of a `setup.cfg`: lines of `name = directory`."""
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line)
    return {name.strip(): directory.strip() for name, _, directory in pairs}
