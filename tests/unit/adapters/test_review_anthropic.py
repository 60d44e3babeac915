import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import anthropic
import httpx2
import pytest

from hive_guardian.adapters.review_anthropic import Habits, MessagesProvider
from hive_guardian.review.attempt_error import AttemptError, Fault
from hive_guardian.review.messages_request import Mode
from hive_guardian.review.provider import Block, Capability, Keep, ModelRequest, ModelResponse, Role, Stop, Usage
from hive_guardian.testing.messages_api import (
    ANSWER,
    KEY,
    RETIRED,
    End,
    MessagesApi,
    Reply,
    error,
    events,
    fault,
    message,
    serve,
    stream,
)

_ALL = frozenset(Capability)
_SCHEMA = {"type": "object", "properties": {"findings": {"type": "array"}}, "additionalProperties": False}
_REQUEST = ModelRequest(
    Role.REVIEWER,
    (Block("policy", Keep.HOUR), Block("facts", Keep.MINUTES)),
    (Block("the change"),),
    _SCHEMA,
    "v1",
    1000,
    "pkg/a.py",
)
_LONG = replace(_REQUEST, max_output_tokens=30_000)
_MODEL = "claude-sonnet-5-5"


def _ask(
    api: MessagesApi,
    request: ModelRequest = _REQUEST,
    *,
    key: str = KEY,
    model: str = _MODEL,
    capabilities: frozenset[Capability] = _ALL,
    times: int = 1,
    seconds: float = 20.0,
) -> list[ModelResponse | AttemptError]:
    """Ask some times through one provider and return what came of each."""

    async def run() -> list[ModelResponse | AttemptError]:
        client = anthropic.AsyncAnthropic(api_key=key, base_url=api.url, max_retries=0, open_telemetry=False)
        provider = MessagesProvider("anthropic", client, Habits(api.url, capabilities, {Role.REVIEWER: "high"}))
        found: list[ModelResponse | AttemptError] = []
        for _ in range(times):
            try:
                found.append(await provider.complete(request, model=model, timeout_seconds=seconds))
            except AttemptError as caught:
                found.append(caught)
        await provider.close()
        return found

    return asyncio.run(run())


def _answer(*args: object, **kwargs: object) -> ModelResponse:
    found = _ask(*args, **kwargs)[0]  # type: ignore[arg-type]  # the arguments are those of _ask
    assert isinstance(found, ModelResponse), found
    return found


def _failure(*args: object, **kwargs: object) -> AttemptError:
    found = _ask(*args, **kwargs)[0]  # type: ignore[arg-type]  # the arguments are those of _ask
    assert isinstance(found, AttemptError), found
    return found


@pytest.mark.parametrize("request_", [_REQUEST, _LONG], ids=["whole", "streamed"])
def test_an_answer_comes_whole_or_streamed(api: MessagesApi, request_: ModelRequest) -> None:
    """Both ways end in the same answer, with usage and request id; a long one is streamed."""
    is_streamed = request_ is _LONG
    api.script.append(stream(events(["{", '"findings": []}'])) if is_streamed else message())
    answer = _answer(api, request_)
    assert (answer.text, answer.stop, answer.usage) == (ANSWER, Stop.END, Usage(fresh=120, output=30))
    assert (answer.provider, answer.model) == ("anthropic", _MODEL)
    assert answer.request_id == ("req_s" if is_streamed else "req_1")
    assert api.seen[0].body.get("stream", False) is is_streamed


def test_a_server_that_does_not_stream_is_understood(api: MessagesApi) -> None:
    """A whole message in answer to a wish for a stream is a message; another shape is none."""
    api.script += [message(), Reply(200, b'{"choices": []}')]
    first, second = _ask(api, _LONG, times=2)
    assert isinstance(first, ModelResponse)
    assert (first.text, first.usage.output) == (ANSWER, 30)
    assert isinstance(second, AttemptError)
    assert second.fault is Fault.MALFORMED


