import ast

import pytest

from hive_guardian.source.document import Document
from hive_guardian.source.origins import origin

HEAD = "import http.client as h\nfrom typing import Optional\nclass Own: ...\n"
CONNECTION = frozenset({"http.client.HTTPConnection"})


def origin_of(code: str) -> frozenset[str]:
    """Return the origin of the argument of `mark(...)`."""
    text = HEAD + code
    document = Document("m.py", text.encode(), ast.parse(text), "m")
    (argument,) = [
        node.args[0]
        for node in ast.walk(document.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "mark"
    ]
    return origin(argument, document.names).names


@pytest.mark.parametrize(
    "code",
    [
        "mark(h.HTTPConnection())",
        "c = h.HTTPConnection()\nmark(c)",
        "c = h.HTTPConnection()\ndef f():\n    mark(c)",
        "c = None\nc = h.HTTPConnection()\nmark(c)",
        "with h.HTTPConnection() as c:\n    mark(c)",
        "async def f():\n    c = await h.HTTPConnection()\n    mark(c)",
        "mark(c := h.HTTPConnection())",
        "def f(c: h.HTTPConnection): mark(c)",
        "def f(c: h.HTTPConnection | None): mark(c)",
        "def f(c: Optional[h.HTTPConnection]): mark(c)",
        "class A:\n    def __init__(self): self.c = h.HTTPConnection()\n    def f(self): mark(self.c)",
        "class A:\n    def __init__(self, c: h.HTTPConnection):\n        self.c = c\n        mark(self.c)",
        "class A:\n    def f(self): mark(self.c)\n    def g(self): self.c: h.HTTPConnection = other()",
    ],
)
def test_a_value_comes_from_its_constructor_or_annotation(code: str) -> None:
    """Calls, bindings, `with`, annotations and attributes of `self` lead to the class."""
    assert origin_of(code) == CONNECTION


@pytest.mark.parametrize(
    "code",
    [
        "def f(c): mark(c)",
        "c = h.HTTPConnection()\nc = Own()\nmark(c)",
        "c = h.HTTPConnection()\nc = f\nmark(c)",
        "def f(c: h.HTTPConnection | Own): mark(c)",
        "for c in h.HTTPConnection(): mark(c)",
        "class A:\n def f(self): self.c = h.HTTPConnection()\n def g(self): self.c = f\n def i(self): mark(self.c)",
        "class A:\n    def f(self, other):\n        other.c = h.HTTPConnection()\n        mark(other.c)",
        "mark(h.a.b[0])",
        "class A:\n    c = h.HTTPConnection()\n    def f(self): mark(c)",
    ],
)
def test_what_is_not_known_for_sure_has_no_origin(code: str) -> None:
    """Parameters, disagreeing bindings, loops and other objects stay unknown."""
    assert origin_of(code) == frozenset()


@pytest.mark.parametrize(
    "code",
    [
        "mark(Path('a') / 'b')",
        "mark('a' / Path('b') / 'c')",
        "mark(Path.cwd())",
        "mark(P.home().joinpath('a').parent)",
        "mark(pathlib.Path('a').expanduser().resolve())",
        "p = Path('a')\np = p / 'b'\nmark(p.parent)",
        "p = Path('a')\np = p.resolve()\nmark(p)",
        "def f(a: Path): mark(a / 'b' / 'c')",
        "def f(a: Path):\n    b = a.parent\n    mark(b)",
        "class A:\n  def f(self):\n    self.a = Path('a')\n    self.a = self.a.resolve()\n    mark(self.a)",
        "class A:\n    def f(self, a: Path):\n        self.a = a.parent\n        mark(self.a / 'b')",
    ],
)
def test_what_is_calculated_from_a_path_is_a_path(code: str) -> None:
    """`/`, `.parent` and the methods that return a path keep the class, also where a variable is its own source."""
    assert origin_of(f"import pathlib\nfrom pathlib import Path, Path as P\n{code}") == {"pathlib.Path"}


@pytest.mark.parametrize(
    "code",
    [
        "mark(h.HTTPConnection() / 'b')",
        "mark(Path('a') * 2)",
        "mark(a / b)",
        "mark(h.HTTPConnection().parent)",
        "mark(Path('a').name)",
        "mark(Path('a').read_text())",
        "p = p / 'a'\nmark(p)",
        "c = h.HTTPConnection()\nc = c.replace('a')\nmark(c)",
        "p = Path('a')\np = p.replace_all()\nmark(p)",
        "class A:\n    def f(self):\n        self.a = self.a.resolve()\n        mark(self.a)",
    ],
)
def test_other_operators_and_methods_lead_to_nothing(code: str) -> None:
    """What is no path, or not calculated from a known one, stays unknown."""
    assert origin_of(f"from pathlib import Path\n{code}") <= {"p.replace_all"}
