from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum

import pytest

from hive_guardian.model.config import Origin
from hive_guardian.model.errors import UsageError
from hive_guardian.project.contract_table import Table


class Colour(StrEnum):
    """Some words to choose from."""

    RED = "red"
    GREEN = "green"


def table(**values: object) -> Table:
    """Return a table with these values."""
    return Table(values, Origin("pyproject.toml", 7), "contract x")


def test_values_are_read_by_their_kind() -> None:
    """Each kind of value comes back typed, text stripped."""
    found = table(text=" a ", flag=False, count=2, day="2027-01-31", choice="red", strings=["b "], tables=[{"c": 1}])
    assert found.text("text") == "a"
    assert found.flag("flag") is False
    assert found.count("count") == 2
    assert found.day("day") == date(2027, 1, 31)
    assert found.choice("choice", Colour) is Colour.RED
    assert found.strings("strings") == ("b",)
    assert found.tables("tables") == ({"c": 1},)


def test_absent_keys_have_a_value_of_their_own() -> None:
    """What nobody wrote is `None`, an empty list of tables, or the default."""
    empty = table()
    assert (empty.flag("k"), empty.count("k"), empty.day("k"), empty.choice("k", Colour), empty.strings("k")) == (
        (None,) * 5
    )
    assert empty.tables("k") == ()
    assert empty.text("k", "default") == "default"


@pytest.mark.parametrize(
    ("read", "values", "message"),
    [
        (lambda found: found.text("k"), [None, "", " ", 1], "non-empty string|is missing"),
        (lambda found: found.flag("k"), [0, "true"], "must be true or false"),
        (lambda found: found.count("k"), [0, True, "1", 1.5], "whole number from 1"),
        (lambda found: found.day("k"), ["soon", 1, datetime(2027, 1, 1, tzinfo=UTC)], "must be a date"),
        (lambda found: found.choice("k", Colour), ["gren", 1], "must be one of red, green"),
        (lambda found: found.strings("k"), ["a", ["a", 1], [""]], "list of non-empty strings"),
        (lambda found: found.tables("k"), [{}, [1]], "list of tables"),
    ],
)
def test_a_wrong_value_is_the_writers_error(
    read: Callable[[Table], object], values: list[object], message: str
) -> None:
    """The message says where, in which contract, and what was expected."""
    for value in values:
        with pytest.raises(UsageError, match=message) as caught:
            read(table(k=value))
        assert str(caught.value).startswith("pyproject.toml:7: contract x: k ")


def test_a_misspelt_word_gets_the_nearest() -> None:
    """Choices and keys are offered when they are close."""
    with pytest.raises(UsageError, match="did you mean 'green'"):
        table(k="gren").choice("k", Colour)
    read = table(layers=["a"], layer=["b"])
    read.strings("layers")
    with pytest.raises(UsageError, match="unknown key 'layer'; did you mean 'layers'"):
        read.refuse_unknown()


def test_known_keys_are_accepted() -> None:
    """A key that was read, or is read elsewhere, is not unknown."""
    found = Table({"kind": "layers", "name": "x"}, Origin("a.toml"), "x", known=("kind",))
    assert found.text("name") == "x"
    found.refuse_unknown()
    with pytest.raises(UsageError):
        Table({"kind": "layers"}, Origin("a.toml"), "x").refuse_unknown()
