"""Which parts of a change are sent, in which order and portions; what becomes of every hunk is written down."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field

from hive_guardian.model.finding import Finding
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.review import Coverage, Fate
from hive_guardian.model.severity import Severity
from hive_guardian.review.change import ChangeKind, Hunk, Line
from hive_guardian.review.snapshot import ChangedFile

_BYTES_PER_TOKEN = 3
_SAFETY_PERCENT = 130
_LONGEST_LINE = 2000
_SENSITIVE = ("auth", "crypt", "login", "password", "permission", "security", "session", "sql", "subprocess", "token")
_PROSE = (".md", ".rst", ".txt", ".adoc")


@frozen
class Portion:
    """A hunk, or a run of its lines when it is too long for one request.

    Attributes:
        index: number of the hunk in its file, from 0.
        lines: the lines.
    """

    index: int
    lines: tuple[Line, ...]


@frozen
class Unit:
    """What one request is about: a file, or a part of one.

    Attributes:
        id: name in reports, `path` or `path#2`.
        file: the file.
        portions: in order.
        risk: how urgently it wants review; greater is more.
    """

    id: str
    file: ChangedFile
    portions: tuple[Portion, ...]
    risk: int = 0

    @property
    def path(self) -> str:
        """The file's path."""
        return self.file.change.path


@frozen
class Plan:
    """What will be sent, and what will not.

    Attributes:
        units: most urgent first.
        coverage: one entry per hunk, and per file without hunks, ordered by path and line.
    """

    units: tuple[Unit, ...]
    coverage: tuple[Coverage, ...] = field(default=())


def estimate_tokens(text: str) -> int:
    """Return how many tokens a text has at most, by its size; nobody is asked."""
    return len(text.encode("utf-8", "replace")) * _SAFETY_PERCENT // (_BYTES_PER_TOKEN * 100) + 1


def make_plan(
    files: Sequence[ChangedFile], hits: Mapping[str, Sequence[Finding]], *, unit_tokens: int, most_units: int
) -> Plan:
    """Divide a change into units.

    Args:
        files: the change.
        hits: path -> what the golden rules found there and is new.
        unit_tokens: estimated tokens of the lines of one unit at most.
        most_units: units at most; the least urgent hunks go first.
    """
    units: list[Unit] = []
    coverage: list[Coverage] = []
    for file in files:
        if file.obstacle or not file.change.hunks:
            coverage.append(_without_hunks(file))
            continue
        made, skipped = _divide(file, unit_tokens, _risk(file, hits.get(file.change.path, ())))
        units += made
        coverage += skipped
    units.sort(key=lambda unit: (-unit.risk, unit.id))
    kept, left = units[:most_units], units[most_units:]
    coverage += _planned(kept, left, most_units)
    return Plan(tuple(kept), tuple(sorted(coverage, key=lambda item: (item.path, item.line, item.hunk))))


def _without_hunks(file: ChangedFile) -> Coverage:
    change = file.change
    if file.obstacle:
        hunks = f"{len(change.hunks)} hunks" if change.hunks else ""
        is_code = change.path.endswith((".py", ".pyi"))
        return Coverage(
            change.path,
            hunks,
            0,
            Fate.SKIPPED,
            file.obstacle,
            is_gap=bool(change.hunks) or (is_code and change.is_binary),
        )
    what = "only its name changed" if change.kind in {ChangeKind.RENAMED, ChangeKind.COPIED} else "no line changed"
    return Coverage(change.path, "", 0, Fate.FULL, what)


def _divide(file: ChangedFile, unit_tokens: int, risk: int) -> tuple[list[Unit], list[Coverage]]:
    """Pack the hunks of a file into units; a hunk longer than a unit is cut between lines."""
    bins: list[list[Portion]] = []
    room = 0
    skipped: list[Coverage] = []
    for index, hunk in enumerate(file.change.hunks):
        if any(len(line.text) > _LONGEST_LINE for line in hunk.lines):
            why = f"it has a line of more than {_LONGEST_LINE:,} characters"
            skipped.append(Coverage(file.change.path, hunk.header, hunk.new_start, Fate.SKIPPED, why, is_gap=True))
            continue
        for lines in _cut(hunk, unit_tokens):
            size = sum(estimate_tokens(line.text) + 2 for line in lines)
            if not bins or size > room:
                bins.append([])
                room = unit_tokens
            bins[-1].append(Portion(index, lines))
            room -= size
    name = file.change.path
    return [
        Unit(f"{name}#{number}" if len(bins) > 1 else name, file, tuple(portions), risk)
        for number, portions in enumerate(bins, start=1)
    ], skipped


def _cut(hunk: Hunk, unit_tokens: int) -> Iterable[tuple[Line, ...]]:
    start, size = 0, 0
    for at, line in enumerate(hunk.lines):
        cost = estimate_tokens(line.text) + 2
        if size + cost > unit_tokens and at > start:
            yield hunk.lines[start:at]
            start, size = at, 0
        size += cost
    yield hunk.lines[start:]


def _risk(file: ChangedFile, hits: Sequence[Finding]) -> int:
    """Return how urgent a file is: rule findings, security-sensitive words, public surface, size; prose comes last."""
    change = file.change
    if change.path.endswith(_PROSE):
        return 0
    changed = [line.text.lower() for hunk in change.hunks for line in (*hunk.added, *hunk.removed)]
    sensitive = sum(any(word in text for text in changed) or word in change.path.lower() for word in _SENSITIVE)
    surface = sum(text.lstrip().startswith(("def ", "class ", "async def ")) for text in changed)
    score = 10 * sum(int(finding.severity) for finding in hits if finding.severity > Severity.INFO)
    score += 8 * sensitive + 3 * min(surface, 10) + min(len(changed), 60) // 4
    is_python = change.path.endswith((".py", ".pyi"))
    return 1 + score + (20 if is_python else 0) - (10 if "test" in change.path else 0)


def _planned(kept: Sequence[Unit], left: Sequence[Unit], most_units: int) -> Iterable[Coverage]:
    """Yield the fate of every hunk that some unit has a part of."""
    sent = {(unit.path, portion.index) for unit in kept for portion in unit.portions}
    dropped = {(unit.path, portion.index) for unit in left for portion in unit.portions}
    files = {unit.path: unit.file for unit in (*kept, *left)}
    for path, index in sorted(sent | dropped):
        hunk = files[path].change.hunks[index]
        if (path, index) not in dropped:
            yield Coverage(path, hunk.header, hunk.new_start, Fate.FULL)
            continue
        fate = Fate.PARTIAL if (path, index) in sent else Fate.SKIPPED
        why = f"the change has more than {most_units} parts, and others are more urgent"
        yield Coverage(path, hunk.header, hunk.new_start, fate, why, is_gap=True)
