"""The part of JSON Schema that structured output accepts; everything else is refused, as the real API does."""

from collections.abc import Mapping, Sequence

_PLAIN = {
    "type", "properties", "required", "additionalProperties", "items", "enum", "const", "anyOf", "allOf", "$ref",
    "$defs", "definitions", "title", "description", "default", "format", "minItems",
}  # fmt: skip
_TYPES = {"object", "array", "string", "integer", "number", "boolean", "null"}
_FORMATS = {"date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"}
_MOST_OPTIONAL = 24
_MOST_UNIONS = 16


def schema_problem(schema: object) -> str:
    """Return what the API says about a schema it does not take, empty for one it takes.

    Source: Messages API, structured outputs; `anthropic.transform_schema` writes the same subset.
    """
    if not isinstance(schema, Mapping):
        return "Input should be a valid JSON schema"
    nodes = _nodes(schema)
    for node in nodes:
        problem = _node_problem(node)
        if problem:
            return problem
    optional = sum(len(set(_keys(node.get("properties"))) - set(_texts(node.get("required")))) for node in nodes)
    if optional > _MOST_OPTIONAL:
        return f"Schemas contains too many optional parameters ({optional}), limit {_MOST_OPTIONAL}"
    unions = sum("anyOf" in node or isinstance(node.get("type"), list) for node in nodes)
    if unions > _MOST_UNIONS:
        return f"Schemas contains too many parameters with union types ({unions}), limit {_MOST_UNIONS}"
    return ""


def _node_problem(node: Mapping[str, object]) -> str:
    unknown = {str(key) for key in node} - _PLAIN
    types = node.get("type")
    named = types if isinstance(types, list) else [types] if types is not None else []
    if unknown:
        return f"For '{named[0] if named else 'any'}' type, property '{min(unknown)}' is not supported"
    if set(named) - _TYPES:
        return f"type: Input should be one of {', '.join(sorted(_TYPES))}"
    if "object" in named and node.get("additionalProperties") is not False:
        return "For 'object' type, 'additionalProperties' must be explicitly set to false"
    if node.get("minItems", 0) not in {0, 1}:
        return f"For 'array' type, 'minItems' values other than 0 or 1 are not supported: {node['minItems']}"
    form = node.get("format")
    if form is not None and form not in _FORMATS:
        return f"For 'string' type, format '{form}' is not supported"
    missing = set(_texts(node.get("required"))) - set(_keys(node.get("properties")))
    return f"required: '{min(missing)}' is not defined in properties" if missing else ""


def _nodes(schema: Mapping[str, object]) -> list[Mapping[str, object]]:
    """Return a schema and the schemas in it; names of properties are no keywords."""
    found: list[Mapping[str, object]] = []
    stack: list[object] = [schema]
    while stack:
        node = stack.pop()
        if not isinstance(node, Mapping):
            continue
        found.append(node)
        for key in ("properties", "$defs", "definitions"):
            table = node.get(key)
            stack += list(table.values()) if isinstance(table, Mapping) else []
        for key in ("anyOf", "allOf"):
            listed = node.get(key)
            stack += listed if isinstance(listed, list) else []
        stack.append(node.get("items"))
    return found


def _keys(value: object) -> Sequence[str]:
    return [str(key) for key in value] if isinstance(value, Mapping) else []


def _texts(value: object) -> Sequence[str]:
    return [str(item) for item in value] if isinstance(value, list) else []
