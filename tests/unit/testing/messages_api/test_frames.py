import base64
import json
import struct
from zlib import crc32

from hive_guardian.testing.messages_api import End, events, message, stream
from hive_guardian.testing.messages_api.frames import FRAMES_TYPE, put_into_frames


def _read(data: bytes) -> list[object]:
    """Return the events in frames, as a client reads them: every length and checksum is checked."""
    found: list[object] = []
    while data:
        whole, head, check = struct.unpack("!III", data[:12])
        one, data = data[:whole], data[whole:]
        assert check == crc32(one[:8])
        assert struct.unpack("!I", one[-4:])[0] == crc32(one[:-4])
        headers, payload = one[12 : 12 + head], one[12 + head : -4]
        assert headers.startswith(b"\x0b:event-type\x07\x00\x05chunk")
        found.append(json.loads(base64.b64decode(json.loads(payload)["bytes"])))
    return found


def test_a_stream_is_sent_in_frames() -> None:
    """One frame per event, in order; how the stream ends stays as it was."""
    sent = events(["a", "ü"])
    reply = put_into_frames(stream(sent, end=End.CUT))
    assert (_read(reply.body), reply.content_type, reply.end) == (sent, FRAMES_TYPE, End.CUT)


def test_what_is_no_stream_stays_as_it_is() -> None:
    """Errors and whole answers have no frames."""
    assert put_into_frames(message()) == message()
