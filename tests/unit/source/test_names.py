"""Qualified names: what an expression may stand for at the place where it stands."""

import ast
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.source.document import Document
from hive_guardian.source.names import Resolution

GENERICS: tuple[tuple[str, set[str]], ...] = (
    ("def f[print](): mark(print)", set()),
    ("class A[print]:\n    mark(print)", set()),
    ("class A[print]:\n    class B:\n        def f(self): mark(print)", set()),
    ("class A[T]:\n    def f(self): mark(print)", {"builtins.print"}),
    ("def f[print](): ...\nmark(print)", {"builtins.print"}),
    ("import os\ntype print[T] = os.PathLike[T]\nmark(os.system)", {"os.system"}),
    ("type print[T] = list[T]\nmark(print)", set()),
)
"""What a name means around type parameters, for Pythons that know them."""


def resolve(code: str, module: str = "pkg.mod", path: str = "pkg/mod.py") -> Resolution:
    """Resolve the callee of the last call of `mark(...)`'s argument: the expression to look at is `mark(<here>)`."""
    document = Document(path, code.encode(), ast.parse(code), module)
    calls = [
        node
        for node in ast.walk(document.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "mark"
    ]
    last = max(calls, key=lambda node: (node.lineno, node.col_offset))
    return document.resolve(last.args[0])


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("import os\nmark(os.system)", {"os.system"}),
        ("import os as o\nmark(o.system)", {"os.system"}),
        ("from os import system as s\nmark(s)", {"os.system"}),
        ("import os.path\nmark(os.path.join)", {"os.path.join"}),
        ("import a.b as c\nmark(c.d)", {"a.b.d"}),
        ("from . import peer\nmark(peer.x)", {"pkg.peer.x"}),
        ("from .peer import x\nmark(x)", {"pkg.peer.x"}),
        ("from ..up import x\nmark(x)", set()),
        ("mark(print)", {"builtins.print"}),
        ("import builtins as b\nmark(b.print)", {"builtins.print"}),
        ("def f(print): mark(print)", set()),
        ("def print(): ...\nmark(print)", {"pkg.mod.print"}),
        ("mark(print)\ndef print(): ...", {"builtins.print"}),
        ("def f():\n    mark(print)\n    print = 1", set()),
        ("class A:\n    def print(self): ...\n    def f(self): mark(print)", {"builtins.print"}),
        ("class A:\n    open = 1\n    mark(open)", set()),
        ("import os\nrun = os.system\nmark(run)", {"os.system"}),
        ("import os\nrun = os.system\nrun = 1\nmark(run)", set()),
        ("import os\na = os\nb = a\nc = b\nmark(c.system)", {"os.system"}),
        *(GENERICS if sys.version_info >= (3, 12) else ()),
        ("import os\na = os\nb = a\nc = b\nd = c\nmark(d.system)", set()),
        ("import x as os\nimport os\nmark(os.system)", {"os.system"}),
        ("import os\nos = 1\nmark(os.system)", set()),
        ("import os\ndef f():\n    mark(os.system)\nos = 1", set()),
        ("import os\n[mark(os.system) for os in ()]", set()),
        ("import os\n[mark(os.system) for x in ()]", {"os.system"}),
        ("import os\ntry: ...\nexcept E as os:\n    mark(os.system)", set()),
        ("import os\nif (os := 1):\n    mark(os.system)", set()),
        ("import os\ndef f():\n    global os\n    os = 1\nmark(os.system)", set()),
        ("import os\ndel os\nmark(os.system)", set()),
        ("import os\nwith f() as os:\n    mark(os.system)", set()),
        ("from os import *\nmark(system)", set()),
        ("def f():\n    import os\n    mark(os.system)", {"os.system"}),
        ("def f():\n    import os\nmark(os.system)", set()),
        ("import os\nlambda os: mark(os.system)", set()),
        ("import os\ndef f(x=mark(os.system), os=1): ...", {"os.system"}),
        ("match x:\n    case {'a': print}:\n        mark(print)", set()),
        ("def f():\n    def g(): ...\n    mark(g)", {"pkg.mod.f.<locals>.g"}),
        ("f().system\nmark(f().system)", set()),
    ],
)
def test_names_follow_bindings(code: str, names: set[str]) -> None:
    """Aliases, from-imports, relative imports, shadowing and scopes decide what a name stands for."""
    assert resolve(code).names == names


def test_guarded_imports_give_alternatives() -> None:
    """After `try/except ImportError` both modules are possible, and no third."""
    found = resolve("try:\n    import a as m\nexcept ImportError:\n    import b as m\nmark(m.f)")
    assert found == Resolution(frozenset({"a.f", "b.f"}), complete=True)


def test_a_fallback_that_is_no_name_leaves_the_answer_open() -> None:
    """A finding may use the known alternative, an exemption may not."""
    found = resolve("try:\n    import yaml\nexcept ImportError:\n    yaml = None\nmark(yaml.load)")
    assert found.names == {"yaml.load"}
    assert not found.complete
    assert found.may_be(frozenset({"yaml.load"}))
    assert not found.must_be(frozenset({"yaml.load"}))


def test_other_arm_of_an_if_does_not_reach() -> None:
    """What one arm binds is unknown in the other."""
    assert resolve("if x:\n    import a as m\nelse:\n    mark(m)").names == set()


def test_a_package_resolves_relative_imports_from_itself() -> None:
    """In an `__init__`, one dot is the package itself."""
    found = resolve("from .peer import x\nmark(x)", "pkg", "pkg/__init__.py")
    assert found.names == {"pkg.peer.x"}


def test_redirects_replace_names_that_are_re_exports() -> None:
    """A first-party name that is a re-export stands for what it re-exports."""
    code = "from pkg.compat import run\nrun()"
    redirects = {"pkg.compat.run": frozenset({"os.system"})}
    document = Document("pkg/m.py", code.encode(), ast.parse(code), "pkg.m", redirects=redirects)
    call = next(node for node in ast.walk(document.tree) if isinstance(node, ast.Call))
    assert document.resolve(call.func).names == {"os.system"}


_STATEMENTS = st.sampled_from(
    [
        "import os",
        "import os as open",
        "from a import os",
        "os = 1",
        "open = 2",
        "def open(): ...",
        "def f(os): os.system(open)",
        "def f(a, open=1): open()",
        "class C(os.Base): open = 3",
        "for os in (): os.x",
        "[open for open in ()]",
        "os.system(open)",
        "text = 'os = 1; open,'",
        "with open(os) as open: ...",
        "def g():\n    global os\n    os = 2",
        "try:\n    import os\nexcept ImportError:\n    os = None",
        "lambda open: open(os)",
        "try: ...\nexcept open: ...",
        "try: ...\nexcept os as open: raise open",
        "class C(open, os): ...",
        "class C(open := os): ...",
        "ｏpen = 'é'",
        "def f(ᵒs): os.system(ºpen)",
        "print(open, os)",
        "del os",
    ]
)


@given(st.lists(_STATEMENTS, min_size=1, max_size=6))
def test_the_short_cut_agrees_with_the_scopes(statements: list[str]) -> None:
    """What the text settles is what the scopes would have said, once the imports have run."""
    code = "\n".join(sorted(statements, key=lambda text: not text.startswith(("import", "from"))))
    quick = Document("m.py", code.encode(), ast.parse(code), "m")
    loads = [node for node in ast.walk(quick.tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
    for node in [node for node in loads if quick.settled(node.id) is not None]:
        assert quick.settled(node.id) == quick.names.resolve(node), (code, node.id, node.lineno)
