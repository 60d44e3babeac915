from collections.abc import Mapping

import pytest

from hive_guardian.adoption.detection import Ci, Detected, Shape, detect
from hive_guardian.model.layout import Layout
from hive_guardian.project.components import find_components
from hive_guardian.project.tree import MemoryTree

PROJECT = '[project]\nname = "shop"\nversion = "1"\n'


def look(files: Mapping[str, str]) -> Detected:
    """Detect on a tree of texts."""
    tree = MemoryTree(files)
    return detect(tree, find_components(tree, Layout()))


@pytest.mark.parametrize(
    ("files", "shape", "packages"),
    [
        ({"pyproject.toml": PROJECT, "shop/__init__.py": ""}, Shape.FLAT, ("shop",)),
        ({"pyproject.toml": PROJECT, "src/shop/__init__.py": ""}, Shape.SRC, ("src/shop",)),
        ({"pyproject.toml": PROJECT, "shop.py": ""}, Shape.FLAT, ("shop.py",)),
        ({"pyproject.toml": PROJECT}, Shape.LOOSE, ()),
        (
            {"apps/web/pyproject.toml": PROJECT, "apps/web/src/web/__init__.py": "", "tools.py": ""},
            Shape.MONOREPO,
            ("apps/web/src/web",),
        ),
    ],
)
def test_names_the_layout(files: Mapping[str, str], shape: Shape, packages: tuple[str, ...]) -> None:
    """Where the import packages lie decides what the layout is called."""
    found = look(files)
    assert (found.shape, found.packages) == (shape, packages)


@pytest.mark.parametrize(
    ("files", "python", "place"),
    [
        ({"pyproject.toml": PROJECT + 'requires-python = ">=3.12"\n'}, ">=3.12", ("pyproject.toml", 4)),
        (
            {"pyproject.toml": '[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\npython = "^3.11"\n'},
            "^3.11",
            None,
        ),
        ({".python-version": "3.13.1\n"}, "3.13", (".python-version", 1)),
        ({"a.py": ""}, "", None),
    ],
)
def test_finds_the_python(files: Mapping[str, str], python: str, place: tuple[str, int] | None) -> None:
    """What installers follow wins over version files."""
    found = look(files)
    assert found.python == python
    if place:
        assert found.python_place is not None
        assert (found.python_place.path, found.python_place.line) == place


def test_finds_tools_wherever_they_are_configured() -> None:
    """Tables, files of their own and sections of shared files count alike."""
    found = look(
        {
            "pyproject.toml": "[tool.ruff]\n[tool.importlinter]\nroot_package = 'x'\n",
            "setup.cfg": "[flake8]\nmax-line-length = 100\n[mypy-requests.*]\n[tool:pytest]\n",
            "mypy.ini": "[mypy]\n",
            ".pre-commit-config.yaml": "repos: []\n",
        }
    )
    assert found.tools == ("ruff", "flake8", "mypy", "import-linter", "pytest", "pre-commit")


@pytest.mark.parametrize(
    ("path", "ci"),
    [
        (".github/workflows/test.yaml", (Ci.GITHUB,)),
        (".github/workflows/README.md", ()),
        (".gitlab-ci.yml", (Ci.GITLAB,)),
        ("azure-pipelines.yml", (Ci.AZURE,)),
        ("deploy/azure-pipelines.yml", ()),
    ],
)
def test_finds_who_runs_the_checks(path: str, ci: tuple[Ci, ...]) -> None:
    """CI shows by the files it reads, at the place where it reads them."""
    assert look({path: "x: 1\n"}).ci == ci


def test_lists_workspaces() -> None:
    """Members of a workspace that the root declares are kept with their manager."""
    found = look(
        {
            "pyproject.toml": '[tool.uv.workspace]\nmembers = ["libs/*"]\n',
            "libs/a/pyproject.toml": PROJECT,
            "libs/a/a.py": "",
        }
    )
    assert found.workspaces == (("uv", ("libs/*",)),)
    assert found.components == ("libs/a",)


def test_unreadable_files_show_nothing() -> None:
    """A file that is no text of its kind hides itself, not the others."""
    found = look({"setup.cfg": "\x00[flake8", "tox.ini": "[pytest]\n"})
    assert found.tools == ("pytest", "tox")
