import tomllib
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

import pytest
from pydantic import Field

from hive_guardian.engine.option_facts import describe_type, option_facts, toml_value
from hive_guardian.model.options import RuleOptions
from hive_guardian.model.rule import FileRule
from hive_guardian.model.severity import Severity


class _Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class _Rule(FileRule):
    """Example."""

    code, name, title = "ZZ01", "example", "Example"
    severity: ClassVar = Severity.ERROR

    class Options(RuleOptions):
        """Options."""

        allowed_names: frozenset[str] = Field(default=frozenset({"b", "a"}), description="names that may be used")


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        (str, "text"),
        (bool, "true or false"),
        (int | None, "whole number"),
        (Literal["a", "b"], '"a" or "b"'),
        (_Colour, '"red" or "blue"'),
        (tuple[str, ...], "list of text"),
        (frozenset[_Colour], 'list of "red" or "blue"'),
        (dict[str, tuple[str, ...]], "table: text -> list of text"),
        (Mapping[str, int], "table: text -> whole number"),
        (Literal["all"] | tuple[str, ...], '"all" or list of text'),
        (Annotated[int, Field(ge=0)], "whole number"),
        (RuleOptions, "table"),
        (Any, "any value"),
    ],
)
def test_a_type_reads_as_what_toml_takes(annotation: object, words: str) -> None:
    """No reader of a page has to know Python's types."""
    assert describe_type(annotation) == words


@pytest.mark.parametrize(
    "value",
    [True, 3, 2.5, "plain", 'quote " and \\ slash\n', [], ["a", 1], {}, {"bare-key": 1, "dotted.key": {"x": [True]}}],
)
def test_values_are_spelled_as_toml(value: object) -> None:
    """What a page shows as a default can be pasted into a configuration."""
    assert tomllib.loads(f"key = {toml_value(value)}") == {"key": value}


def test_options_come_with_their_own_first_and_defaults_in_order() -> None:
    """Kebab-case names, sorted sets, and the roles of the class where nobody set any."""
    own, *common = option_facts(_Rule)
    assert (own.name, own.type, own.default) == ("allowed-names", "list of text", ["a", "b"])
    assert (own.description, own.is_common) == ("names that may be used", False)
    assert [option.name for option in common] == [
        "severity", "severities", "checks", "extend-checks", "roles", "exclude"
    ]  # fmt: skip
    assert {option.name: option.default for option in common}["roles"] == ["prod"]
