"""Which tests a runner would collect."""

import ast

import pytest

from hive_guardian.model.facts import FileFacts
from hive_guardian.model.layout import Layout
from hive_guardian.project.classes import ClassIndex
from hive_guardian.project.collectable import has_tests, pytest_directories, pytest_options
from hive_guardian.project.components import find_components
from hive_guardian.project.manifests.metadata import read_metadata
from hive_guardian.project.module_index import ModuleIndex
from hive_guardian.project.symbols import SymbolIndex
from hive_guardian.project.tree import MemoryTree
from hive_guardian.source.document import Document
from hive_guardian.source.facts import collect_facts


def facts_of(path: str, text: str) -> FileFacts:
    """Read one file whose module is named like it."""
    return collect_facts(Document(path, text.encode(), ast.parse(text), path.removesuffix(".py").replace("/", ".")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def test_a(): ...", True),
        ("async def test_a(): ...", True),
        ("def helper(): ...", False),
        ("import pytest\n@pytest.fixture\ndef test_data(): ...", False),
        ("class TestA:\n    def test_a(self): ...", True),
        ("class TestA:\n    def helper(self): ...", False),
        ("class A:\n    def test_a(self): ...", False),
        ("from unittest import TestCase as T\nclass A(T):\n    def test_a(self): ...", True),
        ("import unittest as u\nclass A(u.IsolatedAsyncioTestCase):\n    def test_a(self): ...", True),
        ("from django.test import SimpleTestCase\nclass A(SimpleTestCase):\n    def test_a(self): ...", True),
        ("from base import Case\nclass A(Case):\n    def test_a(self): ...", True),
        ("from base import Plain\nclass A(Plain):\n    def test_a(self): ...", False),
    ],
)
def test_tests_are_recognised(text: str, *, expected: bool) -> None:
    """Functions by name, methods only in classes a runner looks into."""
    base = facts_of("base.py", "import unittest\nclass Case(unittest.TestCase): ...\nclass Plain: ...\n")
    own = facts_of("tests/test_it.py", text)
    index = ClassIndex(SymbolIndex([base, own], ModuleIndex([base, own])))

    assert has_tests(own, [entry for entry in index.classes if entry.path == own.path], index) is expected


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", "[tool.pytest.ini_options]\naddopts = '-q --doctest-modules'\n"),
        ("pyproject.toml", "[tool.pytest.ini_options]\naddopts = ['--doctest-modules']\n"),
        ("pytest.ini", "[pytest]\naddopts = --doctest-modules\n"),
        ("tox.ini", "[pytest]\naddopts =\n    -q\n    --doctest-modules\n"),
        ("setup.cfg", "[tool:pytest]\naddopts = --doctest-modules\n"),
    ],
)
def test_options_are_read_from_every_place(path: str, text: str) -> None:
    """All files in which pytest looks for options are read."""
    tree = MemoryTree({f"a/{path}": text})

    assert "--doctest-modules" in pytest_options(tree, "a", read_metadata(tree, "a").pyproject)


def test_broken_options_say_nothing() -> None:
    """A configuration file that does not parse is no reason to fail."""
    assert pytest_options(MemoryTree({"tox.ini": "addopts\n", "setup.cfg": b"\xff"}), "", None).strip() == ""


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ({"pyproject.toml": "[tool.pytest.ini_options]\ntestpaths = ['./testing/', 'docs', '.']\n"}, ("testing",)),
        ({"pyproject.toml": "[tool.pytest]\ntestpaths = ['testing/unit']\n"}, ("testing/unit",)),
        ({"pytest.ini": "[pytest]\ntestpaths =\n    testing\n    acceptance-tests\n"}, ("acceptance-tests", "testing")),
        ({"setup.cfg": "[tool:pytest]\ntestpaths = testing ../test *_test\n"}, ("testing",)),
        ({"tox.ini": "[pytest]\ntestpaths = src testlib testlib/tests lib/testkit lib\n"}, ("testlib/tests",)),
        (
            {"lib/testkit/pytest.ini": "[pytest]\ntestpaths = ../../testing testing\n"},
            ("lib/testkit/testing", "testing"),
        ),
    ],
)
def test_directories_pytest_collects_from(written: dict[str, str], found: tuple[str, ...]) -> None:
    """A place for tests only; the product, or a component, may stand in `testpaths` as well."""
    product = {"testlib/__init__.py": "", "lib/testkit/setup.cfg": "[metadata]\nname = testkit\n"}
    tree = MemoryTree(product | written)
    assert pytest_directories(tree, find_components(tree, Layout())) == found
