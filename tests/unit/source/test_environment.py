"""Reads of the environment are found under any alias, and nothing else is taken for one."""

import ast

import pytest

from hive_guardian.source.document import Document
from hive_guardian.source.environment import environment_reads


def reads(code: str) -> list[tuple[int, str]]:
    """Return (line, variable) of each read."""
    document = Document("pkg/mod.py", code.encode(), ast.parse(code), "pkg.mod")
    return [(read.node.lineno, read.name) for read in environment_reads(document)]


@pytest.mark.parametrize(
    "code",
    [
        "import os\nx = os.getenv('X')\n",
        "import os as o\nx = o.environ['X']\n",
        "from os import environ\nx = environ.get('X', '')\n",
        "from os import environ as e\nx = e.pop('X')\n",
        "from os import getenv as g\nx = g(key='X')\n",
        "import os\ny = 'X' in os.environ\n",
        "import os\ny = 'X' not in os.environ\n",
        "import os\ny = os.environb[b'X']\n",
        "import os\ny = os.environ.setdefault('X', '1')\n",
    ],
)
def test_a_read_is_found_under_any_alias(code: str) -> None:
    """Calls, subscripts and membership tests are reads."""
    assert reads(code) == [(2, "X")]


def test_aliases_are_followed_through_assignments() -> None:
    """A name bound to the mapping or to a reader stands for it."""
    assert reads("import os\nenv = os.environ\nget = env.get\nx = env['X']\ny = get('Y')\n") == [(5, "Y"), (4, "X")]


def test_reading_everything_has_no_variable() -> None:
    """`items` reads every variable."""
    assert reads("import os\nfor name, value in os.environ.items(): ...\n") == [(2, "")]


@pytest.mark.parametrize(
    "code",
    [
        "import os\nos.environ['X'] = '1'\n",
        "import os\ndel os.environ['X']\n",
        "import os\nos.environ.pop('X', None)\nos.environ.setdefault('Y', '1')\n",
        "import os\nrun(env=os.environ)\ncopy = {**os.environ}\nother = os.environ.copy()\n",
        "def f(os):\n    return os.environ['X']\n",
        "import os\ndef f(environ):\n    return environ['X']\n",
        "def getenv(name): ...\nx = getenv('X')\n",
        "import os\nx = request.environ.get('X')\n",
        "note = 'os.environ'\n",
    ],
)
def test_writing_passing_on_and_look_alikes_are_no_reads(code: str) -> None:
    """Only what takes a value out of the process environment counts."""
    assert reads(code) == []
