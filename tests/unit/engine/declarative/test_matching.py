"""Patterns against code: which lines match, and what metavariables stand for."""

import ast

import pytest

from hive_guardian.engine.declarative.search import compile_search
from hive_guardian.engine.declarative.syntax import parse_pattern
from hive_guardian.engine.declarative.trial import Trial, is_same, text_of
from hive_guardian.source.document import Document


def found(pattern: str, code: str) -> list[tuple[int, dict[str, str]]]:
    """Return (line, metavariable -> source) of the first way in which each node matches."""
    search = compile_search(parse_pattern(pattern))
    document = Document("pkg/module.py", code.encode(), ast.parse(code), "pkg.module")
    matches = []
    for node in ast.walk(document.tree):
        if type(node) in search.kinds:
            trial = Trial(document)
            bindings = next(search.solutions(node, trial), None)
            if bindings is not None:
                texts = {name: text_of(bound, document) for name, bound in bindings.items()}
                matches.append((getattr(node, "lineno", 0), texts))
    return sorted(matches, key=lambda match: match[0])


def lines(pattern: str, code: str) -> list[int]:
    """Return the lines of the matches."""
    return [line for line, _ in found(pattern, code)]


@pytest.mark.parametrize(
    ("pattern", "code", "expected"),
    [
        ("requests.get(...)", "import requests\nrequests.get(1)\nrequests.post(1)\n", [2]),
        ("requests.get(...)", "import requests as r\nr.get(1)\n", [2]),
        ("requests.get(...)", "from requests import get as g\ng(1)\n", [2]),
        ("requests.get(...)", "from requests import get\ndef f(get):\n    get(1)\nget(2)\n", [4]),
        ("requests.get(...)", "def f(requests):\n    requests.get(1)\n", []),
        ("requests.get(...)", "class requests:\n    pass\nrequests.get(1)\n", []),
        ("requests.get(...)", "try:\n    import requests\nexcept E:\n    requests = None\nrequests.get(1)\n", [5]),
        ("requests.get(...)", "import requests\nfetch = requests.get\nfetch(1)\n", [3]),
        ("print(...)", "print(1)\ndef f(print):\n    print(2)\nimport builtins\nbuiltins.print(3)\n", [1, 5]),
        ("eval", "x = eval\nmap(eval, y)\ndef f(eval):\n    return eval\n", [1, 2]),
        ("os.environ", "from os import environ as e\ne['A']\nimport os\nos.environ.get('B')\n", [2, 4]),
        ("os.environ[...]", "import os\nos.environ['A']\nos.environ[a, b]\nos.environ\n", [2, 3]),
        ("pkg.module.helper(...)", "def helper():\n    pass\nhelper()\n", [3]),
        ("helper(...)", "def helper():\n    pass\nhelper()\nother()\n", []),
        ("self.assertEqual($X, True)", "def f(self):\n    self.assertEqual(a, True)\n    self.assertEqual(a)\n", [2]),
        ("os.path...", "import os\nos.path\nos.pathsep\nos.sep\n", [2, 3]),
        ("subprocess.$F(..., shell=True, ...)", "import subprocess as s\ns.run(c, shell=True)\ns.run(c)\n", [2]),
        ("requests.Session(...).get(...)", "import requests\ns = requests.Session()\ns.get(1)\nx.get(1)\n", [3]),
        ("requests.Session(...).get(...)", "import requests\nrequests.Session(1).get(2)\nopen(1).get(2)\n", [2]),
    ],
)  # fmt: skip
def test_names_mean_what_they_resolve_to(pattern: str, code: str, expected: list[int]) -> None:
    """Aliases are seen through, shadowing names are left alone."""
    assert lines(pattern, code) == expected


