"""What a run is asked to do."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING, Protocol

from hive_guardian.config.config_set import ConfigSet
from hive_guardian.engine.cache import Cache, NoCache
from hive_guardian.engine.catalogue import Catalogue
from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.tree import FileTree

if TYPE_CHECKING:
    from hive_guardian.engine.baseline_use import GivenBaseline  # brings the matching, which few runs need


class StatTree(FileTree, Protocol):
    """A file tree whose files have a time of change and a size."""

    def stat(self, path: str) -> tuple[int, int]:
        """Return (time of the last change in nanoseconds, size in bytes); raises OSError."""

    def oddity(self, path: str) -> str | None:
        """Why a listed path cannot be analysed: `None` for a regular file, empty when it is gone, else the reason."""


@frozen
class Request:
    """What to check, and how.

    Attributes:
        tree: the project.
        config_set: configuration as loaded, names not yet resolved.
        catalogue: the rules.
        cache: of earlier runs.
        targets: root-relative files and directories to report on; empty string = everything.
        today: date of the run.
        version: of this program, for the report.
        jobs: at most this many worker processes.
        timed: measure each rule and reuse nothing.
        progress: told (done, total) in files to analyse.
        only: report on these files of the targets only, which may be none at all; `None` = on all of them.
        is_past: whether the tree is an earlier state than the configuration, which may name what was not there yet.
        baseline: findings the project accepted; `None` compares with nothing.
        line_dates: path -> lines asked for; returns (path, line) -> the day it was written, where that is known.
    """

    tree: StatTree
    config_set: ConfigSet
    catalogue: Catalogue
    cache: Cache
    targets: tuple[str, ...]
    today: date
    version: str
    jobs: int = 1
    timed: bool = False
    progress: Callable[[int, int], None] = lambda _done, _total: None
    only: frozenset[str] | None = None
    is_past: bool = False
    baseline: "GivenBaseline | None" = None
    line_dates: Callable[[Mapping[str, Collection[int]]], Mapping[tuple[str, int], date]] = lambda _lines: {}

    @property
    def is_kept(self) -> bool:
        """Whether a later run may know what this one finds out."""
        return not isinstance(self.cache, NoCache)
