"""Squarified treemap: areas in proportion to numbers, as square as possible (Bruls, Huizing, van Wijk, 2000)."""

from collections.abc import Sequence

from hive_guardian.model.frozen_class import frozen


@frozen
class Box:
    """A rectangle, in the unit of its canvas."""

    left: float
    top: float
    width: float
    height: float


def divide_box(box: Box, sizes: Sequence[float]) -> list[Box]:
    """Return one box per size, in order; sizes are positive and sorted, the greatest first."""
    total = sum(sizes)
    if not total:
        return []
    scale = box.width * box.height / total
    boxes: list[Box] = []
    row: list[float] = []
    for area in (size * scale for size in sizes):
        side = min(box.width, box.height)
        if row and _rate([*row, area], side) > _rate(row, side):
            placed, box = _place_row(row, box)
            boxes += placed
            row = []
        row.append(area)
    return boxes + _place_row(row, box)[0]


def _rate(row: Sequence[float], side: float) -> float:
    """Return the worst aspect ratio of a row of areas laid along a side; 1 is a square."""
    total = sum(row)
    if not side or not total:
        return float("inf")
    return max(side * side * max(row) / total**2, total**2 / (side * side * min(row)))


def _place_row(row: Sequence[float], box: Box) -> tuple[list[Box], Box]:
    """Return the boxes of a row laid along the shorter side, and the box that is left."""
    total = sum(row)
    if box.width >= box.height:
        depth = total / box.height if box.height else 0.0
        placed, top = [], box.top
        for area in row:
            length = area / depth if depth else 0.0
            placed.append(Box(box.left, top, depth, length))
            top += length
        return placed, Box(box.left + depth, box.top, max(0.0, box.width - depth), box.height)
    depth = total / box.width
    placed, left = [], box.left
    for area in row:
        length = area / depth if depth else 0.0
        placed.append(Box(left, box.top, length, depth))
        left += length
    return placed, Box(box.left, box.top + depth, box.width, max(0.0, box.height - depth))
