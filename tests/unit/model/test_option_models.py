"""The pydantic models of options."""

import sys
from types import ModuleType

import pydantic
import pytest

from hive_guardian.model.fields import Field
from hive_guardian.model.option_models import TableSchemas, dump, model_of
from hive_guardian.model.options import OptionTable, RuleOptions

_POSTPONED = """
from __future__ import annotations
from typing import ClassVar
from hive_guardian import Field, OptionTable, RuleOptions


class Node(OptionTable):
    name: str
    children: tuple[Node, ...] = ()


class Options(RuleOptions):
    limit: ClassVar[int] = 3
    nodes: tuple[Node, ...] = Field(default=(), description="trees")
"""


class Place(OptionTable):
    """Where."""

    max_depth: int = 3


class Base(RuleOptions):
    """First."""

    names: frozenset[str] = Field(default=frozenset(), description="names")


class Options(Base):
    """Second."""

    places: tuple[Place, ...] = Field(default=(Place(max_depth=2),), description="where")


class Open(RuleOptions):
    """Options that take anything."""

    model_config = pydantic.ConfigDict(extra="allow")


def test_a_model_is_what_the_class_body_would_have_made() -> None:
    """Its name, place and text appear in messages and in the JSON Schema; it is made once, and inherits."""
    model = model_of(Options)
    assert (model.__name__, model.__module__, model.__doc__) == ("Options", __name__, "Second.")
    assert issubclass(model, model_of(Base))
    assert model_of(Options) is model
    schema = model.model_json_schema(schema_generator=TableSchemas)
    assert schema["additionalProperties"] is False
    assert "extend-checks" in schema["properties"]
    assert schema["$defs"]["Place"]["properties"] == {
        "max-depth": {"default": 3, "title": "Max-Depth", "type": "integer"}
    }
    assert schema["properties"]["places"]["default"] == [{"max-depth": 2}]
    assert schema["properties"]["names"]["description"] == "names"


def test_annotations_that_are_texts_are_resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    """A module with postponed annotations declares the same options, tables that contain themselves included."""
    module = ModuleType("postponed_options")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    # guardian: allow[GR15] the text is a constant of this test
    exec(_POSTPONED, vars(module))  # noqa: S102 - see above
    options = module.Options.model_validate({"nodes": [{"name": "a", "children": [{"name": "b"}]}]})
    assert (options.nodes[0].children[0].name, options.limit) == ("b", 3)
    assert type(options.nodes[0].children[0]) is module.Node
    assert "limit" not in model_of(module.Options).model_fields


def test_a_class_may_say_more_about_itself() -> None:
    """`model_config` is merged as pydantic merges it."""
    assert Open.model_validate({"anything": 1, "exclude": ["a"]}).exclude == ("a",)
    with pytest.raises(pydantic.ValidationError):
        Open.model_validate({"exclude": 1})


def test_options_are_dumped_as_toml_has_them() -> None:
    """Keys in kebab-case and plain data, in tables too."""
    assert dump(Options(names=frozenset({"a"}))) == {
        "severity": None, "severities": {}, "checks": None, "extend-checks": [], "roles": None, "exclude": [],
        "names": ["a"], "places": [{"max-depth": 2}],
    }  # fmt: skip
