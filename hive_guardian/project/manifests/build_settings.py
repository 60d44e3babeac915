"""How a project is built: backend, whether it is a package at all, which directory holds which import package."""

from collections.abc import Iterator, Mapping

from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.manifests.document import Document, as_table

_HATCH = ("tool", "hatch", "build", "targets", "wheel")
_SETUPTOOLS = ("tool", "setuptools")


@frozen
class PackageMapping:
    """One explicitly mapped import package.

    Attributes:
        name: dotted import name; a glob stays as written.
        directory: relative to the manifest, POSIX; a module `x.py` stands as `x`. Where a backend tries several
            directories each is listed.
    """

    name: str
    directory: str


@frozen
class BuildSettings:
    """What the manifest says about building.

    Attributes:
        backend: `build-system.build-backend`, empty when there is none.
        has_build_system: there is a `[build-system]` table.
        is_package: false when packaging is switched off (`package-mode = false`, `tool.uv.package = false`, pdm
            `distribution = false`).
        source_roots: directories, relative to the manifest, whose children are top-level modules.
        packages: explicitly mapped import packages.
    """

    backend: str = ""
    has_build_system: bool = False
    is_package: bool = True
    source_roots: tuple[str, ...] = ()
    packages: tuple[PackageMapping, ...] = ()


def read_build_settings(document: Document) -> BuildSettings:
    """Read the settings of hatch, setuptools, Poetry, flit, pdm, uv, maturin and scikit-build."""
    packages = [
        *_hatch_packages(document),
        *_setuptools_packages(document),
        *_poetry_packages(document),
        *_named_packages(document),
    ]
    roots = [_clean(root) for root in _source_roots(document)]
    return BuildSettings(
        backend=document.string("build-system", "build-backend") or "",
        has_build_system="build-system" in document.data,
        is_package=_is_package(document),
        source_roots=tuple(dict.fromkeys(roots)),
        packages=tuple(dict.fromkeys(package for package in packages if package.name)),
    )


def _is_package(document: Document) -> bool:
    switches = (("tool", "poetry", "package-mode"), ("tool", "uv", "package"), ("tool", "pdm", "distribution"))
    return all(document.get(*keys) is not False for keys in switches)


def _source_roots(document: Document) -> Iterator[str]:
    find = (*_SETUPTOOLS, "packages", "find")
    yield from (text for _, text in document.strings(*find, "where"))
    root = document.string(*_SETUPTOOLS, "package-dir", "")
    for value in (
        root,
        document.string("tool", "pdm", "build", "package-dir"),
        document.string("tool", "maturin", "python-source"),
    ):
        if value is not None:
            yield value
    for keys in (("tool", "hatch", "build"), _HATCH):
        yield from (text for _, text in document.strings(*keys, "dev-mode-dirs") if text not in (".", ""))
        sources = document.get(*keys, "sources")
        if isinstance(sources, list):
            yield from (text for text in sources if isinstance(text, str))
        yield from (source for source, target in as_table(sources).items() if target == "")


def _hatch_packages(document: Document) -> Iterator[PackageMapping]:
    for keys in (("tool", "hatch", "build"), _HATCH):
        for _, text in document.strings(*keys, "packages"):
            yield PackageMapping(_clean(text).rpartition("/")[2], _clean(text))
    for source, target in document.table(*_HATCH, "force-include").items():
        if isinstance(target, str) and "." not in source.rpartition("/")[2]:
            yield PackageMapping(_clean(target).replace("/", "."), _clean(source))


def _setuptools_packages(document: Document) -> Iterator[PackageMapping]:
    directories = document.table(*_SETUPTOOLS, "package-dir")
    for key in ("packages", "py-modules"):
        for _, name in document.strings(*_SETUPTOOLS, key):
            yield PackageMapping(name, package_directory(name, directories))
    for name, directory in directories.items():
        if name and isinstance(directory, str):
            yield PackageMapping(name, _clean(directory))


def package_directory(name: str, directories: Mapping[str, object]) -> str:
    """Where setuptools looks for a package, given its `package_dir` mapping."""
    parts = name.split(".")
    for length in range(len(parts), -1, -1):
        base = directories.get(".".join(parts[:length]))
        if isinstance(base, str):
            return _clean("/".join([base, *parts[length:]]))
    return "/".join(parts)


def _poetry_packages(document: Document) -> Iterator[PackageMapping]:
    entries = document.get("tool", "poetry", "packages")
    for entry in entries if isinstance(entries, list) else []:
        include, base = as_table(entry).get("include"), as_table(entry).get("from", "")
        target = as_table(entry).get("to", "")
        if isinstance(include, str) and isinstance(base, str) and isinstance(target, str):
            head = _clean(include).partition("/*")[0].removesuffix(".py")
            name = "/".join(part for part in (_clean(target), head) if part)
            yield PackageMapping(name.replace("/", "."), _clean(f"{base}/{head}"))


def _named_packages(document: Document) -> Iterator[PackageMapping]:
    """Backends that are told a module name rather than a directory."""
    flit = document.string("tool", "flit", "module", "name") or document.string("tool", "flit", "metadata", "module")
    if flit:
        yield from (PackageMapping(flit, _clean(f"{base}/{flit.replace('.', '/')}")) for base in ("", "src"))
    uv = ("tool", "uv", "build-backend")
    root = document.string(*uv, "module-root")
    for _, name in document.strings(*uv, "module-name"):
        yield PackageMapping(name, _clean(f"{'src' if root is None else root}/{name.replace('.', '/')}"))
    for _, text in document.strings("tool", "scikit-build", "wheel", "packages"):
        yield PackageMapping(_clean(text).rpartition("/")[2], _clean(text))


def _clean(path: str) -> str:
    """A relative POSIX path without `.` parts; a path out of the component keeps its `..`."""
    return "/".join(part for part in path.replace("\\", "/").split("/") if part not in ("", "."))
