"""The options of a rule in words: name, type, default and meaning, read from the model of what it declares."""

import re
from collections.abc import Iterable, Mapping
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from hive_guardian.model.fields import field_defaults
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.option_models import dump, model_of
from hive_guardian.model.options import RuleOptions
from hive_guardian.model.rule import Rule

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_WORDS: Mapping[object, str] = {
    str: "text",
    bool: "true or false",
    int: "whole number",
    float: "number",
    object: "any value",
    Any: "any value",
}


@frozen
class OptionFacts:
    """One option.

    Attributes:
        name: key in TOML.
        type: what it takes, in words.
        default: what holds when nobody sets it, as plain data; `None` = nothing.
        description: what it does.
        is_common: whether every rule has it.
    """

    name: str
    type: str
    default: object
    description: str
    is_common: bool


def option_facts(rule: type[Rule]) -> tuple[OptionFacts, ...]:
    """Return the options of a rule, its own first, then those every rule has, each in order of declaration."""
    defaults = dump(rule.Options())
    common = field_defaults(RuleOptions)
    found = []
    for name, field in model_of(rule.Options).model_fields.items():
        key = field.alias or name
        default = sorted(defaults[key]) if isinstance(field.default, frozenset) else defaults[key]
        if name == "roles" and default is None:
            default = sorted(rule.roles)
        found.append(
            OptionFacts(key, describe_type(field.annotation), default, field.description or "", name in common)
        )
    return tuple(sorted(found, key=lambda option: option.is_common))


def describe_type(annotation: object) -> str:
    """Return a type annotation in words: `list of text`, `"a" or "b"`, `table: text -> whole number`."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return describe_type(arguments[0])
    if origin is Literal:
        return " or ".join(toml_value(argument) for argument in arguments)
    if origin in {Union, UnionType}:
        return " or ".join(dict.fromkeys(describe_type(each) for each in arguments if each is not NoneType))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"table: {describe_type(arguments[0])} -> {describe_type(arguments[1])}"
    if isinstance(origin, type) and issubclass(origin, Iterable):
        return f"list of {describe_type(arguments[0])}"
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return " or ".join(toml_value(member.value) for member in annotation)
    return _WORDS.get(annotation, "table") if isinstance(annotation, type) else "any value"


def toml_value(value: object) -> str:
    """Spell plain data as TOML does, on one line; `None`, which TOML lacks, as `(none)`."""
    if value is None:
        return "(none)"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_toml_key(str(key))} = {toml_value(item)}" for key, item in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml_value, value))}]"
    return str(value) if isinstance(value, int | float) else _toml_text(str(value))


def _toml_key(name: str) -> str:
    return name if _BARE_KEY.fullmatch(name) else _toml_text(name)


def _toml_text(text: str) -> str:
    from json import dumps  # a JSON string is a TOML basic string; only pages of rules need one

    return dumps(text, ensure_ascii=False)
