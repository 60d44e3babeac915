from dataclasses import replace

from hive_guardian.bootstrap.review_budget import Affordable, fit_budget
from hive_guardian.review.ledger import Remaining, Scope
from hive_guardian.review.prompt import Surroundings
from hive_guardian.review.provider import Role
from hive_guardian.review.redact import Redactor
from hive_guardian.review.settings import ContextLevel, ReviewSettings
from tests.fakes.changes import units

PARTS = tuple(units({}, {"login.py": "x = 1\n" * 100, "b.py": "y = 1\n" * 100, "notes.md": "z\n" * 100}))
NEAR = tuple(f"m{number}.py:1 imports x" for number in range(30))
AROUND = Surroundings("", {}, {"b.py": NEAR, "login.py": NEAR}, ContextLevel.DEEP)
SETTINGS = ReviewSettings(
    provider="anthropic-compatible", models={Role.REVIEWER: "m"}, prices={"m": {"input": "1", "output": "1"}}
)


def fit(left: Remaining, settings: ReviewSettings = SETTINGS) -> Affordable:
    """Return what so much pays for."""
    return fit_budget(PARTS, AROUND, Redactor(), settings, left)


def test_enough_money_gives_up_nothing() -> None:
    """Everything is sent as wished."""
    found = fit(Remaining(1_000_000, Scope.REVIEW))
    assert (found.units, found.around, found.notes, found.shortfall, found.reader) == (PARTS, AROUND, (), None, "")
    assert fit(Remaining()).units == PARTS


def test_context_goes_before_parts_and_the_least_urgent_part_first() -> None:
    """With less and less money: less context, fewer parts, none; each step is told, with the budget that is short."""
    told: list[tuple[str, ...]] = []
    for micro_usd in range(25_000, 0, -100):
        found = fit(Remaining(micro_usd, Scope.DAY))
        names = tuple(unit.id for unit in found.units)
        state = (found.around.level.value, *names)
        if not told or told[-1] != state:
            told.append(state)
        assert bool(found.left_out) == (found.shortfall is not None)
        assert len(names) + len(found.left_out) == 3
        assert found.notes == () or "review.budget.day" in found.notes[0]
    every = ("login.py", "b.py", "notes.md")
    assert told == [
        ("deep", *every), ("standard", *every), ("lean", *every), ("lean", *every[:2]), ("lean", "login.py"), ("lean",),
    ]  # fmt: skip


def test_a_cheaper_model_reads_before_parts_are_left_out() -> None:
    """The cheapest model the configuration names takes over, and the note names it."""
    prices = {**SETTINGS.prices, "small": {"input": "0.1", "output": "0.1"}}
    settings = replace(SETTINGS, models={Role.REVIEWER: "m", Role.VERIFIER: "small"}, prices=prices)
    found = fit(Remaining(3_000, Scope.CHANGE), settings)
    assert (found.reader, found.units, found.left_out) == ("small", PARTS, ())
    assert found.notes[0].endswith(
        "review.budget.change ($0.0030 left) pays for a review with fewer neighbours, with the least context, "
        "by the cheaper model small"
    )
    assert fit(Remaining(0, Scope.CHANGE), settings).units == ()


def test_tokens_may_be_what_is_short() -> None:
    """A budget of tokens binds like one of money, and is named."""
    found = fit(Remaining(tokens=10_000, tokens_scope=Scope.REVIEW))
    assert len(found.units) < len(PARTS)
    assert "review.token-budget.review (10,000 tokens left)" in found.notes[0]
