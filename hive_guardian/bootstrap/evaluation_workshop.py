"""Where an evaluation runs: a repository with every state of every case, and a clock of its own."""

import asyncio
import logging
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hive_guardian.adapters.git.fast_import import Commit, create_repository, write_commits
from hive_guardian.review.evaluation.case import Case

TODAY = date(2026, 1, 15)
"""The day of every review, so that two runs are equal."""
REPOSITORY = "parcel"
_NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
_LOGGER = "hive_guardian"


class EvaluationClock:
    """Time that passes only when somebody sleeps; chance that never varies. Implements `Clock`."""

    def __init__(self) -> None:
        """Begin at noon."""
        self._seconds = 0.0

    def now(self) -> float:
        """Return the seconds that were slept."""
        return self._seconds

    def utc(self) -> datetime:
        """Return noon and what was slept since."""
        return _NOON + timedelta(seconds=self._seconds)

    def chance(self) -> float:
        """Return the same number each time."""
        return 0.5

    async def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        self._seconds += seconds
        await asyncio.sleep(0)


@dataclass(slots=True)
class Workshop:
    """Where an evaluation runs: a repository with all states of all cases, and directories for what reviews keep.

    Attributes:
        folder: everything is below it.
        logs: what was logged so far.
        count: of sessions that began.
    """

    folder: Path
    logs: list[str] = field(default_factory=list)
    count: int = 0

    @property
    def root(self) -> Path:
        """The repository; its name is part of no prompt, but let it be the same each time."""
        return self.folder / REPOSITORY

    @property
    def cache(self) -> Path:
        """Where results of rules are kept."""
        return self.folder / "cache"

    def next_state(self) -> Path:
        """Return a directory for the ledger and the answers of one session."""
        self.count += 1
        return self.folder / "state" / str(self.count)


@contextmanager
def open_workshop(cases: Sequence[Case]) -> Iterator[Workshop]:
    """Yield a workshop with the states of some cases; it is gone afterwards.

    Raises:
        UsageError: git is missing.
    """
    with tempfile.TemporaryDirectory(prefix="hive-guardian-eval-") as name:
        workshop = Workshop(Path(name))
        create_repository(workshop.root)
        write_commits(workshop.root, _commits(cases))
        with _listening(workshop.logs):
            yield workshop


@contextmanager
def _listening(logs: list[str]) -> Iterator[None]:
    """Keep everything that is logged."""

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            logs.append(f"{record.getMessage()} {vars(record)}")

    logger, keeper = logging.getLogger(_LOGGER), Keeper(logging.DEBUG)
    level = logger.level
    logger.addHandler(keeper)
    logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        logger.removeHandler(keeper)
        logger.setLevel(level)


def _commits(cases: Sequence[Case]) -> Iterator[Commit]:
    for case in cases:
        yield Commit(f"base/{case.name}", "", case.base)
        for number, (state, parent) in enumerate(zip(case.pushes, case.parents, strict=True), start=1):
            yield Commit(name_push(case, number), name_push(case, parent) if parent else f"base/{case.name}", state)


def name_push(case: Case, number: int) -> str:
    """Return the branch that a push of a case makes."""
    return f"push/{case.name}/{number}"
