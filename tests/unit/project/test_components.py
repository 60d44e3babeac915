import time
from collections.abc import Mapping

import pytest

from hive_guardian.model.layout import Layout
from hive_guardian.project.components import ComponentKind, ComponentModel, find_components
from hive_guardian.project.tree import MemoryTree, join_path


def _model(files: Mapping[str, str | bytes], layout: Layout | None = None) -> ComponentModel:
    return find_components(MemoryTree(files), layout or Layout())


def _named(name: str, extra: str = "") -> str:
    return f'[project]\nname = "{name}"\n{extra}'


@pytest.mark.parametrize(
    ("files", "packages"),
    [
        ({"pkg/__init__.py": "", "pkg/a.py": "", "tests/__init__.py": ""}, {"pkg": "pkg"}),
        ({"pyproject.toml": _named("x-y"), "src/x_y/a.py": "", "tests/a.py": ""}, {"x_y": "src/x_y"}),
        ({"pyproject.toml": _named("one"), "src/one.py": ""}, {"one": "src/one.py"}),
        ({"pyproject.toml": _named("one"), "one.py": "", "conftest.py": ""}, {"one": "one.py"}),
        (
            {"pyproject.toml": _named("google-cloud-x"), "google/cloud/x/__init__.py": ""},
            {"google.cloud.x": "google/cloud/x"},
        ),
        ({"pyproject.toml": _named("ns-x"), "src/ns/x/__init__.py": "", "src/ns/x/a.py": ""}, {"ns.x": "src/ns/x"}),
        ({"pyproject.toml": _named("scripts"), "scripts/__init__.py": ""}, {"scripts": "scripts"}),
        ({"pyproject.toml": _named("x"), "python/x/__init__.py": ""}, {"x": "python/x"}),
        (
            {
                "pyproject.toml": _named("x", '[tool.hatch.build.targets.wheel]\npackages = ["x", "rules/y"]\n'),
                "x/__init__.py": "",
                "rules/y/__init__.py": "",
            },
            {"x": "x", "y": "rules/y"},
        ),
        (
            {
                "pyproject.toml": '[tool.poetry]\nname = "x"\n'
                'packages = [{include = "a", from = "lib"}, {include = "no"}]\n',
                "lib/a/b.py": "",
            },
            {"a": "lib/a"},
        ),
        (
            {"pyproject.toml": _named("x", '[tool.setuptools.package-dir]\n"" = "code"\n'), "code/x/__init__.py": ""},
            {"x": "code/x"},
        ),
        (
            {
                "setup.py": "from setuptools import setup\nsetup(name='x', package_dir={'': 'code'})\n",
                "code/x/a.py": "",
            },
            {"x": "code/x"},
        ),
        (
            {"setup.cfg": "[metadata]\nname = x\n[options.packages.find]\nwhere = code\n", "code/x/a.py": ""},
            {"x": "code/x"},
        ),
        ({"pyproject.toml": _named("x-stubs"), "src/x-stubs/__init__.pyi": ""}, {"x": "src/x-stubs"}),
        ({"pyproject.toml": _named("x"), "docs/conf.py": ""}, {}),
    ],
)
def test_import_packages_of_every_layout(files: dict[str, str], packages: dict[str, str]) -> None:
    """Explicit mappings win, then `src`, then the flat layout; what stands beside the code is no package."""
    assert dict(_model(files).root.import_packages) == packages


@pytest.mark.parametrize(
    ("path", "module"),
    [
        ("src/pkg/__init__.py", "pkg"),
        ("src/pkg/a/b.py", "pkg.a.b"),
        ("src/pkg/__main__.py", "pkg.__main__"),
        ("src/pkg/a.pyi", "pkg.a"),
        ("tests/unit/test_a.py", "tests.unit.test_a"),
        ("scripts/run.py", "scripts.run"),
        ("scripts/my-run.py", ""),
        ("odd-dir/pkg2/a.py", "pkg2.a"),
        ("class/a.py", "a"),
        ("README.md", ""),
        ("rules/mapped/x/y.py", "mapped.x.y"),
        ("a.b.py", ""),
        ("__init__.py", ""),
    ],
)
def test_module_names(path: str, module: str) -> None:
    """The deepest root or mapping above a file names it; what no import can name has no name."""
    files = {
        "pyproject.toml": _named("pkg", '[tool.hatch.build.targets.wheel]\npackages = ["src/pkg", "rules/mapped"]\n'),
        "src/pkg/__init__.py": "",
        "rules/mapped/__init__.py": "",
        path: "",
    }
    assert _model(files).module(path) == module


