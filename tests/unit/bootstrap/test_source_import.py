"""Modules that are imported from their source alone."""

import importlib
import os
import py_compile
import sys
from pathlib import Path

import pytest

from hive_guardian.bootstrap.source_import import import_file, open_package
from hive_guardian.model.errors import PluginError


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A module and one in a package below, which say who they are."""
    (tmp_path / "more").mkdir()
    (tmp_path / "a.py").write_text("WORD = 'old'\n")
    (tmp_path / "more" / "__init__.py").write_text("from .b import WORD\n")
    (tmp_path / "more" / "b.py").write_text("from ..a import WORD\n")
    return tmp_path


def _edit_at_once(path: Path, text: str) -> None:
    """Compile a file and change it so quickly that the bytecode looks fresh: same size, same time."""
    assert py_compile.compile(str(path)) is not None
    before = path.stat()
    path.write_text(text)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size


@pytest.mark.parametrize("module", ["a", "more", "more.b"])
def test_stale_bytecode_is_not_run(directory: Path, module: str) -> None:
    """Python would run what the module was before; this says what it is."""
    _edit_at_once(directory / "a.py", "WORD = 'new'\n")
    package = open_package(f"edited_{module.replace('.', '_')}", directory)
    assert importlib.import_module(f"{package.__name__}.{module}").WORD == "new"


def test_a_single_file_is_compiled_too(directory: Path) -> None:
    """It need not lie in a package, and knows its name and place."""
    _edit_at_once(directory / "a.py", "WORD = 'new'\n")
    module = import_file("edited_single_file", directory / "a.py")
    assert (module.WORD, module.__file__) == ("new", str(directory / "a.py"))
    assert sys.modules["edited_single_file"] is module


def test_nothing_is_left_behind(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No bytecode is written beside the source, and sys.path stays as it is."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    files, path = sorted(directory.rglob("*")), list(sys.path)
    package = open_package("left_nothing_behind", directory)
    importlib.import_module(f"{package.__name__}.more")
    import_file("left_nothing_behind_either", directory / "a.py")
    assert sorted(directory.rglob("*")) == files
    assert sys.path == path


def test_other_packages_are_found_as_always(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what lies below an opened package is compiled anew; opening one twice gives the same."""
    package = open_package("opened_twice", directory)
    assert open_package("opened_twice", directory) is package
    _edit_at_once(directory / "a.py", "WORD = 'new'\n")
    monkeypatch.syspath_prepend(str(directory.parent))
    assert importlib.import_module(f"{directory.name}.a").WORD == "old"


def test_only_python_files_are_imported(tmp_path: Path) -> None:
    """Another file is refused by name."""
    (tmp_path / "rules.txt").write_text("")
    with pytest.raises(PluginError, match=r"rules\.txt: not a Python file"):
        import_file("no_python", tmp_path / "rules.txt")
