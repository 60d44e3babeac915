import json
from collections.abc import Mapping

import pytest

from hive_guardian.model.errors import UsageError
from hive_guardian.testing.messages_api import Reply, say
from hive_guardian.testing.messages_api.script import parse_script

_FULL = """
latency-ms = 250

[[reply]]
text = "one"
times = 2
delay-ms = 40

[[reply]]
json = { findings = [{ title = "t" }] }
model = "a"
contains = "shop/a.py"
stop = "max_tokens"
input-tokens = 7
output-tokens = 8

[[reply]]
fault = "overloaded"
headers = { anthropic-ratelimit-requests-remaining = 0 }

[[reply]]
body = "<html>"
status = 418
content-type = "text/html"
headers = { x-tea = "pot" }

[[reply]]
text = "at last"
times = 0

[[model]]
id = "a"
lifecycle = "deprecated"
retires-at = 2027-01-31
"""


def _body(text: str = "", model: str = "b") -> Mapping[str, object]:
    return {"model": model, "messages": [{"role": "user", "content": [{"type": "text", "text": text}]}]}


def test_a_script_says_what_is_answered() -> None:
    """Texts, JSON, faults and raw bodies, with their number, conditions and pauses; models with their end."""
    script = parse_script(_FULL, "s.toml")
    assert (script.latency_seconds, len(script.replies), len(script.always)) == (0.25, 5, 1)
    first, _, second, third, fourth = (each(_body("see shop/a.py", "a")) for each in script.replies)
    assert first is not None
    assert second is not None
    assert third is not None
    assert fourth is not None
    assert (json.loads(first.body)["content"][0]["text"], first.delay_seconds) == ("one", 0.04)
    answer = json.loads(second.body)
    assert json.loads(answer["content"][0]["text"]) == {"findings": [{"title": "t"}]}
    assert (answer["stop_reason"], answer["usage"]) == ("max_tokens", {"input_tokens": 7, "output_tokens": 8})
    assert (third.status, third.label) == (529, "overloaded")
    assert third.headers == {"request-id": "req_error", "anthropic-ratelimit-requests-remaining": "0"}
    assert (fourth.status, fourth.body, fourth.content_type) == (418, b"<html>", "text/html")
    assert fourth.headers == {"x-tea": "pot"}
    assert [(model.id, model.lifecycle, model.retires_at) for model in script.models] == [
        ("a", "deprecated", "2027-01-31T00:00:00Z")
    ]


@pytest.mark.parametrize("body", [_body("shop/a.py", "b"), _body("shop/b.py", "a")])
def test_a_reply_with_conditions_passes_others_on(body: Mapping[str, object]) -> None:
    """The model must be the one named, and the text stand in the messages."""
    assert parse_script(_FULL, "s.toml").replies[2](body) is None


def test_what_is_said_always_comes_last() -> None:
    """`times = 0` answers whenever nothing else is left, and the default what is left then."""
    script = parse_script('[[reply]]\ntext = "x"\nmodel = "a"\ntimes = 0\n', "s.toml")
    replies = [script.default(say("otherwise"))(_body(model=model)) for model in ("a", "b")]
    assert [json.loads(each.body)["content"][0]["text"] for each in replies if isinstance(each, Reply)] == [
        "x",
        "otherwise",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[reply", "s.toml is no TOML"),
        ("latency = 1", "there is no key 'latency'; did you mean 'latency-ms'?"),
        ("latency-ms = -1", "latency-ms: expected a whole number from 0"),
        ("latency-ms = true", "latency-ms: expected a whole number from 0"),
        ("reply = [1]", "reply 1: expected a table"),
        ("reply = 1", "reply: expected a list of tables"),
        ("[[reply]]", "reply 1: give exactly one of text, json, fault, body"),
        ('[[reply]]\ntext = "a"\n[[reply]]\ntext = "a"\nfault = "html"', "reply 2: give exactly one of"),
        ('[[reply]]\nfault = "htm"', "there is no fault 'htm'; did you mean 'html'?"),
        ('[[reply]]\nfault = "html"\nstatus = 200', "'status' does not go with 'fault'"),
        ('[[reply]]\ntext = "a"\nstop = "endturn"', "there is no stop reason 'endturn'; did you mean 'end_turn'?"),
        ("[[reply]]\ntext = 1", "text: expected a text, not 1"),
        ('[[model]]\nlifecycle = "active"', "model 1: 'id' is missing"),
        ('[[model]]\nid = "a"\nlifecycle = "dead"', "lifecycle is one of active, deprecated, retired"),
        ('[[model]]\nid = "a"\nretires-at = "soon"', "expected a date such as 2027-01-31"),
    ],
)
def test_a_mistake_in_a_script_is_named(text: str, problem: str) -> None:
    """File, entry and key, with the nearest name that exists."""
    with pytest.raises(UsageError) as caught:
        parse_script(text, "s.toml")
    assert problem in str(caught.value)
    assert str(caught.value).startswith("s.toml")
