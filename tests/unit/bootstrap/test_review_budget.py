from dataclasses import replace

from hive_guardian.bootstrap.review_budget import fit_budget
from hive_guardian.review.prompt import Surroundings
from hive_guardian.review.provider import Role
from hive_guardian.review.redact import Redactor
from hive_guardian.review.settings import ContextLevel, ReviewSettings
from tests.fakes.changes import units

PARTS = tuple(units({}, {"login.py": "x = 1\n" * 100, "b.py": "y = 1\n" * 100, "notes.md": "z\n" * 100}))
NEAR = tuple(f"m{number}.py:1 imports x" for number in range(30))
AROUND = Surroundings("", {}, {"b.py": NEAR, "login.py": NEAR}, ContextLevel.DEEP)
SETTINGS = ReviewSettings(
    provider="anthropic", models={Role.REVIEWER: "m"}, prices={"m": {"input": "1", "output": "1"}}
)


def with_dollars(micro_usd: int) -> ReviewSettings:
    """Return settings with that much for a review."""
    return replace(SETTINGS, budgets={"review": micro_usd})


def test_enough_money_gives_up_nothing() -> None:
    """Everything is sent as wished."""
    found = fit_budget(PARTS, AROUND, Redactor(), with_dollars(1_000_000))
    assert (found.units, found.around, found.notes, found.shortfall) == (PARTS, AROUND, (), None)
    assert fit_budget(PARTS, AROUND, Redactor(), replace(SETTINGS, budgets={})).units == PARTS


def test_context_goes_before_parts_and_the_least_urgent_part_first() -> None:
    """With less and less money: less context, fewer parts, none; each step is told."""
    told: list[tuple[str, ...]] = []
    for micro_usd in range(20_000, 0, -250):
        found = fit_budget(PARTS, AROUND, Redactor(), with_dollars(micro_usd))
        names = tuple(unit.id for unit in found.units)
        state = (found.around.level.value, *names)
        if not told or told[-1] != state:
            told.append(state)
        assert bool(found.left_out) == (found.shortfall is not None)
        assert len(names) + len(found.left_out) == 3
    assert told[0] == ("deep", "login.py", "b.py", "notes.md")
    assert told[-3:] == [("lean", "login.py", "b.py"), ("lean", "login.py"), ("lean",)]
    assert ("lean", "login.py", "b.py", "notes.md") in told
