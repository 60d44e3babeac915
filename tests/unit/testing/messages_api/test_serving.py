import json
import socket
import threading
import time
from collections.abc import Mapping

import httpx2
import pytest

from hive_guardian.model.errors import UsageError
from hive_guardian.testing.messages_api import (
    KEY,
    RETIRED,
    End,
    Exchange,
    KnownModel,
    MessagesApi,
    Reply,
    events,
    fault,
    message,
    say,
    serve,
    stream,
)

_HEADERS = {"x-api-key": KEY, "anthropic-version": "2023-06-01"}
_QUESTION: Mapping[str, object] = {
    "model": "local",
    "max_tokens": 10,
    "messages": [{"role": "user", "content": "what about this?"}],
}


def _ask(api: MessagesApi, body: Mapping[str, object] = _QUESTION, path: str = "/v1/messages") -> httpx2.Response:
    return httpx2.post(api.url + path, json=dict(body), headers=_HEADERS, timeout=10)


def test_an_answer_comes_as_it_was_asked_for() -> None:
    """Whole, as a stream that adds up to the same, or by the tool of a strict schema."""
    asked = {**_QUESTION, "tools": [{"name": "answer"}], "tool_choice": {"type": "tool", "name": "answer"}}
    with serve([say('{"a": 1}')] * 3) as api:
        whole = _ask(api).json()
        streamed = _ask(api, {**_QUESTION, "stream": True})
        by_tool = _ask(api, asked).json()
    assert (whole["content"], whole["model"]) == ([{"type": "text", "text": '{"a": 1}'}], "local")
    assert streamed.headers["content-type"] == "text/event-stream"
    sent = [json.loads(line[6:]) for line in streamed.text.splitlines() if line.startswith("data: ")]
    assert sent[3]["delta"]["text"] == '{"a": 1}'
    assert (sent[-2]["delta"]["stop_reason"], sent[-1]["type"]) == ("end_turn", "message_stop")
    assert (by_tool["stop_reason"], by_tool["content"][0]["input"]) == ("tool_use", {"a": 1})


def test_an_empty_script_means_no_findings_and_what_was_asked_is_known() -> None:
    """Without a script the server answers all the same, and remembers each request."""
    with serve() as api:
        assert json.loads(_ask(api).json()["content"][0]["text"]) == {"findings": []}
        assert api.arrived.is_set()
        assert (api.seen[0].path, api.seen[0].headers["x-api-key"]) == ("/v1/messages", KEY)
        assert api.seen[0].body == _QUESTION


def test_a_reply_that_has_nothing_to_say_waits_for_its_request() -> None:
    """Replies are taken in order, but one may be for some requests only."""
    with serve([fault("no-output-config"), say("first"), say("second")]) as api:
        texts = [_ask(api).json()["content"][0]["text"] for _ in range(2)]
        refused = _ask(api, {**_QUESTION, "output_config": {"effort": "low"}})
    assert (texts, refused.status_code) == (["first", "second"], 400)


def test_tokens_are_counted_and_models_described() -> None:
    """The other addresses of the API answer in its shapes."""
    with serve() as api:
        question = {name: value for name, value in _QUESTION.items() if name != "max_tokens"}
        assert _ask(api, question, "/v1/messages/count_tokens").json()["input_tokens"] > 10
        listed = httpx2.get(f"{api.url}/v1/models", headers=_HEADERS).json()
        assert RETIRED in {model["id"] for model in listed["data"]}
        retired = httpx2.get(f"{api.url}/v1/models/{RETIRED}", headers=_HEADERS).json()
        assert (retired["lifecycle"], retired["type"]) == ("retired", "model")
        assert _ask(api, {**_QUESTION, "model": RETIRED}).status_code == 404
        assert httpx2.get(f"{api.url}/v2/other", headers=_HEADERS).json()["error"]["type"] == "not_found_error"
        assert httpx2.get(f"{api.url}/v1/models").status_code == 400


def test_models_that_are_named_are_the_only_ones() -> None:
    """A server with a list of models has no others."""
    with serve(models=[KnownModel("a", "deprecated", "2027-01-01T00:00:00Z")]) as api:
        found = httpx2.get(f"{api.url}/v1/models/a", headers=_HEADERS).json()
        assert (found["lifecycle"], found["retires_at"]) == ("deprecated", "2027-01-01T00:00:00Z")
        assert httpx2.get(f"{api.url}/v1/models/b", headers=_HEADERS).status_code == 404
        assert _ask(api).status_code == 404


def test_each_request_is_told_without_its_content() -> None:
    """A log gets method, path, model, size, status and name of the reply, and nothing anybody wrote."""
    heard: list[Exchange] = []
    with serve([fault("overloaded"), say("an answer")], on_exchange=heard.append) as api:
        _ask(api)
        _ask(api)
    assert [(each.path, each.model, each.status, each.label) for each in heard] == [
        ("/v1/messages", "local", 529, "overloaded"),
        ("/v1/messages", "local", 200, ""),
    ]
    assert "what about" not in str(heard)
    assert "an answer" not in str(heard)


@pytest.mark.parametrize(
    "reply",
    [Reply(end=End.DROPPED), stream(events()[:4], end=End.CUT), Reply(200, message().body[:9], end=End.CUT)],
    ids=["dropped", "stream", "whole"],
)
def test_a_broken_connection_is_one_for_the_client(reply: Reply) -> None:
    """The client sees a response that did not come to its end, not a shorter one."""
    with serve([reply]) as api, pytest.raises(httpx2.TransportError):
        _ask(api)


def test_pauses_are_kept() -> None:
    """Latency comes before the first byte, a drip between the pieces."""
    with serve([Reply(body=b"x" * 40, drip_seconds=0.05)], latency_seconds=0.1) as api:
        began = time.monotonic()
        assert _ask(api).content == b"x" * 40
        assert time.monotonic() - began >= 0.1 + 2 * 0.05


@pytest.mark.parametrize("reply", [Reply(end=End.WAITS), stream(events()[:4], end=End.WAITS)], ids=["silent", "half"])
def test_a_server_with_open_requests_ends_at_once(reply: Reply) -> None:
    """Requests that hang neither keep the server alive nor its port busy."""
    failures: list[Exception] = []

    def ask(api: MessagesApi) -> None:
        try:
            _ask(api)
        except httpx2.TransportError as problem:
            failures.append(problem)

    with serve([reply]) as api:
        thread = threading.Thread(target=ask, args=(api,))
        thread.start()
        assert api.arrived.wait(10)
        began = time.monotonic()
    thread.join(10)
    assert time.monotonic() - began < 5
    assert len(failures) == 1
    port = int(api.url.rsplit(":", 1)[1])
    socket.create_server(("127.0.0.1", port)).close()
    assert "messages-api" not in {each.name for each in threading.enumerate()}


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "models.example", ""])
def test_only_this_machine_is_served(host: str) -> None:
    """A server that takes anybody's requests is refused."""
    with pytest.raises(UsageError, match="loopback"), serve(host=host):
        pass


def test_a_port_that_is_taken_is_named() -> None:
    """Two servers cannot share a port, and the second says so."""
    with (
        serve() as api,
        pytest.raises(UsageError, match="cannot listen"),
        serve(port=int(api.url.rsplit(":", 1)[1])),
    ):
        pass
