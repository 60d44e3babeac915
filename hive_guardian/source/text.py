"""Bytes to text, and the one place where column units are converted.

`ast` counts UTF-8 bytes and 0-based columns; everything we report counts code points and is 1-based.
"""

import codecs
import io
import re
import tokenize
from bisect import bisect_right

_LINE_END = re.compile(r"\r\n|\r|\n")
_BOM = codecs.BOM_UTF8


def decode(data: bytes) -> str:
    """Decode source bytes by BOM and PEP 263 cookie.

    Raises:
        SyntaxError: unknown or contradictory encoding (the file's fault).
        UnicodeDecodeError: bytes that are not of that encoding (the file's fault).
    """
    data = data.removeprefix(_BOM)
    if data.isascii() and b"coding" not in data[:400]:
        return data.decode("ascii")
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise
    except (LookupError, ValueError) as error:  # codecs that are no text encodings, and those that fail in other ways
        raise SyntaxError(f"encoding {encoding}: {error}") from error


def split_lines(text: str) -> list[str]:
    """Split at the line ends Python knows (LF, CRLF, CR, no form feeds); line ends are dropped."""
    return _LINE_END.split(text) if "\r" in text else text.split("\n")


class Lines:
    """The lines of one text and the conversion of positions in it."""

    def __init__(self, text: str) -> None:
        """Split the text; `lines[0]` is line 1."""
        self.text = text
        self.lines = split_lines(text)

    def column(self, line: int, offset: int) -> int:
        """Convert a 0-based UTF-8 byte offset in a 1-based line to a 1-based column in code points."""
        if not 1 <= line <= len(self.lines):
            return offset + 1
        content = self.lines[line - 1]
        if content.isascii():
            return offset + 1
        return len(content.encode("utf-8", "surrogatepass")[:offset].decode("utf-8", "ignore")) + 1

    def segment(self, line: int, column: int, end_line: int, end_column: int) -> str:
        """Return the text of a range given in 1-based lines and code-point columns; line ends become LF."""
        if end_line <= line:
            return self.lines[line - 1][column - 1 : end_column - 1] if line <= len(self.lines) else ""
        first, last = self.lines[line - 1 : line], self.lines[end_line - 1 : end_line]
        middle = self.lines[line : end_line - 1]
        return "\n".join([*(part[column - 1 :] for part in first), *middle, *(part[: end_column - 1] for part in last)])

    def position(self, index: int) -> tuple[int, int]:
        """Convert an index into the text to a 1-based (line, column) in code points."""
        line = bisect_right(self._starts(), index)
        return line, index - self._starts()[line - 1] + 1

    def _starts(self) -> list[int]:
        """Return the index in the text at which each line starts."""
        starts = getattr(self, "_start_cache", None)
        if starts is None:
            starts = [0, *(match.end() for match in _LINE_END.finditer(self.text))]
            self._start_cache = starts
        return starts


def utf16_length(text: str) -> int:
    """Return the number of UTF-16 units, the columns of the Language Server Protocol."""
    return len(text) + sum(1 for char in text if ord(char) > 0xFFFF)
