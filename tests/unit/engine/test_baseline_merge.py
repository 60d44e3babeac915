"""Merging two baselines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.engine.baseline import Baseline, Entry, Recorded, make_baseline
from hive_guardian.engine.baseline_merge import merge_baselines
from tests.fakes.baselines import make_entry

ENTRIES = st.builds(
    make_entry,
    path=st.sampled_from(["a.py", "b.py", "c.py"]),
    mark=st.sampled_from(list("0123456789")),
    code=st.sampled_from(["c1", "c2"]),
    symbol=st.sampled_from(["f", "g"]),
    reason=st.sampled_from(["", "because"]),
)
BASELINES = st.lists(ENTRIES, max_size=6).map(make_baseline)
A, B, C = (make_entry(f"{name}.py", name, code=f"code {name}") for name in "abc")


def merge(base: list[Entry], ours: list[Entry], theirs: list[Entry]) -> list[Entry]:
    """Merge entries."""
    return list(merge_baselines(*map(make_baseline, (base, ours, theirs))).entries)


@given(BASELINES, BASELINES)
def test_a_side_without_changes_takes_the_other(base: Baseline, side: Baseline) -> None:
    """Whatever changed on one side is the result, and so is what both sides agree on."""
    assert merge_baselines(base, side, base) == side
    assert merge_baselines(base, base, side) == side
    assert merge_baselines(base, side, side) == side


@given(BASELINES, BASELINES, BASELINES)
def test_nothing_comes_from_nowhere_and_sides_are_equal(base: Baseline, ours: Baseline, theirs: Baseline) -> None:
    """Every entry is of a side, what one side removed is gone, and the direction decides only about words."""
    merged = merge_baselines(base, ours, theirs)
    marks = {entry.fingerprint for entry in merged.entries}
    sides = [{entry.fingerprint for entry in side.entries} for side in (base, ours, theirs)]
    assert marks <= sides[1] | sides[2]
    assert marks.isdisjoint(sides[0] - (sides[1] & sides[2]))
    assert marks == {entry.fingerprint for entry in merge_baselines(base, theirs, ours).entries}


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        ([A, B, C], [B, C], [A, B], [B]),
        ([A, B], [A], [B], []),
        ([A], [A, B], [A, C], [A, B, C]),
        ([], [A, B], [A, C], [A, B, C]),
        ([A], [A._replace(path="z.py", fingerprint="z")], [A], [A._replace(path="z.py", fingerprint="z")]),
        ([A, B], [A._replace(path="z.py", fingerprint="z"), B], [B], [B]),
        ([A], [A._replace(path="z.py", fingerprint="z")], [A._replace(path="z.py", fingerprint="z")],
         [A._replace(path="z.py", fingerprint="z")]),
        ([A], [A._replace(path="y.py", fingerprint="y")], [A._replace(path="z.py", fingerprint="z")],
         [A._replace(path="y.py", fingerprint="y"), A._replace(path="z.py", fingerprint="z")]),
        ([A], [A], [A._replace(reason="new")], [A._replace(reason="new")]),
        ([A], [A._replace(reason="ours")], [A._replace(reason="theirs")], [A._replace(reason="ours")]),
    ],
    ids=[
        "each-fixes", "both-fix-all", "each-adds", "no-ancestor", "one-moves", "one-moves-one-fixes", "both-move-alike",
        "both-move-apart", "one-rewords", "both-reword",
    ],
)  # fmt: skip
def test_merges(base: list[Entry], ours: list[Entry], theirs: list[Entry], merged: list[Entry]) -> None:
    """What either side fixed is gone, what either moved has moved."""
    assert merge(base, ours, theirs) == merged


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [(5, 3, 5, 3), (5, 5, 7, 7), (5, 3, 4, 3), (None, 3, 4, 3), (None, 3, None, 3), (5, None, 4, None)],
)
def test_counts_of_wildcards(base: int | None, ours: int | None, theirs: int | None, merged: int | None) -> None:
    """The side that changed a count wins; of two changes the lower one."""

    def side(hits: int | None) -> Baseline:
        return make_baseline([], [] if hits is None else [Recorded("a.*", "pyproject.toml", hits)])

    assert merge_baselines(side(base), side(ours), side(theirs)) == side(merged)
