"""Which findings of a check were there at an earlier commit."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

from hive_guardian.adapters.git.blame import line_dates
from hive_guardian.adapters.git.revision import Revision
from hive_guardian.adapters.git.snapshots import open_commit
from hive_guardian.config.names import resolve_names
from hive_guardian.engine.baseline import Entry
from hive_guardian.engine.cache import CorruptCacheError
from hive_guardian.engine.discovery import PYTHON
from hive_guardian.engine.newness import dump_entries, known_entries, load_entries, mark_known
from hive_guardian.engine.request import Request
from hive_guardian.engine.run import Outcome, run
from hive_guardian.engine.shared_cache import SharedCache
from hive_guardian.engine.state import run_key_of
from hive_guardian.model.errors import UsageError
from hive_guardian.model.finding import Finding
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.report import ErrorKind, Report


@frozen
class Past:
    """What was known about the project at an earlier commit.

    Attributes:
        entries: its findings, as `known_entries` returns them.
        gaps: what could not be judged there, one sentence each.
    """

    entries: list[Entry]
    gaps: tuple[str, ...] = ()


def compare(given: Request, root: Path, revision: Revision, outcome: Outcome) -> Outcome:
    """Return the outcome of a run, its findings that were there already marked as such.

    Args:
        given: what the run was asked to do.
        root: the project.
        revision: the commit to compare with.
        outcome: of the run.

    Raises:
        UsageError: git fails.
    """
    past = _past(given, root, revision)
    report = outcome.report
    why = f"was there at {_call(revision)}"
    findings = mark_known(
        report.findings, past.entries, lambda: _others(given, report), why, lambda path: not given.tree.exists(path)
    )
    note = f"compared with {_call(revision)}: only what is new since then counts"
    notes = (*report.notes, note, *past.gaps)
    report = replace(report, findings=tuple(findings), notes=notes, since=_call(revision))
    return replace(outcome, report=report, is_replayable=False)


def _call(revision: Revision) -> str:
    """Return the name of a revision and its commit, once if they are the same."""
    same = revision.commit.startswith(revision.name)
    return revision.short if same else f"{revision.name} ({revision.short})"


def _past(given: Request, root: Path, revision: Revision) -> Past:
    """Return what was known at a revision, judged by the configuration and the rules of today."""
    below = given.cache.below if isinstance(given.cache, SharedCache) else given.cache
    resolved = resolve_names(given.config_set, given.catalogue.facts)
    key = f"since:{revision.tree}:{run_key_of(given, resolved)}"
    stored = below.value(key)
    if stored is not None:
        try:
            return Past(load_entries(stored))
        except CorruptCacheError as error:
            below.discard(str(error))
    tree = open_commit(root, revision, given.tree)
    tree.load(path for path in tree.paths() if path.endswith(PYTHON))
    request = replace(
        given, tree=tree, cache=SharedCache(below, tree.on_disk), targets=("",), only=None, is_past=True,
        baseline=None, timed=False, line_dates=partial(line_dates, root, commit=revision.commit),
    )  # fmt: skip
    try:
        report = run(request).report
    except UsageError as error:
        return Past([], (f"the configuration of today cannot judge {_call(revision)}, so everything is new: {error}",))
    gaps = _gaps(report, revision)
    entries = known_entries(report.findings)
    if not gaps:
        below.store(key, dump_entries(entries))
    return Past(entries, gaps)


def _gaps(report: Report, revision: Revision) -> tuple[str, ...]:
    """Return what went wrong at a revision; findings nobody could see there count as new."""
    errors = [error for error in report.errors if error.kind is not ErrorKind.NOTHING_CHECKED]
    if not errors:
        return ()
    first = errors[0]
    what = " ".join(part for part in (first.rule, first.path) if part) or "the project"
    more = f" ({len(errors) - 1:,} more like this)" if len(errors) > 1 else ""
    return (f"{what} could not be judged at {revision.short}, so its findings are new: {first.message}{more}",)


def _others(given: Request, report: Report) -> Iterable[Finding]:
    """Return the findings of the project that a run of some paths did not report on."""
    if "" in given.targets and given.only is None:
        return []
    everything = run(replace(given, targets=("",), only=None, timed=False)).report.findings
    reported = {finding.fingerprint for finding in report.findings}
    return [finding for finding in everything if finding.fingerprint not in reported]
