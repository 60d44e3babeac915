import ast

import pytest

from hive_guardian.source.declarations import rebound_names


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("x = 1", {"x"}),
        ("x, (y, *z) = 1", {"x", "y", "z"}),
        ("x += 1", {"x"}),
        ("x: int = 1\ny: int", {"x"}),
        ("del x", {"x"}),
        ("for x in y: ...", {"x"}),
        ("with f() as x: ...", {"x"}),
        ("if (x := 1): ...", {"x"}),
        ("z = [x := 1 for y in ()]", {"x", "z"}),
        ("def x(): y = 1", {"x"}),
        ("class x: y = 1", {"x"}),
        ("import x.y, z as w", {"x", "w"}),
        ("from a import x as y", {"y"}),
        ("try: ...\nexcept E as x: ...", {"x"}),
        ("match v:\n    case [x, *y]: ...\n    case {**z}: ...", {"x", "y", "z"}),
        ("x.y = 1\nx[0] = 1\nprint(z)", set()),
        ("g = lambda: (x := 1)", {"g"}),
    ],
)
def test_every_statement_that_binds_counts(body: str, expected: set[str]) -> None:
    """The names a block binds itself are found, those of nested blocks are not."""
    lines = "\n    ".join(body.split("\n"))
    function = ast.parse(f"def f():\n    {lines}\n").body[0]
    assert isinstance(function, ast.FunctionDef)
    assert rebound_names(function) == expected
