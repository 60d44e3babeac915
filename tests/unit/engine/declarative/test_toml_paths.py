import pytest

from hive_guardian.engine.declarative.toml_paths import Condition, TomlSearch, parse_keys
from hive_guardian.project.globs import GlobSet

DATA: dict[str, object] = {
    "tool": {"a": {"version": "1"}, "b": {"version": "2"}, "c": {}},
    "list": [{"k": 1}, {"k": 2}],
}


def find(path: str, condition: Condition | None) -> list[tuple[object, ...]]:
    """Return the paths of the keys at fault."""
    return list(TomlSearch(GlobSet(["*.toml"]), parse_keys(path), condition).find(DATA))


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("a", ("a",)),
        ("tool.*.version", ("tool", None, "version")),
        ('tool."a.b".c', ("tool", "a.b", "c")),
        ("'x y'.z-1", ("x y", "z-1")),
    ],
)
def test_a_dotted_path_is_split(text: str, keys: tuple[str | None, ...]) -> None:
    """Quotes keep dots together, a star stands for any key."""
    assert parse_keys(text) == keys


@pytest.mark.parametrize("text", ["", "a.", ".a", "a b", "a..b", '"open'])
def test_what_is_no_path_is_refused(text: str) -> None:
    """The message quotes it."""
    with pytest.raises(ValueError, match="is no dotted path"):
        parse_keys(text)


def test_values_that_meet_the_condition_are_found_where_they_stand() -> None:
    """A star also counts the items of a list."""
    assert find("tool.*.version", lambda value: value == "2") == [("tool", "b", "version")]
    assert find("list.*.k", lambda value: value == 2) == [("list", 1, "k")]
    assert find("tool.a.version.deeper", lambda _: True) == []


def test_a_missing_key_is_reported_at_the_table_that_lacks_it() -> None:
    """Where the table itself is missing, at the place where it should be."""
    assert find("tool.*.version", None) == [("tool", "c")]
    assert find("other.deep.version", None) == [("other", "deep")]
    assert find("tool.a.version", None) == []
