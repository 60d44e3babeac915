"""Apply fixes until nothing is left to apply; keep only what is proven, and touch no disk."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from typing import Protocol

from hive_guardian.autofix.comparison import ELSEWHERE, find_problems, group_by_path
from hive_guardian.autofix.context import is_python
from hive_guardian.autofix.proof import Verdict
from hive_guardian.autofix.rendering import Rendered
from hive_guardian.autofix.selection import Attempt, Candidate, attempt
from hive_guardian.autofix.source_text import read_source
from hive_guardian.model.edit import Fix, Safety
from hive_guardian.model.errors import FixRefusedError
from hive_guardian.model.finding import Finding, Status

MOST_ROUNDS = 1000
"""A fix that makes a file longer each time never comes back to a state it has seen."""
_ALL = 1_000_000
Contents = Mapping[str, bytes]
"""Path -> content of the files that differ from what is on disk."""


class FixStatus(StrEnum):
    """What became of a fix."""

    APPLIED = "applied"
    AVAILABLE = "available"
    REFUSED = "refused"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class FixResult:
    """What became of the fix of one finding.

    Attributes:
        finding: as it was found, also when an earlier fix had moved it.
        fix: what was offered; with its edits where it was applied.
        status: applied; available, but nobody asked for its class; refused by the rule; rejected by the proof.
        reason: why it was not applied.
    """

    finding: Finding
    fix: Fix
    status: FixStatus
    reason: str = ""


class Workshop(Protocol):
    """Where fixes are rendered and judged: a child process, or this one in tests."""

    def render(self, path: str, data: bytes, findings: Sequence[Finding]) -> Sequence[Rendered]:
        """Return the answers of the rules, in the order of the findings.

        Args:
            path: the file.
            data: its content as it is now.
            findings: those with a fix a program can apply.
        """

    def prove(self, attempt: Attempt) -> Verdict:
        """Judge an attempt by the look of its text and tree."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a session works on.

    Attributes:
        read: returns the content of a file; raises OSError.
        check: returns all findings of the project with some contents replaced, in report order.
        workshop: renders and judges.
        is_wanted: whether somebody wants this finding fixed.
        safeties: the classes of fixes to apply.
    """

    read: Callable[[str], bytes]
    check: Callable[[Contents], Sequence[Finding]]
    workshop: Workshop
    is_wanted: Callable[[Finding], bool] = lambda _finding: True
    safeties: frozenset[Safety] = frozenset({Safety.SAFE})


@dataclass(slots=True)
class Fixed:
    """What a session came to.

    Attributes:
        contents: path -> new content of the files to write, ordered by path.
        results: ordered by place; every fixable finding has one.
        findings: what is found with the new contents.
    """

    contents: dict[str, bytes]
    results: tuple[FixResult, ...]
    findings: tuple[Finding, ...]


def fix_all(task: Task, findings: Sequence[Finding]) -> Fixed:
    """Apply fixes, round after round, until none is left that can be applied.

    Args:
        task: what to work on.
        findings: of the project as it is.
    """
    session = _Session(task, findings)
    for _ in range(MOST_ROUNDS):
        if not session.advance():
            break
    return session.result()


@dataclass(slots=True)
class _File:
    """What is known about one file while fixes are tried.

    Attributes:
        original: content on disk.
        seen: digests of all contents it had.
        applied: results of the fixes that are in the current content.
        reasons: fingerprint -> (status, reason) of the fixes that will not be tried again.
        limit: at most this many fixes at once; halved when an attempt failed.
        left: why nothing more is tried in this file.
    """

    original: bytes
    seen: set[bytes]
    applied: list[FixResult] = field(default_factory=list)
    reasons: dict[str, tuple[FixStatus, str]] = field(default_factory=dict)
    limit: int = _ALL
    left: str = ""


class _Session:
    """The state between rounds."""

    def __init__(self, task: Task, findings: Sequence[Finding]) -> None:
        self.task = task
        self.findings = tuple(findings)
        self.contents: dict[str, bytes] = {}
        self.files: dict[str, _File] = {}
        self.one_file_at_a_time = False

    def advance(self) -> bool:
        """Do one round; returns whether another one may bring something."""
        attempts: dict[str, Attempt] = {}
        has_learned = False
        for path, findings in group_by_path(filter(self._is_open, self.findings)).items():
            made, learned = self._try(path, findings)
            has_learned |= learned
            if made is not None:
                attempts[path] = made
                if self.one_file_at_a_time:
                    break
        while attempts:
            contents = {**self.contents, **{path: made.after for path, made in attempts.items()}}
            found = self.task.check(contents)
            problems = find_problems(self.findings, found, attempts, {path: is_python(path) for path in attempts})
            if not problems:
                self._accept(attempts, contents, found)
                return True
            has_learned = True
            self._blame(attempts, problems)
        return has_learned

    def _is_open(self, finding: Finding) -> bool:
        """Whether the fix of a finding is still to be tried."""
        fix = finding.fix
        if finding.status is not Status.NEW or fix is None or not fix.is_applicable:
            return False
        if fix.safety not in self.task.safeties or not self.task.is_wanted(finding):
            return False
        file = self.files.get(finding.location.path)
        return file is None or not (file.left or finding.fingerprint in file.reasons)

    def _try(self, path: str, findings: Sequence[Finding]) -> tuple[Attempt | None, bool]:
        """Return what to try in a file, and whether something was learned besides."""
        data = self._read(path)
        if data is None:
            return None, True
        file = self.files[path]
        answers = self.task.workshop.render(path, data, findings)
        candidates = []
        for finding, answer in zip(findings, answers, strict=True):
            if answer.fix is None:
                file.reasons[finding.fingerprint] = FixStatus.REFUSED, answer.reason
            else:
                candidates.append(Candidate(finding, answer.fix))
        learned = len(candidates) < len(findings)
        if not candidates:
            return None, learned
        made = attempt(path, data, read_source(data, is_python=is_python(path)), candidates, file.limit)
        verdict = self.task.workshop.prove(made)
        if verdict.reason:
            self._fail(made, FixStatus.REJECTED, verdict.reason)
        elif not verdict.is_same and Safety.UNSAFE not in self.task.safeties:
            self._fail(made, FixStatus.AVAILABLE, "it could not be proven safe")
        else:
            return made, learned
        return None, True

    def _read(self, path: str) -> bytes | None:
        """Return the content of a file as it is now; a file that cannot be read is left alone."""
        if path not in self.files:
            try:
                data = self.task.read(path)
                read_source(data, is_python=is_python(path))
            except OSError as error:
                self.files[path] = _File(b"", set(), left=f"it cannot be read: {error.strerror or error}")
            except FixRefusedError as error:
                self.files[path] = _File(b"", set(), left=str(error))
            else:
                self.files[path] = _File(data, {_digest(data)})
        file = self.files[path]
        return None if file.left else self.contents.get(path, file.original)

    def _fail(self, made: Attempt, status: FixStatus, reason: str) -> None:
        """Remember that an attempt failed: its only fix is rejected, or fewer are tried at once."""
        file = self.files[made.path]
        if len(made.candidates) > 1:
            file.limit = len(made.candidates) // 2
            return
        file.reasons[made.candidates[0].finding.fingerprint] = status, reason

    def _blame(self, attempts: dict[str, Attempt], problems: Mapping[str, str]) -> None:
        """Take out the attempts that problems are charged to."""
        if ELSEWHERE in problems and len(attempts) > 1 and len(problems) == 1:
            self.one_file_at_a_time = True
            attempts.clear()
            return
        for path in list(attempts):
            reason = problems.get(path) or (problems[ELSEWHERE] if len(problems) == 1 and ELSEWHERE in problems else "")
            if reason:
                self._fail(attempts.pop(path), FixStatus.REJECTED, reason)

    def _accept(self, attempts: Mapping[str, Attempt], contents: Mapping[str, bytes], found: Sequence[Finding]) -> None:
        """Take over a proven state; a file that had this content before goes back to what it was at first."""
        self.contents = dict(contents)
        self.findings = tuple(found)
        reverted = False
        for path, made in attempts.items():
            file = self.files[path]
            file.limit = min(file.limit * 2, _ALL)
            file.applied += [FixResult(one.finding, one.fix, FixStatus.APPLIED) for one in made.candidates]
            digest = _digest(made.after)
            if digest in file.seen:
                rules = sorted({result.finding.rule for result in file.applied})
                file.left = f"the fixes of {' and '.join(rules)} undo each other"
                del self.contents[path]
                reverted = True
            file.seen.add(digest)
        if reverted:
            self.findings = tuple(self.task.check(self.contents))

    def result(self) -> Fixed:
        """Return where the session stands."""
        results = [result for file in self.files.values() if not file.left for result in file.applied]
        for finding in self.findings:
            fix = finding.fix
            if finding.status is Status.NEW and fix is not None and fix.is_applicable and self.task.is_wanted(finding):
                results.append(self._leftover(finding, fix))
        changed = {path: data for path, data in sorted(self.contents.items()) if data != self.files[path].original}
        results.sort(key=lambda result: result.finding.sort_key)
        return Fixed(changed, tuple(results), self.findings)

    def _leftover(self, finding: Finding, fix: Fix) -> FixResult:
        """Return why the fix of a finding that is still there was not applied."""
        if fix.safety not in self.task.safeties:
            return FixResult(finding, fix, FixStatus.AVAILABLE, f"it is {fix.safety}")
        file = self.files[finding.location.path]
        status, reason = file.reasons.get(finding.fingerprint, (FixStatus.REJECTED, file.left))
        return FixResult(finding, fix, status, reason or f"no end after {MOST_ROUNDS} rounds")


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=16).digest()
