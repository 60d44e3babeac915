import asyncio
from collections.abc import Mapping, MutableMapping
from typing import Any

import pytest

from hive_guardian.testing.messages_api import KEY, End, MessagesApi, Reply, events, message, stream
from hive_guardian.testing.messages_api.application import build_application

_CLIENT = ("127.0.0.1", 4711)
_ASKED = b'{"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "x"}]}'


class _Connections:
    """A server that runs until it is told to end, and remembers whom it cut off."""

    def __init__(self) -> None:
        self.closing = asyncio.Event()
        self.aborted: list[object] = []

    def abort(self, client: tuple[str, int] | None) -> None:
        """Remember whom."""
        self.aborted.append(client)


def _ask(api: MessagesApi, connections: _Connections, raw: bytes = _ASKED) -> list[MutableMapping[str, Any]]:
    """Send one request to the application as a server would, and return what it sends back."""
    sent: list[MutableMapping[str, Any]] = []
    headers = [(b"anthropic-version", b"2023-06-01"), (b"x-api-key", KEY.encode())]
    scope: Mapping[str, Any] = {
        "type": "http", "method": "POST", "path": "/v1/messages", "root_path": "", "query_string": b"",
        "headers": headers, "client": _CLIENT, "server": ("127.0.0.1", 80), "scheme": "http", "http_version": "1.1",
    }  # fmt: skip

    async def run() -> None:
        arriving = [{"type": "http.request", "body": raw, "more_body": False}]

        async def receive() -> MutableMapping[str, Any]:
            if arriving:
                return arriving.pop()
            await asyncio.Event().wait()
            raise AssertionError

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(message)
            if message.get("body"):
                asyncio.get_running_loop().call_soon(connections.closing.set)

        await build_application(api, connections)(dict(scope), receive, send)

    asyncio.run(asyncio.wait_for(run(), 10))
    return sent


@pytest.mark.parametrize(
    ("reply", "is_complete"),
    [
        (message(), True),
        (stream(events()), True),
        (stream(events()[:4], end=End.CUT), False),
        (stream(events()[:4], end=End.WAITS), False),
    ],
    ids=["whole", "stream", "cut", "waits"],
)
def test_only_a_whole_reply_is_completed(reply: Reply, *, is_complete: bool) -> None:
    """What breaks off stays open, so that the server must close the connection."""
    start, *bodies = _ask(MessagesApi(script=[reply]), _Connections())
    assert (start["status"], b"".join(part["body"] for part in bodies)) == (200, reply.body)
    assert (bodies[-1]["more_body"] is False) is is_complete
    assert (b"content-length" in dict(start["headers"])) is is_complete


def test_a_dropped_connection_gets_no_byte() -> None:
    """The server is told whose connection it is, and nothing is sent."""
    connections = _Connections()
    assert _ask(MessagesApi(script=[Reply(end=End.DROPPED)]), connections) == []
    assert connections.aborted == [_CLIENT]


def test_a_body_that_is_too_large_is_refused_unread() -> None:
    """32 MB, as the API has it; the script keeps its reply."""
    api = MessagesApi(script=[message()])
    start, *_ = _ask(api, _Connections(), b" " * (32 * 1024 * 1024 + 1))
    assert (start["status"], len(api.script), api.seen) == (413, 1, [])