def test_each_manifest_makes_a_component_and_the_deepest_owns() -> None:
    """Nested projects own their files; the root keeps the rest."""
    model = _model(
        {
            "pyproject.toml": _named("root"),
            "root/__init__.py": "",
            "packages/db/pyproject.toml": _named("hive-db"),
            "packages/db/src/hive_db/a.py": "",
            "packages/db/plugins/p/setup.py": "import setuptools as s\ns.setup(name='p')\n",
            "packages/db/plugins/p/p/__init__.py": "",
            "tests/data/fake/pyproject.toml": _named("fake"),
            "tests/data/fake/fake.py": "",
            "tools/pyproject.toml": "[tool.ruff]\n",
            "tools/a.py": "",
        }
    )
    assert [component.name for component in model.components] == ["root", "packages/db", "packages/db/plugins/p"]
    owners = {
        "root/__init__.py": "",
        "packages/db/src/hive_db/a.py": "packages/db",
        "packages/db/plugins/p/p/__init__.py": "packages/db/plugins/p",
        "tests/data/fake/fake.py": "",
        "tools/a.py": "",
        "packages/new.py": "",
        "packages/db/not/yet/there.py": "packages/db",
    }
    assert {path: model.owner(path).directory for path in owners} == owners
    assert model.files(model.owner("packages/db/x.py")) == (
        "packages/db/pyproject.toml",
        "packages/db/src/hive_db/a.py",
    )
    found = model.find_distribution("Hive_DB")
    assert found is not None
    assert found.directory == "packages/db"
    assert model.find_distribution("fake") is None


def test_sample_projects_own_their_files_but_are_no_components() -> None:
    """Nobody demands tests and a readme of a project below `docs` or `examples`, unless the layout names it."""
    files = {
        "pyproject.toml": _named("x"),
        "x/__init__.py": "",
        "docs/examples/egg/setup.py": "from setuptools import setup\nsetup(name='egg', install_requires=['x'])\n",
        "docs/examples/egg/egg.py": "",
    }
    model = _model(files)
    assert [component.name for component in model.components] == ["x"]
    assert [component.name for component in model.samples] == ["docs/examples/egg"]
    assert model.owner("docs/examples/egg/egg.py") is model.samples[0]
    assert model.metadata["docs/examples/egg"].dependencies[0].name == "x"
    named = _model(files, Layout(components=("docs/examples/*",)))
    assert "docs/examples/egg" in [component.name for component in named.components]
    assert named.samples == ()


def test_layout_globs_name_the_components() -> None:
    """Configured directories need Python or a manifest; globs that match nothing are told."""
    layout = Layout(components=("packages/*", "libs/*"), apps=("apps/*",), libraries=("packages/*",))
    model = _model(
        {
            "apps/pay/main.py": "",
            "apps/.hidden/main.py": "",
            "apps/readme/README.md": "",
            "packages/db/pyproject.toml": _named("db"),
            "other/pyproject.toml": _named("other"),
            "top.py": "",
        },
        layout,
    )
    assert [(component.name, component.kind) for component in model.components] == [
        ("apps/pay", ComponentKind.APP),
        ("packages/db", ComponentKind.LIBRARY),
    ]
    assert model.unmatched == ("libs/*",)
    assert model.owner("top.py") is model.root
    assert model.root not in model.components
    assert model.root.is_root


def test_a_component_inside_a_package_is_imported_through_it() -> None:
    """Globs may point at import packages of one distribution."""
    files = {"my/__init__.py": "", "my/mod/__init__.py": "", "my/mod/x.py": ""}
    model = _model(files, Layout(components=("my/*",)))
    assert model.module("my/mod/x.py") == "my.mod.x"
    assert dict(model.owner("my/mod/x.py").import_packages) == {"my.mod": "my/mod"}


