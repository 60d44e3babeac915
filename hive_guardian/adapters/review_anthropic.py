"""Providers that speak the Messages API through the anthropic SDK: one attempt per call, and every answer is checked.

The SDK's own retries are off, because each attempt must be paid from a reservation of its own, and it honours a
`retry-after` of any length. Its parsing is not used either: a page of HTML with status 200 comes back from it as text,
an object of any shape as a message without usage, and a connection cut in the middle of a stream as a normal end.
"""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

import anthropic
import httpx2

from hive_guardian.adapters.review_connection import connection_error, no_credentials
from hive_guardian.model.frozen_class import frozen
from hive_guardian.review.attempt_error import AttemptError, Fault, Trace
from hive_guardian.review.lifecycle import ModelState, read_missing, read_model
from hive_guardian.review.messages_answer import EventReader, is_json_object, read_message
from hive_guardian.review.messages_request import Dialect, Mode, build_parameters, counting_parameters
from hive_guardian.review.provider import Capability, ModelRequest, ModelResponse, Role, Stop
from hive_guardian.review.provider_setup import HeaderSink, ignore_headers
from hive_guardian.review.status_fault import ErrorAnswer, describe, fault_of_answer, retry_after

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic, AsyncAnthropicBedrock, AsyncAnthropicVertex

    Client = AsyncAnthropic | AsyncAnthropicBedrock | AsyncAnthropicVertex  # that of Foundry is the first

STREAM_FROM = 4096
"""Tokens of output from which an answer is streamed: long silence makes proxies close a connection."""
_REQUEST_ID = "request-id"


@frozen
class Habits:
    """What is known of a server before it was asked.

    Attributes:
        base_url: where it is, for messages.
        capabilities: what it can do.
        efforts: role -> how hard to think; a role that is absent leaves it to the model.
        first_mode: how it is first made to answer with JSON; weaker ways follow when one is not taken.
        can_stream: whether it is asked to stream long answers.
        can_describe: whether it may tell of its models.
        geo: where it is told to run models, empty = as it likes.
        credential_errors: what the library that finds its credentials raises.
    """

    base_url: str
    capabilities: frozenset[Capability]
    efforts: Mapping[Role, str]
    first_mode: Mode = Mode.SCHEMA
    can_stream: bool = True
    can_describe: bool = True
    geo: str = ""
    credential_errors: tuple[type[Exception], ...] = ()