def test_the_request_is_what_the_api_documents(api: MessagesApi) -> None:
    """Blocks keep their order, breakpoints their time; the schema and the effort are sent; the unit is not."""
    _answer(api)
    body = api.seen[0].body
    assert body["system"] == [
        {"type": "text", "text": "policy", "cache_control": {"type": "ephemeral", "ttl": "1h"}},
        {"type": "text", "text": "facts", "cache_control": {"type": "ephemeral", "ttl": "5m"}},
    ]
    assert body["messages"] == [{"role": "user", "content": [{"type": "text", "text": "the change"}]}]
    assert body["output_config"] == {"effort": "high", "format": {"type": "json_schema", "schema": _SCHEMA}}
    assert (body["model"], body["max_tokens"]) == (_MODEL, 1000)
    assert "pkg/a.py" not in api.seen[0].raw


_FAILURES: list[tuple[str, Reply, Fault, bool]] = [
    ("400", error(400, "invalid_request_error", "max_tokens: too high"), Fault.INVALID, False),
    ("no credit", error(400, "invalid_request_error", "Your credit balance is too low"), Fault.SPEND_LIMIT, False),
    (
        "too long",
        error(400, "invalid_request_error", "prompt is too long: 9 tokens > 8 maximum"),
        Fault.TOO_LARGE,
        False,
    ),
    ("grammar", error(400, "invalid_request_error", "compiled grammar is too large"), Fault.OTHER_MODE, True),
    ("402", error(402, "billing_error"), Fault.SPEND_LIMIT, False),
    ("403", error(403, "permission_error"), Fault.CREDENTIALS, False),
    ("404 page", Reply(404, b"<html>no", "text/html"), Fault.UNKNOWN_MODEL, False),
    ("408", error(408, "timeout_error"), Fault.SERVER, True),
    ("413", error(413, "invalid_request_error"), Fault.TOO_LARGE, False),
    ("429", error(429, "rate_limit_error"), Fault.RATE_LIMITED, True),
    ("429 spend", error(429, "rate_limit_error", code="enforced_spend_limit_reached"), Fault.SPEND_LIMIT, False),
    ("500", error(500, "api_error"), Fault.SERVER, True),
    ("503 page", Reply(503, b"<html>", "text/html"), Fault.SERVER, True),
    ("529", error(529, "overloaded_error"), Fault.OVERLOADED, True),
    ("html 200", Reply(200, b"<html>sign in</html>", "text/html"), Fault.MALFORMED, True),
    ("empty 200", Reply(200, b""), Fault.MALFORMED, True),
    ("no json", Reply(200, b'{"type": "mess'), Fault.MALFORMED, True),
    ("other shape", Reply(200, b'{"choices": []}'), Fault.MALFORMED, True),
    ("no usage", message(usage=None), Fault.MALFORMED, True),
    ("a list", Reply(200, b"[1, 2]"), Fault.MALFORMED, True),
    ("cut", Reply(200, message().body[:40], end=End.CUT), Fault.CUT, True),
]


@pytest.mark.parametrize(
    ("reply", "fault", "retryable"), [row[1:] for row in _FAILURES], ids=[row[0] for row in _FAILURES]
)
def test_every_failure_has_its_fault(api: MessagesApi, reply: Reply, fault: Fault, *, retryable: bool) -> None:
    """Status, type and code decide, not the text; one request is made, and only some failures are worth another."""
    api.script.append(reply)
    failure = _failure(api)
    assert (failure.fault, failure.retryable) == (fault, retryable)
    assert len(api.seen) == 1
    assert KEY not in str(failure)
    assert "made to fail" not in str(failure)


def test_a_wrong_key_is_told_without_showing_it(api: MessagesApi) -> None:
    """The message names the place and the remedy."""
    failure = _failure(api, key="wrong-" + "key")
    assert failure.fault is Fault.CREDENTIALS
    assert str(failure) == f"{api.url} refused the key (401 authentication_error); check the key and what it may use"


def test_a_retired_model_is_named(api: MessagesApi) -> None:
    """A 404 of the API is about the model, that of another server about the address."""
    failure = _failure(api, model=RETIRED)
    assert failure.fault is Fault.UNKNOWN_MODEL
    assert RETIRED in str(failure)


