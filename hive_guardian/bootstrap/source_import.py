"""Import modules from their source alone.

Python trusts compiled bytecode whose source has the same size and the same modification time in whole seconds. Whoever
tries a rule edits it several times a second; a stale rule would not only run, its findings would be kept under the
identity of the new source. Nothing is written beside the source either.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import SOURCE_SUFFIXES, ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType

from hive_guardian.model.errors import PluginError


class _SourceLoader(SourceFileLoader):
    """Compiles the source each time."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        code: CodeType = self.source_to_code(self.get_data(path), path)
        return code


class _Finder(MetaPathFinder):
    """Finds the modules below some packages as Python does, and has them compiled."""

    def __init__(self) -> None:
        self.packages: set[str] = set()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] not in self.packages:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _SourceLoader(spec.loader.name, spec.loader.path)
        return spec


_finder = _Finder()


def open_package(name: str, directory: Path) -> ModuleType:
    """Return a package whose modules are the files of a directory; sys.path stays as it is.

    Args:
        name: of the package, one that nothing else has.
        directory: absolute.
    """
    package = sys.modules.get(name)
    if package is None:
        if _finder not in sys.meta_path:
            sys.meta_path.insert(0, _finder)
        _finder.packages.add(name)
        package = ModuleType(name, f"The files in {directory.name}.")
        package.__path__ = [str(directory)]
        sys.modules[name] = package
    return package


def import_file(name: str, path: Path) -> ModuleType:
    """Import one Python file under a name.

    Raises:
        PluginError: the file's name is not that of Python source.
        Exception: whatever the module raises while it is imported.
    """
    loader = _SourceLoader(name, str(path))
    spec = spec_from_file_location(name, path, loader=loader) if path.suffix in SOURCE_SUFFIXES else None
    if spec is None:
        raise PluginError(f"{path}: not a Python file")
    module = module_from_spec(spec)
    sys.modules[name] = module
    loader.exec_module(module)
    return module
