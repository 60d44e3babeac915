import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.review.attempt_error import AttemptError
from hive_guardian.review.messages_answer import EventReader, is_json_object, read_message, read_usage
from hive_guardian.review.messages_request import Mode
from hive_guardian.review.provider import ModelResponse, Usage

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)
_KEYS = (
    "type",
    "content",
    "usage",
    "stop_reason",
    "stop_details",
    "model",
    "index",
    "delta",
    "message",
    "content_block",
)
_NEARLY = st.fixed_dictionaries({}, optional=dict.fromkeys(_KEYS, _JSON)) | _JSON


@given(_NEARLY, st.sampled_from(Mode))
def test_any_body_is_an_answer_or_a_failure(body: object, mode: Mode) -> None:
    """Whatever a server sends, nothing else comes of it."""
    if isinstance(body, dict):
        body = {"type": "message", "content": [body], "usage": {}, **body}
    try:
        found: object = read_message(body, "p", mode, "r")
    except AttemptError as error:
        found = error
    assert isinstance(found, ModelResponse | AttemptError)


@given(st.lists(st.dictionaries(st.sampled_from(_KEYS), _JSON), max_size=8))
def test_any_events_can_be_put_together(events: list[dict[str, object]]) -> None:
    """Without its end no message comes of them."""
    reader = EventReader()
    kinds = ("message_start", "content_block_start", "content_block_delta", "message_delta", "nonsense")
    for number, event in enumerate(events):
        reader.add({**event, "type": kinds[number % len(kinds)]})
    assert reader.message() is None


def test_the_input_of_a_tool_comes_in_pieces() -> None:
    """A streamed tool call is JSON in parts."""
    reader = EventReader()
    reader.add({"type": "message_start", "message": {"type": "message", "usage": {"input_tokens": 7}}})
    block = {"type": "tool_use", "name": "answer", "input": {}}
    reader.add({"type": "content_block_start", "index": 0, "content_block": block})
    for piece in ('{"findings"', ": []}"):
        delta = {"type": "input_json_delta", "partial_json": piece}
        reader.add({"type": "content_block_delta", "index": 0, "delta": delta})
    reader.add({"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 9}})
    reader.add({"type": "message_stop"})
    answer = read_message(reader.message(), "p", Mode.TOOL, "")
    assert json.loads(answer.text) == {"findings": []}
    assert answer.usage == Usage(fresh=7, output=9)


@pytest.mark.parametrize(
    ("table", "usage"),
    [
        (
            {"input_tokens": 5, "output_tokens": 3, "output_tokens_details": {"thinking_tokens": 2}},
            Usage(5, 0, 0, 0, 3, 2),
        ),
        (
            {
                "cache_read_input_tokens": 4, "cache_creation_input_tokens": 9,
                "cache_creation": {"ephemeral_5m_input_tokens": 6, "ephemeral_1h_input_tokens": 3},
            },
            Usage(0, 4, 6, 3),
        ),
        ({"cache_creation_input_tokens": 9}, Usage(0, 0, 9, 0)),
        ({"input_tokens": -5, "output_tokens": True, "cache_read_input_tokens": None}, Usage()),
    ],
)  # fmt: skip
def test_classes_of_tokens_do_not_overlap(table: dict[str, object], usage: Usage) -> None:
    """Writes for an hour are told from those for minutes; what is no count is none."""
    assert read_usage(table) == usage


@pytest.mark.parametrize(
    ("text", "is_object"), [("{}", True), (" {} ", True), ("[]", False), ("", False), ("{", False), ("[" * 9999, False)]
)
def test_an_object_is_told_from_prose(text: str, *, is_object: bool) -> None:
    """Also text that would exhaust a parser."""
    assert is_json_object(text) is is_object