@pytest.mark.parametrize(("header", "seconds"), [("3600", 3600.0), ("0.5", 0.5), ("soon", None), ("nan", None)])
def test_the_wait_the_server_asks_for_is_reported(api: MessagesApi, header: str, seconds: float | None) -> None:
    """Nobody sleeps here, however long the header is: that is for the retry policy to judge."""
    api.script.append(error(429, "rate_limit_error", retry_after=header))
    assert _failure(api).trace.retry_after == seconds


@pytest.mark.parametrize(
    ("stop", "expected"),
    [
        ("max_tokens", Stop.MAX_TOKENS),
        ("refusal", Stop.REFUSAL),
        ("model_context_window_exceeded", Stop.CONTEXT_WINDOW),
        ("pause_turn", Stop.UNKNOWN),
        ("a word of tomorrow", Stop.UNKNOWN),
        (None, Stop.UNKNOWN),
    ],
)
def test_why_a_model_stopped_is_kept(api: MessagesApi, stop: str | None, expected: Stop) -> None:
    """What is no known reason counts as none."""
    api.script.append(message("", stop))
    assert _answer(api).stop is expected


def test_a_refusal_has_its_category_and_its_bill(api: MessagesApi) -> None:
    """A refused request is billed like any other."""
    details = {"type": "refusal", "category": "cyber", "explanation": "no"}
    api.script.append(message("", "refusal", stop_details=details))
    answer = _answer(api)
    assert (answer.stop_detail, answer.usage.fresh) == ("cyber", 120)


def _mishap(kind: str) -> dict[str, object]:
    return {"type": "error", "error": {"type": kind, "message": ""}}


