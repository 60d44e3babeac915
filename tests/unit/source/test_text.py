"""Decoding, and the one place where columns change their unit."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.source.text import Lines, decode, split_lines, utf16_length


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"x = 1\n", "x = 1\n"),
        (b"\xef\xbb\xbfx = 1\n", "x = 1\n"),
        ("# -*- coding: latin-1 -*-\nx = '\xe9'\n".encode("latin-1"), "# -*- coding: latin-1 -*-\nx = 'é'\n"),
        ("x = 'é'\n".encode(), "x = 'é'\n"),
    ],
)
def test_decode_follows_mark_and_cookie(data: bytes, text: str) -> None:
    """A byte order mark is dropped and PEP 263 decides the encoding."""
    assert decode(data) == text


def test_undecodable_bytes_are_an_error() -> None:
    """Bytes that are no UTF-8 and carry no cookie do not decode."""
    with pytest.raises((SyntaxError, UnicodeDecodeError)):
        decode(b"x = '\xe9'\n")


@pytest.mark.parametrize("codec", ["hex", "rot13", "undefined", "punycode", "utf-32"])
def test_codecs_that_are_no_text_encodings_are_the_files_fault(codec: str) -> None:
    """Whatever a cookie names, decoding fails in the two ways callers expect."""
    with pytest.raises((SyntaxError, UnicodeDecodeError)):
        decode(f"# coding: {codec}\nx = 1\n".encode())


def test_lines_end_where_python_says() -> None:
    """LF, CRLF and CR end a line; a form feed and other separators do not."""
    assert split_lines("a\nb\r\nc\rd\x0ce\x1cf\u2028g") == ["a", "b", "c", "d\x0ce\x1cf\u2028g"]


_TEXT = st.text(st.characters(exclude_characters="\r\n\x0c", exclude_categories=["Cs"]), max_size=30)


@given(_TEXT)
def test_columns_count_code_points(text: str) -> None:
    """Every byte offset that `ast` can report becomes the column of that character."""
    lines = Lines(text)
    for index in range(len(text) + 1):
        assert lines.column(1, len(text[:index].encode())) == index + 1


@given(_TEXT)
def test_utf16_length_is_what_an_editor_counts(text: str) -> None:
    """Characters outside the basic plane count twice."""
    assert utf16_length(text) == len(text.encode("utf-16-le")) // 2


@given(st.lists(_TEXT, min_size=1, max_size=5), st.sampled_from(["\n", "\r\n", "\r"]))
def test_positions_round_trip(parts: list[str], end: str) -> None:
    """The position of an index is the line and column that hold that character."""
    text = end.join(parts)
    lines = Lines(text)
    for number, part in enumerate(parts):
        start = len(end.join(parts[:number])) + (len(end) if number else 0)
        for offset in range(len(part)):
            assert lines.position(start + offset) == (number + 1, offset + 1)


def test_a_segment_spans_lines() -> None:
    """The text of a range over several lines has LF line ends."""
    code = "x = f(\r\n    'é', y,\r\n)\r\n"
    node = ast.parse(code.replace("\r\n", "\n")).body[0]
    lines = Lines(code)
    end = lines.column(node.end_lineno or 0, node.end_col_offset or 0)
    assert lines.segment(node.lineno, 5, node.end_lineno or 0, end) == "f(\n    'é', y,\n)"
