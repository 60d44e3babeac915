import pytest
from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.model.finding import Location
from hive_guardian.report.excerpt import ELISION, ExcerptLine, cut_excerpt, measure_width, show_sources
from tests.fakes.reports import make_finding, make_report


def cut(line: str, column: int, end: int, width: int = 40) -> ExcerptLine:
    """Return the excerpt of a span in one line."""
    (only,) = cut_excerpt([line], Location("a.py", 1, column, 1, end), width)
    return only


@pytest.mark.parametrize(
    ("line", "column", "end", "expected"),
    [
        ("x = 1", 5, 6, ExcerptLine(1, "x = ", "1", "")),
        ("\tx = 1", 2, 3, ExcerptLine(1, "    ", "x", " = 1")),
        ("ab\tx", 4, 5, ExcerptLine(1, "ab  ", "x", "")),
        ('s = "合"', 5, 8, ExcerptLine(1, "s = ", '"合"', "")),
        ("x\x1b[31m", 1, 2, ExcerptLine(1, "x"[:0], "x", "␛[31m")),
        ("a\u202eb", 3, 4, ExcerptLine(1, "a\\u202e", "b", "")),
        ("##vso[a]", 1, 3, ExcerptLine(1, "", "#\\x23", "vso[a]")),
        ("x", 9, 12, ExcerptLine(1, "x", "", "")),
    ],
)
def test_line_is_split_around_the_span(line: str, column: int, end: int, expected: ExcerptLine) -> None:
    """Tabs are expanded and characters that act on a terminal are shown; the marked part stays exact."""
    assert cut(line, column, end) == expected


@pytest.mark.parametrize("column", [1, 60, 500, 985])
def test_long_line_is_cut_around_the_span(column: int) -> None:
    """The marked part stays visible, whatever lies to its left and right."""
    text = "a" * (column - 1) + "HERE" + "b" * (1000 - column - 3)

    line = cut(text, column, column + 4)

    assert line.marked == "HERE"
    assert len(line.before + line.marked + line.after) <= 40 + 2 * len(ELISION)
    assert line.before.startswith(ELISION) is (column > 1)
    assert line.after.endswith(ELISION) is (column < 900)


@given(
    st.text(st.sampled_from("ab \t合\u0301\x1b\u202e"), max_size=300),
    st.integers(1, 320),
    st.integers(0, 320),
    st.integers(20, 60),
)
def test_excerpt_is_never_wider_than_asked(text: str, column: int, length: int, width: int) -> None:
    """Any span of any line fits; only the two cuts may stand out."""
    line = cut(text, column, column + length, width)

    assert measure_width(line.before + line.marked + line.after) <= width + 2 * len(ELISION)


def test_middle_of_a_long_span_is_left_out() -> None:
    """A long span shows its head and its end; the gap has no number."""
    lines = [f"    line {number}" for number in range(1, 11)]

    excerpt = cut_excerpt(lines, Location("a.py", 1, 5, 10, 9), 80)

    assert [line.number for line in excerpt] == [1, 2, 3, 0, 10]
    assert [line.marked for line in excerpt] == ["line 1", "line 2", "line 3", "", "line"]


def test_span_that_ends_with_a_line_feed_does_not_reach_into_the_next_line() -> None:
    """An end in column 1 means that the line before is the last one."""
    excerpt = cut_excerpt(["one", "two"], Location("a.py", 1, 1, 2, 1), 80)

    assert excerpt == (ExcerptLine(1, "", "one", ""),)


def test_unknown_line_gives_no_excerpt() -> None:
    """A source that changed since it was checked gives nothing rather than a wrong line."""
    assert cut_excerpt(["one"], Location("a.py", 2, 1, 2, 2), 80) == ()


def test_credentials_are_hidden_in_every_excerpt_of_the_file() -> None:
    """The span of a finding about credentials is masked, on each of its lines, for other findings too."""
    report = make_report(
        make_finding("a.py", 1, rule="GR30", span=(5, 2, 9)), sources={"a.py": 'x = "abc def"\n    "ghi"\ny = 1\n'}
    )

    assert show_sources(report)["a.py"] == ['x = "*** ***"', '    "***"', "y = 1", ""]


@pytest.mark.parametrize(("text", "expected"), [("abc", 3), ("合計", 4), ("e\u0301", 1), ("\u200d", 0), ("Ａ", 2)])
def test_width_counts_cells_of_a_terminal(text: str, expected: int) -> None:
    """Wide characters take two cells and combining ones none."""
    assert measure_width(text) == expected
