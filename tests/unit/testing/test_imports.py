import pytest

from hive_guardian.testing.imports import Snippet, anonymous, from_imported, rebound, renamed, taken_names, unrelated


@pytest.mark.parametrize(
    ("code", "alias", "from_import"),
    [
        (
            "import os\nos.getcwd()  # é\n",
            "import os as os_alias\nos_alias.getcwd()  # é\n",
            "from os import getcwd\ngetcwd()  # é\n",
        ),
        ("x = 'é'; import a.b\na.b.c.d()\n",
         "x = 'é'; import a.b as a_alias\na_alias.c.d()\n", "x = 'é'; from a.b import c\nc.d()\n"),
        ("from a import b as c\nc()\n", "from a import b as c_alias\nc_alias()\n", None),
        ("import io\nio.open(open)\n",
         "import io as io_alias\nio_alias.open(open)\n", "from io import open as open_2\nopen_2(open)\n"),
        ("import a\nf(a)\n", "import a as a_alias\nf(a_alias)\n", None),
        ("import a, b\na.x()\nb.y()\n", "import a as a_alias, b as b_alias\na_alias.x()\nb_alias.y()\n", None),
        ("import a.b\na.c()\n", None, None),
        ("import a\ndef f(a): a.x()\n", None, None),
        ("import a\na.x()\n__all__ = ['a']\n", None, None),
        ("from __future__ import annotations\nfrom b import *\nimport a\n", None, None),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING: pass\n", None, None),
    ],
)  # fmt: skip
def test_imports_in_other_words(code: str, alias: str | None, from_import: str | None) -> None:
    """Only names that the file binds once and never writes as text are changed; comments and positions survive."""
    assert (renamed(Snippet(code)), from_imported(Snippet(code))) == (alias, from_import)


def test_a_name_that_means_something_else() -> None:
    """The name stays and what it stands for goes; the other names of the statement are left alone."""
    snippet = Snippet("from a import b, c\nb()\n")
    (one,) = snippet.imported
    assert unrelated(snippet, one) == "from a import c; from unrelated_module import b\nb()\n"
    assert rebound(snippet, one) == "from a import b, c; b = object()\nb()\n"


def test_a_name_nobody_binds() -> None:
    """It stands for the imported thing and all below it."""
    snippet = Snippet("import a.b as a\na.c.d(a)\n")
    (one,) = snippet.imported
    assert anonymous(snippet, one) == "import a.b as a\nunknown_name(unknown_name)\n"


def test_what_other_files_take_keeps_its_name() -> None:
    """A name that another file imports or reaches as an attribute is part of the interface."""
    taken = taken_names("from m import B\nimport m\nm.C\n")
    assert taken == {"B", "C"}
    assert taken_names("def (:") == frozenset()
    code = "from x import A, B\nimport C\nA(B, C)\n"
    assert [one.name for one in Snippet(code, taken).imported] == ["A"]


@pytest.mark.parametrize(
    "binding",
    [
        "for a in x: pass", "def a(): pass", "class a: pass", "with x as a: pass", "a: int = 1", "del a", "(a := 1)",
        "try: pass\nexcept E as a: pass", "def f():\n    global a", "match x:\n    case {**a}: pass",
        "match x:\n    case [*a]: pass", "match x:\n    case C() as a: pass", "import a.b", "lambda a: a",
    ],
)  # fmt: skip
def test_a_second_binding_disqualifies(binding: str) -> None:
    """Whatever binds the name again makes renaming it a question of scopes."""
    assert Snippet(f"import a\na.x()\n{binding}\n").imported == []
