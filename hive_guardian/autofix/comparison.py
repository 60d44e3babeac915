"""Findings before and after edits: what is gone, what stayed, what is new."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from hive_guardian.autofix.selection import Attempt
from hive_guardian.autofix.source_text import SourceText, Span, is_python, read_source
from hive_guardian.model.edit import Change
from hive_guardian.model.errors import FixRefusedError
from hive_guardian.model.finding import Finding, Status
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.report import RunError
from hive_guardian.project.manifests.locks import lock_format

ELSEWHERE = ""
"""Stands for a file that no attempt changed."""
Key = tuple[str, str, str, int, int]
"""Rule, check, path, and line and column, or 0 and the number of the replacement that the place lies in."""


@frozen
class Checkup:
    """What the rules say about a state of the project.

    Attributes:
        findings: all of them, in report order.
        errors: what kept the check from being complete.
    """

    findings: tuple[Finding, ...]
    errors: tuple[RunError, ...] = ()


class Comparison:
    """The findings of a project before and after attempts."""

    def __init__(self, before: Checkup, after: Checkup, attempts: Mapping[str, Attempt]) -> None:
        """Line the findings up.

        Args:
            before: what the rules said before the attempts.
            after: what they say with all attempts made.
            attempts: path -> attempt.
        """
        self.attempts = attempts
        self._places = {path: _Places(one) for path, one in attempts.items()}
        self._before = [(self._key(finding, is_new=False), finding) for finding in before.findings]
        self._after = [(self._key(finding, is_new=True), finding) for finding in after.findings]
        self._may_be_stale = any(
            Change.LOCK in one.fix.changes for made in attempts.values() for one in made.candidates
        )
        self._errors = [error for error in after.errors if error not in before.errors]

    def _key(self, finding: Finding, *, is_new: bool) -> Key:
        places = self._places.get(finding.location.path)
        at = finding.location.line, finding.location.column
        if places is not None:
            at = places.after(finding) if is_new else places.before(finding)
        return finding.rule, finding.check, finding.location.path, *at

    def problems(self) -> dict[str, str]:
        """Return what speaks against the attempts: path -> reason; `ELSEWHERE` for what no single file answers for."""
        stayed = Counter(key for key, finding in self._before if finding.status is Status.NEW)
        fixed = Counter(
            self._key(candidate.finding, is_new=False) for one in self.attempts.values() for candidate in one.candidates
        )
        stayed -= fixed  # one place may have several findings of a check
        least = {path: min(item.finding.severity for item in one.candidates) for path, one in self.attempts.items()}
        found = {
            error.path if error.path in self.attempts else ELSEWHERE: f"the check of the result failed: {error.message}"
            for error in self._errors
        }
        for key, finding in self._after:
            path, line = finding.location.path, finding.location.line
            if finding.status is not Status.NEW:
                continue
            if self._may_be_stale and lock_format(path) is not None:
                continue
            if stayed[key] > 0:
                stayed[key] -= 1
            elif key in fixed:
                found.setdefault(path, f"{finding.rule} is still there at line {line}")
            elif finding.severity >= least.get(path, min(least.values())):
                what = f"it would cause {finding.rule} ({finding.name})"
                if path in self.attempts:
                    found.setdefault(path, f"{what} at line {line}: {finding.message}")
                else:
                    found.setdefault(ELSEWHERE, f"{what} at {path}:{line}: {finding.message}")
        return found

    def moves(self) -> dict[str, str]:
        """Return the fingerprint that each finding of the attempted files has now: old -> new, without those gone."""
        now: dict[Key, list[str]] = {}
        for key, finding in self._after:
            now.setdefault(key, []).append(finding.fingerprint)
        moved: dict[str, str] = {}
        for key, finding in self._before:
            if finding.location.path in self.attempts and now.get(key):
                moved[finding.fingerprint] = now[key].pop(0)
        return moved


class _Places:
    """Where places of one file go when it is edited."""

    def __init__(self, attempt: Attempt) -> None:
        self._old = read_source(attempt.before, is_python=is_python(attempt.path))
        self._new = read_source(attempt.after, is_python=is_python(attempt.path))
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
    line = source.line(index)
    return line, index - source.starts[line - 1] + 1


def group_by_path(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Return findings by the file they lie in, in order of their first finding."""
    grouped: dict[str, list[Finding]] = {}
    for finding in findings:
        grouped.setdefault(finding.location.path, []).append(finding)
    return grouped
