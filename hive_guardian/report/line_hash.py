"""The rolling hash code scanning identifies lines by: `primaryLocationLineHash` (ci-and-sarif.md 1.4).

A line's hash covers the 100 UTF-16 units from its first one on, read as a number in base 37 modulo 2**64. Spaces and
tabs do not count, CR and CRLF count as LF, one unit 65535 marks the end of the file and zeros follow it.
"""

import sys
from collections import Counter
from itertools import accumulate

_WINDOW = 100
_BASE = 37
_MASK = (1 << 64) - 1
_SHIFT = pow(_BASE, _WINDOW, _MASK + 1)
_END_OF_FILE = 0xFFFF
_LINE_FEED = 0x0A


def hash_lines(source: str) -> list[str]:
    """Return the hash of every line of a file: `hex:occurrence`, where equal lines are told apart by their order."""
    units = _fold(source)
    starts = [0, *(index + 1 for index, unit in enumerate(units[:-1]) if unit == _LINE_FEED)]
    padded = [*units, *([0] * _WINDOW)]
    prefixes = list(accumulate(padded, lambda total, unit: (total * _BASE + unit) & _MASK, initial=0))
    seen: Counter[int] = Counter()
    hashes: list[str] = []
    for start in starts:
        value = (prefixes[start + _WINDOW] - prefixes[start] * _SHIFT) & _MASK
        seen[value] += 1
        hashes.append(f"{value:x}:{seen[value]}")
    return hashes


def _fold(source: str) -> list[int]:
    """Return the UTF-16 units that count, the mark for the end of the file last."""
    text = source.replace("\r\n", "\n").replace("\r", "\n").replace(" ", "").replace("\t", "")
    codec = "utf-16-le" if sys.byteorder == "little" else "utf-16-be"
    return [*memoryview(text.encode(codec, "surrogatepass")).cast("H"), _END_OF_FILE]
