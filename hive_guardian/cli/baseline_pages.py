"""A baseline, and what became of it, in words."""

import json
from collections.abc import Iterator

from hive_guardian.engine.baseline import Entry
from hive_guardian.engine.baseline_change import Change
from hive_guardian.engine.baseline_use import GivenBaseline
from hive_guardian.report.escaping import to_one_line
from hive_guardian.report.json_text import encode_json, encode_lines
from hive_guardian.report.summary import describe_count


def describe_change(name: str, change: Change, *, is_changed: bool) -> str:
    """Return what was done to the file of a baseline, on one line without its end."""
    counts = ((change.added, "added"), (change.removed, "removed"), (change.moved, "moved"))
    done = ", ".join(f"{number:,} {verb}" for number, verb in counts if number)
    entries = describe_count(len(change.baseline.entries), "finding")
    state = done or ("rewritten" if is_changed else "unchanged")
    return to_one_line(f"{name}: {state}; {entries} accepted")


def show_text(given: GivenBaseline) -> str:
    """Return the entries by rule: how many, in how many files, since when, and the reasons."""
    lines = list(_lines(given.baseline.entries))
    lines += [to_one_line(f"{one.ignore} ({one.source}) may excuse {one.hits:,}") for one in given.baseline.recorded]
    total = describe_count(len(given.baseline.entries), "accepted finding")
    return "".join(f"{line}\n" for line in (*lines, to_one_line(f"{given.path}: {total}")))


def _lines(entries: tuple[Entry, ...]) -> Iterator[str]:
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.rule, []).append(entry)
    width = max((len(f"{len(group):,}") for group in groups.values()), default=0)
    for rule, group in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        files = describe_count(len({entry.path for entry in group}), "file")
        oldest = min(entry.added for entry in group)
        yield to_one_line(f"{len(group):>{width},}  {rule}  in {files}, the oldest of {oldest}")
        yield from (
            f"{'':{width}}    {to_one_line(reason)}" for reason in sorted({e.reason for e in group if e.reason})
        )


def show_json(given: GivenBaseline) -> str:
    """Return every entry as JSON, one per line."""
    members = {
        "version": "1",
        "path": encode_json(given.path),
        "entries": encode_lines((entry._asdict() for entry in given.baseline.entries), margin="  "),
        "recorded": encode_lines((one._asdict() for one in given.baseline.recorded), margin="  "),
    }
    return "{\n" + ",\n".join(f"  {json.dumps(name)}: {text}" for name, text in members.items()) + "\n}\n"
