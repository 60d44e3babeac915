"""Where two programs differ, and the ledger that says why they may."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from hive_guardian.project.globs import GlobSet
from tests.oracles.programs import Report, Run
from tests.oracles.trees import Tree

Side = Literal["ours", "theirs"]
_FOLDER = Path(__file__).with_name("ledger")


@dataclass(frozen=True, slots=True)
class Pair:
    """A rule of ours and the codes of an oracle that ask the same.

    Attributes:
        rule: our id.
        words: our check, or several separated by blanks -> the oracle's codes that correspond.
        options: options of our rule that make both ask exactly the same.
        layout: shared settings for the same purpose.
        settings: settings of the oracle, in its own notation.
        detail: what to read from the messages, when the line alone does not tell two reports apart: its groups.
        repeats: whether the same report twice counts twice.
        by_line: whether both give a line; without, path and detail must agree.
        ours: regular expression for the messages of our reports that can have a counterpart.
    """

    rule: str
    words: Mapping[str, tuple[str, ...]]
    options: Mapping[str, object] = field(default_factory=dict)
    layout: Mapping[str, object] = field(default_factory=dict)
    settings: tuple[str, ...] = ()
    detail: str = ""
    repeats: bool = True
    by_line: bool = True
    ours: str = ""

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes of the oracle."""
        return tuple(code for codes in self.words.values() for code in codes)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """What both sides must agree on.

    Attributes:
        path: root-relative.
        line: counted from 1.
        check: our check, or the group of checks, as in `Pair.words`.
        detail: what else tells it apart.
    """

    path: str
    line: int
    check: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both sides on one tree, as multisets."""

    pair: Pair
    tree: Tree
    ours: Counter[Place]
    theirs: Counter[Place]

    def alone(self, side: Side) -> list[Place]:
        """Return what only one side reports, sorted."""
        mine, other = (self.ours, self.theirs) if side == "ours" else (self.theirs, self.ours)
        return sorted((mine - other).elements())


def compare(pair: Pair, tree: Tree, ours: Run, theirs: Run) -> Comparison:
    """Bring two runs to the same words; files that either side could not read count for neither."""
    unread = ours.unread | theirs.unread
    ours_by_word = {check: words for words in pair.words for check in words.split()}
    theirs_by_word = {code: words for words, codes in pair.words.items() for code in codes}
    known = [report for report in ours.reports if re.search(pair.ours, report.message)]
    return Comparison(
        pair, tree, _places(pair, known, ours_by_word, unread), _places(pair, theirs.reports, theirs_by_word, unread)
    )


def _places(pair: Pair, reports: Iterable[Report], words: Mapping[str, str], unread: frozenset[str]) -> Counter[Place]:
    found = Counter(
        Place(
            report.path,
            report.line if pair.by_line else 0,
            words[report.word],
            _detail(pair.detail, report.message),
        )
        for report in reports
        if report.path not in unread and report.word in words
    )
    return found if pair.repeats else Counter(found.keys())


def _detail(pattern: str, message: str) -> str:
    """Return what the pattern reads from a message, in one spelling for names of distributions."""
    match = re.search(pattern, message) if pattern else None
    return next(filter(None, match.groups()), "").replace("_", "-").lower() if match else ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A difference that is meant.

    Attributes:
        rule: our rule.
        check: its check, as in `Pair.words`.
        tree: name of the tree.
        side: who alone reports it.
        reason: why that is right.
        path: glob of the files.
        line: the line, or 0 for any.
        pattern: regular expression that the line of source must contain.
        detail: what else the report is about, when that tells it apart.
        count: how often it occurs; any other number fails.
    """

    rule: str
    check: str
    tree: str
    side: Side
    reason: str
    path: str = "**"
    line: int = 0
    pattern: str = ""
    detail: str = ""
    count: int = 1

    def covers(self, place: Place, tree: Tree) -> bool:
        """Return whether this entry is about a place."""
        return (
            place.check == self.check
            and (not self.line or place.line == self.line)
            and (not self.detail or place.detail == self.detail)
            and _globs(self.path).matches(place.path)
            and re.search(self.pattern, tree.line(place.path, place.line)) is not None
        )


@cache
def _globs(path: str) -> GlobSet:
    return GlobSet([path])


def load_ledger(oracle: str) -> list[Entry]:
    """Return the entries of an oracle's ledger; a key or value of the wrong kind is an error."""
    file = _FOLDER / f"{oracle}_divergences.toml"  # a file called ruff.toml would configure ruff
    tables = tomllib.loads(file.read_text("utf-8")).get("divergence", []) if file.is_file() else []
    return [Entry(**table) for table in tables]


def unexplained(comparison: Comparison, ledger: Sequence[Entry]) -> Iterator[str]:
    """Yield, for people, each difference that no entry covers and each entry that does not hold any more."""
    pair, name = comparison.pair, comparison.tree.name
    entries = [item for item in ledger if (item.rule, item.tree) == (pair.rule, name) and item.check in pair.words]
    counts = dict.fromkeys(range(len(entries)), 0)
    for side in ("ours", "theirs"):
        for place in comparison.alone(side):
            covering = [
                number
                for number, entry in enumerate(entries)
                if entry.side == side and entry.covers(place, comparison.tree)
            ]
            if covering:
                counts[covering[0]] += 1
            else:
                source = comparison.tree.line(place.path, place.line).strip()
                yield f"only {side}: {place.path}:{place.line} {place.check} {place.detail}: {source}"
    for number, entry in enumerate(entries):
        if counts[number] != entry.count:
            yield f"the ledger says {entry.count}, there are {counts[number]}: {entry}"
