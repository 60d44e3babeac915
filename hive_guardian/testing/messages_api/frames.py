"""The frames in which Bedrock sends the events of a stream."""

import base64
import json
import struct
from dataclasses import replace
from zlib import crc32

from hive_guardian.testing.messages_api.reply import STREAM_TYPE, Reply

FRAMES_TYPE = "application/vnd.amazon.eventstream"
_TEXT = 7
_OVERHEAD = 16


def put_into_frames(reply: Reply) -> Reply:
    """Return a streamed reply as Bedrock sends it; any other reply as it is."""
    if reply.content_type != STREAM_TYPE:
        return reply
    lines = reply.body.split(b"\n")
    body = b"".join(frame(line.removeprefix(b"data: ")) for line in lines if line.startswith(b"data: "))
    return replace(reply, body=body, content_type=FRAMES_TYPE)


def frame(event: bytes) -> bytes:
    """Return one event as a frame.

    Args:
        event: JSON.

    Source: Amazon event stream encoding: lengths and their checksum, headers, payload, checksum of all of it.
    """
    payload = json.dumps({"bytes": base64.b64encode(event).decode()}).encode()
    named = {":event-type": "chunk", ":content-type": "application/json", ":message-type": "event"}
    headers = b"".join(_header(name, value) for name, value in named.items())
    lengths = struct.pack("!II", len(headers) + len(payload) + _OVERHEAD, len(headers))
    begun = lengths + struct.pack("!I", crc32(lengths)) + headers + payload
    return begun + struct.pack("!I", crc32(begun))


def _header(name: str, value: str) -> bytes:
    return bytes([len(name)]) + name.encode() + struct.pack("!BH", _TEXT, len(value)) + value.encode()
