import json
from collections.abc import Mapping
from dataclasses import replace

import pytest

from hive_guardian.testing.messages_api import KEY, RETIRED, KnownModel, Seen
from hive_guardian.testing.messages_api.known_models import Models
from hive_guardian.testing.messages_api.strictness import refuse

_SCHEMA: Mapping[str, object] = {
    "type": "object", "properties": {"a": {"type": ["string", "null"], "enum": ["x", None]}}, "required": ["a"],
    "additionalProperties": False,
}  # fmt: skip
_BODY: Mapping[str, object] = {
    "model": "m", "max_tokens": 100, "messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}],
    "output_config": {"effort": "low", "format": {"type": "json_schema", "schema": _SCHEMA}},
}  # fmt: skip
_SEEN = Seen("/v1/messages", {"anthropic-version": "2026-10-21", "x-api-key": KEY}, _BODY, "")


def _said(seen: Seen, *models: KnownModel) -> tuple[int, str, str] | None:
    reply = refuse(seen, Models(models))
    if reply is None:
        return None
    error = json.loads(reply.body)["error"]
    return reply.status, error["type"], error["message"]


def _block(ttl: str | None = None) -> dict[str, object]:
    return {"type": "text", "text": "t", "cache_control": {"type": "ephemeral", **({"ttl": ttl} if ttl else {})}}


def _format(**keys: object) -> dict[str, object]:
    return {"output_config": {"format": {"type": "json_schema", "schema": {**_SCHEMA, **keys}}}}


def test_a_good_request_is_taken() -> None:
    """With a key, or the same as a bearer token."""
    assert _said(_SEEN) is None
    bearer = {"anthropic-version": "2023-06-01", "authorization": f"Bearer {KEY}"}
    assert _said(replace(_SEEN, headers=bearer)) is None


@pytest.mark.parametrize(
    ("headers", "status"), [({}, 400), ({"anthropic-version": "2020-01-01"}, 400), ({"x-api-key": "other"}, 401)]
)
def test_version_and_key_are_demanded(headers: Mapping[str, str], status: int) -> None:
    """Without a known version nothing else is looked at; another key is refused."""
    said = _said(replace(_SEEN, headers={**(_SEEN.headers if "x-api-key" in headers else {}), **headers}))
    assert said is not None
    assert said[0] == status


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"temperature": 0}, "temperature: Extra inputs are not permitted"),
        ({"top_p": 1}, "top_p: Extra inputs are not permitted"),
        ({"top_k": 1}, "top_k: Extra inputs are not permitted"),
        ({"nonsense": 1}, "nonsense: Extra inputs are not permitted"),
        ({"model": ""}, "model: Field required"),
        ({"max_tokens": None}, "max_tokens: Field required"),
        ({"max_tokens": 999_999}, "maximum allowed number of output tokens"),
        ({"messages": []}, "at least one message is required"),
        ({"messages": [{"role": "system", "content": "x"}]}, "messages.0.role"),
        ({"messages": [{"role": "user", "content": ""}]}, "must have non-empty content"),
        ({"messages": [{"role": "assistant", "content": "x"}]}, "first message must use the user role"),
        (
            {"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": "{"}]},
            "does not support assistant message prefill",
        ),
        ({"system": [{"type": "text", "text": ""}]}, "text content blocks must be non-empty"),
        ({"system": [_block()] * 5}, "A maximum of 4 blocks with cache_control may be provided. Found 5."),
        ({"system": [_block("5m"), _block("1h")]}, "ttl='1h' cache_control block must not come after"),
        ({"system": [_block("2h")]}, "cache_control.ttl"),
        ({"system": [{**_block(), "cache_control": {"type": "for ever"}}]}, "cache_control.type"),
        ({"system": [_block("5m")], "cache_control": {"type": "ephemeral", "ttl": "1h"}}, "must not come after"),
        ({"output_config": []}, "output_config: Input should be an object"),
        ({"output_config": {"effort": "extreme"}}, "output_config.effort"),
        ({"output_config": {"mode": 1}}, "output_config.mode: Extra inputs are not permitted"),
        ({"output_config": {"format": {"type": "json"}}}, "Input should be 'json_schema'"),
        ({"output_config": {"format": {"type": "json_schema"}}}, "valid JSON schema"),
        (_format(additionalProperties=True), "'additionalProperties' must be explicitly set to false"),
        (_format(minProperties=1), "property 'minProperties' is not supported"),
        (_format(properties={"a": {"type": "string", "maxLength": 3}}), "property 'maxLength' is not supported"),
        (_format(properties={"a": {"type": "array", "minItems": 2}}), "'minItems' values other than 0 or 1"),
        (_format(properties={"a": {"type": "string", "format": "regex"}}), "format 'regex' is not supported"),
        (_format(properties={"a": {"type": "text"}}), "type: Input should be one of"),
        (_format(required=["b"]), "'b' is not defined in properties"),
        (_format(properties={f"p{n}": {"type": "string"} for n in range(30)}, required=[]), "too many optional"),
        (
            _format(properties={f"p{n}": {"anyOf": []} for n in range(17)}, required=[]),
            "too many parameters with union",
        ),
        ({"tools": [{"name": "t", "strict": True, "input_schema": {"type": "object"}}]}, "tools.0.input_schema"),
        ({"tool_choice": {"type": "tool", "name": "t"}}, "Tool 't' not found"),
    ],
)
def test_what_the_api_refuses_is_refused(changes: Mapping[str, object], problem: str) -> None:
    """Each mistake is answered with 400 in the shape of the API, and its words."""
    said = _said(replace(_SEEN, body={**_BODY, **changes}))
    assert said is not None
    assert said[:2] == (400, "invalid_request_error")
    assert problem in said[2]


def test_a_body_that_is_no_json_is_refused() -> None:
    """Nothing that could be read is a mistake of the client."""
    assert _said(replace(_SEEN, body={})) == (400, "invalid_request_error", "The request body is not valid JSON")


def test_counting_takes_no_limit_of_output() -> None:
    """The parameters of the two addresses differ."""
    counting = replace(_SEEN, path="/v1/messages/count_tokens")
    assert (_said(counting) or (0, "", ""))[2] == "max_tokens: Extra inputs are not permitted"
    body = {name: value for name, value in _BODY.items() if name != "max_tokens"}
    assert _said(replace(counting, body=body)) is None


@pytest.mark.parametrize(("model", "known"), [(RETIRED, ()), ("m", (KnownModel("other"),))])
def test_a_model_that_is_gone_or_unknown_is_not_found(model: str, known: tuple[KnownModel, ...]) -> None:
    """As the API says it: 404, with the name."""
    said = _said(replace(_SEEN, body={**_BODY, "model": model}), *known)
    assert said == (404, "not_found_error", f"model: {model}")


@pytest.mark.parametrize("strict", [True, False])
def test_only_strict_tools_are_compiled(*, strict: bool) -> None:
    """The schema of a plain tool is a hint, and may be anything."""
    tool = {"name": "t", "strict": strict, "input_schema": {"type": "object", "minProperties": 1}}
    body = {**_BODY, "tools": [tool], "tool_choice": {"type": "tool", "name": "t"}}
    assert (_said(replace(_SEEN, body=body)) is None) is not strict
