"""Plugins are found as `importlib.metadata` finds them."""

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.abc import MetaPathFinder
from importlib.metadata import Distribution, DistributionFinder, distributions
from pathlib import Path

import pytest

from hive_guardian.bootstrap.entry_points import GROUP, EntryPoint, find_entry_points
from hive_guardian.model.errors import PluginError

_POINTS = "# comment\n[console_scripts]\nx = acme.cli:main\n\n[hive_guardian]\n; = odd\nrules = acme : api.RULES [x]\n"


def _install(directory: Path, name: str, text: str = "[hive_guardian]\nrules = acme_rules\n", info: str = "") -> None:
    """Put what says that a distribution is installed into a directory."""
    folder = directory / (info or f"{name.replace('-', '_')}-1.0.dist-info")
    folder.mkdir(parents=True)
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n\nName: not this one\n"
    (folder / ("METADATA" if folder.suffix == ".dist-info" else "PKG-INFO")).write_text(metadata, "utf-8")
    (folder / "entry_points.txt").write_text(text, "utf-8")


def _found_by_the_standard_library() -> set[tuple[str, str, str]]:
    return {
        (str(each.metadata["Name"]), point.name, point.value)
        for each in distributions()
        for point in each.entry_points
        if point.group == GROUP
    }


def _found() -> list[tuple[str, str, str]]:
    return [(point.distribution, point.name, point.value) for point in find_entry_points()]


def test_this_installation_is_read_as_the_standard_library_reads_it() -> None:
    """Ourselves included."""
    assert set(_found()) == _found_by_the_standard_library()
    assert "hive-guardian" in {distribution for distribution, _, _ in _found()}


@pytest.mark.parametrize(
    ("name", "text", "info"),
    [
        ("acme-rules", "[hive_guardian]\nrules = acme_rules\n", ""),
        ("acme.rules", _POINTS, "acme.rules-1.0-py3.11.egg-info"),
        ("acme-rules", "[hive_guardian]\na = acme_a\nb = acme_b:B\n[hive_guardian_more]\nc = acme_c\n", ""),
        ("other", "[console_scripts]\nhive_guardian = other:main\n", ""),
        ("empty", "", ""),
    ],
)
def test_what_a_distribution_says_is_understood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str, info: str
) -> None:
    """Sections, comments, attributes, extras and both kinds of metadata."""
    _install(tmp_path, name, text, info)
    (tmp_path / "file.egg-info").write_text("Name: file\n", "utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "absent"), str(tmp_path)])
    assert set(_found()) == _found_by_the_standard_library()


def test_the_distribution_that_is_imported_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first one on the path, however its name is spelled; the current directory has an empty name."""
    _install(tmp_path / "first", "Acme_Rules", "[hive_guardian]\nrules = first\n")
    _install(tmp_path / "second", "acme-rules", "[hive_guardian]\nrules = second\n")
    monkeypatch.chdir(tmp_path / "first")
    monkeypatch.setattr(sys, "path", ["", str(tmp_path / "second")])
    assert _found() == [("Acme_Rules", "rules", "first")]


def test_a_distribution_without_metadata_is_called_like_its_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody removed a file; the plugin still loads and is named in messages."""
    _install(tmp_path, "acme")
    (tmp_path / "acme-1.0.dist-info" / "METADATA").unlink()
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert _found() == [("acme", "rules", "acme_rules")]


def test_archives_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plugin may lie in a zip file on the path."""
    _install(tmp_path / "tree", "acme-rules")
    archive = tmp_path / "bundle.zip"
    with zipfile.ZipFile(archive, "w") as writer:
        for path in (tmp_path / "tree").rglob("*"):
            writer.write(path, path.relative_to(tmp_path / "tree").as_posix())
    monkeypatch.setattr(sys, "path", [str(archive)])
    assert _found() == [("acme-rules", "rules", "acme_rules")]


class _Finder(MetaPathFinder):
    """Knows one distribution, which lies nowhere on the path."""

    def __init__(self, info: Path) -> None:
        self.info = info

    def find_distributions(self, context: DistributionFinder.Context) -> Iterator[Distribution]:
        """Yield it."""
        del context
        yield Distribution.at(self.info)


def test_other_finders_are_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What bundles a program may know its distributions in another way."""
    _install(tmp_path, "acme-rules")
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, _Finder(tmp_path / "acme_rules-1.0.dist-info")])
    assert _found() == [("acme-rules", "rules", "acme_rules")]


@pytest.mark.parametrize(
    ("value", "loaded"),
    [
        ("hive_guardian.model.errors:PluginError", PluginError),
        ("hive_guardian.model.errors : PluginError.__name__ [extra]", "PluginError"),
        ("hive_guardian.model.errors", sys.modules["hive_guardian.model.errors"]),
    ],
)
def test_an_entry_point_is_a_module_or_something_in_it(value: str, loaded: object) -> None:
    """With spaces and extras, which mean nothing."""
    assert EntryPoint("acme", "rules", value).load() is loaded


def test_plugins_are_found_without_the_standard_library() -> None:
    """It takes as long to import as a tenth of a check of a small project."""
    code = (
        "import sys\nfrom hive_guardian.bootstrap.entry_points import find_entry_points\n"
        "print(len(list(find_entry_points())) > 0, 'importlib.metadata' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "True False\n"