@pytest.mark.parametrize(
    ("pattern", "code", "expected"),
    [
        ("print()", "print()\nprint(1)\nprint(a=1)\n", [1]),
        ("print($X)", "print()\nprint(1)\nprint(1, 2)\nprint(*x)\nprint(1, end='')\n", [2]),
        ("print(*$X)", "print(1)\nprint(*x)\n", [2]),
        ("print(**$X)", "print(a=1)\nprint(**x)\n", [2]),
        ("print(...)", "print()\nprint(1, *x, a=1, **y)\n", [1, 2]),
        ("print(..., 3)", "print(3)\nprint(1, 3)\nprint(3, 1)\nprint(1, 3, end='')\n", [1, 2, 4]),
        ("print(3, ...)", "print(3)\nprint(1, 3)\nprint(3, 1)\n", [1, 3]),
        ("print(1, ..., 3)", "print(1, 3)\nprint(1, 2, 2, 3)\nprint(1)\n", [1, 2]),
        ("print(..., 2, ..., 4, ...)", "print(1, 2, 3, 4)\nprint(4, 2)\n", [1]),
        ("print(..., end=$E)", "print(end=1)\nprint(1, sep=2, end=3)\nprint(1)\n", [1, 2]),
        ("print(sep=1, end=2)", "print(end=2, sep=1)\nprint(end=2, sep=1, file=3)\n", [1]),
        ("print(..., $X, ..., $X, ...)", "print(1, 2, 1)\nprint(1, 2)\nprint(a.b, a . b)\n", [1, 3]),
        ("print($X, $X)", "print('a', \"a\")\nprint(1, True)\nprint(1, 1.0)\nprint(a, b)\n", [1]),
        ("print(..., $X, ...) + $X", "print(1, 2) + 2\nprint(1, 2) + 3\n", [1]),
        ("print($_, $_)", "print(1, 2)\nprint(1)\n", [1]),
        ("[..., $X, $X, ...]", "[1, 2, 2]\n[1, 2, 1]\n[]\n", [1]),
        ("{$K: $V}", "{1: 2}\n{}\n{1: 2, 3: 4}\n", [1]),
        ("$X == None", "a == None\na is None\nNone == a\n", [1]),
        ("not $X in $Y", "not a in b\na not in b\n", [1]),
        ('$X.execute(f"...")', "c.execute(f'{a}')\nc.execute('a')\n", [1]),
        ('$X.execute("...", ...)', "c.execute('a', b)\nc.execute(a)\nc.execute(b'a')\nc.execute('''a''')\n", [1, 4]),
        ("{'a': $X, ...}", "x = {'a': 1}\ny = {2: 3, **z, 'a': 1}\nz = {'b': 1}\nw = {**a}\nv = {'a'}\n", [1, 2]),
        ("{..., 'a': $X, 'b': $X, ...}", "x = {'b': 1, 2: 3, 'a': 1}\ny = {'a': 1, 'b': 2}\n", [1]),
        ("{'a': {'b': 1, ...}, ...}", "x = {1: 2, 'a': {3: 4, 'b': 1}}\ny = {'a': {}}\n", [1]),
        ("{'a': max(..., 1), ...}", "x = {'a': max(0, 1), **y}\ny = {'a': max(1, 0), 2: 3}\n", [1]),
        ("{'a': $X}", "x = {'a': 1}\ny = {'a': 1, 'b': 2}\n", [1]),
        ("{1, ...}", "x = {1, 2}\ny = {2}\n", [1]),
        ("lambda: $X", "lambda: 1\nlambda a: 1\n", [1]),
        ("lambda ...: $X", "lambda: 1\nlambda a, *b: 1\n", [1, 2]),
        ("[$X for $X in $Y]", "[a for a in b]\n[a for c in b]\n[a for a in b if c]\n", [1]),
        ("[... for $X in $Y]", "[a + 1 for a in b]\n", [1]),
        ("$X = {'a': ...}", "x = {'a': 1}\nx = {'b': 1}\n", [1]),
        ("print(dict(a=1, ...))", "print(dict(2, a=1, b=3))\nprint(dict(2))\n", [1]),
        ("await $X", "async def f():\n    await g()\n    g()\n", [2]),
    ],
)  # fmt: skip
def test_expressions(pattern: str, code: str, expected: list[int]) -> None:
    """Open parts, equal metavariables and keyword arguments."""
    assert lines(pattern, code) == expected


