import tomllib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.project.toml_positions import KeyPath, locate

_DOCUMENT = '''# a comment with [brackets] and key = value
title = "x" # trailing
[a.b]
c.d = 1
"quoted.key" = [
  "one",  # ] not the end
  { deep = 'x', "sp\\u0061ce" = [1, 2] },
]
text = """
[not.a.header]
fake = 1
"quotes" in text\\""""
literal = \'\'\'
x = 'y'\'\'\'
when = 1979-05-27 07:32:00
[[items]]
name = "first"
[[items.children]]
n = 1
[[items]]
[[items.children]]
n = 2
[items.last]
end = true
'''


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("title",), (2, 1)),
        (("a",), (3, 1)),
        (("a", "b"), (3, 1)),
        (("a", "b", "c"), (4, 1)),
        (("a", "b", "c", "d"), (4, 3)),
        (("a", "b", "quoted.key"), (5, 1)),
        (("a", "b", "quoted.key", 0), (6, 3)),
        (("a", "b", "quoted.key", 1, "deep"), (7, 5)),
        (("a", "b", "quoted.key", 1, "space", 1), (7, 36)),
        (("a", "b", "text"), (9, 1)),
        (("a", "b", "literal"), (13, 1)),
        (("a", "b", "when"), (15, 1)),
        (("items", 0), (16, 1)),
        (("items", 0, "children", 0, "n"), (19, 1)),
        (("items", 1, "children", 0, "n"), (22, 1)),
        (("items", 1, "last", "end"), (24, 1)),
    ],
)
def test_every_key_is_found_where_it_is_written(path: KeyPath, place: tuple[int, int]) -> None:
    """Headers, dotted and quoted keys, inline tables and array items have the position of their first character."""
    assert locate(_DOCUMENT)[path] == place


@pytest.mark.parametrize(
    "text",
    [
        _DOCUMENT,
        _DOCUMENT.replace("\n", "\r\n"),
        'x = """a"""""\ny = 1\n',
        "x = '''a'''''\ny = 1\n",
        r'x = "a\\"' + "\ny = 1\n",
        'x = """\\""""\ny = 1',
        "x = [[1, 2], [], [ { } ]]\ny = {a = {b = []}}\n",
        "x = [\n# c ]\n1,\n# d\n]\ny=1\n",
        '[ a . "b c" ]\nx=-inf\n[a."b c".d]\n',
        "",
        "# only a comment",
    ],
)
def test_exactly_the_keys_of_the_document_are_found(text: str) -> None:
    """The scanner sees the same keys, tables and items as the parser, nothing from strings or comments."""
    assert set(locate(text)) == set(_paths(tomllib.loads(text)))


_KEYS = st.text(min_size=1, max_size=5)
_TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=8)
_VALUES = st.recursive(
    st.integers() | st.booleans() | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(_KEYS, _VALUES, max_size=5))
def test_arbitrary_documents_are_scanned_in_full(table: dict[str, object]) -> None:
    """Whatever stands in keys and strings, no key is missed and none is made up."""
    text = "\n".join(f"{_quote(key)} = {_toml(value)}" for key, value in table.items())
    assert set(locate(text)) == set(_paths(tomllib.loads(text)))


@given(st.text())
def test_text_that_is_no_toml_does_no_harm(text: str) -> None:
    """A broken document gives some positions, never an error or an endless loop."""
    assert isinstance(locate(text), dict)


def _paths(value: object, path: KeyPath = ()) -> Iterator[KeyPath]:
    if path:
        yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _paths(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _paths(item, (*path, index))


def _toml(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case str():
            return _quote(value)
        case list():
            return f"[{', '.join(map(_toml, value))}]"
        case dict():
            return "{" + ", ".join(f"{_quote(key)} = {_toml(item)}" for key, item in value.items()) + "}"
        case _:
            raise AssertionError(value)


def _quote(text: str) -> str:
    escaped = "".join(char if char.isalnum() and ord(char) < 0x80 else f"\\U{_scalar(char):08x}" for char in text)
    return f'"{escaped}"'


def _scalar(char: str) -> int:
    return 0x3F if 0xD800 <= ord(char) < 0xE000 else ord(char)
