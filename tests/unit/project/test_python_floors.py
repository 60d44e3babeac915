"""Which Python components say they need."""

import pytest

from hive_guardian.model.layout import Layout
from hive_guardian.project.components import find_components
from hive_guardian.project.python_floors import declares_python, python_floors, root_python_floor, show_python
from hive_guardian.project.tree import MemoryTree


def test_every_declaration_counts() -> None:
    """Both dialects of one file and the setup files of another are read, ordered by component."""
    model = find_components(
        MemoryTree(
            {
                "pyproject.toml": (
                    "[project]\nname = 'x'\nrequires-python = '>=3.11'\n[tool.poetry.dependencies]\npython = '^3.12'\n"
                ),
                "old/setup.cfg": "[metadata]\nname = old\n[options]\npython_requires = >=3.6\n",
            }
        ),
        Layout(),
    )

    found = [(one.component.name, one.minor, one.fact.place.line) for one in python_floors(model)]

    assert found == [("x", (3, 11), 3), ("x", (3, 12), 5), ("old", (3, 6), 4)]


def test_root_of_a_workspace_declares() -> None:
    """The root says something although it is no component itself."""
    tree = MemoryTree(
        {
            "pyproject.toml": "[tool.poetry.dependencies]\npython = '^3.11'\n",
            "a/pyproject.toml": "[project]\nname = 'a'\n",
        }
    )

    root = root_python_floor(find_components(tree, Layout(components=("a",))))

    assert root is not None
    assert root.minor is not None
    assert show_python(root.minor) == "3.11"


def test_broken_constraint_is_given_the_benefit_of_the_doubt() -> None:
    """A constraint nobody can read has no floor and refuses nothing."""
    tree = MemoryTree({"pyproject.toml": "[project]\nname = 'x'\nrequires-python = '^3'\n"})

    (declared,) = python_floors(find_components(tree, Layout()))

    assert (declared.minor, declared.admits((2, 7)), declared.reaches((9, 0))) == (None, True, True)


def test_ceiling_is_seen() -> None:
    """A constraint with an upper bound does not reach beyond it."""
    tree = MemoryTree({"pyproject.toml": "[project]\nname = 'x'\nrequires-python = '>=3.8,<3.11'\n"})

    (declared,) = python_floors(find_components(tree, Layout()))

    assert [declared.reaches((3, minor)) for minor in (8, 10, 11)] == [True, True, False]
    assert [declared.admits((3, minor)) for minor in (7, 8, 10, 11)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"pyproject.toml": "[project]\nname = 'x'\n"}, False),
        ({"pyproject.toml": "[project]\nname = 'x'\ndynamic = ['requires-python']\n"}, True),
        ({"setup.py": "import setuptools\nsetuptools.setup(name='x', python_requires=f())\n"}, True),
        ({"setup.cfg": "[metadata]\nname = x\n"}, False),
        ({"setup.cfg": "[metadata]\nname = x\n[options]\npython_requires = >=3\n"}, True),
    ],
)
def test_whether_anything_is_declared(files: dict[str, str], *, expected: bool) -> None:
    """Computed and dynamic constraints are declarations too."""
    model = find_components(MemoryTree(files), Layout())

    assert declares_python(model.metadata[""]) is expected
