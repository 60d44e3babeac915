"""Apply fixes until nothing is left to apply; keep only what is proven, and touch no disk."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Protocol

from hive_guardian.autofix.comparison import ELSEWHERE, Checkup, Comparison, group_by_path
from hive_guardian.autofix.diff import hunks
from hive_guardian.autofix.proof import Verdict
from hive_guardian.autofix.rendering import Rendered
from hive_guardian.autofix.selection import Approve, Attempt, Candidate, attempt
from hive_guardian.autofix.source_text import SourceText, is_python, read_source
from hive_guardian.model.edit import Fix, Safety
from hive_guardian.model.errors import FixRefusedError
from hive_guardian.model.finding import Finding, Status
from hive_guardian.model.fix_report import FixResult, FixStatus
from hive_guardian.model.frozen_class import frozen

MOST_ROUNDS = 1000
"""A fix that makes a file longer each time never comes back to a state it has seen."""
_ALL = 1_000_000
Contents = Mapping[str, bytes]
"""Path -> content of the files that differ from what is on disk."""


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


@frozen
class Task:
    """What a session works on.

    Attributes:
        read: returns the content of a file; raises OSError.
        check: runs all rules over the whole project with some contents replaced.
        veto: returns why a file is not to be changed, empty when it may be.
        workshop: renders and judges.
        is_wanted: whether somebody wants this finding fixed.
        safeties: the classes of fixes to apply.
        approve: asked once about each fix that could be applied, with what makes its diff; `False` leaves it out.
    """

    read: Callable[[str], bytes]
    check: Callable[[Contents], Checkup]
    workshop: Workshop
    veto: Callable[[str], str] = lambda _path: ""
    is_wanted: Callable[[Finding], bool] = lambda _finding: True
    safeties: frozenset[Safety] = frozenset({Safety.SAFE})
    approve: Approve = lambda _candidate, _diff: True


@dataclass(slots=True)
class Fixed:
    """What a session came to.

    Attributes:
        contents: path -> new content of the files to write, ordered by path.
        originals: path -> what these files held.
        results: ordered by place; every fixable finding has one.
        state: what the rules say about the new contents.
    """

    contents: dict[str, bytes]
    originals: dict[str, bytes]
    results: tuple[FixResult, ...]
    state: Checkup


def fix_all(task: Task, start: Checkup) -> Fixed:
    """Apply fixes, round after round, until none is left that can be applied.

    Args:
        task: what to work on.
        start: what the rules say about the project as it is.
    """
    session = _Session(task, start)
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
        diffs: hunks of each fix of the attempt that is being judged.
        limit: at most this many fixes at once; halved when an attempt failed.
        approved: fingerprints of the fixes that were approved.
        left: why nothing more is tried in this file.
        loop: whether that is because two rules undo each other.
    """

    original: bytes
    seen: set[bytes]
    applied: list[FixResult] = field(default_factory=list)
    reasons: dict[str, tuple[FixStatus, str]] = field(default_factory=dict)
    diffs: list[str] = field(default_factory=list)
    limit: int = _ALL
    approved: set[str] = field(default_factory=set)
    left: str = ""
    loop: bool = False


