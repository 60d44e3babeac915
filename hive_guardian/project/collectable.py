"""Which tests a runner would collect, and from where (golden-rules.md 4.17)."""

import configparser
from collections.abc import Iterable, Iterator

from hive_guardian.model.facts import FileFacts
from hive_guardian.project.classes import ClassEntry, ClassIndex, Truth
from hive_guardian.project.manifests.document import as_strings, decode
from hive_guardian.project.manifests.pyproject import Pyproject
from hive_guardian.project.tree import FileTree

_TEST_CASES = ("unittest.TestCase", "unittest.case.TestCase", "unittest.IsolatedAsyncioTestCase")
_INI_SECTIONS = (
    ("pytest.ini", "pytest"),
    (".pytest.ini", "pytest"),
    ("tox.ini", "pytest"),
    ("setup.cfg", "tool:pytest"),
)


def has_tests(facts: FileFacts, classes: Iterable[ClassEntry], index: ClassIndex) -> bool:
    """Whether a file defines a test: a `test*` function, or a `test*` method in a class a runner looks into.

    Args:
        facts: of the file.
        classes: its classes.
        index: the class hierarchy.
    """
    if any(function.name.startswith("test") and not _is_fixture(function.decorators) for function in facts.functions):
        return True
    return any(
        any(method.name.startswith("test") for method in entry.fact.methods) and is_test_class(entry, index)
        for entry in classes
    )


def is_test_class(entry: ClassEntry, index: ClassIndex) -> bool:
    """Whether a runner looks into a class: called `Test*`, or derived from a `TestCase` as far as can be known."""
    if entry.fact.name.startswith("Test"):
        return True
    names = index.ancestors(entry)
    if any(name.rpartition(".")[2].endswith("TestCase") for name in names - {entry.name}):
        return True
    return index.derives_from(entry, _TEST_CASES) is not Truth.NO


def _is_fixture(decorators: Iterable[str]) -> bool:
    return any(name in ("pytest.fixture", "pytest_asyncio.fixture") for name in decorators)


def pytest_options(tree: FileTree, directory: str, pyproject: Pyproject | None) -> str:
    """What pytest's `addopts` says in one directory, over all files that may hold it.

    Args:
        tree: the project.
        directory: root-relative, empty for the root.
        pyproject: its `pyproject.toml`.
    """
    return " ".join((*_toml_options(pyproject), *_ini_options(tree, f"{directory}/" if directory else "")))


def _toml_options(pyproject: Pyproject | None) -> Iterator[str]:
    value = pyproject.document.get("tool", "pytest", "ini_options", "addopts") if pyproject else None
    yield from [value] if isinstance(value, str) else (text for _, text in as_strings(value))


def _ini_options(tree: FileTree, base: str) -> Iterator[str]:
    for name, section in _INI_SECTIONS:
        if not tree.exists(base + name):
            continue
        parser = configparser.RawConfigParser(strict=False)
        try:
            text = decode(base + name, tree.read(base + name))
            parser.read_string(text if isinstance(text, str) else "")
        except (OSError, configparser.Error):
            continue
        yield parser.get(section, "addopts", fallback="")
