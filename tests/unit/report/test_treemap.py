from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.report.treemap import Box, divide_box

CANVAS = Box(0, 0, 600, 400)


@given(st.lists(st.integers(1, 500), min_size=1, max_size=40))
def test_areas_are_in_proportion_and_do_not_overlap(numbers: list[int]) -> None:
    """The boxes fill the canvas, each as large as its number."""
    sizes = sorted(numbers, reverse=True)

    boxes = divide_box(CANVAS, sizes)

    scale = CANVAS.width * CANVAS.height / sum(sizes)
    assert all(abs(box.width * box.height - size * scale) < 1e-3 for box, size in zip(boxes, sizes, strict=True))
    assert all(box.left > -1e-6 and box.left + box.width < CANVAS.width + 1e-6 for box in boxes)
    assert all(box.top > -1e-6 and box.top + box.height < CANVAS.height + 1e-6 for box in boxes)
    for index, one in enumerate(boxes):
        for other in boxes[index + 1 :]:
            across = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
            down = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
            assert across < 1e-6 or down < 1e-6


def test_example_of_the_paper_is_reproduced() -> None:
    """The areas 6, 6, 4, 3, 2, 2, 1 on 6 x 4 fall as in figure 4 of the paper."""
    boxes = divide_box(Box(0, 0, 6, 4), [6, 6, 4, 3, 2, 2, 1])

    assert [(round(box.left, 2), round(box.top, 2)) for box in boxes] == [
        (0.0, 0.0), (0.0, 2.0), (3.0, 0.0), (4.71, 0.0), (3.0, 2.33), (4.2, 2.33), (5.4, 2.33)
    ]  # fmt: skip


def test_nothing_gives_nothing() -> None:
    """No sizes, no boxes."""
    assert divide_box(CANVAS, []) == []
