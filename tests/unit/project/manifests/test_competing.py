"""Facts that manifests state twice."""

import pytest

from hive_guardian.project.manifests.competing import conflicting_facts, primary_table, repeated_keywords
from hive_guardian.project.manifests.metadata import Metadata, read_metadata
from hive_guardian.project.manifests.pyproject import Pyproject
from hive_guardian.project.tree import MemoryTree


def manifests(**files: str) -> Metadata:
    """Read manifests given by their names with underscores for dots."""
    return read_metadata(MemoryTree({name.replace("_", ".", 1): text for name, text in files.items()}), "")


def pyproject_of(text: str) -> Pyproject:
    """Read a manifest that is valid."""
    found = manifests(pyproject_toml=text).pyproject
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[project]\nname = 'x'\n", "[project]"),
        ("[tool.poetry]\nname = 'x'\n", "[tool.poetry]"),
        ("[tool.poetry]\nversion = '1'\n", ""),
        ("[tool.ruff]\n", ""),
    ],
)
def test_primary_table(text: str, expected: str) -> None:
    """A table is primary when it names the distribution."""
    assert primary_table(pyproject_of(text)) == expected


def test_without_manifest_nothing_is_primary() -> None:
    """Setup files alone compete with nothing."""
    assert primary_table(None) == ""


@pytest.mark.parametrize(
    ("dynamic", "call", "expected"),
    [
        ("[]", "name='x', packages=[], entry_points={}", ["name", "entry_points"]),
        ("['version', 'scripts']", "version=V, entry_points={}", []),
        ("['optional-dependencies']", "extras_require={}, install_requires=[]", ["install_requires"]),
        ("[]", "ext_modules=[]", []),
    ],
)
def test_repeated_keywords(dynamic: str, call: str, expected: list[str]) -> None:
    """Metadata counts, build settings and what is left to the setup file do not."""
    read = manifests(
        pyproject_toml=f"[project]\nname = 'x'\ndynamic = {dynamic}\n",
        setup_py=f"from setuptools import setup\nsetup({call})\n",
    )

    assert read.pyproject is not None
    assert [keyword.name for keyword in repeated_keywords(read.setup_py, read.pyproject)] == expected


@pytest.mark.parametrize(
    ("project", "poetry", "expected"),
    [
        ("name = 'My_X'", "name = 'my-x'", []),
        ("name = 'x'", "name = 'y'", ["name"]),
        ("version = '1.0'", "version = '1'", []),
        ("version = 'x1'", "version = 'x2'", ["version"]),
        ("requires-python = '>=3.11'", "dependencies.python = '^3.11'", []),
        ("requires-python = '>=3.11'", "dependencies.python = '^3.9'", ["requires-python"]),
        ("requires-python = '>=3.11,<3.12'", "dependencies.python = '>=3.11.5'", []),
        ("requires-python = '==3.11.1'", "dependencies.python = '==3.11.2'", ["requires-python"]),
        ("requires-python = '^3'", "dependencies.python = '^3.9'", []),
        ("version = '1'\ndynamic = ['version']", "version = '2'", []),
    ],
)
def test_conflicts(project: str, poetry: str, expected: list[str]) -> None:
    """Only what is really different conflicts, not what is spelled differently."""
    own = pyproject_of(f"[project]\n{project}\n[tool.poetry]\n{poetry}\n")

    assert [field for field, _, _ in conflicting_facts(own)] == expected
