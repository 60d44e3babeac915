import asyncio
import logging

from hive_guardian.bootstrap.evaluation_workshop import EvaluationClock, name_push, open_workshop
from tests.fakes.evaluations import make_case
from tests.fakes.repositories import Repository


def test_a_workshop_has_every_state_and_goes_away() -> None:
    """Pushes are branches of a real repository, what is logged is kept, and nothing is left."""
    case = make_case(pushes=({"a.py": b"x = 2\n"}, {"a.py": b"x = 3\n"}), parents=(0, 0))
    logger = logging.getLogger("hive_guardian")
    level = logger.level
    with open_workshop([case]) as workshop:
        git = Repository(workshop.root).git
        assert [git("show", f"{name_push(case, push)}:a.py") for push in (1, 2)] == ["x = 2\n", "x = 3\n"]
        assert git("rev-parse", f"{name_push(case, 2)}^") == git("rev-parse", f"base/{case.name}")
        logging.getLogger("hive_guardian.review").debug("said %s", "so")
        assert "said so" in workshop.logs[0]
        assert workshop.next_state() != workshop.next_state()
        folder = workshop.folder
    assert not folder.exists()
    assert (logger.level, len(workshop.logs)) == (level, 1)


def test_the_clock_stands_still_unless_somebody_sleeps() -> None:
    """Two runs see the same times and the same chance."""
    clock, other = EvaluationClock(), EvaluationClock()
    asyncio.run(clock.sleep(90.0))
    assert (clock.now(), other.now()) == (90.0, 0.0)
    assert (clock.utc() - other.utc()).total_seconds() == 90
    assert clock.chance() == other.chance()
