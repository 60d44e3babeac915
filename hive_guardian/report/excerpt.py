"""The lines of source a finding points at, cut to a width and safe to show."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from hive_guardian.model.finding import Location
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.report import Report
from hive_guardian.report.escaping import COMMAND_MARK, to_one_line
from hive_guardian.source.text import split_lines

TAB_STOP = 4
ELISION = "..."
SHOWN_HEAD = 3
"""Lines shown of a span before the rest is left out; the last line is always shown."""

_CONTROL_PICTURES = 0x2400
_DELETE, _DELETE_PICTURE = "\x7f", "\u2421"
_SECRET_TAG = "cwe-798"  # noqa: S105  # a weakness number of MITRE's list, the tag of rules about credentials
_HIDDEN = re.compile(r"[^\s'\"]")


@frozen
class ExcerptLine:
    """One line of source, ready to show.

    Attributes:
        number: 1-based line number; 0 stands for lines that are left out.
        before: text before the marked part.
        marked: the part the finding points at.
        after: text after it.
    """

    number: int
    before: str = ""
    marked: str = ""
    after: str = ""


@frozen
class _Cell:
    """One character as shown: what is written, how many columns of a terminal it takes, whether it is marked."""

    text: str
    width: int
    is_marked: bool


def show_sources(report: Report) -> Mapping[str, list[str]]:
    """Return the lines of every known source by path, with the credentials that findings point at hidden.

    A report is read by more people and kept in more places than the repository, logs of public builds among them.
    """
    secret_rules = {info.code for info in report.rules if _SECRET_TAG in info.tags}
    lines = {path: split_lines(source) for path, source in report.sources.items()}
    for finding in report.findings:
        if finding.rule in secret_rules and finding.location.path in lines:
            _hide(lines[finding.location.path], finding.location)
    return lines


def _hide(lines: list[str], span: Location) -> None:
    """Replace the characters of a span, in place; quotes and spaces stay so that the shape can be recognised."""
    for number in range(span.line, min(span.end_line, len(lines)) + 1):
        line = lines[number - 1]
        start, end = _clip(line, number, span)
        lines[number - 1] = line[:start] + _HIDDEN.sub("*", line[start:end]) + line[end:]


def _clip(line: str, number: int, span: Location) -> tuple[int, int]:
    """Return the 0-based bounds of the span inside one line; without indentation where the span only continues."""
    indent = len(line) - len(line.lstrip())
    start = span.column - 1 if number == span.line else indent
    end = span.end_column - 1 if number == span.end_line else len(line)
    start = min(start, len(line))
    return start, max(start, min(end, len(line)))


def cut_excerpt(lines: Sequence[str], span: Location, width: int) -> tuple[ExcerptLine, ...]:
    """Return the lines of a span, the middle of a long one left out; empty if the source has no such line."""
    if span.line > len(lines):
        return ()
    last = min(span.end_line, len(lines))
    if span.end_line > span.line and span.end_column == 1:
        last -= 1  # the span ends with a line feed: the next line is not part of it
    numbers = list(range(span.line, last + 1))
    if len(numbers) > SHOWN_HEAD + 2:
        numbers = [*numbers[:SHOWN_HEAD], 0, numbers[-1]]
    return tuple(
        _cut_line(lines[number - 1], number, _clip(lines[number - 1], number, span), width)
        if number
        else ExcerptLine(0)
        for number in numbers
    )


def _cut_line(line: str, number: int, bounds: tuple[int, int], width: int) -> ExcerptLine:
    """Return one line, cut around the marked part if it is wider than `width` cells."""
    start, end = bounds
    is_plain = line.isascii() and line.isprintable() and "##" not in line
    if is_plain and len(line) <= width:  # as most lines
        return ExcerptLine(number, line[:start], line[start:end], line[end:])
    low = max(0, start - width) if len(line) > 2 * width else 0
    high = min(len(line), max(start, low) + 2 * width)
    cells = _measure(line[low:high], start - low, end - low)
    left, right = _choose_window([cell.width for cell in cells], start - low, width)
    shown = cells[left:right]
    before = "".join(cell.text for index, cell in enumerate(shown) if not cell.is_marked and left + index < start - low)
    marked = "".join(cell.text for cell in shown if cell.is_marked)
    after = "".join(cell.text for index, cell in enumerate(shown) if not cell.is_marked and left + index >= start - low)
    prefix = ELISION if low + left > 0 else ""
    suffix = ELISION if low + right < len(line) else ""
    return ExcerptLine(number, prefix + before, marked, after + suffix)


def _measure(text: str, start: int, end: int) -> list[_Cell]:
    """Return the cells of a text, one per character; tabs are expanded and control characters made visible."""
    cells: list[_Cell] = []
    column = 0
    command_marks = {match.start() + 1 for match in COMMAND_MARK.finditer(text)}
    for index, character in enumerate(text):
        shown = " " * (TAB_STOP - column % TAB_STOP) if character == "\t" else _show(character)
        if index in command_marks:
            shown = "\\x23"
        width = measure_width(shown)
        cells.append(_Cell(shown, width, start <= index < end))
        column += width
    return cells


def _show(character: str) -> str:
    """Return what stands for one character; control pictures keep the width of one cell."""
    if character < " ":
        return chr(_CONTROL_PICTURES + ord(character))
    return _DELETE_PICTURE if character == _DELETE else to_one_line(character)


def _choose_window(widths: Sequence[int], start: int, width: int) -> tuple[int, int]:
    """Return the range of cells to show: all if they fit, else `width` cells with the marked start a quarter in."""
    if sum(widths) <= width:
        return 0, len(widths)
    left = start
    room = width // 4
    while left > 0 and widths[left - 1] <= room:
        left -= 1
        room -= widths[left]
    right, room = left, width
    while right < len(widths) and widths[right] <= room:
        room -= widths[right]
        right += 1
    while left > 0 and widths[left - 1] <= room:
        left -= 1
        room -= widths[left]
    return left, right


def measure_width(text: str) -> int:
    """Return how many cells of a terminal a text takes (Unicode Standard Annex 11; combining characters take none)."""
    return len(text) if text.isascii() else sum(_character_widths(text))


def _character_widths(text: str) -> Iterable[int]:
    """Yield the width of each character."""
    for character in text:
        if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
            yield 0
        else:
            yield 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
