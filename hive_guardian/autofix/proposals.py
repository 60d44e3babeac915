"""Suggestions of a review as findings with a fix, so that they go through the same proof as any other fix."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence

from hive_guardian.autofix.source_text import is_python, read_source
from hive_guardian.model.edit import Change, Edit, Fix, Provenance, Safety
from hive_guardian.model.errors import FixRefusedError, UsageError
from hive_guardian.model.finding import Finding, Location
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.severity import Confidence, Severity

_FORMAT = 1
_MAY_CHANGE = frozenset({Change.STRING})


@frozen
class Proposal:
    """A suggestion of a model that passed the gate of a review.

    Attributes:
        id: of the finding, `AI-<category>`.
        fingerprint: of the finding.
        title: of the finding.
        path: root-relative file.
        line: 1-based, where its lines stood.
        quote: the lines that are replaced.
        text: what replaces them.
    """

    id: str
    fingerprint: str
    title: str
    path: str
    line: int
    quote: tuple[str, ...]
    text: tuple[str, ...]


def read_proposals(text: str) -> tuple[Proposal, ...]:
    """Return the suggestions of a report in JSON, as `review --format json` writes it.

    Raises:
        UsageError: it is no such report.
    """
    try:
        document = json.loads(text)
        if document["format"] != _FORMAT:
            raise UsageError(f"it has the format {document['format']!r}; this program reads {_FORMAT}")
        return tuple(_read(row) for row in document["findings"] if row["suggestion"] is not None)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise UsageError("it is no report of `hive-guardian review --format json`") from error


def find_proposals(proposals: Iterable[Proposal], read: Callable[[str], bytes]) -> list[Finding]:
    """Return a finding for each proposal whose lines stand in its file, as they stood in the review.

    What was applied already, or whose lines changed since, has none.

    Args:
        proposals: of a review.
        read: returns the content of a file as it is now; raises OSError.
    """
    texts: dict[str, Sequence[str]] = {}
    found: list[Finding] = []
    for one in proposals:
        if one.path not in texts:
            texts[one.path] = _lines(one.path, read)
        start = _find(one, texts[one.path])
        if start is not None:
            found.append(_finding(one, start))
    return found


def _read(row: Mapping[str, object]) -> Proposal:
    """Return one proposal.

    Raises:
        TypeError: a field has another type.
        ValueError: a text holds what no line of code does.
        KeyError: a field is missing.
    """
    suggestion = row["suggestion"]
    line = row["line"]
    if not isinstance(suggestion, Mapping) or type(line) is not int or row["origin"] != "ai":
        raise TypeError("is no suggestion of a model")
    words = [row[name] for name in ("id", "fingerprint", "title", "path", "quote")]
    texts = [word for word in (*words, suggestion["text"]) if isinstance(word, str)]
    if len(texts) <= len(words):
        raise TypeError("is no suggestion of a model")
    if any(mark in text for text in texts for mark in "\r\0"):
        raise ValueError("holds a control character")
    code, fingerprint, title, path, quote, text = texts
    return Proposal(code, fingerprint, title, path, line, tuple(quote.split("\n")), tuple(text.split("\n")))


def _lines(path: str, read: Callable[[str], bytes]) -> Sequence[str]:
    try:
        text = read_source(read(path), is_python=is_python(path)).text
    except (OSError, FixRefusedError):
        return ()
    return text.replace("\r\n", "\n").split("\n")


def _find(one: Proposal, lines: Sequence[str]) -> int | None:
    """Return the index of the first replaced line, nearest to where it stood; `None` if there is nothing to replace."""
    size = len(one.quote)
    starts = [at for at in range(len(lines) - size + 1) if tuple(lines[at : at + size]) == one.quote]
    open_ones = [at for at in starts if not _is_applied(one, lines, at)]
    return min(open_ones, key=lambda at: (abs(at + 1 - one.line), at), default=None)


def _is_applied(one: Proposal, lines: Sequence[str], at: int) -> bool:
    """Whether the replaced lines are those that the replacement itself has."""
    size = len(one.quote)
    inside = [offset for offset in range(len(one.text) - size + 1) if one.text[offset : offset + size] == one.quote]
    begins = (at - offset for offset in inside if at >= offset)
    return any(tuple(lines[begin : begin + len(one.text)]) == one.text for begin in begins)


def _finding(one: Proposal, start: int) -> Finding:
    end = start + len(one.quote), len(one.quote[-1]) + 1
    edit = Edit(one.path, start + 1, 1, *end, "\n".join(one.text))
    fix = Fix(
        "apply the suggestion of the review", Safety.UNSAFE, (edit,), provenance=Provenance.AI, changes=_MAY_CHANGE
    )
    return Finding(
        one.id, one.id.lower(), one.id.lower(), Severity.INFO, Confidence.LOW, Location(one.path, start + 1, 1, *end),
        one.title, fix=fix, fingerprint=one.fingerprint,
    )  # fmt: skip
