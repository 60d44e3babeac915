"""Precision and recall per rule, as a table."""

from collections.abc import Iterable
from dataclasses import dataclass

from tests.oracles.divergence import Comparison


@dataclass(frozen=True, slots=True)
class Score:
    """How one check of ours fares against an oracle on some trees.

    Attributes:
        oracle: name and version of the other program.
        rule: our rule.
        check: its check.
        codes: the oracle's words for it.
        ours: our reports.
        theirs: the oracle's.
        both: reports both make.
        trees: where.
    """

    oracle: str
    rule: str
    check: str
    codes: tuple[str, ...]
    ours: int
    theirs: int
    both: int
    trees: tuple[str, ...]

    @property
    def key(self) -> tuple[str, str, str]:
        """What scores are summed by."""
        return (self.rule, self.check, self.oracle)


def score(oracle: str, comparison: Comparison) -> list[Score]:
    """Return a score for each check of the pair."""
    found = []
    for check, codes in comparison.pair.words.items():
        ours, theirs, both = (
            sum(count for place, count in places.items() if place.check == check)
            for places in (comparison.ours, comparison.theirs, comparison.ours & comparison.theirs)
        )
        found.append(Score(oracle, comparison.pair.rule, check, codes, ours, theirs, both, (comparison.tree.label,)))
    return found


def add_up(scores: Iterable[Score]) -> list[Score]:
    """Sum the scores of each check against each oracle over its trees, in the order of rules."""
    sums: dict[tuple[str, str, str], Score] = {}
    for item in scores:
        old = sums.get(item.key)
        sums[item.key] = item if old is None else _sum(old, item)
    return [sums[key] for key in sorted(sums)]


def _sum(one: Score, other: Score) -> Score:
    figures = (one.ours + other.ours, one.theirs + other.theirs, one.both + other.both)
    trees = tuple(dict.fromkeys((*one.trees, *other.trees)))
    return Score(one.oracle, one.rule, one.check, one.codes, *figures, trees)


def render(scores: Iterable[Score], *, date: str, versions: Iterable[str]) -> str:
    """Return the page: what was compared, on what, and the table.

    Args:
        scores: one per check and tree.
        date: ISO date of the run.
        versions: name and version of each program and of the interpreter.
    """
    rows = add_up(scores)
    trees = sorted({tree for row in rows for tree in row.trees})
    lines = [
        "# Oracle results",
        "",
        f"Written by `make oracles` on {date}, with {', '.join(versions)}.",
        f"Code: {', '.join(trees)}.",
        "",
        "Precision is the share of our reports that the oracle makes too, recall the share of its reports that we",
        "make, before any excuse. Each difference has its reason in `ledger/`; the run fails on one that has none.",
        "",
        "| rule | check | oracle | codes | ours | theirs | both | precision | recall |",
        "|---|---|---|---|---:|---:|---:|---:|---:|",
        *(_row(row) for row in rows),
        "",
    ]
    return "\n".join(lines)


def _row(row: Score) -> str:
    figures = (
        f"{row.ours:,}",
        f"{row.theirs:,}",
        f"{row.both:,}",
        _share(row.both, row.ours),
        _share(row.both, row.theirs),
    )
    return f"| {' | '.join((row.rule, f'`{row.check}`', row.oracle, ', '.join(row.codes), *figures))} |"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"
