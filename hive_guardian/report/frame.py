"""Draws an excerpt of source for a terminal, the span underlined."""

from collections.abc import Iterator, Sequence

from hive_guardian.report.excerpt import ELISION, ExcerptLine, measure_width
from hive_guardian.report.paint import Paint


def draw_frame(excerpt: Sequence[ExcerptLine], paint: Paint, gutter: int) -> Iterator[str]:
    """Yield the lines of a frame; `gutter` is the width of the column of line numbers."""
    if not excerpt:
        return
    blank = paint.dim(f"{'':{gutter}} |")
    yield blank
    if len(excerpt) == 1:
        yield from _draw_single(excerpt[0], paint, gutter, blank)
    else:
        yield from _draw_block(excerpt, paint, gutter, blank)


def _draw_single(line: ExcerptLine, paint: Paint, gutter: int, blank: str) -> Iterator[str]:
    """Yield a line with its span underlined; an empty span gets one mark."""
    number = paint.dim(f"{line.number:>{gutter}} |")
    yield f"{number} {line.before}{line.marked}{line.after}".rstrip()
    marks = "^" * max(1, measure_width(line.marked))
    yield f"{blank} {' ' * measure_width(line.before)}{paint.alarm(marks)}"


def _draw_block(excerpt: Sequence[ExcerptLine], paint: Paint, gutter: int, blank: str) -> Iterator[str]:
    """Yield the lines of a span that covers several, held together by a bar at the left."""
    first, last = excerpt[0], excerpt[-1]
    opens_line = not first.before.strip()
    bar = paint.alarm("|")
    for line in excerpt:
        if not line.number:
            yield f"{paint.dim(f'{ELISION:<{gutter + 2}}')} {bar}"
            continue
        edge = bar if line is not first else paint.alarm("/") if opens_line else " "
        number = paint.dim(f"{line.number:>{gutter}} |")
        yield f"{number} {edge} {line.before}{line.marked}{line.after}".rstrip()
        if line is first and not opens_line:
            yield f"{blank}  {paint.alarm('_' * (measure_width(line.before) + 1) + '^')}"
    end = measure_width(last.before) + measure_width(last.marked)
    yield f"{blank} {paint.alarm('|' + '_' * max(1, end) + '^')}"
