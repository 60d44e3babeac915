"""JSON in ASCII, the same bytes for the same value on every machine."""

import json
import re
from collections.abc import Iterable

from hive_guardian.report.escaping import COMMAND_MARK

_ESCAPED = re.compile("[^\n\x20-\x7e]")
_ASTRAL = 0x10000


def encode_json(value: object, *, indent: int | None = None) -> str:
    r"""Return JSON in ASCII, members in their order.

    Neither the encoding of stdout nor a control character can spoil it, nor a build agent
    take part of it for a command. A lone surrogate (an undecodable file name)
    is no character: it is written as the visible text `\udcff`, because strict parsers refuse its escape (RFC 8259,
    section 8.2).
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
    if "##" in text:
        text = COMMAND_MARK.sub(r"#\\u0023", text)
    return _ESCAPED.sub(_escape, text)


def encode_lines(items: Iterable[object], *, margin: str = "") -> str:
    """Return an array with one item per line, so that two reports can be compared line by line."""
    lines = ",\n".join(f"{margin}  {encode_json(item)}" for item in items)
    return f"[\n{lines}\n{margin}]" if lines else "[]"


def _escape(match: re.Match[str]) -> str:
    """Return the escape of one character: a pair for one beyond the basic plane, visible text for half a pair."""
    number = ord(match[0])
    if number >= _ASTRAL:
        number -= _ASTRAL
        return f"\\u{0xD800 + (number >> 10):04x}\\u{0xDC00 + (number & 0x3FF):04x}"
    escape = f"\\u{number:04x}"
    return f"\\{escape}" if 0xD800 <= number <= 0xDFFF else escape
