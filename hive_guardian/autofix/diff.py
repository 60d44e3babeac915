"""Unified diffs, from edits and from whole files."""

from collections.abc import Sequence
from difflib import unified_diff

from hive_guardian.autofix.source_text import SourceText, Span, apply_spans

CONTEXT = 3
_NO_NEWLINE = "\\ No newline at end of file\n"


def hunks(source: SourceText, spans: Sequence[Span]) -> str:
    """Return hunks for ordered spans of one text, without a file header.

    Only the lines around the spans are looked at, so the cost does not depend on the file.
    """
    found: list[str] = []
    shift = 0
    for group in _groups(source, spans):
        first = max(source.line(group[0][0]) - CONTEXT, 1)
        last = min(source.line(max(group[-1][0], group[-1][1] - 1)) + CONTEXT, len(source.starts))
        start, end = source.starts[first - 1], _end(source, last)
        old = source.text[start:end]
        new = apply_spans(old, [(begin - start, stop - start, text) for begin, stop, text in group])
        lines = list(unified_diff(_lines(old), _lines(new), n=CONTEXT, lineterm=""))[2:]
        found += [_moved(line, first - 1, first - 1 + shift) for line in lines]
        shift += len(_lines(new)) - len(_lines(old))
    return "".join(map(_closed, found))


def file_diff(path: str, before: str, after: str) -> str:
    """Return the unified diff of a file, with the header that `git apply` and `patch -p1` understand."""
    lines = unified_diff(_lines(before), _lines(after), f"a/{path}", f"b/{path}", n=CONTEXT, lineterm="")
    return "".join(map(_closed, lines))


def _groups(source: SourceText, spans: Sequence[Span]) -> list[list[Span]]:
    """Put spans together whose surroundings overlap."""
    groups: list[list[Span]] = []
    for span in spans:
        if groups and source.line(span[0]) - source.line(groups[-1][-1][1]) <= 2 * CONTEXT:
            groups[-1].append(span)
        else:
            groups.append([span])
    return groups


def _end(source: SourceText, line: int) -> int:
    return source.starts[line] if line < len(source.starts) else len(source.text)


def _lines(text: str) -> list[str]:
    """Split at line feeds only and keep them: a diff of a file with other line ends shows them as they are."""
    parts = text.split("\n")
    return [f"{part}\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _closed(line: str) -> str:
    """Return a line of a diff with its line end; one without says so."""
    if line.endswith("\n"):
        return line
    return f"{line}\n" if line.startswith(("---", "+++", "@@")) else f"{line}\n{_NO_NEWLINE}"


def _moved(line: str, old: int, new: int) -> str:
    """Return a line of a diff; the header of a hunk counts from the beginning of the file."""
    if not line.startswith("@@ "):
        return line
    _, before, after, _ = line.split(" ")
    return f"@@ -{_shift(before[1:], old)} +{_shift(after[1:], new)} @@"


def _shift(extent: str, by: int) -> str:
    start, comma, count = extent.partition(",")
    return f"{int(start) + by}{comma}{count}"
