"""The report of a run of `fix`: what became of every fix and every file."""

from enum import StrEnum

from hive_guardian.model.edit import Fix
from hive_guardian.model.finding import Finding
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.report import RunError
from hive_guardian.model.severity import Severity


class FixStatus(StrEnum):
    """What became of a fix.

    `APPLIED`: it is in the new content of its file. `AVAILABLE`: nobody asked for its class, or the person declined it.
    `REFUSED`: the rule will not touch this place. `REJECTED`: the proof speaks against it. `FAILED`: it could not be
    tried, because a process died or a file could not be read or written.
    """

    APPLIED = "applied"
    AVAILABLE = "available"
    REFUSED = "refused"
    REJECTED = "rejected"
    FAILED = "failed"


@frozen
class FixResult:
    """What became of the fix of one finding.

    Attributes:
        finding: as it was found; an earlier fix may have moved it since.
        fix: what was offered; with its edits where it was applied.
        status: see `FixStatus`.
        reason: why it was not applied; empty for one that was.
        diff: hunks of a unified diff of this fix alone, without a file header; empty when it was not applied.
    """

    finding: Finding
    fix: Fix
    status: FixStatus
    reason: str = ""
    diff: str = ""

    @property
    def paths(self) -> tuple[str, ...]:
        """The files it is about: those it creates, else that of its finding."""
        return self.fix.creates or (self.finding.location.path,)


@frozen
class FixedFile:
    """One file with new content.

    Attributes:
        path: root-relative POSIX path.
        diff: unified diff of all fixes.
        is_written: whether the new content is on disk.
        reason: why it is not; empty when it is, and when nobody wanted it written.
        is_new: whether there was no such file.
    """

    path: str
    diff: str
    is_written: bool
    reason: str = ""
    is_new: bool = False


@frozen
class FixReport:
    """Everything a run of `fix` did.

    Attributes:
        version: of this tool.
        today: ISO date the run was told.
        results: ordered by path, line, column, rule; every finding with a fix a program can apply has one.
        files: ordered by path.
        left: findings of status new that are still there, ordered; without fixes nobody wanted.
        errors: what kept the run from being complete.
        notes: remarks for the person.
        fail_on: severity from which a finding that is left fails the run; `None` = never.
    """

    version: str
    today: str
    results: tuple[FixResult, ...]
    files: tuple[FixedFile, ...]
    left: tuple[Finding, ...]
    errors: tuple[RunError, ...]
    notes: tuple[str, ...]
    fail_on: Severity | None
