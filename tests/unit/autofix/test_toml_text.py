import tomllib
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.autofix.source_text import apply_edits
from hive_guardian.autofix.toml_text import TomlText
from hive_guardian.model.edit import Edit
from hive_guardian.model.errors import FixRefusedError
from hive_guardian.model.finding import Location

Keys = tuple[str | int, ...]


def edited(text: str, edit: Callable[[TomlText], list[Edit]]) -> str:
    """The text after an operation."""
    return apply_edits(text.encode(), edit(TomlText("a.toml", text)), is_python=False).decode()


@pytest.mark.parametrize(
    ("text", "paths", "after"),
    [
        ("d = ['a', 'b', 'c']\n", [("d", 0), ("d", 2)], "d = ['b']\n"),
        ("d = [\r\n  'a',  # A\r\n  'b',\r\n]\r\n", [("d", 1)], "d = [\r\n  'a',  # A\r\n]\r\n"),
        ("d = [\n  'a',\n  'b'\n]\n", [("d", 0)], "d = [\n  'b'\n]\n"),
        ("[a]\nx = 1\n\n[t.b]\ny = 1\n[t.b.c]\nz = 1\n", [("t", "b")], "[a]\nx = 1\n"),
        ("[t.b]\ny = 1\n\n[a]\nx = 1\n\n[t.b.c]\nz = 1\n\n[t.d]\nx = 1\n", [("t", "b")],
         "[a]\nx = 1\n\n[t.d]\nx = 1\n"),
        ("[t]\nb.x = 1\nb.y = 2\nc.x = 1\n", [("t", "b")], "[t]\nc.x = 1\n"),
        ("[[t]]\nx = 1\n[[t]]\nx = 2\n", [("t", 0, "x")], "[[t]]\n[[t]]\nx = 2\n"),
        ("a = 1", [("a",)], ""),
        ("d = [\n  'a',\n  'b',\n]  # D\n", [("d", 0), ("d", 1)], "d = []  # D\n"),
        ("d = [\n  'a',\n\n  # more\n]\n", [("d", 0)], "d = [\n\n  # more\n]\n"),
    ],
)  # fmt: skip
def test_what_is_removed_leaves_the_layout_of_the_rest(text: str, paths: list[Keys], after: str) -> None:
    """Items, keys and tables go without a trace; comments, line ends and order of everything else stay."""
    assert edited(text, lambda toml: toml.remove(paths)) == after


@pytest.mark.parametrize(
    ("text", "keys", "reason"),
    [
        ("d = [\n  'a',  # A\n  'b',\n]\n", ("d", 0), "lose the comment '# A'"),
        ("d = [\n  # letters\n  'a',\n  'b',\n]\n", ("d", 0), "line 2 may speak of it"),
        ("[t]\nx = 1 # one\n", ("t",), "lose the comment '# one'"),
        ("[t]\nx = 1\n", ("t", "y"), "cannot be changed"),
        ("[t]\nx = [1]\n", ("t", "x", 3), "cannot be changed"),
    ],
)
def test_removing_refuses_to_lose_a_comment(text: str, keys: Keys, reason: str) -> None:
    """Neither a comment beside a value nor one that may speak of it is left without what it speaks of."""
    with pytest.raises(FixRefusedError, match=reason):
        edited(text, lambda toml: toml.remove([keys]))


@pytest.mark.parametrize(
    ("text", "keys", "value", "after"),
    [
        ("x = 'a'\ny = \"b\"\n", ("x",), ">=3", "x = '>=3'\ny = \"b\"\n"),
        ('x = "a#b"\n', ("x",), "c", 'x = "c"\n'),
        ("x = 'a'\n", ("x",), "it's", "x = \"it's\"\n"),
        ("t = { x = '1', y = '2' }  \n", ("t", "y"), "3", "t = { x = '1', y = '3' }  \n"),
        ("y = [\"b\", 'c',\n 'd']\n", ("y", 2), "e", "y = [\"b\", 'c',\n 'e']\n"),
        ("t.x = 10\n# two\nt.y = true\n", ("t", "y"), False, "t.x = 10\n# two\nt.y = false\n"),
        ("x = 10", ("x",), 11, "x = 11"),
    ],
)  # fmt: skip
def test_a_value_is_put_in_the_place_and_quotes_of_another(text: str, keys: Keys, value: str | int, after: str) -> None:
    """Nothing but the value changes."""
    assert edited(text, lambda toml: toml.put(keys, value)) == after


