"""Which findings are new since an earlier state of the project: those that no finding of that state accounts for.

The findings of the earlier state are matched as the entries of a baseline that nobody wrote down (ADR 10).
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from hive_guardian.engine.baseline import Entry
from hive_guardian.engine.baseline_match import describe_finding, may_have_moved, pair_in_files, pair_moved
from hive_guardian.engine.codec import dump, reading_stored
from hive_guardian.model.finding import Finding, Status


def known_entries(findings: Iterable[Finding]) -> list[Entry]:
    """Return what findings of an earlier state account for; what was suppressed then did not count then.

    Args:
        findings: of the whole project, with fingerprints.
    """
    return sorted(describe_finding(finding) for finding in findings if finding.status is not Status.SUPPRESSED)


def mark_known(
    findings: Sequence[Finding],
    past: Sequence[Entry],
    others: Callable[[], Iterable[Finding]],
    why: str,
    is_gone: Callable[[str], bool],
) -> list[Finding]:
    """Return the findings in the same order, those that were there already marked as such.

    Args:
        findings: of today.
        past: what `known_entries` returned for the earlier state.
        others: returns today's findings in the rest of the project; called only when something may have moved.
        why: justification of the marked ones.
        is_gone: whether there is no file of a path any more.
    """
    pairs = pair_in_files(past, _counting(findings))
    if may_have_moved(pairs, is_gone):
        rest = _counting(others())
        if rest:
            pairs = pair_in_files(past, [*_counting(findings), *rest])
        pair_moved(pairs, is_gone)
    return [
        replace(finding, status=Status.BASELINED, justification=why)
        if finding.status is Status.NEW and finding.fingerprint in pairs.entries
        else finding
        for finding in findings
    ]


def _counting(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings an earlier one may account for; those of the baseline take theirs too."""
    return [finding for finding in findings if finding.status is not Status.SUPPRESSED]


def dump_entries(entries: Iterable[Entry]) -> str:
    """Return the result of `known_entries` as text."""
    return dump([[*entry[:6]] for entry in entries])


def load_entries(text: str) -> list[Entry]:
    """Return the entries of a text that `dump_entries` wrote, in the same order.

    Raises:
        CorruptCacheError: the text is not of this format.
    """
    with reading_stored():
        return [
            Entry(path, rule, check, symbol, code, fingerprint, "")
            for path, rule, check, symbol, code, fingerprint in json.loads(text)
        ]
