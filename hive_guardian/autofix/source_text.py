"""The text of one file, and edits applied to it so that everything else stays byte-identical."""

import codecs
import io
import operator
import re
import tokenize
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import accumulate, count, pairwise

from hive_guardian.model.edit import Edit
from hive_guardian.model.errors import FixRefusedError
from hive_guardian.model.frozen_class import frozen
from hive_guardian.source.text import decode

_LINE_END = re.compile(r"\r\n|\r|\n")
Span = tuple[int, int, str]
"""Start and end index in the text, and what to put there."""


@frozen(slots=False)  # no slots: the line starts are kept on first use
class SourceText:
    """One file as text that can be turned back into the very bytes it came from.

    Attributes:
        text: the decoded content without byte order mark, line ends as in the file.
        encoding: of the content.
        mark: the byte order mark, or nothing.
        newline: the line end that most lines have; LF for a file without any.
    """

    text: str
    encoding: str
    mark: bytes
    newline: str

    @cached_property
    def starts(self) -> Sequence[int]:
        """Index in the text at which each line starts; the first is 0."""
        if "\r" in self.text:
            return (0, *(match.end() for match in _LINE_END.finditer(self.text)))
        lengths = map(len, self.text.split("\n")[:-1])
        return (0, *map(operator.add, accumulate(lengths), count(1)))  # each line feed counts

    def index(self, line: int, column: int) -> int:
        """Return the index of a 1-based line and a 1-based column in code points.

        Raises:
            FixRefusedError: the file has no such place.
        """
        if not 1 <= line <= len(self.starts):
            raise FixRefusedError(f"line {line} is not in the file")
        start = self.starts[line - 1]
        end = self.starts[line] if line < len(self.starts) else len(self.text)
        limit = len(self.text[start:end].rstrip("\r\n")) if line < len(self.starts) else end - start
        if not 1 <= column <= limit + 1:
            raise FixRefusedError(f"line {line} has no column {column}")
        return start + column - 1

    def line(self, index: int) -> int:
        """Return the 1-based line of an index."""
        return bisect_right(self.starts, index)

    def span(self, edit: Edit) -> Span:
        """Return an edit in indices, its text with the line ends of the file.

        Raises:
            FixRefusedError: its range is not in the file, or ends before it starts.
        """
        start, end = self.index(edit.line, edit.column), self.index(edit.end_line, edit.end_column)
        if end < start:
            raise FixRefusedError("a range ends before it starts")
        text = edit.text if self.newline == "\n" else _LINE_END.sub(self.newline, edit.text)
        return start, end, text

    def spans(self, edits: Iterable[Edit]) -> list[Span]:
        """Return edits in indices, ordered by place; equal ones count once.

        Raises:
            FixRefusedError: two overlap, or two put different text at one place.
        """
        found = sorted({self.span(edit) for edit in edits})
        for (start, end, _), (next_start, next_end, _) in pairwise(found):
            if next_start < end or (start, end) == (next_start, next_end):
                raise FixRefusedError("two of its edits overlap")
        return found

    def encode(self, text: str) -> bytes:
        """Return text as the bytes of this file.

        Raises:
            FixRefusedError: the encoding of the file has no such character.
        """
        try:
            return self.mark + text.encode(self.encoding)
        except UnicodeEncodeError as error:
            character = text[error.start]
            raise FixRefusedError(f"the file's encoding {self.encoding} has no {character!r}") from error


def is_python(path: str) -> bool:
    """Whether a path is that of a Python file."""
    return path.endswith((".py", ".pyi"))


def read_source(data: bytes, *, is_python: bool = True) -> SourceText:
    """Decode the content of a file.

    Args:
        data: content as read.
        is_python: whether a comment in the head may name the encoding; other files are UTF-8.

    Raises:
        FixRefusedError: it cannot be decoded, or not back to the same bytes.
    """
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    try:
        text = decode(data) if is_python else data[len(mark) :].decode()
        encoding = _encoding(data[len(mark) :]) if is_python else "utf-8"
        if mark + text.encode(encoding) != data:
            raise FixRefusedError(f"the encoding {encoding} does not give the same bytes back")
    except (SyntaxError, UnicodeError, LookupError) as error:
        raise FixRefusedError(f"it cannot be decoded: {error}") from error
    ends = _LINE_END.findall(text) if "\r" in text else []
    newline = max(("\n", "\r\n", "\r"), key=ends.count) if ends else "\n"
    return SourceText(text, encoding, mark, newline)


def _encoding(data: bytes) -> str:
    """Return the encoding that the head of a Python file names, UTF-8 without one."""
    second = data.find(b"\n", data.find(b"\n") + 1)
    if data.find(b"coding", 0, second if second > 0 else len(data)) < 0:
        return "utf-8"
    return tokenize.detect_encoding(io.BytesIO(data).readline)[0]


def apply_spans(text: str, spans: Iterable[Span]) -> str:
    """Return the text with ordered spans replaced."""
    pieces: list[str] = []
    at = 0
    for start, end, new in spans:
        pieces += (text[at:start], new)
        at = end
    return "".join((*pieces, text[at:]))


def apply_edits(data: bytes, edits: Iterable[Edit], *, is_python: bool = True) -> bytes:
    """Return the content of a file with edits applied.

    Raises:
        FixRefusedError: an edit does not fit the file.
    """
    source = read_source(data, is_python=is_python)
    return source.encode(apply_spans(source.text, source.spans(edits)))
