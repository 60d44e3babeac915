"""The ledger: every exception from policy, whoever granted it, and what it did in this run (GR45).

Kept apart from the rules that read it, because an unchanged project must be accounted for without importing any.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from datetime import date

from hive_guardian.config.config_set import ConfigSet
from hive_guardian.engine.codec import dump, reading_stored
from hive_guardian.engine.suppression import Directive
from hive_guardian.model.config import Origin
from hive_guardian.model.frozen_class import frozen, mutable

HitKey = tuple[str, int, int, str]
"""Path, line and column of a directive, and one of its ids as written."""


@frozen
class Excuse:
    """Something in the configuration that excepts from policy.

    Attributes:
        what: how a person calls it: `overrides[0]`, `a -> b`, the glob.
        origin: where it is written.
        reason: why; empty when nobody said.
        until: last day on which it holds, or `None`.
        hits: how often it was needed, `None` where that cannot be counted.
        needs_reason: whether its grammar has a place for a reason.
        recorded: how often it was needed when it was accepted, `None` where nobody recorded that.
    """

    what: str
    origin: Origin
    reason: str = ""
    until: date | None = None
    hits: int | None = None
    needs_reason: bool = False
    recorded: int | None = None


@frozen
class Accepted:
    """One entry of the baseline.

    Attributes:
        rule: id of the rule, which may not exist any more.
        path: root-relative file of the accepted finding.
        origin: where the entry stands.
        reason: why; may be empty.
        added: when it was accepted.
        until: last day on which it holds, or `None`.
        hits: findings it accounts for, 0 or 1; `None` where this run cannot tell.
    """

    rule: str
    path: str
    origin: Origin
    reason: str
    added: date
    until: date | None = None
    hits: int | None = None


@mutable
class Books:
    """What project rules leave behind besides findings; filled during a run.

    Attributes:
        notes: what they could not decide, for the summary, in order.
        abstained: ids of the rules that said so.
        excuses: accepted imports by what and where; of several counts the highest stays.
    """

    notes: list[str] = field(default_factory=list)
    abstained: set[str] = field(default_factory=set)
    excuses: dict[tuple[str, str], Excuse] = field(default_factory=dict)

    def abstain(self, code: str, note: str) -> None:
        """Record that a rule drew no conclusion."""
        self.notes.append(note)
        self.abstained.add(code)

    def count(self, excuse: Excuse) -> None:
        """Record what an entry accepted."""
        key = (excuse.what, str(excuse.origin))
        known = self.excuses.get(key)
        highest = max(excuse.hits or 0, known.hits or 0) if known else excuse.hits
        self.excuses[key] = replace(excuse, hits=highest)


@frozen
class Accounts:
    """What excepted from policy in a run, as it stands before a rule judges it.

    Attributes:
        directives: path -> directives, for the files the run reports on.
        counts: how many findings each id of a directive suppressed; absent for none.
        books: what project rules left behind.
        config_set: the configuration in force, with ids of rules.
    """

    directives: Mapping[str, Sequence[Directive]]
    counts: Mapping[HitKey, int]
    books: Books
    config_set: ConfigSet


@frozen
class Ledger:
    """Everything a rule about exceptions may know.

    Attributes:
        directives: of the files the run reports on, in order.
        hits: for each id of a directive the rules whose findings it suppressed; absent for none.
        ids: lower-case written name -> the rule ids it means.
        ran: path -> ids of the rules that could have reported on the file and concluded; for files with directives.
        unsuppressible: ids of the rules no directive applies to.
        excuses: exceptions in configuration, in order of their origin.
        accepted: entries of the baseline, in order.
        written_on: (path, line) -> the day the line was written; empty when no version control was asked.
    """

    directives: tuple[Directive, ...] = ()
    hits: Mapping[HitKey, frozenset[str]] = field(default_factory=dict)
    ids: Mapping[str, frozenset[str]] = field(default_factory=dict)
    ran: Mapping[str, frozenset[str]] = field(default_factory=dict)
    unsuppressible: frozenset[str] = frozenset()
    excuses: tuple[Excuse, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    written_on: Mapping[tuple[str, int], date] = field(default_factory=dict)

    def means(self, written: str) -> frozenset[str]:
        """The rule ids a written id, slug or number stands for; empty when unknown."""
        return self.ids.get(written.lower(), frozenset())

    def nearest(self, written: str) -> str:
        """The id or name somebody may have meant, as it is usually written; empty when none is close."""
        from hive_guardian.model.spelling import find_nearest  # only a mistake needs it

        close = find_nearest(written, self.ids)
        codes = self.means(close)
        return next((code for code in codes if code.lower() == close), close)

    def suppressed(self, directive: Directive, written: str) -> frozenset[str]:
        """The rules whose findings an id of a directive really suppressed."""
        return self.hits.get((directive.path, directive.line, directive.column, written), frozenset())


def dump_books(books: Books) -> str:
    """Return books as text."""
    rows = [
        [
            one.what, one.origin.source, one.origin.line, one.reason, one.until.isoformat() if one.until else "",
            one.hits, one.needs_reason, one.recorded,
        ]
        for one in books.excuses.values()
    ]  # fmt: skip
    return dump([books.notes, sorted(books.abstained), rows])


def load_books(text: str) -> Books:
    """Return the books of a text that `dump_books` wrote.

    Raises:
        CorruptCacheError: the text is not of this format.
    """
    books = Books()
    with reading_stored():
        notes, abstained, rows = json.loads(text) if text else ([], [], [])
        books.notes, books.abstained = list(notes), set(abstained)
        for what, source, line, reason, until, hits, needs_reason, recorded in rows:
            last = date.fromisoformat(until) if until else None
            books.count(Excuse(what, Origin(source, line), reason, last, hits, needs_reason, recorded))
    return books


def hit_rows(hits: Mapping[HitKey, Iterable[str]]) -> list[tuple[HitKey, list[str]]]:
    """Return hits in a stable order, for the identity of a ledger."""
    return sorted((key, sorted(codes)) for key, codes in hits.items())
