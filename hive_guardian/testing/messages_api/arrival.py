"""A request as it arrived, brought into the form of Anthropic's own API whichever cloud it was meant for."""

import json
import re
from collections.abc import Mapping

from hive_guardian.testing.messages_api.reply import Seen

MESSAGES = "/v1/messages"
COUNTING = "/v1/messages/count_tokens"
_BEDROCK = re.compile(r"/model/(?P<model>.+)/invoke(?P<streams>-with-response-stream)?")
_VERTEX = re.compile(
    r"/v1/projects/[^/]+/locations/[^/]+/publishers/anthropic/models/(?P<model>[^/]+):(?P<verb>rawPredict|streamRawPredict)"
)
_FOUNDRY = "/anthropic/v1/"


def read_request(method: str, path: str, headers: Mapping[str, str], raw: bytes) -> Seen:
    """Return a request in the form of the Messages API.

    Clouds carry the version in the body and model and streaming in the path; what they leave as it is stays so.

    Args:
        method: of HTTP.
        path: of the URL, decoded.
        headers: names in lower case.
        raw: the body.

    Source: anthropic SDK 2.11, `lib/bedrock/_client.py`, `lib/vertex/_client.py`, `lib/foundry.py`.
    """
    body, text = _decode(raw), raw.decode("utf-8", "replace")
    bedrock, vertex = _BEDROCK.fullmatch(path), _VERTEX.fullmatch(path)
    found = bedrock or vertex
    if found is None:
        plain = path.removeprefix("/anthropic") if path.startswith(_FOUNDRY) else path
        return Seen(plain, headers, body, text, method)
    version = {"anthropic-version": str(body["anthropic_version"])} if "anthropic_version" in body else {}
    rest = {name: value for name, value in body.items() if name != "anthropic_version"}
    if vertex and vertex["model"] == "count-tokens":
        return Seen(COUNTING, {**headers, **version}, rest, text, method)
    streams = {"stream": True} if bedrock and bedrock["streams"] else {}
    body = {"model": found["model"], **rest, **streams}
    return Seen(MESSAGES, {**headers, **version}, body, text, method, in_frames=bool(streams))


def _decode(raw: bytes) -> dict[str, object]:
    """Return a JSON object, empty for anything else."""
    try:
        found = json.loads(raw) if raw else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
