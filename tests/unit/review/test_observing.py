from dataclasses import fields

import pytest

from hive_guardian.review import observing
from hive_guardian.review.observing import (
    SILENT,
    AnswerReused,
    BudgetReached,
    Observers,
    ReviewBegun,
    UnitBegun,
    UnitEnded,
)
from hive_guardian.review.provider import Role
from tests.fakes.observers import RecordingObserver

BEGUN = UnitBegun(1, 2, Role.REVIEWER, "v1")
ENDED = UnitEnded("", 3, 2)


def test_every_observer_is_told_everything() -> None:
    """Several watchers see the same, in the same order."""
    first, second = RecordingObserver(), RecordingObserver()
    both = Observers([first, second])
    with both.watch(BEGUN) as end:
        both.tell(AnswerReused(Role.REVIEWER))
        assert (first.open, second.open) == ([BEGUN], [BEGUN])
        end(ENDED)
    assert first.told == second.told == [BEGUN, AnswerReused(Role.REVIEWER), ENDED]
    assert (first.open, second.open) == ([], [])


def test_a_failure_passes_through() -> None:
    """Watching swallows no error, and every watcher learns that the work is over."""
    one = RecordingObserver()
    with pytest.raises(KeyError), Observers([one]).watch(BEGUN):
        raise KeyError
    assert (one.told, one.open) == ([BEGUN], [])


def test_nobody_may_watch() -> None:
    """Without a watcher the same calls do nothing."""
    with SILENT.watch(ReviewBegun("v1", "shop")) as end:
        SILENT.tell(BudgetReached("review", 50))
        assert callable(end)
        end(ENDED)


def test_no_type_has_a_place_for_content() -> None:
    """What can be told is figures and words of ours: no field is called after code, prose, paths or messages."""
    classes = [
        one for one in vars(observing).values() if isinstance(one, type) and hasattr(one, "__dataclass_fields__")
    ]
    names = {name.name for one in classes for name in fields(one)}
    assert len(classes) > 10
    assert names.isdisjoint({"path", "text", "message", "title", "quote", "prompt", "unit", "branch", "line", "code"})
