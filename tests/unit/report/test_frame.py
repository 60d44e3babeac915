import pytest

from hive_guardian.model.finding import Location
from hive_guardian.report.excerpt import cut_excerpt
from hive_guardian.report.frame import draw_frame
from hive_guardian.report.paint import Paint

SOURCE = ["value = call(", "    1,", "    2,", "    3,", "    4,", ")"]


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ((1, 9, 1, 13), ["  |", "1 | value = call(", "  |         ^^^^"]),
        ((2, 5, 2, 5), ["  |", "2 |     1,", "  |     ^"]),
        (
            (1, 9, 3, 6),
            ["  |", "1 |   value = call(", "  |  _________^", "2 | |     1,", "3 | |     2,", "  | |_____^"],
        ),
        (
            (1, 1, 6, 2),
            [
                "  |",
                "1 | / value = call(",
                "2 | |     1,",
                "3 | |     2,",
                "... |",
                "6 | | )",
                "  | |_^",
            ],
        ),
    ],
)
def test_frame_marks_the_span(span: tuple[int, int, int, int], expected: list[str]) -> None:
    """One line is underlined; several are held together by a bar that starts and ends at the span."""
    line, column, end_line, end_column = span
    excerpt = cut_excerpt(SOURCE, Location("a.py", line, column, end_line, end_column), 80)

    assert list(draw_frame(excerpt, Paint(is_on=False), 1)) == expected


def test_missing_source_draws_nothing() -> None:
    """Without source there is no empty frame."""
    assert list(draw_frame((), Paint(is_on=False), 1)) == []
