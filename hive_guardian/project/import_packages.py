"""Which import packages a component defines: explicit mappings, `src` and flat layouts, namespace packages."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.manifests.build_settings import BuildSettings, PackageMapping
from hive_guardian.project.manifests.dependency import normalise_name
from hive_guardian.project.tree import join_path

PYTHON_SUFFIXES = (".py", ".pyi")

_NO_PACKAGES = frozenset(
    {
        "benchmark",
        "benchmarks",
        "bin",
        "build",
        "ci",
        "dist",
        "doc",
        "docs",
        "documentation",
        "example",
        "examples",
        "migrations",
        "notebooks",
        "script",
        "scripts",
        "test",
        "tests",
        "tools",
        "venv",
    }
)
"""Directories that stand beside the code in a flat layout; one that is named like the distribution still counts."""

_NAMESPACE_DEPTH = 8
_ROOT_NAMES = ("src", "lib", "python")


@frozen
class ImportLayout:
    """What can be imported from a component.

    Attributes:
        packages: dotted import name -> root-relative directory, or path of the module file.
        source_roots: root-relative directories whose children are top-level modules, most specific first.
    """

    packages: Mapping[str, str]
    source_roots: tuple[str, ...]


class _Directories:
    """The directories of some Python files."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.children: dict[str, set[str]] = {}
        self.modules: dict[str, set[str]] = {}
        self.packages: set[str] = set()
        for path in paths:
            directory, _, name = path.rpartition("/")
            stem, _, suffix = name.partition(".")
            if stem == "__init__":
                self.packages.add(directory)
            if directory not in self.modules:
                self._add(directory)
            if f".{suffix}" in PYTHON_SUFFIXES:
                self.modules[directory].add(name)

    def _add(self, directory: str) -> None:
        self.modules.setdefault(directory, set())
        while directory:
            directory, _, part = directory.rpartition("/")
            siblings = self.children.setdefault(directory, set())
            if part in siblings:
                return
            siblings.add(part)

    def has_python(self, directory: str) -> bool:
        """Whether a Python file stands in the directory or anywhere below it."""
        return directory in self.modules or directory in self.children

    def is_source_root(self, directory: str, *, may_hold_modules: bool) -> bool:
        """Whether it looks like a place for packages rather than a package."""
        if directory in self.packages or not self.has_python(directory):
            return False
        children = self.children.get(directory, ())
        return may_hold_modules or (
            not self.modules.get(directory) and any(f"{directory}/{child}" in self.packages for child in children)
        )


def find_import_layout(
    directory: str, paths: Sequence[str], build: BuildSettings, distribution: str | None, packages: Collection[str]
) -> ImportLayout:
    """Find source roots and import packages of a component.

    Args:
        directory: root-relative directory of the component.
        paths: the Python files it owns.
        build: what its manifest says about building.
        distribution: its distribution name, if it has one.
        packages: every directory of the project with an `__init__.py`: a component inside a package is imported
            through it.
    """
    directories = _Directories(paths)
    roots = list(_source_roots(directory, directories, build, packages))
    found = dict(_explicit(directory, directories, build.packages))
    if not found:
        wanted = normalise_name(distribution) if distribution else ""
        for root in roots[:-1] or roots:
            is_flat = root == directory
            found |= _flat(root, directories, wanted) if is_flat else dict(_children(root, "", directories))
    return ImportLayout(dict(sorted(found.items())), tuple(roots))


def _source_roots(
    directory: str, directories: _Directories, build: BuildSettings, packages: Collection[str]
) -> Iterator[str]:
    """Declared roots that exist, then `src`, then the component itself, or what its package is imported from."""
    declared = [join_path(directory, root) for root in build.source_roots]
    for root in dict.fromkeys(root for root in declared if root is not None and root != directory):
        if directories.has_python(root):
            yield root
    for name in _ROOT_NAMES:
        root = f"{directory}/{name}" if directory else name
        if root not in declared and directories.is_source_root(root, may_hold_modules=name == "src"):
            yield root
    while directory and directory in packages:
        directory = directory.rpartition("/")[0]
    yield directory


def _explicit(
    directory: str, directories: _Directories, mappings: Iterable[PackageMapping]
) -> Iterator[tuple[str, str]]:
    names = {mapping.name for mapping in mappings}
    for mapping in mappings:
        target = join_path(directory, mapping.directory)
        if target is None or not all(part.isidentifier() for part in mapping.name.split(".")):
            continue
        if mapping.name.rpartition(".")[0] in names:
            continue
        parent, _, stem = target.rpartition("/")
        if directories.has_python(target):
            yield mapping.name, target
        elif f"{stem}.py" in directories.modules.get(parent, ()):
            yield mapping.name, f"{target}.py"


def _children(root: str, prefix: str, directories: _Directories) -> Iterator[tuple[str, str]]:
    """Every package and module below a root; directories without Python of their own are namespaces."""
    for name in sorted(directories.modules.get(root, ())):
        stem = name.partition(".")[0]
        if stem.isidentifier() and stem != "__init__":
            yield prefix + stem, f"{root}/{name}" if root else name
    for child in sorted(directories.children.get(root, ())):
        full = f"{root}/{child}" if root else child
        name = child.removesuffix("-stubs")
        if not name.isidentifier():
            continue
        if directories.modules.get(full):
            yield prefix + name, full
        elif prefix.count(".") < _NAMESPACE_DEPTH:
            yield from _children(full, f"{prefix}{name}.", directories)


def _flat(root: str, directories: _Directories, wanted: str) -> dict[str, str]:
    """The packages of a flat layout: with `__init__.py` first, else what is named like the distribution, else any."""
    found = dict(_children(root, "", directories))
    candidates = {
        name: path
        for name, path in found.items()
        if name.partition(".")[0] not in _NO_PACKAGES and not path.endswith(PYTHON_SUFFIXES)
    }
    regular = {name: path for name, path in candidates.items() if path in directories.packages and "." not in name}
    named = {name: path for name, path in found.items() if normalise_name(name.replace("_", "-")) == wanted}
    spaces = {
        name: path
        for name, path in candidates.items()
        if wanted and wanted.startswith(normalise_name(name.partition(".")[0]))
    }
    return {**regular, **named} or spaces or candidates
