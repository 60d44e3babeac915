"""How a baseline shrinks and grows."""

from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.engine.baseline import Baseline, Entry, Recorded, make_baseline
from hive_guardian.engine.baseline_change import extend, grow, prune, shrink
from hive_guardian.engine.baseline_use import BaselineUse, GivenBaseline
from tests.fakes.baselines import make_entry

A, B, C = (make_entry(f"{name}.py", name) for name in "abc")
WILD = Recorded("app.* -> lib", "pyproject.toml", 3)


def make_use(
    entries: list[Entry], *, stale: list[Entry] | None = None, moves: dict[str, Entry] | None = None, hits: int = 3
) -> BaselineUse:
    """Return what a baseline did."""
    baseline = make_baseline(entries, [WILD._replace(hits=hits)])
    return BaselineUse(GivenBaseline("b.json", baseline), {}, moves or {}, tuple(stale or ()))


def test_what_is_fixed_goes_and_what_moved_follows() -> None:
    """The rest stays as it is."""
    there = B._replace(path="z.py", fingerprint="z")
    change = shrink(make_use([A, B, C], stale=[A], moves={"b": there}))
    assert change.baseline.entries == (C, there)
    assert (change.added, change.removed, change.moved) == (0, 1, 1)


@given(st.lists(st.sampled_from("abcdef"), unique=True), st.lists(st.sampled_from("abcdef"), unique=True))
def test_shrinking_never_grows(names: list[str], stale: list[str]) -> None:
    """Whatever a run says, no entry is added."""
    entries = [make_entry(mark=name) for name in names]
    use = make_use(entries, stale=[entry for entry in entries if entry.fingerprint in stale])
    assert set(shrink(use).baseline.entries) == {entry for entry in entries if entry.fingerprint not in stale}


def test_growing_adds_and_renews() -> None:
    """An entry that is accepted again takes the place of the one that expired."""
    anew = A._replace(until="2027-01-01", added="2026-12-01")
    change = grow(make_use([A._replace(until="2026-11-01"), B]), [anew, C])
    assert change.baseline.entries == (anew, B, C)
    assert change.added == 2


def test_counts_of_wildcards_fall_by_themselves_and_rise_on_demand() -> None:
    """One that nobody recorded is recorded, because that makes the policy stricter."""
    more, fewer, other = WILD._replace(hits=5), WILD._replace(hits=1), Recorded("x.*", "pyproject.toml", 7)
    assert shrink(make_use([]), [more, other]).baseline.recorded == (WILD, other)
    assert shrink(make_use([]), [fewer]).baseline.recorded == (fewer,)
    assert shrink(make_use([])).baseline.recorded == (WILD,)
    assert grow(make_use([]), [], [more], may_rise=True).baseline.recorded == (more,)


def test_pruning_drops_what_no_run_can_need() -> None:
    """Entries of files that are gone, of rules that do not exist, and counts of configuration that is gone."""
    project = make_entry("", "p", rule="GR43")
    unknown = make_entry("a.py", "u", rule="X1")
    baseline = make_baseline([A, B, project, unknown], [WILD, WILD._replace(source="gone.toml")])
    change = prune(baseline, {"a.py", "pyproject.toml"}.__contains__, {"GR10", "GR43"})
    assert change.baseline == make_baseline([A, project], [WILD])
    assert change.removed == 2
    assert prune(Baseline(), bool, ()).baseline == Baseline()


def test_extending_leaves_the_rest_alone() -> None:
    """Whoever accepts one rule does not clean up after another."""
    anew = A._replace(reason="again")
    change = extend(make_baseline([A, B], [WILD]), [anew, C])
    assert change.baseline == make_baseline([anew, B, C], [WILD])
    assert (change.added, change.removed) == (2, 0)
