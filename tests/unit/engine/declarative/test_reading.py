import pytest

from hive_guardian.engine.declarative.reading import LONGEST, Reader
from hive_guardian.model.errors import UsageError

_TEXT = """\
code = "ACME01"
name = "a-b"
title = "T"
message = "m"
pattern = "f()"
not_inside = [
    "g()",
]
[[bad]]
path = "a.py"
code = "f()"
"""


def test_values_and_lines() -> None:
    """A key is found in the file under either spelling, an item of a list on its own line."""
    reader = Reader("x.rule.toml", _TEXT)
    table = reader.read()
    assert (table.code, table.not_inside, len(table.bad)) == ("ACME01", ("g()",), 1)
    reader.report(("not-inside", 0), "one")
    reader.report(("bad", 0, "code"), "two")
    reader.report(("where", "X"), "three")
    assert reader.problems.text().splitlines() == [
        "x.rule.toml:7: not-inside[0]: one",
        "x.rule.toml:11: bad[0].code: two",
        "x.rule.toml:1: where.X: three",
    ]


def test_the_longest_file() -> None:
    """A file of the greatest length is read, one character more is not."""
    filled = _TEXT + "#" * (LONGEST - len(_TEXT))
    assert Reader("x", filled).read().name == "a-b"
    with pytest.raises(UsageError, match="longer than"):
        Reader("x", filled + "#").read()
