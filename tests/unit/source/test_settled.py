import ast

import pytest

from hive_guardian.source.document import Document
from hive_guardian.source.settled import bound_names


@pytest.mark.parametrize(
    ("code", "name", "names"),
    [
        ("import os\nos.system(x)", "os", {"os"}),
        ("from time import sleep as pause\npause(1)", "pause", {"time.sleep"}),
        ("print(1)", "print", {"builtins.print"}),
        ("'open = 1'\nopen(x)", "open", {"builtins.open"}),
        ("import os\n# os = 1\nos.x", "os", {"os"}),
    ],
)
def test_the_text_settles_names_with_one_meaning(code: str, name: str, names: set[str]) -> None:
    """A name that one import binds, or a builtin that nothing binds, needs no scopes."""
    settled = Document("m.py", code.encode(), ast.parse(code), "m").settled(name)
    assert settled is not None
    assert settled.complete
    assert settled.names == names


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("import os\nos = 1", "os"),
        ("def f():\n    import os\nos.x", "os"),
        ("if x:\n    import os\nos.x", "os"),
        ("import os\nimport posix as os", "os"),
        ("def print(x): ...\nprint(1)", "print"),
        ("def f(open): open(x)", "open"),
        ("from x import *\nprint(1)", "print"),
        ("class open: ...\nopen()", "open"),
        ("for open in x: open()", "open"),
        ("unknown(1)", "unknown"),
    ],
)
def test_the_text_leaves_doubts_to_the_scopes(code: str, name: str) -> None:
    """Whatever may bind the name a second time keeps the short cut silent."""
    assert Document("m.py", code.encode(), ast.parse(code), "m").settled(name) is None


def test_every_way_to_bind_a_name_counts() -> None:
    """Assignments, parameters, definitions, handlers, patterns and deletions bind; reads and imports do not."""
    code = (
        "import i\na = r\ndef b(c, *d, **e): ...\nclass f: ...\nwith r as g: ...\nfor h in r: ...\ndel j\n"
        "try: ...\nexcept E as k: ...\nmatch r:\n    case {'x': l, **m}: ...\n    case [*n]: ...\n(o := r)\n"
    )
    document = Document("m.py", code.encode(), ast.parse(code))
    assert bound_names(document.census) == set("abcdefghjklmno")
