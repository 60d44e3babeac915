"""Which entry accounts for which finding."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.engine.baseline import make_baseline
from hive_guardian.engine.baseline_match import (
    Pairs,
    describe_finding,
    may_have_moved,
    module_of,
    pair_in_files,
    pair_moved,
    tail_of,
)
from hive_guardian.model.finding import Finding
from tests.fakes.baselines import identified, is_gone, make_entry, make_finding

FINDINGS = st.builds(
    make_finding,
    path=st.sampled_from(["pkg/a.py", "pkg/b.py", "other/a.py", ""]),
    symbol=st.sampled_from(["pkg.a.f", "pkg.b.f", "pkg.a", "other.a.f", "core"]),
    anchor=st.sampled_from(["print(1)", "print(2)"]),
    line=st.integers(1, 3),
    rule=st.sampled_from(["GR10", "GR12"]),
)


def match(before: list[Finding], after: list[Finding]) -> Pairs:
    """Accept some findings and match the entries with others."""
    baseline = make_baseline(describe_finding(finding, added="2026-01-15") for finding in identified(*before))
    pairs = pair_in_files(baseline.entries, identified(*after))
    moved = _moved(pairs)
    assert may_have_moved(pairs, is_gone) == (moved != pairs)
    return moved


def _moved(pairs: Pairs) -> Pairs:
    copy = Pairs(dict(pairs.entries), dict(pairs.moves), list(pairs.spare), list(pairs.open))
    pair_moved(copy, is_gone)
    return copy


@given(st.lists(FINDINGS, max_size=8), st.lists(FINDINGS, max_size=8))
def test_an_entry_accounts_for_one_finding_and_never_for_a_second(before: list[Finding], after: list[Finding]) -> None:
    """Nothing is lost on either side, and each pair agrees in rule and code."""
    pairs = match(before, after)
    used = [entry.fingerprint for entry in pairs.entries.values()]
    assert len(set(used)) == len(used)
    assert len(used) + len(pairs.spare) == len(before)
    assert len(used) + len(pairs.open) == len(after)
    found = {finding.fingerprint: describe_finding(finding) for finding in identified(*after)}
    for mark, entry in pairs.entries.items():
        assert (found[mark].rule, found[mark].code) == (entry.rule, entry.code)
    left = {(entry.rule, entry.check, tail_of(entry), entry.code) for entry in pairs.spare}
    assert left.isdisjoint((entry.rule, entry.check, tail_of(entry), entry.code) for entry in pairs.open)


@given(st.lists(FINDINGS, max_size=8), st.lists(FINDINGS, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_the_findings_does_not_matter(before: list[Finding], after: list[Finding], chance: Random) -> None:
    """Equal inputs give equal pairs."""
    other = list(after)
    chance.shuffle(other)
    assert match(before, after).entries == match(before[::-1], other).entries


@given(st.lists(FINDINGS, max_size=8))
def test_an_unchanged_project_needs_its_baseline_as_it_is(findings: list[Finding]) -> None:
    """Every entry is used where it is, nothing moved."""
    pairs = match(findings, findings)
    assert (pairs.moves, pairs.spare, pairs.open) == ({}, [], [])
    assert Counter(entry.path for entry in pairs.entries.values()) == Counter(one.location.path for one in findings)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (make_finding(), make_finding("pkg/b.py", "pkg.b.f")),
        (make_finding(), make_finding("src/pkg/core/a.py", "pkg.core.a.f")),
        (make_finding(), make_finding(symbol="pkg.a.renamed")),
        (make_finding(symbol="pkg.a"), make_finding("pkg/b/__init__.py", "pkg.b")),
        (
            make_finding("pkg/a.py", "pkg.a", "pkg.a -> pkg.low", rule="GR43"),
            make_finding("pkg/z.py", "pkg.z", "pkg.z -> pkg.low", rule="GR43"),
        ),
        (make_finding("", "core", rule="GR02"), make_finding("core/pyproject.toml", "core", rule="GR02")),
    ],
    ids=["renamed-file", "moved-file", "renamed-function", "module-level", "import-chain", "project"],
)
def test_moved_code_keeps_its_entry(before: Finding, after: Finding) -> None:
    """The entry follows, with its date and reason, and says where the finding is now."""
    pairs = match([before], [after])
    (moved,) = pairs.moves.values()
    assert (moved.path, moved.symbol, moved.added) == (after.location.path, after.symbol, "2026-01-15")
    assert moved.fingerprint == identified(after)[0].fingerprint
    assert (pairs.spare, pairs.open) == ([], [])


@pytest.mark.parametrize(
    "after",
    [
        make_finding("pkg/b.py", "pkg.b.g"),
        make_finding("pkg/b.py", "pkg.b.f", "print(2)"),
        make_finding("pkg/b.py", "pkg.b.f", rule="GR12"),
    ],
    ids=["other-function", "other-code", "other-rule"],
)
def test_other_code_elsewhere_is_new(after: Finding) -> None:
    """What is not the same code is no move."""
    pairs = match([make_finding()], [after])
    assert len(pairs.spare) == len(pairs.open) == 1


def test_an_entry_stays_with_a_file_that_is_still_there() -> None:
    """Whoever mends a finding and writes the same elsewhere has made a new one; the old entry is left over."""
    entries = make_baseline(map(describe_finding, identified(make_finding()))).entries
    pairs = pair_in_files(entries, identified(make_finding("pkg/b.py", "pkg.b.f")))
    assert not may_have_moved(pairs, lambda path: path != "pkg/a.py")
    pair_moved(pairs, lambda path: path != "pkg/a.py")
    assert ([entry.path for entry in pairs.spare], [entry.path for entry in pairs.open]) == (["pkg/a.py"], ["pkg/b.py"])


def test_a_file_of_the_same_name_comes_first() -> None:
    """When a directory was renamed, each file keeps its own entries."""
    before = [make_finding("old/a.py", "old.a.f"), make_finding("old/b.py", "old.b.f")]
    after = [make_finding("new/b.py", "new.b.f"), make_finding("new/c.py", "new.c.f")]
    pairs = match(before, after)
    paths = {entry.path: pairs.moves[entry.fingerprint].path for entry in pairs.entries.values()}
    assert paths == {"old/a.py": "new/c.py", "old/b.py": "new/b.py"}


def test_of_equal_findings_any_may_go() -> None:
    """Two equal findings of one function, the first of which was mended: one entry is left over."""
    both = [make_finding(line=1), make_finding(line=2)]
    entries = make_baseline(map(describe_finding, identified(*both))).entries
    pairs = pair_in_files(entries[1:], identified(both[0]))
    assert [entry.fingerprint for entry in pairs.entries.values()] == [entries[1].fingerprint]
    assert (pairs.spare, pairs.open) == ([], [])


@pytest.mark.parametrize(
    ("symbol", "path", "module"),
    [
        ("pkg.mod.Cls.run", "src/pkg/mod.py", "pkg.mod"),
        ("pkg.mod", "pkg/mod.py", "pkg.mod"),
        ("pkg.run", "src/pkg/__init__.py", "pkg"),
        ("mod.f", "mod.py", "mod"),
        ("core", "apps/core/pyproject.toml", ""),
        ("core", "", ""),
        ("", "a.py", ""),
    ],
)
def test_the_module_is_the_part_that_the_path_says(symbol: str, path: str, module: str) -> None:
    """What is left names the definition, wherever the file lies."""
    assert module_of(symbol, path) == module
    assert tail_of(make_entry(path, symbol=symbol)) == symbol.removeprefix(module).removeprefix(".")
