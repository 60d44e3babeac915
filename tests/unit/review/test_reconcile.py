from dataclasses import replace

from hive_guardian.model.review import State
from hive_guardian.review.reconcile import describe, reconcile
from tests.unit.review.test_ranking import ONE

KNOWN = describe(ONE)


def test_the_same_again_is_open() -> None:
    """A finding of an earlier run is not new, though its line moved."""
    done = reconcile([replace(ONE, line=40)], [KNOWN], {}, ())
    assert ([one.state for one in done.findings], done.resolved) == ([State.OPEN], ())


def test_other_words_are_the_same_finding() -> None:
    """With another anchor but the same definition, kind and most of the words it is still the same."""
    before = replace(KNOWN, fingerprint="other", title="the lock is never released")
    again = replace(ONE, title="lock is never released here")
    assert reconcile([again], [before], {}, ()).findings[0].state is State.OPEN
    assert reconcile([replace(again, symbol="g")], [before], {}, ()).findings[0].state is State.NEW


def test_what_is_gone_is_resolved_unless_nobody_looked() -> None:
    """A finding that is no longer reported is resolved, but not where nothing was read; then the next run knows it."""
    done = reconcile([], [KNOWN], {}, ())
    assert (done.resolved, done.known) == (("a.py: t",), ())
    done = reconcile([], [KNOWN], {}, ["a.py"])
    assert (done.resolved, done.known) == ((), (KNOWN,))


def test_findings_follow_renamed_files() -> None:
    """The file of an earlier finding has another name now."""
    moved = replace(ONE, path="b.py")
    assert reconcile([moved], [KNOWN], {"a.py": "b.py"}, ()).findings[0].state is State.OPEN


def test_one_earlier_finding_accounts_for_one() -> None:
    """Two equal findings today and one yesterday: one is new."""
    done = reconcile([ONE, ONE], [KNOWN], {}, ())
    assert [one.state for one in done.findings] == [State.OPEN, State.NEW]