_TRY = "try:\n    f()\nexcept ValueError as error:\n    pass\nexcept (KeyError, OSError):\n    f()\nelse:\n    f()\n"
_LOOPS = "for i in range(len(x)):\n    f(i)\nelse:\n    g()\nfor i in x:\n    f(i)\n"


@pytest.mark.parametrize(
    ("pattern", "code", "expected"),
    [
        ("assert $X == $X", "assert a.b == a.b\nassert a == b\nassert a == a, 'why'\n", [1, 3]),
        ("assert $X, 'why'", "assert a\nassert a, 'why'\n", [2]),
        ("for $I in range(len($S)): ...", _LOOPS, [1]),
        ("for $I in $S: $_($I)", _LOOPS, [1, 5]),
        ("return $X,", "def f():\n    return 1,\ndef g():\n    return 1\n", [2]),
        ("return", "def f():\n    return\ndef g():\n    return 1\n", [2]),
        ("return ...", "def f():\n    return\ndef g():\n    return 1\n", [2, 4]),
        ("$X = $X", "a = a\na = b\na.b = a.b\na = b = a\n", [1, 3]),
        ("__all__ = ...", "__all__ = []\nall = []\n", [1]),
        ("except $E: pass", _TRY, [3]),
        ("except $E: ...", _TRY, [3, 5]),
        ("except: ...", _TRY + "try:\n    f()\nexcept:\n    f()\n", [11]),
        ("try: ...\nexcept (..., OSError, ...): ...", _TRY, [1]),
        ("try: ...\nexcept OSError: ...", _TRY, []),
        ("if $X: return True\nreturn False", "def f():\n    if a:\n        return True\n    return False\n", [2]),
        ("if $X: return True\nreturn False", "def f():\n    if a: return True\n    g()\n    return False\n", []),
        ("$X = open($F)\n...\n$X.close()", "h = open('a')\nuse(h)\nh.close()\nj = open('b')\nh.close()\n", [1]),
        ("with open($F): ...", "with a, open(b) as c:\n    f()\nwith a:\n    f()\n", [1]),
        ("import pickle", "import pickle\nimport os, pickle as p\nimport os\n", [1, 2]),
        ("from typing import $N", "from typing import List\nfrom os import path\nfrom .typing import List\n", [1]),
        ("def $F(...): ...", "def f(a, *b):\n    pass\nasync def g():\n    pass\n", [1]),
        ("def $F(): return $F()", "def f():\n    return g()\n", []),
        ("def test_...(...): ...", "@mark\ndef test_a(x: int) -> None:\n    pass\ndef a():\n    pass\n", [2]),
        ("def $F(..., $P=[]): ...", "def f(a, b=[], *, c=1):\n    pass\ndef g(a, b=()):\n    pass\n", [1]),
        ("def $F(..., $P=[], ...): ...", "def f(a, b=[], *, c=1):\n    pass\ndef g(a, b=()):\n    pass\n", [1]),
        ("def $F(self, ..., $P=list(), ...):\n    max(..., 1, ...)", "def f(self, b=list()):\n    max(0, 1)\n", [1]),
        ("def $F(self, $X): ...", "def f(self, a: int = 1):\n    pass\ndef g(self):\n    pass\n", [1]),
        ("def $F(..., **$K): ...", "def f(a, **k):\n    pass\ndef g(a):\n    pass\n", [1]),
        ("@app.task(...)\ndef $F(...): ...", "import app\n@x\n@app.task(1)\ndef f(): pass\n@x\ndef g(): pass\n", [4]),
        ("class $C(..., metaclass=$M): ...", "class A(B, metaclass=C):\n    pass\nclass D(B):\n    pass\n", [1]),
        ("class $C: ...", "class A(B):\n    pass\n", [1]),
        ("raise $E", "raise a\nraise a from b\nraise\n", [1]),
        ("raise $E from ...", "raise a\nraise a from b\n", [1, 2]),
        ("if __name__ == '__main__': ...", "if __name__ == '__main__':\n    f()\nelse:\n    g()\n", [1]),
        ("del $X", "del a\ndel a, b\n", [1]),
        ("with ... as $F: ...", "with open(a) as f:\n    f()\nwith a:\n    f()\n", [1]),
        ("while True: ...", "while True:\n    f()\nwhile 1:\n    f()\n", [1]),
    ],
)  # fmt: skip
def test_statements(pattern: str, code: str, expected: list[int]) -> None:
    """What a pattern does not write is open only where that is documented."""
    assert lines(pattern, code) == expected


