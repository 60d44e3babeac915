"""What was seen of one review: what a model said, what the report says, and what was left behind."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from difflib import SequenceMatcher

from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.review import Coverage, Fate, ReviewFinding, ReviewReport
from hive_guardian.review.evaluation.script import Utterance
from hive_guardian.review.evaluation.session import Session
from hive_guardian.review.evaluation.view import View

_HEADER = re.compile(r"@@ -(?P<old_start>\d+),(?P<old_size>\d+) \+(?P<new_start>\d+),(?P<new_size>\d+) @@")


@frozen
class Applied:
    """A suggestion that was put into its file.

    Attributes:
        place: where.
        problem: what is wrong with the result, empty if nothing.
    """

    place: str
    problem: str


@frozen
class Ledgered:
    """What the cost ledger says of a review.

    Attributes:
        micro_usd: spent or held.
        cap: the least of the caps over it, `None` for none.
        held: reservations nobody settled.
    """

    micro_usd: int = 0
    cap: int | None = None
    held: int = 0


@frozen
class Observation:
    """One review.

    Attributes:
        session: the script.
        push: after which push, from 1.
        report: the result.
        uttered: what was said, with the path it was said about.
        views: parts of the change that were answered.
        outputs: form -> the rendered report.
        places: name of a place -> planted secrets that were found there.
        money: what the ledger says.
        applied: its suggestions.
    """

    session: Session
    push: int
    report: ReviewReport
    uttered: Sequence[tuple[str, Utterance]] = ()
    views: Sequence[View] = ()
    outputs: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Sequence[str]] = field(default_factory=dict)
    money: Ledgered = field(default_factory=Ledgered)
    applied: Sequence[Applied] = ()

    @property
    def name(self) -> str:
        """How a person calls it."""
        return f"{self.session.case.name}/{self.session.name}#{self.push}"


def label_of(finding: ReviewFinding) -> str:
    """Return what a reported finding really is; empty for what no script said."""
    return finding.trigger.partition(" ")[0]


def class_of(label: str) -> str:
    """Return the class of a label: `N6` of `N6:0`."""
    return label.partition(":")[0]


def unread_lines(seen: Observation) -> dict[tuple[str, str, int], bool]:
    """Return the changed lines that no model was shown: (path, side, number) -> whether the report says so.

    The change is computed here once more, by other means than the review's.
    """
    found: dict[tuple[str, str, int], bool] = {}
    case = seen.session.case
    before, after = case.base, case.pushes[seen.push - 1]
    moved = _moved(before, after)
    for path in sorted({*before, *after}):
        if before.get(path) == after.get(path) or path in moved.values():
            continue
        old, new = _lines(before.get(moved.get(path, path))), _lines(after.get(path))
        if old is None or new is None:
            found[path, "file", 0] = _is_disclosed(seen.report.coverage, path, "file", 0)
            continue
        shown = [view for view in seen.views if view.path == path]
        for side, number in _changed(old, new):
            text = (new if side == "new" else old)[number - 1]
            if not any(_is_shown(view, side, number, text) for view in shown):
                found[path, side, number] = _is_disclosed(seen.report.coverage, path, side, number)
    return found


def _is_shown(view: View, side: str, number: int, text: str) -> bool:
    """Whether a model saw a changed line; where a line was moved, git may call another one changed."""
    if side == "new":
        return number in view.shown
    return number in view.removed or text in view.shown.values()


def _moved(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> dict[str, str]:
    """Return path after -> path before, of files that have another name now."""
    gone = [path for path in before if path not in after]
    out: dict[str, str] = {}
    for path in sorted(after):
        if path in before:
            continue
        for old in gone:
            first, second = _lines(before[old]), _lines(after[path])
            if first and second and SequenceMatcher(None, first, second, autojunk=False).quick_ratio() > 0.5:
                out[path] = old
    return out


def _lines(content: bytes | None) -> list[str] | None:
    """Return the lines of a text, `None` for what is none."""
    if content is None:
        return []
    if b"\0" in content:
        return None
    return content.decode("utf-8", "replace").replace("\r\n", "\n").splitlines()


def _changed(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, int]]:
    """Return the changed lines: side and number."""
    out: list[tuple[str, int]] = []
    for kind, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            out += [("old", number + 1) for number in range(first, last)]
            out += [("new", number + 1) for number in range(start, end)]
    return out


def _is_disclosed(coverage: Sequence[Coverage], path: str, side: str, number: int) -> bool:
    """Whether a report says of a line that it was not read."""
    mine = [one for one in coverage if one.path == path]
    if side != "file":
        mine = [one for one in mine if not one.hunk or _holds(one.hunk, side, number)]
    return bool(mine) and all(one.fate is not Fate.FULL and one.reason for one in mine)


def _holds(header: str, side: str, number: int) -> bool:
    """Whether the ranges of a hunk hold a line; what is no hunk stands for the whole file."""
    ranges = _HEADER.match(header)
    if ranges is None:
        return True
    start, size = int(ranges[f"{side}_start"]), int(ranges[f"{side}_size"])
    return start <= number < start + size
