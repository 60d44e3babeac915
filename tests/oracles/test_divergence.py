"""The referee itself: what counts as a difference, and what a ledger may excuse."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.oracles.divergence import Entry, Pair, compare, load_ledger, unexplained
from tests.oracles.pairs import BANDIT, COMPILE, DEPTRY, FLAKE8_ASYNC, RUFF
from tests.oracles.programs import Report, Run
from tests.oracles.scoreboard import add_up, render, score
from tests.oracles.trees import SOURCES, Tree, scan

PAIR = Pair("GR10", {"print": ("T201", "T203"), "write fetch": ("W1",)})
LEDGERS = {"ruff": RUFF, "bandit": BANDIT, "flake8-async": FLAKE8_ASYNC, "compile": (COMPILE,), "deptry": DEPTRY}


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Return a tree of one file."""
    (tmp_path / "a.py").write_text("print(1); print(2)\nwrite(3)\n", "utf-8")
    return scan("small", "small 1.0", tmp_path)


def _run(*reports: tuple[int, str], unread: Sequence[str] = ()) -> Run:
    return Run(tuple(Report("a.py", line, word, f"`{word}` at {line}") for line, word in reports), frozenset(unread))


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (_run((1, "print")), _run((1, "T203")), []),
        (_run((2, "fetch")), _run((2, "W1")), []),
        (_run((1, "print"), (1, "print")), _run((1, "T201")), ["only ours: a.py:1 print"]),
        (_run((1, "print")), _run((2, "T201")), ["only ours: a.py:1 print", "only theirs: a.py:2 print"]),
        (_run((1, "print")), _run((1, "W1")), ["only ours: a.py:1 print", "only theirs: a.py:1 write fetch"]),
        (_run((1, "print")), _run(unread=["a.py"]), []),
        (_run((1, "unrelated")), _run((1, "X9")), []),
    ],
)
def test_difference_is_a_report_only_one_side_makes(tree: Tree, ours: Run, theirs: Run, expected: list[str]) -> None:
    """Reports match by path, line and what they are about, each as often as it is made."""
    found = list(unexplained(compare(PAIR, tree, ours, theirs), []))

    assert [text[: len(start)] for text, start in zip(found, expected, strict=True)] == expected


@pytest.mark.parametrize(
    ("entry", "problems"),
    [
        (Entry("GR10", "print", "small", "ours", "why", line=1, count=2), 0),
        (Entry("GR10", "print", "small", "ours", "why", path="*.py", pattern=r"print\(2", count=2), 0),
        (Entry("GR10", "print", "small", "ours", "why", count=3), 1),
        (Entry("GR10", "print", "small", "ours", "why"), 1),
        (Entry("GR10", "print", "small", "theirs", "why", count=2), 3),
        (Entry("GR10", "print", "small", "ours", "why", line=2, count=2), 3),
        (Entry("GR10", "print", "small", "ours", "why", pattern="write", count=2), 3),
        (Entry("GR10", "print", "small", "ours", "why", path="b.py", count=2), 3),
        (Entry("GR10", "write fetch", "small", "ours", "why", count=2), 3),
        (Entry("GR10", "check of another pair", "small", "ours", "why", count=2), 2),
        (Entry("GR10", "print", "other", "ours", "why", count=2), 2),
        (Entry("GR11", "print", "small", "ours", "why", count=2), 2),
    ],
)
def test_ledger_excuses_exactly_what_it_says(tree: Tree, entry: Entry, problems: int) -> None:
    """An entry that covers less or more than it says fails, and so does one about nothing."""
    comparison = compare(PAIR, tree, _run((1, "print"), (1, "print")), _run())

    assert len(list(unexplained(comparison, [entry]))) == problems


def test_detail_tells_reports_of_one_line_apart(tree: Tree) -> None:
    """With a detail the words of the messages must agree too; without repeats a report counts once."""
    pair = Pair("GR10", {"print": ("T201",)}, detail="`(x|y)`", repeats=False)
    ours = Run((Report("a.py", 1, "print", "`x`"), Report("a.py", 1, "print", "`y`")))
    theirs = Run((Report("a.py", 1, "T201", "`x`"), Report("a.py", 1, "T201", "again `x`")))

    found = list(unexplained(compare(pair, tree, ours, theirs), []))

    assert [text.split(":")[0] for text in found] == ["only ours"]
    assert "print y" in found[0]


def test_scores_are_summed_over_trees(tree: Tree) -> None:
    """The table has one row per check with the shares over all trees."""
    one = compare(PAIR, tree, _run((1, "print"), (2, "print")), _run((1, "T201")))
    other = compare(PAIR, tree, _run((1, "print")), _run((1, "T201"), (2, "T203")))

    page = render([*score("ruff 1", one), *score("ruff 1", other)], date="2026-01-15", versions=["us 1"])

    assert len(add_up([*score("ruff 1", one), *score("ruff 1", other)])) == 2
    assert "| GR10 | `print` | ruff 1 | T201, T203 | 3 | 3 | 2 | 0.667 | 0.667 |" in page
    assert "| GR10 | `write fetch` | ruff 1 | W1 | 0 | 0 | 0 | - | - |" in page
    assert "on 2026-01-15, with us 1." in page


@pytest.mark.parametrize("oracle", LEDGERS)
def test_every_entry_is_about_something_that_is_compared(oracle: str) -> None:
    """No entry names a rule, check or tree that no comparison reads, and each gives a reason."""
    trees = {"installed", "mutants", *(source.name for source in SOURCES)}
    compared = {(pair.rule, check) for pair in LEDGERS[oracle] for check in pair.words}

    for entry in load_ledger(oracle):
        assert (entry.rule, entry.check) in compared, entry
        assert entry.tree in trees, entry
        assert len(entry.reason) > 20, entry
