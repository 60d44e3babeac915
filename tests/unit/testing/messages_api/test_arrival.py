import json
from collections.abc import Mapping

import pytest

from hive_guardian.testing.messages_api.arrival import COUNTING, MESSAGES, read_request

_VERSION = {"anthropic_version": "2026-10-21"}
_VERTEX = "/v1/projects/shop/locations/eu/publishers/anthropic/models"


@pytest.mark.parametrize(
    ("path", "sent", "place", "body"),
    [
        ("/v1/messages", {"model": "m", "stream": True}, MESSAGES, {"model": "m", "stream": True}),
        ("/v1/messages/count_tokens", {"model": "m"}, COUNTING, {"model": "m"}),
        ("/v1/models/m", {}, "/v1/models/m", {}),
        ("/model/eu.anthropic.m-v1:0/invoke", _VERSION, MESSAGES, {"model": "eu.anthropic.m-v1:0"}),
        ("/model/m/invoke-with-response-stream", _VERSION, MESSAGES, {"model": "m", "stream": True}),
        (f"{_VERTEX}/m@1:rawPredict", _VERSION, MESSAGES, {"model": "m@1"}),
        (f"{_VERTEX}/m@1:streamRawPredict", {**_VERSION, "stream": True}, MESSAGES, {"model": "m@1", "stream": True}),
        (f"{_VERTEX}/count-tokens:rawPredict", {**_VERSION, "model": "m"}, COUNTING, {"model": "m"}),
        ("/anthropic/v1/messages", {"model": "m"}, MESSAGES, {"model": "m"}),
        ("/elsewhere", {"model": "m"}, "/elsewhere", {"model": "m"}),
    ],
)
def test_every_cloud_is_brought_into_one_form(
    path: str, sent: Mapping[str, object], place: str, body: Mapping[str, object]
) -> None:
    """Model and version stand where Anthropic's own API has them."""
    seen = read_request("POST", path, {"x-api-key": "k"}, json.dumps(sent).encode())
    assert (seen.path, seen.body) == (place, body)
    version = {"anthropic-version": "2026-10-21"} if "anthropic_version" in sent and place != "/elsewhere" else {}
    assert seen.headers == {"x-api-key": "k", **version}
    assert seen.in_frames is path.endswith("-stream")


@pytest.mark.parametrize("raw", [b"", b"\xff", b"[1]", b"{", b"[" * 100_000])
def test_what_is_no_json_object_is_an_empty_one(raw: bytes) -> None:
    """Whoever sent it is told by the checks that follow."""
    assert read_request("POST", MESSAGES, {}, raw).body == {}
