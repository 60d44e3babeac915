"""Unified diffs, from edits and from whole files."""

import io
from collections.abc import Sequence
from difflib import unified_diff
from itertools import accumulate

from hive_guardian.autofix.source_text import SourceText, Span, apply_spans

CONTEXT = 3
CR, LF = "\r", "\n"
_FEW = 8
_NO_NEWLINE = "\\ No newline at end of file\n"


def hunks(source: SourceText, spans: Sequence[Span]) -> str:
    """Return hunks for ordered spans of one text, without a file header.

    Only the lines around the spans are looked at, so the cost does not depend on the file.
    """
    found: list[str] = []
    shift = 0
    for group in _groups(source, spans, 2 * CONTEXT):
        first = max(source.line(group[0][0]) - CONTEXT, 1)
        last = min(_last_line(source, group[-1]) + CONTEXT, len(source.starts))
        lines: list[str] = []
        at = first
        for cluster in _groups(source, group, 0):
            start, end = source.line(cluster[0][0]), _last_line(source, cluster[-1])
            lines += [f" {line}" for line in _between(source, at, start - 1)]
            lines += _replaced(source, cluster, start, end)
            at = end + 1
        lines += [f" {line}" for line in _between(source, at, last)]
        old = sum(1 for line in lines if not line.startswith("+"))
        new = sum(1 for line in lines if not line.startswith("-"))
        found.append(f"@@ -{_extent(first, old)} +{_extent(first + shift, new)} @@\n")
        found += map(_closed, lines)
        shift += new - old
    return "".join(found)


def _replaced(source: SourceText, spans: Sequence[Span], first: int, last: int) -> list[str]:
    """Return the lines that spans remove and add, without those that both sides share at their ends."""
    start, end = source.starts[first - 1], _end(source, last)
    old = source.text[start:end]
    after = apply_spans(old, [(begin - start, stop - start, text) for begin, stop, text in spans])
    one, other = _lines(old), _lines(after)
    limit = min(len(one), len(other))
    head = next((at for at in range(limit) if one[at] != other[at]), limit)
    limit -= head
    tail = next((at for at in range(limit) if one[-1 - at] != other[-1 - at]), limit)
    shared = [f" {line}" for line in one[:head]]
    removed = [f"-{line}" for line in one[head : len(one) - tail]]
    added = [f"+{line}" for line in other[head : len(other) - tail]]
    return [*shared, *removed, *added, *(f" {line}" for line in one[len(one) - tail :])]


def _extent(first: int, count: int) -> str:
    """Return the range of a hunk; an empty one names the line before it."""
    return str(first) if count == 1 else f"{first if count else first - 1},{count}"


def _between(source: SourceText, first: int, last: int) -> list[str]:
    """Return the lines from one number to another, the last one included."""
    return _lines(source.text[source.starts[first - 1] : _end(source, last)]) if first <= last else []


def _last_line(source: SourceText, span: Span) -> int:
    return source.line(max(span[0], span[1] - 1))


def file_diff(path: str, before: str, after: str) -> str:
    """Return the unified diff of a file, with the header that `git apply` and `patch -p1` understand."""
    spans = _line_spans(before, after)
    if spans:
        return f"--- a/{path}\n+++ b/{path}\n{hunks(SourceText(before, 'utf-8', b'', LF), spans)}"
    lines = unified_diff(_lines(before), _lines(after), f"a/{path}", f"b/{path}", n=CONTEXT, lineterm="")
    return "".join(map(_closed, lines))


def _line_spans(before: str, after: str) -> list[Span]:
    """Return the lines that differ where both sides have as many and few do, which most fixes leave; else nothing.

    A general comparison of two files costs as much as proving the fixes in between.
    """
    if CR in before or CR in after:
        return []
    old, new = _lines(before), _lines(after)
    if len(old) != len(new):
        return []
    differing = [at for at, line in enumerate(old) if line != new[at]]
    if len(differing) * _FEW > len(old):
        return []
    starts = list(accumulate(map(len, old), initial=0))
    return [(starts[at], starts[at + 1], new[at]) for at in differing]


def created_diff(path: str, text: str) -> str:
    """Return the diff of a file that did not exist, in git's format; an empty file has no hunk."""
    header = f"diff --git a/{path} b/{path}\nnew file mode 100644\n"
    lines = unified_diff([], _lines(text), "/dev/null", f"b/{path}", lineterm="")
    return header + "".join(map(_closed, lines))


def _groups(source: SourceText, spans: Sequence[Span], distance: int) -> list[list[Span]]:
    """Put spans together that are at most so many lines apart."""
    groups: list[list[Span]] = []
    for span in spans:
        if groups and source.line(span[0]) - _last_line(source, groups[-1][-1]) <= distance:
            groups[-1].append(span)
        else:
            groups.append([span])
    return groups


def _end(source: SourceText, line: int) -> int:
    return source.starts[line] if line < len(source.starts) else len(source.text)


def _lines(text: str) -> list[str]:
    """Split at line feeds only and keep them: a diff of a file with other line ends shows them as they are."""
    return io.StringIO(text, newline="\n").readlines()


def _closed(line: str) -> str:
    """Return a line of a diff with its line end; one without says so."""
    if line.endswith("\n"):
        return line
    return f"{line}\n" if line.startswith(("---", "+++", "@@")) else f"{line}\n{_NO_NEWLINE}"
