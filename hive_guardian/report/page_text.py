"""Pages made of blocks, as text for a terminal and as Markdown."""

import textwrap
from collections.abc import Iterable, Iterator
from itertools import pairwise

from hive_guardian.model.frozen_class import frozen
from hive_guardian.report.escaping import to_one_line
from hive_guardian.report.paint import Paint
from hive_guardian.report.rule_page import Block, Code, Heading, Paragraph, Rows

_INDENT = "  "
_NARROWEST = 24


def page_markdown(blocks: Iterable[Block]) -> str:
    """Return a page in Markdown."""
    pieces: list[str] = []
    for block in blocks:
        match block:
            case Heading():
                pieces.append(f"{'#' * block.level} {block.text}")
            case Paragraph():
                pieces.append(block.text)
            case Rows():
                lines = [_row(block.header), f"|{'---|' * len(block.header)}", *map(_row, block.rows)]
                pieces.append("\n".join(lines))
            case Code():
                fence = "`" * max(3, _longest_run(block.text) + 1)
                title = f"`{block.name}`:\n\n" if block.name else ""
                pieces.append(f"{title}{fence}{block.language}\n{block.text}\n{fence}")
    return "\n\n".join(pieces) + "\n"


def page_text(blocks: Iterable[Block], paint: Paint, width: int) -> str:
    """Return a page for a terminal.

    Args:
        blocks: the page.
        paint: colours, or none.
        width: of the terminal in cells.
    """
    writer = _Writer(paint, max(width, 2 * _NARROWEST))
    lines = [line for block in blocks for line in writer.lines(block)]
    return "".join(f"{line}\n" for previous, line in pairwise(["", *lines]) if line or previous)


@frozen
class _Writer:
    """Writes blocks in one width and palette."""

    paint: Paint
    width: int

    def lines(self, block: Block) -> Iterator[str]:
        match block:
            case Heading():
                yield from ([] if block.level == 1 else [""])
                yield self.paint.path(block.text) if block.level == 1 else self.paint.strong(block.text)
            case Paragraph():
                yield from textwrap.wrap(
                    to_one_line(block.text), self.width, initial_indent=_INDENT, subsequent_indent=_INDENT,
                    break_long_words=False, break_on_hyphens=False,
                )  # fmt: skip
            case Rows():
                yield from self._rows(block)
            case Code():
                yield from [f"{_INDENT}{self.paint.dim(f'{block.name}:')}"] if block.name else []
                yield from (
                    f"{_INDENT}{self.paint.dim('|')} {to_one_line(line)}".rstrip() for line in block.text.split("\n")
                )
                yield ""

    def _rows(self, block: Rows) -> Iterator[str]:
        """Yield the cells in columns; the last one is wrapped, and starts on a line of its own where it is narrow."""
        shown = [tuple(map(to_one_line, row)) for row in block.rows]
        titled = [block.header, *shown] if any(block.header) else shown
        widths = [max(len(row[index]) for row in titled) for index in range(len(block.header) - 1)]
        left = len(_INDENT) + sum(widths) + 2 * len(widths)
        if self.width - left < _NARROWEST:
            yield from self._stacked(block, shown)
            return
        for number, row in enumerate(titled):
            is_title = any(block.header) and not number
            head = "".join(f"{cell:<{width}}  " for cell, width in zip(row, widths, strict=False))
            rest = textwrap.wrap(row[-1], self.width - left, break_long_words=False, break_on_hyphens=False) or [""]
            first = f"{_INDENT}{head}{rest[0]}".rstrip()
            yield self.paint.dim(first) if is_title else first
            yield from (f"{' ' * left}{line}" for line in rest[1:])

    def _stacked(self, block: Rows, rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
        """Yield one cell per line under the first cell of its row."""
        for row in rows:
            yield f"{_INDENT}{self.paint.strong(row[0])}"
            for title, cell in zip(block.header[1:], row[1:], strict=True):
                lines = textwrap.wrap(
                    f"{title}: {cell}", self.width, initial_indent=_INDENT * 2, subsequent_indent=_INDENT * 3,
                    break_long_words=False, break_on_hyphens=False,
                )  # fmt: skip
                yield from lines if cell else []


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _longest_run(text: str) -> int:
    """Return the length of the longest run of backquotes."""
    runs = [0]
    for character in text:
        runs = [*runs[:-1], runs[-1] + 1] if character == "`" else [*runs, 0]
    return max(runs)
