import tomllib

import pytest

from hive_guardian.engine.declarative.toml_paths import TomlSearch, parse_keys
from hive_guardian.project.globs import GlobSet


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("a", ("a",)),
        ("tool.*.line-length", ("tool", None, "line-length")),
        ("a.\"b.c\".'*'", ("a", "b.c", "*")),
    ],
)
def test_a_dotted_path(text: str, keys: tuple[str | None, ...]) -> None:
    """A star is any key, unless it is quoted."""
    assert parse_keys(text) == keys


@pytest.mark.parametrize("text", ["", ".", "a.", ".a", "a..b", "a b", "a.'b"])
def test_what_is_no_dotted_path(text: str) -> None:
    """The message quotes it."""
    with pytest.raises(ValueError, match="is no dotted path"):
        parse_keys(text)


def test_keys_and_items_are_walked_in_order() -> None:
    """Tables by key, lists only by a star, and nothing through scalars."""
    data = tomllib.loads("[a]\nx = {k = 1}\ny = [{k = 2}, {z = 3}]\nk = 4\n")
    search = TomlSearch(GlobSet(()), ("a", None, "k"), lambda value: value == 1)
    assert list(search.find(data)) == [("a", "x", "k")]
    assert list(TomlSearch(GlobSet(()), ("a", "y", None, "k"), bool).find(data)) == [("a", "y", 0, "k")]
    assert list(TomlSearch(GlobSet(()), ("a", "y", None, "k"), None).find(data)) == [("a", "y", 1)]
    assert list(TomlSearch(GlobSet(()), ("b", "c"), None).find(data)) == [("b",)]
