"""Findings before and after edits: what is gone, what stayed, what is new."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from hive_guardian.autofix.selection import Attempt
from hive_guardian.autofix.source_text import SourceText, Span, read_source
from hive_guardian.model.errors import FixRefusedError
from hive_guardian.model.finding import Finding, Status

ELSEWHERE = ""
"""Stands for a file that no attempt changed."""
Key = tuple[str, str, str, int, int]
"""Rule, check, path, and line and column, or 0 and the number of the replacement that the place lies in."""


def find_problems(
    before: Sequence[Finding], after: Sequence[Finding], attempts: Mapping[str, Attempt], is_python: Mapping[str, bool]
) -> dict[str, str]:
    """Return what speaks against attempts: path -> reason; `ELSEWHERE` for what no single file can answer for.

    Args:
        before: all findings before the attempts.
        after: all findings with all attempts made.
        attempts: path -> attempt.
        is_python: path -> whether the file is one of Python.
    """
    maps = {path: _Places(one, is_python=is_python[path]) for path, one in attempts.items()}
    stayed = Counter(_key_before(finding, maps) for finding in before)
    fixed = {
        _key_before(candidate.finding, maps): candidate.finding
        for one in attempts.values()
        for candidate in one.candidates
    }
    least = {path: min(item.finding.severity for item in one.candidates) for path, one in attempts.items()}
    lowest = min(least.values())
    problems: dict[str, str] = {}
    for finding in after:
        if finding.status is not Status.NEW:
            continue
        path = finding.location.path
        key = _key_after(finding, maps)
        place = f"{finding.location.line}:{finding.location.column}"
        if key in fixed:
            problems.setdefault(path, f"{finding.rule} is still there at {place}")
        elif stayed[key]:
            stayed[key] -= 1
        elif finding.severity >= least.get(path, lowest):
            where = place if path in attempts else f"{path}:{place}"
            owner = path if path in attempts else ELSEWHERE
            problems.setdefault(owner, f"it would cause {finding.rule} ({finding.name}) at {where}: {finding.message}")
    return problems


class _Places:
    """Where places of one file go when it is edited."""

    def __init__(self, attempt: Attempt, *, is_python: bool) -> None:
        self._old = read_source(attempt.before, is_python=is_python)
        self._new = read_source(attempt.after, is_python=is_python)
        self._spans = attempt.spans
        self._shifted: list[Span] = []
        shift = 0
        for start, end, text in attempt.spans:
            self._shifted.append((start + shift, start + shift + len(text), text))
            shift += len(text) - (end - start)

    def before(self, finding: Finding) -> tuple[int, int]:
        """Return where a place of the old text is in the new one."""
        index = _index(self._old, finding)
        number = _inside(self._spans, index)
        if number is not None:
            return 0, number
        behind = bisect_right([start for start, _, _ in self._spans], index) - 1
        if behind >= 0:
            index += self._shifted[behind][1] - self._spans[behind][1]
        return _position(self._new, index)

    def after(self, finding: Finding) -> tuple[int, int]:
        """Return the key of a place of the new text."""
        index = _index(self._new, finding)
        number = _inside(self._shifted, index)
        return _position(self._new, index) if number is None else (0, number)


def _inside(spans: Sequence[Span], index: int) -> int | None:
    """Return the number of the replaced range an index lies in."""
    number = bisect_right([start for start, _, _ in spans], index) - 1
    return number if number >= 0 and spans[number][0] <= index < spans[number][1] else None


def _index(source: SourceText, finding: Finding) -> int:
    """Return the index of a finding; a place that is not in the file counts as its end."""
    try:
        return source.index(finding.location.line, finding.location.column)
    except FixRefusedError:
        return len(source.text)


def _position(source: SourceText, index: int) -> tuple[int, int]:
    line = bisect_right(source.starts, index)
    return line, index - source.starts[line - 1] + 1


def _key_before(finding: Finding, maps: Mapping[str, _Places]) -> Key:
    places = maps.get(finding.location.path)
    at = places.before(finding) if places else (finding.location.line, finding.location.column)
    return finding.rule, finding.check, finding.location.path, *at


def _key_after(finding: Finding, maps: Mapping[str, _Places]) -> Key:
    places = maps.get(finding.location.path)
    at = places.after(finding) if places else (finding.location.line, finding.location.column)
    return finding.rule, finding.check, finding.location.path, *at


def group_by_path(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Return findings by the file they lie in, in order of their first finding."""
    grouped: dict[str, list[Finding]] = {}
    for finding in findings:
        grouped.setdefault(finding.location.path, []).append(finding)
    return grouped