class MessagesProvider:
    """One server that speaks the Messages API.

    Args:
        name: id in configuration and reports.
        client: of the SDK, with its retries off.
        habits: what is known of the server.
        on_headers: is told the headers of every response.
        clock: UTC time, for a `retry-after` that is a date.
    """

    def __init__(
        self,
        name: str,
        client: "Client",
        habits: Habits,
        *,
        on_headers: HeaderSink = ignore_headers,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._name = name
        self._client = client
        self._habits = habits
        self._on_headers = on_headers
        self._clock = clock
        self._modes: dict[str, Mode] = {}
        self._can_count = Capability.COUNT_TOKENS in habits.capabilities

    @property
    def id(self) -> str:
        """Name in configuration and reports."""
        return self._name

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What it can do."""
        return self._habits.capabilities

    def mode(self, model: str) -> Mode:
        """Return how a model is made to answer with JSON now; it weakens when a server does not take it."""
        return self._modes.get(model, self._habits.first_mode)

    async def complete(self, request: ModelRequest, *, model: str, timeout_seconds: float) -> ModelResponse:
        """Ask once.

        Raises:
            AttemptError: the attempt failed.
        """
        mode = self.mode(model)
        parameters = build_parameters(request, model, self._dialect(request.role, mode))
        reader = EventReader()
        with self._put_into_words(model, mode, reader):
            async with asyncio.timeout(timeout_seconds):
                if self._habits.can_stream and request.max_output_tokens >= STREAM_FROM:
                    response = await self._stream(parameters, model, mode, timeout_seconds, reader)
                else:
                    response = await self._create(parameters, model, mode, timeout_seconds)
        self._check_shape(response, model, mode)
        return response if response.model else replace(response, model=model)

    async def count_tokens(self, request: ModelRequest, *, model: str) -> int | None:
        """Return the exact size of the input in tokens, `None` if the server cannot tell.

        Raises:
            AttemptError: as `complete`.
        """
        if not self._can_count:
            return None
        mode = self.mode(model)
        dialect = self._dialect(request.role, mode)
        body = counting_parameters(build_parameters(request, model, dialect))
        try:
            with self._put_into_words(model, mode, EventReader()):
                answer = await self._client.post("/v1/messages/count_tokens", cast_to=httpx2.Response, body=body)
        except AttemptError as error:
            if error.fault is not Fault.UNKNOWN_MODEL:
                raise
            self._can_count = False
            return None
        counted = _decode(answer.content)
        size = counted.get("input_tokens") if isinstance(counted, Mapping) else None
        return size if isinstance(size, int) else None

    async def describe(self, model: str) -> ModelState | None:
        """Return what the server says about a model, `None` if it does not say; it costs nothing, and never raises."""
        if not self._habits.can_describe:
            return None
        try:
            page = await self._client.get(f"/v1/models/{quote(model, safe='')}", cast_to=httpx2.Response)
        except anthropic.APIStatusError as error:
            return read_missing(error.status_code, error.body)
        except (anthropic.AnthropicError, httpx2.HTTPError, ValueError):  # the request itself will tell what is wrong
            return None
        return read_model(_decode(page.content))

    async def close(self) -> None:
        """Close its connections."""
        await self._client.close()

    def _dialect(self, role: Role, mode: Mode) -> Dialect:
        breakpoints = Capability.PROMPT_CACHE in self._habits.capabilities
        return Dialect(mode, breakpoints, self._habits.efforts.get(role, ""), self._habits.geo)

    async def _create(
        self, parameters: dict[str, object], model: str, mode: Mode, timeout_seconds: float
    ) -> ModelResponse:
        answer = await self._client.post(
            "/v1/messages", cast_to=httpx2.Response, body=parameters, options={"timeout": timeout_seconds}
        )
        self._on_headers(model, _lower(answer.headers))
        return read_message(_decode(answer.content), self._name, mode, answer.headers.get(_REQUEST_ID, ""))

    async def _stream(
        self, parameters: dict[str, object], model: str, mode: Mode, timeout_seconds: float, reader: EventReader
    ) -> ModelResponse:
        stream = await self._client.post(
            "/v1/messages",
            cast_to=object,
            body={**parameters, "stream": True},
            options={"timeout": timeout_seconds},
            stream=True,
            stream_cls=anthropic.AsyncStream[object],
        )
        request_id = stream.response.headers.get(_REQUEST_ID, "")
        self._on_headers(model, _lower(stream.response.headers))
        async with stream:
            if not _is_stream(stream.response):  # a server that does not stream, or a page of a proxy
                body = await stream.response.aread()
                return read_message(_decode(body), self._name, mode, request_id)
            async for event in stream:
                if isinstance(event, Mapping):
                    reader.add(event)
        message = reader.message()
        if message is None:
            trace = Trace(request_id=request_id, usage=reader.usage, billed=True)
            raise AttemptError(f"{self._habits.base_url} stopped in the middle of an answer", Fault.CUT, trace)
        return read_message(message, self._name, mode, request_id)

    def _check_shape(self, response: ModelResponse, model: str, mode: Mode) -> None:
        """Notice a server that took the schema and ignored it, and ask it in a weaker way from now on.

        Raises:
            AttemptError: the answer is no JSON object though the model had ended it.
        """
        if Capability.STRICT_SCHEMA in self._habits.capabilities or response.stop is not Stop.END:
            return
        if is_json_object(response.text) or not self._weaken(model, mode):
            return
        trace = Trace(request_id=response.request_id, usage=response.usage, billed=True)
        raise AttemptError(f"{model} at {self._habits.base_url} ignored the schema", Fault.OTHER_MODE, trace)

    def _weaken(self, model: str, mode: Mode) -> bool:
        """Ask in a weaker way than `mode` from now on; return whether there is one. Calls that run at once agree."""
        weaker = mode.weaker()
        if weaker is not None:
            self._modes[model] = max(weaker, self.mode(model))
        return weaker is not None

    @contextmanager
    def _put_into_words(self, model: str, mode: Mode, reader: EventReader) -> Iterator[None]:
        """Turn every failure of transport into an `AttemptError`; what was billed before it is kept."""
        place = self._habits.base_url
        try:
            yield
        except TimeoutError as error:
            trace = Trace(usage=reader.usage, billed=True)
            raise AttemptError(f"{place} did not finish its answer in time", Fault.TIMEOUT, trace) from error
        except anthropic.APIStatusError as error:
            raise self._status_error(error, model, mode, reader) from error
        except (anthropic.APIConnectionError, httpx2.TransportError) as error:
            raise connection_error(error, place, reader.usage) from error
        except self._habits.credential_errors as error:
            raise no_credentials(place, error) from error
        except (ValueError, anthropic.AnthropicError) as error:  # JSON that is none, credentials of a cloud
            if isinstance(error, ValueError):
                trace = Trace(usage=reader.usage, billed=True)
                raise AttemptError(f"{place} sent events that are no JSON", Fault.MALFORMED, trace) from error
            raise no_credentials(place, error) from error

    def _status_error(
        self, error: anthropic.APIStatusError, model: str, mode: Mode, reader: EventReader
    ) -> AttemptError:
        headers = _lower(error.response.headers)
        self._on_headers(model, headers)
        said = ErrorAnswer(error.status_code, error.type or "", error.error_code or "", error.api_message or "")
        fault = fault_of_answer(said)
        if fault is Fault.OTHER_MODE and not self._weaken(model, mode):
            fault = Fault.INVALID
        trace = Trace(
            retry_after=retry_after(headers, self._clock()),
            request_id=error.request_id or "",
            usage=reader.usage,
            billed=reader.usage is not None,
        )
        return AttemptError(describe(said, fault, model, self._habits.base_url), fault, trace)


def _is_stream(response: httpx2.Response) -> bool:
    kind = response.headers.get("content-type", "").lower()
    return not kind or "event-stream" in kind or "eventstream" in kind  # the latter is Amazon's


def _decode(body: bytes) -> object:
    """Return decoded JSON, `None` for anything else: a proxy's page, an empty body."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _lower(headers: httpx2.Headers) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