def test_a_value_with_a_comment_is_not_replaced() -> None:
    """The comment may give the reason of the old value; a number sign in a text is no comment."""
    with pytest.raises(FixRefusedError, match="comment stands on line 2"):
        edited("a = '#'\nx = 1  # why\n", lambda toml: toml.put(("x",), 2))


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("[p]\n  name = 'x'  # X\n  more = 1\n", "[p]\n  name = 'x'  # X\n  new = 'v'\n  more = 1\n"),
        ('p.name = "x"', 'p.name = "x"\np.new = "v"'),
        ("[p]\r\nname = 'x'\r\n", "[p]\r\nname = 'x'\r\nnew = 'v'\r\n"),
    ],
)
def test_a_key_is_inserted_behind_its_neighbour(text: str, after: str) -> None:
    """It takes over indentation, dotted prefix and quotes."""
    assert edited(text, lambda toml: toml.insert_after(("p", "name"), "new", "v")) == after


def test_a_key_is_inserted_below_the_header_of_its_table() -> None:
    """It becomes the first key; a table without a header of its own is refused."""
    assert edited("[t]  # T\n\nx = 'a'\n", lambda toml: toml.insert_first(("t",), "n", "v")) == (
        "[t]  # T\nn = 'v'\n\nx = 'a'\n"
    )
    for text in ("t = { x = 1 }\n", "[t.x]\ny = 1\n", "t = 1\n"):
        with pytest.raises(FixRefusedError):
            edited(text, lambda toml: toml.insert_first(("t",), "n", "v"))


def test_an_inline_table_takes_no_line() -> None:
    """There is no line to insert behind."""
    with pytest.raises(FixRefusedError, match="more than one key"):
        edited("p = { name = 'x' }\n", lambda toml: toml.insert_after(("p", "name"), "new", "v"))


def test_a_place_gives_its_longest_path() -> None:
    """A dotted key, a table and an item of an array are found where they stand."""
    toml = TomlText("a.toml", "[tool.x]\ny = [\n  'a',\n]\n")
    assert toml.keys(Location("a.toml", 3, 3, 3, 3)) == ("tool", "x", "y", 0)
    assert toml.keys(Location("a.toml", 1, 1, 1, 1)) == ("tool", "x")
    assert toml.value(("tool", "x", "y", 0)) == "a"
    assert toml.value(("tool", "x", "y", 1)) is None
    with pytest.raises(FixRefusedError, match="no key starts at line 2, column 2"):
        toml.keys(Location("a.toml", 2, 2, 2, 2))


def test_a_file_that_is_no_toml_is_refused() -> None:
    """A fixer is told, not crashed."""
    with pytest.raises(FixRefusedError, match="not valid TOML"):
        TomlText("a.toml", "[a\n")


def test_a_comment_above_may_speak_of_a_key() -> None:
    """Whoever changes something with a reason can ask first."""
    toml = TomlText("a.toml", "# top\n\na = 1\n# why\nb = 2\n")
    toml.refuse_described(("a",))
    with pytest.raises(FixRefusedError, match="comment on line 4"):
        toml.refuse_described(("b",))


SPACE = st.sampled_from(["", " ", "\n  ", "\n\t", " # c\n ", "\n  # d, 'e'\n  "])
ITEMS = st.lists(st.tuples(SPACE, st.sampled_from(["'a'", '"b#"', "'c,'", '"d]"']), SPACE), min_size=1, max_size=4)


@given(ITEMS, st.sampled_from(["", ","]), st.data())
def test_removing_an_item_of_any_array_removes_nothing_else(
    items: list[tuple[str, str, str]], end: str, data: st.DataObject
) -> None:
    """The other items, the keys around and every comment stay; without comments inside it is never refused."""
    text = f"[t]\nx = 1 # x\ny = [{','.join(map(''.join, items))}{end}\n]\nz = 2\n\n[u]\n# end\n"
    marks = ("# c", "# d", "# x", "# end")
    number = data.draw(st.integers(0, len(items) - 1))
    before = tomllib.loads(text)
    if any(mark in text for mark in marks[:2]):
        with suppress(FixRefusedError):
            after = edited(text, lambda toml: toml.remove([("t", "y", number)]))
            assert [after.count(mark) for mark in marks] == [text.count(mark) for mark in marks]
        return
    del before["t"]["y"][number]
    assert tomllib.loads(edited(text, lambda toml: toml.remove([("t", "y", number)]))) == before


def test_a_file_whose_layout_would_change_is_refused() -> None:
    """Parts of one array of tables that stand apart would be moved together."""
    with pytest.raises(FixRefusedError, match="layout of the TOML file cannot be kept"):
        edited("[[a]]\nb = 1\n[c]\nx = 1\n[[a]]\nb = 2\n", lambda toml: toml.put(("c", "x"), 2))
