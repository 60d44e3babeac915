"""The component model: which directories are projects of their own, and what each file is called in imports."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from keyword import iskeyword

from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.layout import Layout
from hive_guardian.project.globs import GlobSet
from hive_guardian.project.import_packages import PYTHON_SUFFIXES, find_import_layout
from hive_guardian.project.manifests.dependency import normalise_name
from hive_guardian.project.manifests.metadata import MANIFEST_NAMES, Metadata, read_metadata
from hive_guardian.project.manifests.pyproject import Workspace
from hive_guardian.project.tree import FileTree

_NO_PROJECT = GlobSet(
    ("**/tests/**", "**/test/**", "**/testdata/**", "**/test-data/**", "**/test_data/**", "**/fixtures/**")
)
"""Manifests below these are input of tests, not projects."""
_SAMPLES = GlobSet(("**/docs/**", "**/examples/**"))
"""Projects below these show how to use another one."""
COMMAND_GROUPS = frozenset({"console_scripts", "gui_scripts"})
"""Groups of entry points that are commands; the others are plugins."""
_MANIFEST_ENDS = tuple(f"/{name}" for name in MANIFEST_NAMES)


class ComponentKind(StrEnum):
    """What `layout.apps` and `layout.libraries` call a component."""

    APP = "app"
    LIBRARY = "library"
    UNKNOWN = "unknown"


@frozen
class Component:
    """One project inside the repository.

    Attributes:
        name: its directory; for the project root the distribution name, else `.`.
        directory: root-relative, empty for the project root.
        kind: app, library or unknown.
        distribution: distribution name as written, `None` when it declares none.
        import_packages: dotted import name -> root-relative directory (or module file) that defines it.
        manifest: root-relative path of the manifest to point at, `None` when there is none.
        source_roots: root-relative directories whose children are top-level modules, most specific first.
        version: static version as written, `None` when it declares none or computes it.
        scripts: (name, target `package.module:object`) of its console and GUI scripts.
    """

    name: str
    directory: str
    kind: ComponentKind
    distribution: str | None
    import_packages: Mapping[str, str]
    manifest: str | None
    source_roots: tuple[str, ...]
    version: str | None = None
    scripts: tuple[tuple[str, str], ...] = ()

    @property
    def is_root(self) -> bool:
        """Whether it is the project root."""
        return not self.directory


class ComponentModel:
    """Answers to whom a file belongs and what it is called.

    Attributes:
        components: ordered by directory. The project root is one of them when it is a project of its own or there is
            no other.
        samples: projects below `docs` or `examples`, found by their manifest: they own their files and have metadata,
            but what is demanded of a component is not demanded of them.
        root: the component of everything no other component owns; may be missing from `components`.
        metadata: component directory -> its manifests; has the root as well.
        unmatched: configured component globs that match no directory.
    """

    __slots__ = (
        "_adjacent",
        "_by_directory",
        "_files",
        "_owners",
        "_prefixes",
        "components",
        "metadata",
        "root",
        "samples",
        "unmatched",
    )

    def __init__(
        self,
        components: Sequence[Component],
        root: Component,
        metadata: Mapping[str, Metadata],
        files: Mapping[str, Sequence[str]],
        *,
        samples: Sequence[Component] = (),
        unmatched: Sequence[str] = (),
    ) -> None:
        self.components = tuple(components)
        self.root = root
        self.metadata = metadata
        self.samples = tuple(samples)
        self.unmatched = tuple(unmatched)
        self._by_directory = {component.directory: component for component in (root, *components, *samples)}
        self._owners = _Owners(self._by_directory)
        self._files = files
        self._prefixes = {component.directory: _prefixes(component) for component in self._by_directory.values()}
        self._adjacent: Mapping[str, frozenset[str]] | None = None

    def owner(self, path: str) -> Component:
        """The component a file belongs to: the deepest one above it."""
        return self._by_directory[self._owners.directory(path)]

    def files(self, component: Component) -> tuple[str, ...]:
        """The files a component owns, in the order of the tree."""
        return tuple(self._files.get(component.directory, ()))

    def module(self, path: str) -> str:
        """The dotted module name of a Python file; empty when no import can name it.

        The deepest mapped package or source root above the file decides. A directory that is no identifier cannot be
        imported through, so names start anew below it.
        """
        for prefix, package in self._prefixes[self.owner(path).directory]:
            if path.startswith(prefix):
                return _dotted(package, path[len(prefix) :])
        return _dotted("", path)

    def adjacent(self, path: str) -> frozenset[str]:
        """Top-level names a script could import from its own directory: the modules and directories beside it."""
        if self._adjacent is None:
            self._adjacent = _names_by_directory(path for files in self._files.values() for path in files)
        return self._adjacent.get(path.rpartition("/")[0], frozenset())

    def find_distribution(self, name: str) -> Component | None:
        """The component that builds a distribution, whatever the spelling of the name."""
        wanted = normalise_name(name)
        return next(
            (item for item in self.components if item.distribution and normalise_name(item.distribution) == wanted),
            None,
        )

    def workspace_root(self, component: Component) -> Component | None:
        """The component whose workspace (uv, hatch, Poetry, pdm) has this one as member; never the component itself."""
        directory = component.directory
        while directory:
            directory = directory.rpartition("/")[0]
            above = self._by_directory.get(directory)
            pyproject = self.metadata[directory].pyproject if above and directory in self.metadata else None
            relative = component.directory[len(directory) :].lstrip("/")
            if above and pyproject and any(_has_member(item, relative) for item in pyproject.workspaces):
                return above
        return None


class _Owners:
    """The deepest of some directories above a path, remembered per directory."""

    __slots__ = ("_found",)

    def __init__(self, directories: Iterable[str]) -> None:
        """Take the directories to choose from; the root is always one."""
        self._found = {"": "", **{directory: directory for directory in directories}}

    def directory(self, path: str) -> str:
        """The chosen directory."""
        asked = path.rpartition("/")[0]
        found = self._found.get(asked)
        if found is None:
            above = asked
            while above not in self._found:
                above = above.rpartition("/")[0]
            found = self._found[asked] = self._found[above]
        return found


def find_components(tree: FileTree, layout: Layout) -> ComponentModel:
    """Build the component model of a project.

    Components are the directories `layout` names, else those with a manifest, else the root alone. Files of the tree
    that cannot be read become problems in `ComponentModel.metadata`.
    """
    paths = tree.paths()
    globs = (*layout.components, *layout.apps, *layout.libraries)
    directories, unmatched = _configured(paths, globs) if globs else (None, ())
    if directories is None:
        metadata = _discovered(tree, paths)
    else:
        metadata = {directory: read_metadata(tree, directory) for directory in sorted({"", *directories})}
    owners = _Owners(metadata)
    files: dict[str, list[str]] = {directory: [] for directory in metadata}
    for path in paths:
        files[owners.directory(path)].append(path)
    packages = {path.rpartition("/")[0] for path in paths if path.endswith(("/__init__.py", "/__init__.pyi"))}
    apps, libraries = GlobSet(layout.apps), GlobSet(layout.libraries)
    components = []
    for directory, manifests in metadata.items():
        kind = ComponentKind.APP if apps.matches(directory) else ComponentKind.UNKNOWN
        kind = ComponentKind.LIBRARY if libraries.matches(directory) else kind
        components.append(_component(kind, manifests, files[directory], packages))
    root, *others = components
    samples = [item for item in others if directories is None and _SAMPLES.matches(item.directory)]
    real = [item for item in others if item not in samples]
    is_component = not real or metadata[""].is_project or (directories is not None and "" in directories)
    return ComponentModel(
        [root, *real] if is_component else real, root, metadata, files, samples=samples, unmatched=unmatched
    )


def _component(kind: ComponentKind, metadata: Metadata, files: Sequence[str], packages: Collection[str]) -> Component:
    python = [path for path in files if path.endswith(PYTHON_SUFFIXES)]
    directory = metadata.directory
    distribution = metadata.name.value if metadata.name else None
    layout = find_import_layout(directory, python, metadata.build, distribution, packages)
    name = directory or distribution or "."
    version = metadata.version.value if metadata.version else None
    scripts = tuple((item.name, item.target) for item in metadata.scripts if item.group in COMMAND_GROUPS)
    return Component(
        name, directory, kind, distribution, layout.packages, metadata.path, layout.source_roots, version, scripts
    )


def _discovered(tree: FileTree, paths: Iterable[str]) -> dict[str, Metadata]:
    """Metadata of every directory that is a project, and of the root, which comes first."""
    found = {path.rpartition("/")[0] for path in paths if f"/{path}".endswith(_MANIFEST_ENDS)}
    candidates = sorted(directory for directory in found if directory and not _NO_PROJECT.matches(directory))
    metadata = {directory: read_metadata(tree, directory) for directory in ("", *candidates)}
    return {directory: manifests for directory, manifests in metadata.items() if not directory or manifests.is_project}


def _configured(paths: Iterable[str], globs: Sequence[str]) -> tuple[set[str], tuple[str, ...]]:
    """Directories that match a glob and hold Python or a manifest, and the globs that match none."""
    below: set[str] = set()
    for path in paths:
        if path.endswith(PYTHON_SUFFIXES) or f"/{path}".endswith(_MANIFEST_ENDS):
            directory = path.rpartition("/")[0]
            while directory and directory not in below:
                below.add(directory)
                directory = directory.rpartition("/")[0]
    compiled = GlobSet(globs)
    visible = {directory for directory in {"", *below} if not any(part[:1] == "." for part in directory.split("/"))}
    matched = {directory for directory in visible if compiled.matches(directory)}
    hit = {glob for directory in matched for glob in compiled.all(directory)}
    return matched, tuple(glob for glob in globs if glob not in hit)


def _prefixes(component: Component) -> tuple[tuple[str, str], ...]:
    """Path prefix -> what it is called in imports, the longest prefix first."""
    found = {f"{root}/" if root else "": "" for root in component.source_roots}
    for name, target in component.import_packages.items():
        found[target if target.endswith(PYTHON_SUFFIXES) else f"{target}/"] = name
    return tuple(sorted(found.items(), key=lambda item: (-len(item[0]), item)))


def _dotted(package: str, relative: str) -> str:
    """A module name from the name of the directory it is relative to."""
    parts = relative.split("/") if relative else []
    if parts:
        stem, _, suffix = parts.pop().partition(".")
        if f".{suffix}" not in PYTHON_SUFFIXES or not stem.isidentifier():
            return ""
        if stem != "__init__":
            parts.append(stem)
    names = [package] if package else []
    for part in parts:
        name = part.removesuffix("-stubs")
        if name.isidentifier() and not iskeyword(name):
            names.append(name)
        else:
            names.clear()
    return ".".join(names)


def _has_member(workspace: Workspace, directory: str) -> bool:
    return GlobSet(workspace.members).matches(directory) and not GlobSet(workspace.exclude).matches(directory)


def _names_by_directory(paths: Iterable[str]) -> dict[str, frozenset[str]]:
    names: dict[str, set[str]] = {}
    for path in paths:
        if path.endswith(PYTHON_SUFFIXES):
            directory, _, name = path.rpartition("/")
            names.setdefault(directory, set()).add(name.partition(".")[0])
            while directory:
                directory, _, part = directory.rpartition("/")
                siblings = names.setdefault(directory, set())
                if part in siblings:
                    break
                siblings.add(part)
    return {directory: frozenset(found) for directory, found in names.items()}
