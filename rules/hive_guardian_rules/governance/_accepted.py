"""What is wrong with the entries of the baseline: one verdict for each rule and kind, however many entries."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from hive_guardian import Accepted, Ledger

_NAMED = 3
_REMEDIES = {
    "unknown-id": "run `hive-guardian baseline prune`",
    "unused": "run `hive-guardian baseline update`",
    "expired": "mend the code, or accept it anew",
    "aged": "mend the code, or accept it anew with a reason",
}


class Verdict(NamedTuple):
    """What is wrong with some entries of one rule.

    Attributes:
        check: the check of GR45.
        entries: those it is about, in the order of the file; at least one.
        detail: what is wrong.
        remedy: what to do.
    """

    check: str
    entries: tuple[Accepted, ...]
    detail: str
    remedy: str


def judge(ledger: Ledger, today: date, max_age_days: int | None) -> Iterator[Verdict]:
    """Yield the verdicts, ordered by the first entry of each."""
    groups: dict[tuple[str, str], list[Accepted]] = {}
    for entry in ledger.accepted:
        check = _problem(entry, ledger, today, max_age_days)
        if check:
            groups.setdefault((check, entry.rule), []).append(entry)
    for (check, rule), entries in groups.items():
        detail = _detail(check, rule, entries, max_age_days)
        yield Verdict(check, tuple(entries), detail, _REMEDIES[check])


def _problem(entry: Accepted, ledger: Ledger, today: date, max_age_days: int | None) -> str:
    """Return the check an entry fails first, empty for none."""
    if not ledger.means(entry.rule):
        return "unknown-id"
    if entry.hits == 0:
        return "unused"
    if entry.until and entry.until < today:
        return "expired"
    return "aged" if max_age_days and today - entry.added > timedelta(days=max_age_days) else ""


def _detail(check: str, rule: str, entries: list[Accepted], max_age_days: int | None) -> str:
    count = f"{len(entries):,} {'entry' if len(entries) == 1 else 'entries'} for {rule}"
    match check:
        case "unknown-id":
            return f"{count}, which is no rule"
        case "unused":
            return f"{count} that nothing needs any more ({_places(entries)})"
        case "expired":
            last = max(entry.until for entry in entries if entry.until)
            return f"{count} good until {last} ({_places(entries)})"
        case _:
            oldest = min(entry.added for entry in entries)
            return f"{count} accepted more than {max_age_days} days ago, the oldest on {oldest} ({_places(entries)})"


def _places(entries: list[Accepted]) -> str:
    paths = list(dict.fromkeys(entry.path or "the project" for entry in entries))
    more = len(paths) - _NAMED
    return ", ".join(paths[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")
