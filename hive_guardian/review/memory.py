"""What a line of work remembers between reviews: findings with their fate, and what a model has read already."""

import json
from collections.abc import Mapping
from dataclasses import asdict, field, replace
from enum import StrEnum

from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.review import ReviewFinding, Standing
from hive_guardian.model.severity import Severity
from hive_guardian.review.answer import Claim

_FORMAT = 1
_MOST_CLOSED = 200
_HEURISTIC = "HX-"


class Life(StrEnum):
    """What became of a finding after it was reported."""

    OPEN = "open"
    FIXED = "fixed"
    OUTDATED = "outdated"
    DISMISSED = "dismissed"
    SUPERSEDED = "superseded"


@frozen
class Known:
    """A finding of an earlier run; everything in it is redacted.

    Attributes:
        fingerprint: its identity.
        id: of the finding.
        category: of the finding.
        path: of the finding.
        symbol: of the finding.
        title: of the finding.
        line: where it stood, 1-based.
        severity: of the finding, as a word.
        message: of the finding.
        trigger: of the finding.
        quote: the lines it is about.
        standing: what the second look said.
        replacement: the lines that were suggested instead, `None` if none were.
        model: who said so, empty for a heuristic.
        request_id: of the remote side.
        life: what became of it.
        why: state of the project that mended it, a person's reason, or the fingerprint that took its place.
        by: who dismissed it.
    """

    fingerprint: str
    id: str
    category: str
    path: str
    symbol: str
    title: str
    line: int = 0
    severity: str = "info"
    message: str = ""
    trigger: str = ""
    quote: str = ""
    standing: Standing = Standing.UNVERIFIED
    replacement: str | None = None
    model: str = ""
    request_id: str = ""
    life: Life = Life.OPEN
    why: str = ""
    by: str = ""

    @property
    def is_computed(self) -> bool:
        """Whether a heuristic found it, which looks again each time."""
        return self.id.startswith(_HEURISTIC)

    def as_claim(self, path: str) -> Claim:
        """Return what a model once said, about a file that may have another name now."""
        return Claim(
            path, self.quote, self.line, self.category, Severity[self.severity.upper()], self.title, self.message,
            self.trigger, (), self.replacement,
        )  # fmt: skip


@frozen
class Memory:
    """What is known before a review begins.

    Attributes:
        head: how a person calls the state that was reviewed last, empty if none was.
        known: findings of earlier reviews.
        read: content of a unit -> model that read it in full.
        lines: path -> changed lines that a model read.
    """

    head: str = ""
    known: tuple[Known, ...] = ()
    read: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def living(self, life: Life) -> tuple[Known, ...]:
        """Return the findings with one fate."""
        return tuple(one for one in self.known if one.life is life)


def describe(one: ReviewFinding) -> Known:
    """Return what a later run needs to know of a finding."""
    return Known(
        one.fingerprint, one.id, one.category, one.path, one.symbol, one.title, one.line, one.severity.word,
        one.message, one.trigger, one.quote, one.standing, one.suggestion.text if one.suggestion else None, one.model,
        one.request_id,
    )  # fmt: skip


def dump_memory(memory: Memory) -> str:
    """Return a memory as text; of what is neither open nor dismissed only the latest is kept."""
    closed = [one for one in memory.known if one.life not in {Life.OPEN, Life.DISMISSED}]
    dropped = set(closed[:-_MOST_CLOSED])
    document = {
        "format": _FORMAT,
        "head": memory.head,
        "known": [asdict(one) for one in memory.known if one not in dropped],
        "read": dict(memory.read),
        "lines": {path: sorted(digests) for path, digests in memory.lines.items()},
    }
    return json.dumps(document, ensure_ascii=True)


def load_memory(text: str) -> Memory:
    """Return what `dump_memory` wrote; anything else is as if there had been no review."""
    try:
        document = json.loads(text)
        if document["format"] != _FORMAT:
            return Memory()
        return Memory(
            str(document["head"]),
            tuple(map(_known, document["known"])),
            {str(digest): str(model) for digest, model in document["read"].items()},
            {str(path): frozenset(map(str, digests)) for path, digests in document["lines"].items()},
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Memory()


def _known(row: Mapping[str, object]) -> Known:
    """Return a finding that was kept.

    Raises:
        TypeError: a field is missing, unknown, or of another type.
        ValueError: a word is none of the known ones.
        KeyError: as `ValueError`, for the severity.
    """
    line, replacement = row["line"], row["replacement"]
    words = {name: value for name, value in row.items() if name not in {"line", "replacement"}}
    if type(line) is not int or not (replacement is None or isinstance(replacement, str)):
        raise TypeError("is no finding")
    if not all(isinstance(value, str) for value in words.values()):
        raise TypeError("is no finding")
    known = Known(**row)  # type: ignore[arg-type]  # the types were looked at above
    Severity[known.severity.upper()]  # a word that is none is noticed here, not when it is used
    return replace(known, standing=Standing(known.standing), life=Life(known.life))
