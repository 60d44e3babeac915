import pytest

from hive_guardian.engine.declarative.reading import LONGEST, Reader
from hive_guardian.model.errors import UsageError

RULE = 'code = "ACME01"\nname = "printed"\ntitle = "Printed"\nmessage = "printed"\nbad = ["print(1)\\n"]\n'


def test_a_rule_file_is_a_table() -> None:
    """Keys with underscores mean those with hyphens."""
    table = Reader("r.rule.toml", f'{RULE}pattern = "print()"\nnot_inside = ["with a: ..."]\n').read()
    assert (table.code, table.name) == ("ACME01", "printed")
    assert list(table.not_inside) == ["with a: ..."]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f'{RULE}patern = "print()"', "r.rule.toml:6: patern: there is no such key; did you mean 'pattern'?"),
        (RULE.replace("ACME01", "acme"), "r.rule.toml:1: code: 'acme' is no id such as ACME01"),
        (RULE.replace('title = "Printed"\n', ""), "title: is missing"),
        (RULE.replace('["print(1)\\n"]', "[1]"), "r.rule.toml:5: bad[0]: is neither code nor a table of path and code"),
        (RULE.replace('["print(1)\\n"]', "[]"), "r.rule.toml:5: bad: needs at least one"),
        ("code = ", "r.rule.toml: is not valid TOML: "),
        ("x" * (LONGEST + 1), f"r.rule.toml: longer than {LONGEST} characters"),
        ("x = " + "[" * 50_000, "r.rule.toml: is "),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, message: str) -> None:
    """Whoever wrote the file learns where, what and the nearest key."""
    with pytest.raises(UsageError) as caught:
        Reader("r.rule.toml", text).read()
    assert message in str(caught.value)


def test_everything_is_said_at_once() -> None:
    """Two mistakes are two lines."""
    with pytest.raises(UsageError) as caught:
        Reader("r.rule.toml", RULE.replace("ACME01", "x").replace('"printed"', '"Not A Name"', 1)).read()
    assert len(str(caught.value).splitlines()) == 2
