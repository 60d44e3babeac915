from dataclasses import replace

from hive_guardian.model.review import State
from hive_guardian.review.memory import Life, describe
from hive_guardian.review.reconcile import Past, reconcile
from tests.unit.review.test_ranking import ONE

KNOWN = describe(ONE)


def test_the_same_again_is_open() -> None:
    """A finding of an earlier run is not new, though its line moved."""
    done = reconcile([replace(ONE, line=40)], Past([KNOWN]))
    assert ([one.state for one in done.findings], done.resolved) == ([State.OPEN], ())


def test_other_words_are_the_same_finding() -> None:
    """With another anchor but the same definition, kind and most of the words; the old record names the new one."""
    before = replace(KNOWN, fingerprint="other", title="the lock is never released")
    again = replace(ONE, title="lock is never released here")
    done = reconcile([again], Past([before]))
    assert done.findings[0].state is State.OPEN
    assert [(one.life, one.why) for one in done.known] == [(Life.SUPERSEDED, ONE.fingerprint), (Life.OPEN, "")]
    assert reconcile([replace(again, symbol="g")], Past([before])).findings[0].state is State.NEW


def test_what_is_gone_has_a_fate_unless_nobody_looked() -> None:
    """It is fixed, or what the second look says; where nothing was read it stays open, and unsaid."""
    done = reconcile([], Past([KNOWN], head="feature (1234)"))
    assert done.resolved == ("a.py: t",)
    assert [(one.life, one.why) for one in done.known] == [(Life.FIXED, "feature (1234)")]
    done = reconcile([], Past([KNOWN], fates={KNOWN.fingerprint: Life.OUTDATED}, unread=["a.py"]))
    assert [one.life for one in done.known] == [Life.OUTDATED]
    assert "nobody can say" in done.resolved[0]
    done = reconcile([], Past([KNOWN], unread=["a.py"]))
    assert (done.resolved, done.known) == ((), (KNOWN,))
    computed = replace(KNOWN, id="HX-removed-name")
    assert [one.life for one in reconcile([], Past([computed], unread=["a.py"])).known] == [Life.FIXED]


def test_findings_follow_renamed_files() -> None:
    """The file of an earlier finding has another name now."""
    moved = replace(ONE, path="b.py")
    assert reconcile([moved], Past([KNOWN], {"a.py": "b.py"})).findings[0].state is State.OPEN


def test_one_earlier_finding_accounts_for_one() -> None:
    """Two equal findings today and one yesterday: one is new."""
    done = reconcile([ONE, ONE], Past([KNOWN]))
    assert [one.state for one in done.findings] == [State.OPEN, State.NEW]


def test_what_came_back_is_new() -> None:
    """A finding that was fixed once is reported like any other when it is there again."""
    done = reconcile([ONE], Past([replace(KNOWN, life=Life.FIXED)]))
    assert [one.state for one in done.findings] == [State.NEW]
