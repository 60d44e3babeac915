"""What need not be asked again: parts that a model has read as they are, and findings whose lines still stand.

Contents are compared, never commits, so that a rebase or a forced push makes nothing new that is not.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field, replace
from hashlib import blake2b

from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.review import Standing
from hive_guardian.review.change import ChangeKind, ChangeSet
from hive_guardian.review.dedupe import is_duplicate
from hive_guardian.review.grounding import Grounded, ground, touched_lines
from hive_guardian.review.identity import is_same_title
from hive_guardian.review.memory import Known, Life, Memory
from hive_guardian.review.plan import Portion, Unit
from hive_guardian.review.prompt import Surroundings, describe_unit, text_of
from hive_guardian.review.redact import Redactor
from hive_guardian.review.snapshot import ChangedFile
from hive_guardian.review.symbols import Symbol, enclosing

_BYTES = 12
_NOW = " (Now said of these lines: "
_NUMBER = re.compile(r"^ *\d+(?= )|(?<=, lines )\d+ to \d+$", re.MULTILINE)


@frozen
class Recollection:
    """An open finding of an earlier review, in the light of today's lines.

    Attributes:
        known: the finding.
        claim: what it said, at the lines where it stands now, or, if those are gone, at what stands there instead.
    """

    known: Known
    claim: Grounded


@frozen
class Recalled:
    """What earlier reviews of a line of work make unnecessary.

    Attributes:
        fresh: units that no model has read as they are, most urgent first.
        read: id of a unit that was read as it is -> model that did.
        standing: open findings whose lines still stand in the change.
        doubtful: open findings whose lines are gone or changed: only a second look can tell.
        closed: open findings that are settled without one, with their fate.
        digests: id of a unit -> its content.
    """

    fresh: tuple[Unit, ...] = ()
    read: Mapping[str, str] = field(default_factory=dict)
    standing: tuple[Recollection, ...] = ()
    doubtful: tuple[Recollection, ...] = ()
    closed: tuple[Known, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict)


def digest_unit(unit: Unit, around: Surroundings, redactor: Redactor, reader: str) -> str:
    """Return the identity of all that is told about a unit, but for the numbers of lines.

    Args:
        unit: a part of the change.
        around: what else is told.
        redactor: has seen all files.
        reader: who reads, and by which prompt.
    """
    text = _NUMBER.sub("", redactor.redact("\n".join(describe_unit(unit, around))))
    return blake2b(f"{reader}\0{text}".encode("utf-8", "surrogatepass"), digest_size=_BYTES).hexdigest()


def recall(
    memory: Memory,
    units: Sequence[Unit],
    files: Mapping[str, ChangedFile],
    change: ChangeSet,
    digest: Callable[[Unit], str],
) -> Recalled:
    """Compare a change with what is remembered.

    Args:
        memory: of the line of work.
        units: that would be sent, most urgent first.
        files: path -> changed file.
        change: the change.
        digest: returns the content of a unit.
    """
    digests = {unit.id: digest(unit) for unit in units}
    read = {unit.id: memory.read[digests[unit.id]] for unit in units if digests[unit.id] in memory.read}
    standing: list[Recollection] = []
    doubtful: list[Recollection] = []
    closed: list[Known] = []
    for known in memory.living(Life.OPEN):
        if known.is_computed or known.standing is Standing.UNVERIFIED:
            continue  # a heuristic looks again; what nobody could judge is asked for again, with its part
        found = _look(known, files, change)
        if isinstance(found, Grounded):
            still = _fold(found.lines) == _fold(known.quote.split("\n"))
            (standing if still else doubtful).append(Recollection(known, found))
        elif found is not None:
            closed.append(replace(known, life=found, why=change.head))
    fresh = tuple(unit for unit in units if unit.id not in read)
    return Recalled(fresh, read, tuple(standing), tuple(doubtful), tuple(closed), digests)


def remember(
    recalled: Recalled, units: Iterable[Unit], was_read: Callable[[Unit], str]
) -> tuple[dict[str, str], dict[str, frozenset[str]]]:
    """Return what a model has read by now: content of a unit -> model, and path -> changed lines.

    Args:
        recalled: with the contents of the units.
        units: all of the plan.
        was_read: returns the model that read a unit in full, now or earlier; empty if none did.
    """
    read: dict[str, str] = {}
    lines: dict[str, frozenset[str]] = {}
    for unit in units:
        model = was_read(unit)
        if model:
            read[recalled.digests[unit.id]] = model
            lines[unit.path] = lines.get(unit.path, frozenset()) | digest_lines(unit).keys()
    return read, lines


def digest_lines(unit: Unit) -> dict[str, set[int]]:
    """Return the changed lines of a unit: identity of a line and the one before it -> numbers after the change."""
    found: dict[str, set[int]] = {}
    for portion in unit.portions:
        before, last = "", unit.file.change.hunks[portion.index].new_start
        for line in portion.lines:
            text = text_of(unit.file, line).strip()
            if not (line.old and line.new):
                numbers = {line.new} if line.new else {last, last + 1}
                key = f"{line.mark.value}\0{before}\0{text}".encode("utf-8", "surrogatepass")
                found.setdefault(blake2b(key, digest_size=_BYTES // 2).hexdigest(), set()).update(numbers)
            before, last = text, line.new or last
    return found


def is_late(claim: Grounded, lines: Mapping[str, frozenset[str]], renamed: Mapping[str, str]) -> bool:
    """Whether a claim is only about changed lines that an earlier review read without saying so.

    Args:
        claim: a new one.
        lines: path -> changed lines that were read then.
        renamed: path then -> path now.
    """
    then = {now: path for path, now in renamed.items()}
    read = lines.get(claim.path) or lines.get(then.get(claim.path, ""))
    if not read:
        return False
    side = claim.unit.file.new
    symbol = enclosing(side.symbols, claim.line) if side is not None else None
    every = digest_lines(whole_unit(claim.unit.file))
    fresh = {number for digest, numbers in every.items() if digest not in read for number in numbers}
    touched = {number for numbers in every.values() for number in numbers}
    own = set(range(claim.line, claim.end_line + 1))
    near = own if touched & own or symbol is None else set(range(symbol.start, symbol.end + 1))
    return not fresh & near


def renames(change: ChangeSet) -> dict[str, str]:
    """Return path before -> path after, of the files a change renames."""
    return {file.old_path: file.path for file in change.files if file.kind is ChangeKind.RENAMED and file.old_path}


def follow(earlier: Grounded, said: Sequence[Grounded]) -> tuple[Grounded, list[Grounded]]:
    """Return an earlier claim that still holds at the lines where it stands now, and the claims of today that say so.

    Without one that says the same, the nearest one of the same kind in the same definition is taken for its successor;
    should that be another problem after all, it is still named.

    Args:
        earlier: its own lines are gone or changed.
        said: today, about any file.
    """
    same = [one for one in said if is_duplicate(one, earlier)]
    if not same and earlier.symbol:
        place = (earlier.path, earlier.symbol, earlier.claim.category)
        near = [one for one in said if (one.path, one.symbol, one.claim.category) == place]
        same = sorted(near, key=lambda one: abs(one.line - earlier.line))[:1]
    if not same:
        return earlier, []
    now, claim = same[0], earlier.claim
    if not is_same_title(claim.title, now.claim.title):
        claim = replace(claim, claim=f"{claim.claim.partition(_NOW)[0]}{_NOW}{now.claim.title}.)")
    moved = replace(
        earlier, claim=claim, unit=now.unit, line=now.line, end_line=now.end_line, lines=now.lines,
        occurrence=now.occurrence,
    )  # fmt: skip
    return moved, same


def whole_unit(file: ChangedFile) -> Unit:
    """Return all changed lines of a file as one unit."""
    portions = tuple(Portion(index, hunk.lines) for index, hunk in enumerate(file.change.hunks))
    return Unit(file.change.path, file, portions)


def _look(known: Known, files: Mapping[str, ChangedFile], change: ChangeSet) -> Grounded | Life | None:
    """Return where a finding stands now, or what stands in its place, or its fate; `None` if nobody can say."""
    path = _find_path(known, files, change)
    if path is None:
        return Life.OUTDATED
    file = files[path]
    if file.change.kind is ChangeKind.DELETED:
        return Life.FIXED
    if file.obstacle or file.new is None:
        return None
    unit = whole_unit(file)
    found = ground(known.as_claim(path), unit, files)
    if isinstance(found, Grounded):
        return replace(found, model=known.model, request_id=known.request_id)
    return Life.OUTDATED if found == "outside-change" else _instead(known, unit)


def _find_path(known: Known, files: Mapping[str, ChangedFile], change: ChangeSet) -> str | None:
    """Return the path of a finding's file today: its own, what git calls it now, or that of an equal new one."""
    for path in (known.path, renames(change).get(known.path, "")):
        if path in files and files[path].change.kind is not ChangeKind.DELETED:
            return path
    added = (file for file in files.values() if file.change.kind in {ChangeKind.ADDED, ChangeKind.RENAMED})
    first = known.quote.partition("\n")[0].strip()
    likely = (file for file in added if file.new is not None and first in file.new.text)
    for file in sorted(likely, key=lambda one: one.change.path):
        found = ground(known.as_claim(file.change.path), whole_unit(file), files)
        if isinstance(found, Grounded) and found.symbol == known.symbol:
            return file.change.path
    return known.path if known.path in files else None


def _instead(known: Known, unit: Unit) -> Grounded | Life:
    """Return the changed line that is nearest to where a finding stood, in the same definition.

    Where nothing is changed any more the change was taken back, and the finding with it.
    """
    side = unit.file.new
    symbols = side.symbols if side is not None else ()
    lines = side.lines if side is not None else ()
    if known.symbol and all(one.name != known.symbol for one in symbols):
        return Life.OUTDATED
    inside = [
        number
        for number in touched_lines(unit)
        if 0 < number <= len(lines) and lines[number - 1].strip() and _name_at(symbols, number) == known.symbol
    ]
    if not inside:
        return Life.FIXED
    line = min(inside, key=lambda number: (abs(number - known.line), number))
    return Grounded(known.as_claim(unit.path), unit, line, line, known.symbol, (lines[line - 1],), 0, known.model)


def _name_at(symbols: tuple[Symbol, ...], number: int) -> str:
    symbol = enclosing(symbols, number)
    return symbol.name if symbol else ""


def _fold(lines: Iterable[str]) -> list[str]:
    return [" ".join(line.split()) for line in lines if line.strip()]