@pytest.mark.parametrize(
    ("pattern", "code", "bound"),
    [
        ("f.$M($X, $...REST)", "import f\nf.g( a . b,\n 1, *c, d=2)\n", {"M": "g", "X": "a . b", "REST": "1, *c, d=2"}),
        ("print($...A, 1, $...B)", "print(0, 1, 1, 2)\n", {"A": "0", "B": "1, 2"}),
        ("def $F($...P): ...", "def f(a, b=1):\n    pass\n", {"F": "f", "P": "a, b"}),
        ("for $I in $S: $...BODY", "for i in x:\n    f()\n    g()\n", {"I": "i", "S": "x", "BODY": "f(), g()"}),
        ("$X += $Y", "größe += 'ä'\n", {"X": "größe", "Y": "'ä'"}),
        ("return $...X", "def f():\n    return\n", {"X": ""}),
    ],
)
def test_metavariables_stand_for_source(pattern: str, code: str, bound: dict[str, str]) -> None:
    """In one line, whatever the layout."""
    assert [texts for _, texts in found(pattern, code)] == [bound]


def test_a_chain_deeper_than_the_stack_can_be_compared() -> None:
    """Generated code has sums of thousands of terms; Python calls do not nest so deep."""
    one: ast.expr = ast.Name("a", ast.Load())
    other: ast.expr = ast.Name("a", ast.Store())
    for _ in range(5000):
        one, other = ast.BinOp(one, ast.Add(), ast.Constant(1)), ast.BinOp(other, ast.Add(), ast.Constant(1))
    assert is_same(one, other)
    assert not is_same(one, ast.BinOp(other, ast.Sub(), ast.Constant(1)))


def test_a_pattern_that_leaves_too_much_open_gives_up() -> None:
    """It fails, which a run records, instead of hanging."""
    numbers = ", ".join(map(str, range(200)))
    with pytest.raises(RuntimeError, match="gave up"):
        found("[..., $A, ..., $B, ..., $C, ..., $D, ..., $A, ...]", f"[{numbers}]\n")


@pytest.mark.parametrize(
    ("pattern", "calls", "fragment"),
    [
        ("requests.get(...)", ("requests.get",), ""),
        ("requests.$F(...)", ("requests.*",), ""),
        ("print(...)", ("builtins.print",), ""),
        ("requests.Session(...).get(...)", ("requests.Session().get",), ""),
        ("$X.execute(...)", (), "execute"),
        ("self.fail(...)", (), "fail"),
        ("os.environ[$K]", (), "environ"),
        ("except $E: pass", (), "except"),
        ("$X == $X", (), ""),
        ("$X.$Y(..., verify=False)", (), "verify"),
    ],
)
def test_unused_patterns_cost_nothing(pattern: str, calls: tuple[str, ...], fragment: str) -> None:
    """Calls of known names go through the call table, others are looked for only in files that have the word."""
    search = compile_search(parse_pattern(pattern))
    assert (search.calls, search.fragment) == (calls, fragment)