class _Session:
    """The state between rounds."""

    def __init__(self, task: Task, start: Checkup) -> None:
        self.task = task
        self.state = start
        self.contents: dict[str, bytes] = {}
        self.files: dict[str, _File] = {}
        self.most_files = _ALL

    def advance(self) -> bool:
        """Do one round; returns whether another one may bring something."""
        attempts: dict[str, Attempt] = {}
        has_learned = False
        for path, findings in group_by_path(filter(self._is_open, self.state.findings)).items():
            made, learned = self._try(path, findings)
            has_learned |= learned
            if made is not None:
                attempts[path] = made
                if len(attempts) == self.most_files:
                    break
        while attempts:
            contents = {**self.contents, **{path: made.after for path, made in attempts.items()}}
            found = self.task.check(contents)
            comparison = Comparison(self.state, found, attempts)
            problems = comparison.problems()
            if not problems:
                self._accept(attempts, contents, found, comparison.moves())
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
        try:
            source = read_source(data, is_python=is_python(path))
        except FixRefusedError as error:
            file.left = str(error)
            return None, True
        answers = self.task.workshop.render(path, data, findings)
        candidates = []
        for finding, answer in zip(findings, answers, strict=True):
            if answer.fix is None:
                status = FixStatus.FAILED if answer.has_failed else FixStatus.REFUSED
                file.reasons[finding.fingerprint] = status, answer.reason
            elif self._is_approved(file, candidate := Candidate(finding, answer.fix), source):
                candidates.append(candidate)
        learned = len(candidates) < len(findings)
        if not candidates:
            return None, learned
        made = attempt(path, data, source, candidates, file.limit)
        verdict = self.task.workshop.prove(made)
        if verdict.has_failed:
            file.left = verdict.reason
        elif verdict.reason:
            self._fail(made, FixStatus.REJECTED, verdict.reason)
        elif not verdict.is_same and Safety.UNSAFE not in self.task.safeties:
            self._fail(made, FixStatus.AVAILABLE, "it could not be proven safe")
        else:
            file.diffs = [hunks(source, source.spans(one.fix.edits)) for one in made.candidates]
            return made, learned
        return None, True

    def _is_approved(self, file: _File, candidate: Candidate, source: SourceText) -> bool:
        """Ask once whether a fix is to be applied."""
        mark = candidate.finding.fingerprint
        if mark not in file.approved:
            if not self.task.approve(candidate, lambda: hunks(source, source.spans(candidate.fix.edits))):
                file.reasons[mark] = FixStatus.AVAILABLE, "it was declined"
                return False
            file.approved.add(mark)
        return True

    def _read(self, path: str) -> bytes | None:
        """Return the content of a file as it is now; a file that cannot be read is left alone."""
        if path not in self.files:
            self.files[path] = self._open(path)
        file = self.files[path]
        return None if file.left else self.contents.get(path, file.original)

    def _open(self, path: str) -> _File:
        reason = self.task.veto(path)
        if reason:
            return _File(b"", set(), left=reason)
        try:
            data = self.task.read(path)
        except OSError as error:
            return _File(b"", set(), left=f"it cannot be read: {error.strerror or error}")
        return _File(data, {_digest(data)})

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
            self.most_files = len(attempts) // 2
            attempts.clear()
            return
        for path in list(attempts):
            reason = problems.get(path) or (problems[ELSEWHERE] if len(problems) == 1 and ELSEWHERE in problems else "")
            if reason:
                self._fail(attempts.pop(path), FixStatus.REJECTED, reason)

    def _accept(
        self,
        attempts: Mapping[str, Attempt],
        contents: Mapping[str, bytes],
        found: Checkup,
        moves: Mapping[str, str],
    ) -> None:
        """Take over a proven state; a file that had this content before goes back to what it was at first."""
        self.contents = dict(contents)
        self.state = found
        self.most_files = min(self.most_files * 2, _ALL)
        reverted = False
        for path, made in attempts.items():
            file = self.files[path]
            file.limit = min(file.limit * 2, _ALL)
            file.reasons = {moves[mark]: reason for mark, reason in file.reasons.items() if mark in moves}
            file.approved = {moves[mark] for mark in file.approved if mark in moves}
            file.applied += [
                FixResult(one.finding, one.fix, FixStatus.APPLIED, diff=diff)
                for one, diff in zip(made.candidates, file.diffs, strict=True)
            ]
            digest = _digest(made.after)
            if digest in file.seen:
                rules = sorted({result.finding.rule for result in file.applied})
                file.left, file.loop = f"the fixes of {' and '.join(rules)} undo each other", True
                file.applied.clear()
                del self.contents[path]
                reverted = True
            file.seen.add(digest)
        if reverted:
            self.state = self.task.check(self.contents)

    def result(self) -> Fixed:
        """Return where the session stands."""
        results = [result for file in self.files.values() for result in file.applied]
        for finding in self.state.findings:
            fix = finding.fix
            if finding.status is Status.NEW and fix is not None and fix.is_applicable and self.task.is_wanted(finding):
                results.append(self._leftover(finding, fix))
        changed = {path: data for path, data in sorted(self.contents.items()) if data != self.files[path].original}
        results.sort(key=lambda result: result.finding.sort_key)
        originals = {path: self.files[path].original for path in changed}
        return Fixed(changed, originals, tuple(results), self.state)

    def _leftover(self, finding: Finding, fix: Fix) -> FixResult:
        """Return why the fix of a finding that is still there was not applied."""
        if fix.safety not in self.task.safeties:
            return FixResult(finding, fix, FixStatus.AVAILABLE, f"it is {fix.safety}")
        file = self.files[finding.location.path]
        if finding.fingerprint in file.reasons:
            return FixResult(finding, fix, *file.reasons[finding.fingerprint])
        if file.left:
            return FixResult(finding, fix, FixStatus.REJECTED if file.loop else FixStatus.FAILED, file.left)
        return FixResult(finding, fix, FixStatus.REJECTED, f"no end after {MOST_ROUNDS} rounds")


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=16).digest()
