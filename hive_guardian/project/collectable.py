"""Which tests a runner would collect, and from where (golden-rules.md 4.17)."""

import configparser
import re
from collections.abc import Iterable, Iterator

from hive_guardian.model.facts import FileFacts
from hive_guardian.project.classes import ClassEntry, ClassIndex, Truth
from hive_guardian.project.components import ComponentModel
from hive_guardian.project.manifests.document import as_strings, decode
from hive_guardian.project.manifests.pyproject import Pyproject
from hive_guardian.project.tree import FileTree, join_path

_TEST_CASES = ("unittest.TestCase", "unittest.case.TestCase", "unittest.IsolatedAsyncioTestCase")
_INI_SECTIONS = (
    ("pytest.ini", "pytest"),
    (".pytest.ini", "pytest"),
    ("tox.ini", "pytest"),
    ("setup.cfg", "tool:pytest"),
)
_PLAIN_PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)*")
"""A directory of the project, without a glob."""


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
    own = entry.name
    if any(name.endswith("TestCase") and name != own for name in index.ancestors(entry)):
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
    return " ".join(_settings("addopts", tree, directory, pyproject))


def pytest_directories(tree: FileTree, model: ComponentModel) -> tuple[str, ...]:
    """The directories that pytest's `testpaths` of the components name, and that are for tests only.

    Only a directory with `test` in its name counts, and none that is, or holds, a component or an import package with
    an `__init__`: what stands in `testpaths` may as well be the product, with tests in it.

    Args:
        tree: the project.
        model: its components.

    Returns:
        Root-relative, sorted.
    """
    product = {component.directory for component in model.components}
    every = (model.root, *model.components)
    packages = (directory for component in every for directory in component.import_packages.values())
    product.update(directory for directory in packages if tree.exists(f"{directory}/__init__.py"))
    found = set()
    for base, metadata in model.metadata.items():
        for text in _settings("testpaths", tree, base, metadata.pyproject):
            for written in text.split():
                path = join_path(base, written) or ""
                is_plain = _PLAIN_PATH.fullmatch(path) is not None and "test" in path.lower()
                if is_plain and not any(f"{taken}/".startswith(f"{path}/") for taken in product):
                    found.add(path)
    return tuple(sorted(found))


def _settings(key: str, tree: FileTree, directory: str, pyproject: Pyproject | None) -> Iterator[str]:
    for table in (("ini_options",), ()):
        value = pyproject.document.get("tool", "pytest", *table, key) if pyproject else None
        yield from [value] if isinstance(value, str) else (text for _, text in as_strings(value))
    for name, section in _INI_SECTIONS:
        path = f"{directory}/{name}".lstrip("/")
        if not tree.exists(path):
            continue
        parser = configparser.RawConfigParser(strict=False)
        try:
            text = decode(path, tree.read(path))
            parser.read_string(text if isinstance(text, str) else "")
        except (OSError, configparser.Error):
            continue
        yield parser.get(section, key, fallback="")
