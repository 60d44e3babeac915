from collections.abc import Iterable

import pytest

from hive_guardian.project.import_packages import find_import_layout
from hive_guardian.project.manifests.build_settings import BuildSettings, PackageMapping


def layout(
    paths: Iterable[str], *, directory: str = "", name: str | None = None, build: BuildSettings | None = None
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the packages and source roots of a component."""
    files = list(paths)
    packages = {path.rpartition("/")[0] for path in files if path.endswith("/__init__.py")}
    found = find_import_layout(directory, files, build or BuildSettings(), name, packages)
    return dict(found.packages), found.source_roots


@pytest.mark.parametrize(
    ("paths", "name", "packages"),
    [
        (["src/a/__init__.py", "src/a/b.py", "tests/test_a.py"], None, {"a": "src/a"}),
        (["src/one.py"], None, {"one": "src/one.py"}),
        (["a/__init__.py", "tests/__init__.py", "docs/conf.py", "setup.py"], "a", {"a": "a"}),
        (["tests/__init__.py"], "tests", {"tests": "tests"}),
        (["src/ns/x/__init__.py", "src/ns/y/__init__.py"], None, {"ns.x": "src/ns/x", "ns.y": "src/ns/y"}),
        (["src/a-stubs/__init__.pyi"], None, {"a": "src/a-stubs"}),
        (["src/not-a-name/__init__.py", "src/a/__init__.py"], None, {"a": "src/a"}),
        (["single.py"], "single", {"single": "single.py"}),
    ],
)
def test_packages_are_found_by_layout(paths: list[str], name: str | None, packages: dict[str, str]) -> None:
    """`src`, flat, namespace, stub and single-module layouts each give the names people import."""
    assert layout(paths, name=name)[0] == packages


def test_what_the_manifest_says_wins() -> None:
    """A mapping of package to directory is taken as written, where Python lies there."""
    build = BuildSettings(packages=(PackageMapping("a", "code/a"), PackageMapping("gone", "code/gone")))
    assert layout(["code/a/__init__.py", "other/__init__.py"], build=build)[0] == {"a": "code/a"}


def test_source_roots_are_the_most_specific_first() -> None:
    """`src` comes before the component itself; a `lib` counts only when it holds packages and no modules."""
    assert layout(["src/a/__init__.py"])[1] == ("src", "")
    assert layout(["lib/a/__init__.py"])[1] == ("lib", "")
    assert layout(["lib/a.py"])[1] == ("",)
    assert layout(["apps/x/src/a/__init__.py"], directory="apps/x")[1] == ("apps/x/src", "apps/x")