def test_a_virtual_workspace_root_covers_its_members() -> None:
    """Members are found below the nearest workspace that lists them and does not exclude them."""
    model = _model(
        {
            "pyproject.toml": '[tool.uv.workspace]\nmembers = ["packages/*"]\nexclude = ["packages/old"]\n',
            "packages/db/pyproject.toml": _named("db"),
            "packages/old/pyproject.toml": _named("old"),
            "apps/x/pyproject.toml": _named("x"),
        }
    )
    by_name = {component.name: component for component in model.components}
    assert model.workspace_root(by_name["packages/db"]) is model.root
    assert model.workspace_root(by_name["packages/old"]) is None
    assert model.workspace_root(by_name["apps/x"]) is None
    assert model.workspace_root(model.root) is None


def test_adjacent_names_are_what_a_script_sees() -> None:
    """Python puts the script's own directory first."""
    model = _model(
        {"scripts/a.py": "", "scripts/b.py": "", "scripts/pkg/x.py": "", "scripts/notes.txt": "", "c.py": ""}
    )
    assert model.adjacent("scripts/a.py") == {"a", "b", "pkg"}
    assert model.adjacent("c.py") == {"c", "scripts"}
    assert model.adjacent("none/x.py") == frozenset()


def test_broken_manifests_become_problems_not_errors() -> None:
    """A component whose manifest does not parse is still a component, and the reason is kept."""

    class Denied(MemoryTree):
        def read(self, path: str) -> bytes:
            if path == "b/setup.py":
                raise PermissionError(13, "Permission denied")
            return super().read(path)

    tree = Denied({"a/pyproject.toml": "= nonsense", "a/x.py": "", "b/setup.py": "", "b/y.py": ""})
    model = find_components(tree, Layout())
    assert [component.name for component in model.components] == ["a", "b"]
    assert [(problem.path, problem.line) for item in model.metadata.values() for problem in item.problems] == [
        ("a/pyproject.toml", 1),
        ("b/setup.py", 1),
    ]


def test_no_file_at_all_still_has_a_root() -> None:
    """An empty project is one component that owns nothing."""
    model = _model({})
    assert [component.name for component in model.components] == ["."]
    assert model.files(model.root) == ()


def test_deep_directories_do_not_recurse() -> None:
    """A path as deep as a file system allows is no crash."""
    deep = "a/" * 1900 + "x.py"
    model = _model({deep: "", "pyproject.toml": _named("x")})
    assert model.owner(deep) is model.root
    assert model.module(deep).endswith(".x")
    assert model.adjacent(deep) == {"x"}


def test_the_model_is_fast() -> None:
    """Twelve thousand files: budget 50 ms to build, asserted with ample slack for a busy machine."""
    files = {f"pkg/components/c{number // 8}/f{number % 8}.py": "" for number in range(8000)}
    files |= {f"tests/components/c{number // 4}/test_{number % 4}.py": "" for number in range(4000)}
    tree = MemoryTree({**files, "pyproject.toml": _named("pkg"), "pkg/__init__.py": ""})
    started = time.process_time()
    model = find_components(tree, Layout())
    for path in tree.paths():
        model.owner(path)
        model.module(path)
    assert time.process_time() - started < 1.0


@pytest.mark.parametrize(
    ("directory", "relative", "expected"),
    [("a/b", "../c", "a/c"), ("", "./x", "x"), ("a", "../..", None), ("a", "", "a"), ("", "..", None)],
)
def test_join_path_stays_inside(directory: str, relative: str, expected: str | None) -> None:
    """A path that leaves the project is no path of the project."""
    assert join_path(directory, relative) == expected


@pytest.mark.parametrize(
    ("extra", "version", "scripts"),
    [
        ('version = "1.2"\n[project.scripts]\nx-run = "x.cli:main"\n', "1.2", (("x-run", "x.cli:main"),)),
        ('version = "1.2"\n[project.gui-scripts]\nx-ui = "x.ui:main"\n', "1.2", (("x-ui", "x.ui:main"),)),
        ('dynamic = ["version"]\n[project.entry-points.acme]\nx = "x.plugin"\n', None, ()),
    ],
)
def test_version_and_commands_come_from_the_manifest(
    extra: str, version: str | None, scripts: tuple[tuple[str, str], ...]
) -> None:
    """A static version and the console and GUI scripts are known; plugins are no commands."""
    root = _model({"pyproject.toml": _named("x", extra), "x/__init__.py": ""}).root
    assert (root.version, root.scripts) == (version, scripts)
