import pytest
from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.autofix.source_text import apply_edits, read_source
from hive_guardian.model.edit import Edit
from hive_guardian.model.errors import FixRefusedError

BOM = b"\xef\xbb\xbf"


def edit(line: int, column: int, end_line: int, end_column: int, text: str) -> Edit:
    """An edit of the file the tests are about."""
    return Edit("a.py", line, column, end_line, end_column, text)


@pytest.mark.parametrize(
    ("before", "edits", "after"),
    [
        (b"a = 1\n", [edit(1, 5, 1, 6, "2")], b"a = 2\n"),
        (b"a = 1", [edit(1, 6, 1, 6, "\nb = 2")], b"a = 1\nb = 2"),
        (b"a = 1\r\nb = 2\r\n", [edit(2, 1, 2, 1, "x = 0\n")], b"a = 1\r\nx = 0\r\nb = 2\r\n"),
        (b"a = 1\r\nb = 2\nc = 3\r\n", [edit(3, 1, 3, 6, "d")], b"a = 1\r\nb = 2\nd\r\n"),
        (b"a = 1\rb = 2\r", [edit(2, 5, 2, 6, "3\n")], b"a = 1\rb = 3\r\r"),
        (BOM + b"a = 1\n", [edit(1, 1, 1, 2, "b")], BOM + b"b = 1\n"),
        ("ü = '€'; x\n".encode(), [edit(1, 10, 1, 11, "y")], "ü = '€'; y\n".encode()),
        (
            "# coding: latin-1\nx = 'ü'\n".encode("latin-1"),
            [edit(2, 1, 2, 2, "y")],
            "# coding: latin-1\ny = 'ü'\n".encode("latin-1"),
        ),
        (b"a\x0cb\n", [edit(1, 3, 1, 4, "c")], b"a\x0cc\n"),
        (b"ab\n", [edit(1, 3, 1, 3, "c"), edit(1, 1, 1, 1, "_")], b"_abc\n"),
    ],
)
def test_edits_change_their_range_and_nothing_else(before: bytes, edits: list[Edit], after: bytes) -> None:
    """Byte order mark, encoding, line ends and untouched text stay; new lines get the line end of the file."""
    assert apply_edits(before, edits) == after


@pytest.mark.parametrize(
    ("data", "edits", "reason"),
    [
        (b"a\n", [edit(3, 1, 3, 1, "")], "line 3 is not in the file"),
        (b"a\n", [edit(1, 3, 1, 3, "")], "line 1 has no column 3"),
        (b"a\r\nb", [edit(1, 3, 1, 3, "")], "line 1 has no column 3"),
        (b"ab\n", [edit(1, 3, 1, 1, "")], "a range ends before it starts"),
        (b"ab\n", [edit(1, 1, 1, 3, ""), edit(1, 2, 1, 3, "")], "overlap"),
        (b"ab\n", [edit(1, 1, 1, 1, "x"), edit(1, 1, 1, 1, "y")], "overlap"),
        (b"# coding: ascii\na\n", [edit(2, 1, 2, 2, "'\xfc'")], "encoding"),
        (b"\xff\n", [], "it cannot be decoded"),
        (b"# coding: nonsense\n", [], "it cannot be decoded"),
    ],
)
def test_edits_that_do_not_fit_are_refused(data: bytes, edits: list[Edit], reason: str) -> None:
    """A place outside of the file, overlapping edits and characters the encoding lacks are refused with the reason."""
    with pytest.raises(FixRefusedError, match=reason):
        apply_edits(data, edits)


def test_the_same_edit_twice_is_one_edit() -> None:
    """Two fixes that insert the same import share the edit."""
    assert apply_edits(b"x\n", [edit(1, 1, 1, 1, "import a\n")] * 2) == b"import a\nx\n"


def test_a_toml_file_is_utf8_whatever_its_first_line_says() -> None:
    """A coding comment means something in Python only."""
    data = "# coding: latin-1\nname = 'ü'\n".encode()
    assert apply_edits(data, [edit(2, 1, 2, 5, "n")], is_python=False) == "# coding: latin-1\nn = 'ü'\n".encode()


@given(st.text(alphabet="aé€\U0001f600\n\r\x0c\t #", max_size=40), st.data())
def test_a_place_becomes_its_index_and_every_other_byte_stays(text: str, data: st.DataObject) -> None:
    """For any text and any place, an insertion splits the file there."""
    source = read_source(text.encode(), is_python=False)
    index = data.draw(st.integers(0, len(source.text)))
    line = source.line(index)
    column = index - source.starts[line - 1] + 1
    if source.text[index - 1 : index + 1] == "\r\n":
        return  # nobody can point between the two characters of one line end
    after = apply_edits(text.encode(), [edit(line, column, line, column, "X")], is_python=False)
    assert after == (text[:index] + "X" + text[index:]).encode()
