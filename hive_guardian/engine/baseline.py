"""The baseline: the findings a project accepted, as a text that merges line by line (ADR 9).

The file is JSON: a list whose first item says the format, then one record per line, ordered. Lines begin with their
comma, so that adding or removing one touches no other.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import date
from hashlib import blake2b
from operator import itemgetter
from typing import NamedTuple

from hive_guardian.model.errors import UsageError
from hive_guardian.model.frozen_class import frozen

VERSION = 1

_MARK = "hive-guardian-baseline"
_HEADER = re.compile(rf'\s*\[\s*\{{\s*"{_MARK}"\s*:\s*(\d{{1,9}})')
_CONFLICT = re.compile(r"^(?:<{7}|\|{7}|={7}|>{7})(?: .*)?\r?$", re.MULTILINE)
_REQUIRED = ("path", "rule", "check", "symbol", "code", "fingerprint", "added")
_KNOWN = frozenset((*_REQUIRED, "reason", "until"))
_RECORD = frozenset({"ignore", "source", "hits"})
_REQUIRED_OF = itemgetter(*_REQUIRED)  # in one step: a run may read tens of thousands
_TEXT = {str}


class Entry(NamedTuple):
    """One accepted finding; a named tuple, because a run may read tens of thousands.

    Attributes:
        path: root-relative file the finding lies in; may be empty.
        rule: rule id.
        check: the named check of the rule.
        symbol: as in `Finding`.
        code: digest of the normalised code, without the names that moving the file changes.
        fingerprint: as in `Finding`; unique in a baseline.
        added: ISO date on which it was accepted.
        reason: why; may be empty.
        until: ISO date, the last day on which it holds, or empty.
    """

    path: str
    rule: str
    check: str
    symbol: str
    code: str
    fingerprint: str
    added: str
    reason: str = ""
    until: str = ""


class Recorded(NamedTuple):
    """How much a wildcard of the configuration excused when it was accepted.

    Attributes:
        ignore: the wildcard as findings call it, such as `app.* -> lib.*`.
        source: root-relative configuration file.
        hits: how often it was needed.
    """

    ignore: str
    source: str
    hits: int


@frozen
class Baseline:
    """What a project accepted.

    Attributes:
        entries: ordered, each fingerprint once.
        recorded: ordered, each wildcard of a file once.
        lines: fingerprint -> 1-based line of the file it was read from; empty for one that was not read.
        digest: identity of the text it was read from.
    """

    entries: tuple[Entry, ...] = ()
    recorded: tuple[Recorded, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict, repr=False, compare=False)
    digest: str = field(default="", compare=False)


def make_baseline(entries: Iterable[Entry], recorded: Iterable[Recorded] = ()) -> Baseline:
    """Return a baseline of entries in any order; of several with one fingerprint the first in order stays."""
    unique = {entry.fingerprint: entry for entry in sorted(entries, reverse=True)}
    counts = {(one.ignore, one.source): one for one in sorted(recorded, reverse=True)}
    return Baseline(tuple(sorted(unique.values())), tuple(sorted(counts.values())))


def render_baseline(baseline: Baseline) -> str:
    """Return the text of a baseline: equal baselines have equal texts, and no record depends on another."""
    lines = [f'[{{"{_MARK}": {VERSION}}}']
    lines += [f",{_encode(one._asdict())}" for one in baseline.recorded]
    lines += [f",{_encode({key: text for key, text in entry._asdict().items() if text or key in _REQUIRED})}"
              for entry in baseline.entries]  # fmt: skip
    return "\n".join([*lines, "]", ""])


def parse_baseline(data: bytes, name: str) -> Baseline:
    """Read a baseline.

    Args:
        data: content of the file.
        name: how messages call the file.

    Raises:
        UsageError: it is not a baseline of this format; the message names file and line, and what to do.
    """
    text = _decode(data, name)
    header = _HEADER.match(text)
    version = int(header[1]) if header else 0
    if version > VERSION:
        raise UsageError(
            f"{name}:1: written by a newer hive-guardian (format {version}, this one reads {VERSION}); "
            "update hive-guardian"
        )
    items = _items(text, name)
    if not version or not items or items[0] != {_MARK: VERSION}:
        raise UsageError(f'{name}:1: not a baseline: its first record must be {{"{_MARK}": {VERSION}}}')
    lines = _lines(text, len(items))
    entries: list[Entry] = []
    recorded: list[Recorded] = []
    places: dict[str, int] = {}
    dates: set[object] = set()
    for item, line in zip(items[1:], lines[1:], strict=True):
        try:
            if "ignore" in item:
                recorded.append(_recorded(item))
            else:
                entry = _entry(item, dates)
                entries.append(entry)
                places.setdefault(entry.fingerprint, line)
        except (KeyError, TypeError, ValueError) as error:
            raise UsageError(f"{name}:{line}: not a record of a baseline: {_explain(error)}") from error
    made = make_baseline(entries, recorded)
    return Baseline(made.entries, made.recorded, places, blake2b(data, digest_size=16).hexdigest())


def _decode(data: bytes, name: str) -> str:
    if not data.strip():
        raise UsageError(
            f"{name}:1: the file is empty; restore it, or delete it and run `hive-guardian baseline create`"
        )
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{name}:{line}: not UTF-8; restore the file") from error


def _items(text: str, name: str) -> list[Mapping[str, object]]:
    """Return the items of the list."""
    try:
        found = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise UsageError(_broken(text, name, error)) from error
    if not isinstance(found, list):
        raise UsageError(f"{name}:1: not a baseline: expected a list of records")
    return found


def _broken(text: str, name: str, error: json.JSONDecodeError | RecursionError) -> str:
    """Return what is wrong with text that is no JSON."""
    conflict = _CONFLICT.search(text)
    if conflict:
        line = text.count("\n", 0, conflict.start()) + 1
        return (
            f"{name}:{line}: an unresolved merge conflict; delete the conflict markers, keep the records of both "
            "sides, and run `hive-guardian baseline update`"
        )
    if isinstance(error, RecursionError):
        return f"{name}:1: not a baseline: nested too deeply"
    is_cut = not text.rstrip().endswith("]")
    what = "the file is cut off" if is_cut else f"not valid JSON ({error.msg})"
    return f"{name}:{error.lineno}: {what}; restore it from version control"


def _lines(text: str, count: int) -> Sequence[int]:
    """Return the line of each item of the list; as we write it, item n stands on line n + 1."""
    if text.count("\n") == count + 1 and text.count("\n,{") == count - 1:
        return range(1, count + 1)
    decoder = json.JSONDecoder()
    found: list[int] = []
    position = text.index("[") + 1
    line = text.count("\n", 0, position) + 1
    for _ in range(count):
        start = position
        while text[start] in " \t\r\n,":
            start += 1
        line += text.count("\n", position, start)
        found.append(line)
        _, position = decoder.raw_decode(text, start)
        line += text.count("\n", start, position)
    return found


def _entry(item: Mapping[str, object], dates: set[object]) -> Entry:
    """Return the entry of a record; raises what a wrong one causes.

    Args:
        item: the record.
        dates: those that were looked at; the new ones are added.
    """
    values = (*_REQUIRED_OF(item), item.get("reason", ""), item.get("until", ""))
    if len(item) != len(_REQUIRED) + ("reason" in item) + ("until" in item):
        _require(item, _REQUIRED, _KNOWN)
    if set(map(type, values)) != _TEXT:
        raise TypeError(f"{json.dumps([one for one in values if type(one) is not str])} should be a text")
    entry = Entry._make(values)
    if not entry.rule or not entry.fingerprint:
        raise ValueError("rule and fingerprint must not be empty")
    if entry.added not in dates:
        _require_date(entry.added)
        dates.add(entry.added)
    if entry.until:
        _require_date(entry.until)
    return entry


def _recorded(item: Mapping[str, object]) -> Recorded:
    _require(item, _RECORD, _RECORD)
    ignore, source, hits = item["ignore"], item["source"], item["hits"]
    if not isinstance(ignore, str) or not isinstance(source, str) or type(hits) is not int or hits < 0:
        raise TypeError("ignore and source are texts, hits is a number")
    return Recorded(ignore, source, hits)


def _require(item: Mapping[str, object], required: Iterable[str], known: frozenset[str]) -> None:
    for key in required:
        if key not in item:
            raise KeyError(key)
    unknown = min(item.keys() - known, default=None)
    if unknown is not None:
        raise ValueError(f"unknown key {json.dumps(unknown)}")


def _require_date(text: str) -> None:
    if len(text) != len("2026-01-31"):
        raise ValueError(f"{json.dumps(text)} is not a date such as 2026-01-31")
    date.fromisoformat(text)


def _explain(error: Exception) -> str:
    return f"the key {error} is missing" if isinstance(error, KeyError) else str(error)


def _encode(record: Mapping[str, object]) -> str:
    """Return a record on one line, readable unless it names a file that is no text."""
    text = json.dumps(record, ensure_ascii=False)
    return text if text.isprintable() else json.dumps(record)
