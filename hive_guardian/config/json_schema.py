"""The JSON Schema of the configuration: our own keys from the table, the options of rules from their models."""

from typing import TYPE_CHECKING

from hive_guardian.config.schema import MAIN, Form, Kind, known_keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hive_guardian.model.rule import Rule

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(catalogue: "Sequence[type[Rule]]") -> dict[str, object]:
    """Return the schema of what stands in `hive-guardian.toml` or under `[tool.hive-guardian]`.

    Args:
        catalogue: all rule classes; each appears under its id and its name.

    Source: JSON Schema draft 2020-12.
    """
    from pydantic.json_schema import models_json_schema  # the warm path has no rule to describe

    from hive_guardian.model.option_models import TableSchemas, model_of

    distinct = dict.fromkeys(model_of(rule.Options) for rule in catalogue)
    models, definitions = models_json_schema(
        [(options, "validation") for options in distinct], by_alias=True, schema_generator=TableSchemas
    )
    options = {
        name: {**models[model_of(rule.Options), "validation"], "title": f"{rule.code} {rule.title}"}
        for rule in catalogue
        for name in (rule.code, rule.name)
    }
    rules: dict[str, object] = {"type": "object", "properties": options, "additionalProperties": False}
    schema = _schema(MAIN, rules)
    return {
        "$schema": DIALECT,
        "title": "hive-guardian",
        "description": "Configuration of hive-guardian.",
        **schema,
        "$defs": definitions.get("$defs", {}),
    }


def _schema(kind: Kind, rules: dict[str, object]) -> dict[str, object]:
    match kind.form:
        case Form.TEXT:
            return {"type": "string"}
        case Form.FLAG:
            return {"type": "boolean"}
        case Form.DAY:
            return {"type": "string", "format": "date"}
        case Form.COUNT:
            return {"type": "integer", "minimum": 0}
        case Form.CHOICE:
            lower = [word.lower() for word in kind.words] if kind.any_case else []
            return {"enum": list(dict.fromkeys([*kind.words, *lower]))}
        case Form.LIST:
            return {"type": "array", "items": _schema(kind.item, rules) if kind.item else {}}
        case Form.TABLE:
            return _table_schema(kind, rules)


def _table_schema(kind: Kind, rules: dict[str, object]) -> dict[str, object]:
    if kind.words and kind.item:
        item = _schema(kind.item, rules)
        return {"type": "object", "properties": dict.fromkeys(kind.words, item), "additionalProperties": False}
    if kind.item:
        return {"type": "object", "additionalProperties": _schema(kind.item, rules)}
    properties: dict[str, object] = {}
    required: list[str] = []
    for key, (inner, doc, is_required) in known_keys(kind).items():
        properties[key] = {**(rules if key == "rules" else _schema(inner, rules)), "description": doc}
        required += [key] if is_required else []
    found: dict[str, object] = {"type": "object", "properties": properties, "additionalProperties": kind.is_open}
    return found | ({"required": required} if required else {})
