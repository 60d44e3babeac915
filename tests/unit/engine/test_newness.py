"""Which findings are new since an earlier state."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.engine.cache import CorruptCacheError
from hive_guardian.engine.newness import dump_entries, known_entries, load_entries, mark_known
from hive_guardian.model.finding import Finding, Status
from tests.fakes.baselines import identified, is_gone, make_finding

FINDINGS = st.lists(
    st.builds(
        make_finding,
        path=st.sampled_from(["pkg/a.py", "pkg/b.py", "q\ud800.py"]),
        symbol=st.sampled_from(["pkg.a.f", "pkg.b.f", "pkg.a"]),
        anchor=st.sampled_from(["print(1)", "print(2)"]),
        line=st.integers(1, 3),
        rule=st.sampled_from(["GR10", "GR12"]),
    ),
    max_size=8,
)


def new_after(before: Iterable[Finding], after: Iterable[Finding], rest: Iterable[Finding] = ()) -> list[Finding]:
    """Return today's findings that nothing of the earlier state accounts for."""
    others = list(rest)
    shown = [finding for finding in identified(*after, *others) if _place(finding) not in set(map(_place, others))]
    hidden = [finding for finding in identified(*after, *others) if _place(finding) in set(map(_place, others))]
    marked = mark_known(shown, known_entries(identified(*before)), lambda: hidden, "was there", is_gone)
    return [finding for finding in marked if finding.status is Status.NEW]


def _place(finding: Finding) -> tuple[str, int]:
    return finding.location.path, finding.location.line


@given(FINDINGS)
def test_nothing_is_new_where_nothing_changed(findings: list[Finding]) -> None:
    """Every finding accounts for itself, and everything is new after nothing."""
    assert new_after(findings, findings) == []
    assert len(new_after([], findings)) == len(findings)


@given(FINDINGS, FINDINGS)
def test_a_finding_accounts_for_one_only(before: list[Finding], after: list[Finding]) -> None:
    """However many there are now, at most as many are known as there were."""
    assert len(new_after(before, after)) >= len(after) - len(before)


def test_the_known_ones_say_why_and_keep_their_place() -> None:
    """Order and everything else stay; only status and justification change."""
    old, fresh = identified(make_finding(line=1), make_finding(line=2, anchor="print(2)"))
    marked = mark_known([old, fresh], known_entries([old]), list, "was there at v1", is_gone)
    assert marked == [replace(old, status=Status.BASELINED, justification="was there at v1"), fresh]


def test_what_was_suppressed_accounts_for_nothing() -> None:
    """A suppression that is removed brings its finding back."""
    (finding,) = identified(make_finding())
    suppressed = replace(finding, status=Status.SUPPRESSED)
    assert known_entries([suppressed]) == []
    assert mark_known([suppressed], known_entries([finding]), list, "was there", is_gone) == [suppressed]


def test_what_the_baseline_accepts_uses_up_its_own_past() -> None:
    """The past of an accepted finding does not excuse its copy."""
    first, second = identified(make_finding(line=1), make_finding(line=2))
    accepted = replace(first, status=Status.BASELINED, justification="in the baseline")
    assert mark_known([accepted, second], known_entries([first]), list, "was there", is_gone) == [accepted, second]


def test_a_finding_that_is_still_there_is_not_taken_for_a_moved_one() -> None:
    """Also when the run does not report on its file."""
    old = make_finding(path="pkg/a.py", symbol="pkg.a.f", line=1)
    copy = make_finding(path="pkg/b.py", symbol="pkg.b.f", line=2)
    assert len(new_after([old], [copy])) == 0
    assert len(new_after([old], [copy], rest=[old])) == 1


def test_a_copy_beside_a_file_that_is_still_there_is_new() -> None:
    """A finding follows its code only where its file is gone."""
    old, copy = make_finding(path="pkg/a.py", symbol="pkg.a.f"), make_finding(path="pkg/b.py", symbol="pkg.b.f")
    (marked,) = mark_known(identified(copy), known_entries(identified(old)), list, "was there", lambda _path: False)
    assert marked.status is Status.NEW


@given(FINDINGS)
def test_entries_survive_the_cache(findings: list[Finding]) -> None:
    """What comes back is what was stored, in the same order."""
    entries = known_entries(identified(*findings))
    assert load_entries(dump_entries(entries)) == entries


@pytest.mark.parametrize("text", ["", "{", "[1]", '[["a"]]', "null"])
def test_a_foreign_text_is_refused(text: str) -> None:
    """The cache may hold anything."""
    with pytest.raises(CorruptCacheError):
        load_entries(text)
