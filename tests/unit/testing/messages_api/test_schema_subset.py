from collections.abc import Mapping

import pytest

from hive_guardian.review.prompt import FINDING_SCHEMA
from hive_guardian.review.verification import JUDGEMENT_SCHEMA
from hive_guardian.testing.messages_api.schema_subset import schema_problem

_SCHEMA: Mapping[str, object] = {
    "type": "object",
    "properties": {
        "a": {"type": ["string", "null"], "enum": ["x", None]},
        "maxLength": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/day"}},
    },
    "required": ["a", "maxLength"],
    "additionalProperties": False,
    "$defs": {"day": {"type": "string", "format": "date", "description": "a day"}},
}


def test_the_subset_is_taken() -> None:
    """Unions, references, enumerations; a property may have the name of a keyword."""
    assert schema_problem(_SCHEMA) == ""


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"additionalProperties": True}, "'additionalProperties' must be explicitly set to false"),
        ({"minProperties": 1}, "For 'object' type, property 'minProperties' is not supported"),
        ({"$defs": {"x": {"maxLength": 3}}}, "For 'any' type, property 'maxLength' is not supported"),
        ({"properties": {"a": {"anyOf": [{"type": "array", "minItems": 2}]}}, "required": []}, "'minItems' values"),
        ({"$defs": {"x": {"type": "string", "format": "regex"}}}, "format 'regex' is not supported"),
        ({"$defs": {"x": {"type": "text"}}}, "type: Input should be one of"),
        ({"required": ["b"]}, "'b' is not defined in properties"),
        ({"properties": {f"p{n}": {"type": "null"} for n in range(25)}, "required": []}, "too many optional"),
        ({"$defs": {f"p{n}": {"anyOf": []} for n in range(17)}}, "too many parameters with union types"),
    ],
)
def test_what_lies_outside_is_named(changes: Mapping[str, object], problem: str) -> None:
    """Wherever in the schema it stands, in the words of the API."""
    assert problem in schema_problem({**_SCHEMA, **changes})


@pytest.mark.parametrize("schema", [FINDING_SCHEMA, JUDGEMENT_SCHEMA], ids=["review", "verification"])
def test_our_own_schemas_are_taken(schema: Mapping[str, object]) -> None:
    """What a review asks for is what the API compiles."""
    assert schema_problem(schema) == ""


@pytest.mark.parametrize("schema", [None, [], "object"])
def test_what_is_no_schema_is_refused(schema: object) -> None:
    """A schema is an object."""
    assert "valid JSON schema" in schema_problem(schema)
