"""Which Python tools and images are set to."""

import pytest

from hive_guardian.project.manifests.metadata import read_metadata
from hive_guardian.project.manifests.python_targets import PythonTarget, find_python_targets
from hive_guardian.project.tree import MemoryTree


def targets(files: dict[str, str | bytes], directory: str = "") -> tuple[PythonTarget, ...]:
    """Find the targets of one directory of a small tree."""
    tree = MemoryTree(files)
    return find_python_targets(tree, tree.paths(), read_metadata(tree, directory))


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("pyproject.toml", "[tool.ruff]\ntarget-version = 'py310'\n", ("ruff target-version", (3, 10), 2, True)),
        ("pyproject.toml", "[tool.black]\ntarget-version = ['py39']\n", ("black target-version", (3, 9), 2, True)),
        ("pyproject.toml", "[tool.mypy]\npython_version = '3.9'\n", ("mypy python_version", (3, 9), 2, False)),
        ("pyproject.toml", "[tool.pyright]\npythonVersion = '3.9'\n", ("pyright pythonVersion", (3, 9), 2, False)),
        (
            "pyproject.toml",
            "[project]\nclassifiers = [\n'Programming Language :: Python :: 3.9']\n",
            ("a classifier", (3, 9), 3, False),
        ),
        (".ruff.toml", "target-version = 'py39'\n", ("ruff target-version", (3, 9), 1, True)),
        ("mypy.ini", "[mypy]\n\npython_version = 3.9\n", ("mypy python_version", (3, 9), 3, False)),
        ("pyrightconfig.json", '{\n"pythonVersion": "3.9"}', ("pyright pythonVersion", (3, 9), 2, False)),
        (".python-version", "3.9.1\n3.8\n", (".python-version", (3, 9), 1, False)),
        ("docker/Dockerfile", "FROM python:3.9-slim\n", ("the image", (3, 9), 1, False)),
    ],
)
def test_target_is_found(path: str, text: str, expected: tuple[str, tuple[int, int], int, bool]) -> None:
    """Each kind of file gives tool, version, line and whether the tool writes code."""
    first, *_ = targets({path: text})

    assert (first.what, first.minor, first.place.line, first.rewrites) == expected


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", "[tool.black]\ntarget-version = ['py39', 'py310']\n"),
        ("pyproject.toml", "[project]\nclassifiers = ['Programming Language :: Python :: 3']\n"),
        ("ruff.toml", "target-version = \n"),
        ("mypy.ini", "python_version\n"),
        ("mypy.ini", b"\xff"),
        ("pyrightconfig.json", "// comments are not JSON\n"),
        (".python-version", "system\n"),
        ("Dockerfile", "FROM python:3\nFROM node:18.2\n"),
        ("deep/down/Dockerfile", "FROM python:3.9\n"),
    ],
)
def test_nothing_is_guessed(path: str, text: str | bytes) -> None:
    """Lists, majors, broken files and files further down name no target."""
    assert targets({path: text}) == ()


def test_only_own_files_count() -> None:
    """Files of the directory itself count, those above it do not."""
    files: dict[str, str | bytes] = {".python-version": "3.8\n", "a/.python-version": "3.9\n"}

    assert [one.place.path for one in targets(files, "a")] == ["a/.python-version"]