_BROKEN_STREAMS: list[tuple[str, Reply, Fault, int | None]] = [
    ("before the first event", stream([]), Fault.CUT, None),
    ("after the first delta", stream(events()[:4]), Fault.CUT, 1),
    ("before message_stop", stream(events()[:-1]), Fault.CUT, 30),
    ("inside an event", stream(events()[:4], end=End.CUT), Fault.CUT, 1),
    ("overloaded", stream([*events()[:4], _mishap("overloaded_error")]), Fault.OVERLOADED, 1),
    ("server error", stream([*events()[:2], _mishap("api_error")]), Fault.SERVER, 1),
    ("no json", Reply(200, b"event: message_start\ndata: {oops\n\n", "text/event-stream"), Fault.MALFORMED, None),
    ("html", Reply(200, b"<html>sign in</html>", "text/html"), Fault.MALFORMED, None),
    ("wrong shape", stream([{"type": "message_start"}, {"type": "content_block_delta", "delta": 7}]), Fault.CUT, None),
    ("nothing but its end", stream([{"type": "message_stop"}]), Fault.CUT, None),
    ("an error at once", error(529, "overloaded_error"), Fault.OVERLOADED, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("reply", "fault", "output"), [row[1:] for row in _BROKEN_STREAMS], ids=[row[0] for row in _BROKEN_STREAMS]
)
def test_a_broken_stream_is_no_answer(api: MessagesApi, reply: Reply, fault: Fault, output: int | None) -> None:
    """However it breaks, nothing reads as an answer, and what was billed so far is known."""
    api.script.append(reply)
    failure = _failure(api, _LONG)
    assert failure.fault is fault
    assert (failure.trace.usage.output if failure.trace.usage else None) == output
    assert failure.trace.usage is None or failure.trace.usage.fresh == 120


@pytest.mark.parametrize(
    "reply", [Reply(end=End.WAITS), stream(events()[:4], end=End.WAITS)], ids=["silence", "after the first delta"]
)
def test_a_slow_answer_ends_at_its_deadline(api: MessagesApi, reply: Reply) -> None:
    """The limit is over the whole attempt, not over each read; what was sent may be billed."""
    api.script.append(reply)
    failure = _failure(api, _LONG if reply.body else _REQUEST, seconds=0.2)
    assert (failure.fault, failure.trace.billed) == (Fault.TIMEOUT, True)


def test_a_server_that_is_not_there_costs_nothing() -> None:
    """A request that never left is not billed."""
    with serve() as gone:
        pass
    failure = _failure(gone)
    assert (failure.fault, failure.trace.billed, failure.retryable) == (Fault.UNREACHABLE, False, True)


def test_an_address_that_is_none_is_not_tried_again() -> None:
    """A base URL without a scheme is the caller's mistake."""
    failure = _failure(MessagesApi(url="ftp://127.0.0.1:9"))
    assert (failure.fault, failure.retryable) == (Fault.INVALID, False)


def test_headers_of_every_response_are_handed_on(api: MessagesApi) -> None:
    """Rate limits are told on answers and on errors alike, with names in lower case."""
    api.script += [
        Reply(200, message().body, headers={"Anthropic-RateLimit-Requests-Remaining": "7"}),
        error(429, "rate_limit_error", anthropic_ratelimit_requests_remaining="0"),
    ]
    heard: list[tuple[str, str]] = []

    def hear(model: str, headers: Mapping[str, str]) -> None:
        heard.append((model, headers["anthropic-ratelimit-requests-remaining"]))

    async def run() -> None:
        client = anthropic.AsyncAnthropic(api_key=KEY, base_url=api.url, max_retries=0, open_telemetry=False)
        provider = MessagesProvider("p", client, Habits(api.url, _ALL, {}), on_headers=hear)
        await provider.complete(_REQUEST, model="m", timeout_seconds=20)
        with pytest.raises(AttemptError):
            await provider.complete(_REQUEST, model="m", timeout_seconds=20)
        await provider.close()

    asyncio.run(run())
    assert heard == [("m", "7"), ("m", "0")]


def test_a_grammar_that_is_too_large_becomes_a_tool_then_words(api: MessagesApi) -> None:
    """Each refusal of the schema weakens the way it is sent, for this model, until words are left."""
    tool = {"type": "tool_use", "id": "t", "name": "answer", "input": {"findings": []}}
    api.script += [
        error(400, "invalid_request_error", "The compiled grammar is too large"),
        message("", "tool_use", content=[tool]),
        error(400, "invalid_request_error", "tools.0.strict: schema not supported"),
        message(f"```json\n{ANSWER}\n```"),
    ]
    found = _ask(api, times=4)
    assert [each.fault if isinstance(each, AttemptError) else each.text for each in found] == [
        Fault.OTHER_MODE, ANSWER, Fault.OTHER_MODE, ANSWER,
    ]  # fmt: skip
    bodies = [seen.body for seen in api.seen]
    assert ["output_config" in body and "format" in str(body["output_config"]) for body in bodies] == [
        True,
        False,
        False,
        False,
    ]
    assert [body.get("tool_choice") is not None for body in bodies] == [False, True, True, False]
    assert json.dumps(_SCHEMA, sort_keys=True) in str(api.seen[3].body["system"])


@pytest.mark.parametrize(
    ("name", "attempts"),
    [("no-output-config", 3), ("no-structure", 3), ("grammar-too-large", 3), ("ignores-schema", 3)],
)
def test_a_simple_server_is_asked_in_words(api: MessagesApi, name: str, attempts: int) -> None:
    """Whatever it refuses or ignores, an effort included, there is a way that it understands."""
    api.first = (fault(name),)
    *refused, last = _ask(api, times=attempts, capabilities=frozenset())
    assert [each.fault for each in refused if isinstance(each, AttemptError)] == [Fault.OTHER_MODE] * len(refused)
    assert isinstance(last, ModelResponse)
    assert (last.text, "output_config" in api.seen[-1].body) == (ANSWER, False)


def test_calls_that_run_at_once_weaken_one_step(api: MessagesApi) -> None:
    """Two refusals of the same way are one reason to try the next, not the one after it."""
    api.script += [error(400, "invalid_request_error", "The compiled grammar is too large")] * 2
    client = anthropic.AsyncAnthropic(api_key=KEY, base_url=api.url, max_retries=0, open_telemetry=False)
    provider = MessagesProvider("p", client, Habits(api.url, _ALL, {}))

    async def run() -> None:
        calls = (provider.complete(_REQUEST, model=_MODEL, timeout_seconds=20) for _ in range(2))
        found = await asyncio.gather(*calls, return_exceptions=True)
        assert [each.fault for each in found if isinstance(each, AttemptError)] == [Fault.OTHER_MODE] * 2
        await provider.close()

    asyncio.run(run())
    assert provider.mode(_MODEL) is Mode.TOOL


def test_a_server_that_ignores_the_schema_is_noticed(api: MessagesApi) -> None:
    """Without a promise of strict schemas an answer must be JSON, or the next attempt asks in another way."""
    api.script += [message("Sure! Here is my review."), message("", "tool_use", content=[]), message(ANSWER)]
    found = _ask(api, times=3, capabilities=frozenset())
    faults = [each.fault if isinstance(each, AttemptError) else None for each in found]
    assert faults == [Fault.OTHER_MODE, Fault.OTHER_MODE, None]
    assert all("cache_control" not in seen.raw for seen in api.seen)


@pytest.mark.parametrize("capabilities", [_ALL, frozenset[Capability]()])
def test_tokens_are_counted_where_the_server_can(api: MessagesApi, capabilities: frozenset[Capability]) -> None:
    """A server that cannot is not asked."""
    client = anthropic.AsyncAnthropic(api_key=KEY, base_url=api.url, max_retries=0, open_telemetry=False)
    provider = MessagesProvider("p", client, Habits(api.url, capabilities, {}))

    async def run() -> int | None:
        counted = await provider.count_tokens(_REQUEST, model=_MODEL)
        await provider.close()
        return counted

    counted = asyncio.run(run())
    assert (counted is not None and counted > 50) is bool(capabilities)
    assert len(api.seen) == bool(capabilities)
    assert all("max_tokens" not in seen.body for seen in api.seen)


def test_cancelling_closes_the_connection(api: MessagesApi) -> None:
    """A cancelled call ends at once and leaves nothing behind that could warn."""
    api.script.append(Reply(end=End.WAITS))

    async def run() -> None:
        client = anthropic.AsyncAnthropic(api_key=KEY, base_url=api.url, max_retries=0, open_telemetry=False)
        provider = MessagesProvider("p", client, Habits(api.url, _ALL, {}))
        task = asyncio.create_task(provider.complete(_REQUEST, model=_MODEL, timeout_seconds=60))
        await asyncio.to_thread(api.arrived.wait)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await provider.close()

    asyncio.run(run())


def test_a_date_to_wait_for_is_understood(api: MessagesApi) -> None:
    """`retry-after` may be a date; the clock is the caller's."""
    api.script.append(error(503, "api_error", retry_after="Sat, 21 Nov 2026 12:00:30 GMT"))
    clock: Callable[[], datetime] = lambda: datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)  # noqa: E731 - a clock that stands

    async def run() -> float | None:
        client = anthropic.AsyncAnthropic(api_key=KEY, base_url=api.url, max_retries=0, open_telemetry=False)
        provider = MessagesProvider("p", client, Habits(api.url, _ALL, {}), clock=clock)
        with pytest.raises(AttemptError) as caught:
            await provider.complete(_REQUEST, model=_MODEL, timeout_seconds=20)
        await provider.close()
        return caught.value.trace.retry_after

    assert asyncio.run(run()) == 30.0
    assert Mode.WORDS.weaker() is None


def test_credentials_that_cannot_be_found_are_the_callers_problem(api: MessagesApi) -> None:
    """The libraries of clouds raise errors of their own before anything is sent."""

    class Client(anthropic.AsyncAnthropic):
        async def _prepare_request(self, request: httpx2.Request) -> None:
            raise LookupError

    async def run() -> AttemptError:
        client = Client(api_key=KEY, base_url=api.url, max_retries=0, open_telemetry=False)
        provider = MessagesProvider("p", client, Habits(api.url, _ALL, {}, credential_errors=(LookupError,)))
        with pytest.raises(AttemptError) as caught:
            await provider.complete(_REQUEST, model=_MODEL, timeout_seconds=20)
        await provider.close()
        return caught.value

    failure = asyncio.run(run())
    assert (failure.fault, failure.trace.billed, api.seen) == (Fault.CREDENTIALS, False, [])
    assert "check the credentials" in str(failure)
