import pytest
from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.review.degradation import Choice, Funds, Model, Step, UnitSize, choose, expected_output
from hive_guardian.review.prices import shipped_prices
from hive_guardian.review.settings import ContextLevel

_DEAR = Model("opus", shipped_prices().price("claude-opus-5-5"))
_CHEAP = Model("haiku", shipped_prices().price("claude-haiku-5-5"))
_UNITS = [
    UnitSize(name, risk, {ContextLevel.DEEP: 9000, ContextLevel.STANDARD: 5000, ContextLevel.LEAN: 3000})
    for name, risk in (("b", 1), ("a", 5), ("c", 1))
]
_DEEP = 3 * (36_000 + 25_700) + 36_000 + 160_000 - 25_700
_LEAN = 3 * (12_000 + 10_000) + 12_000 + 160_000 - 10_000


@pytest.mark.parametrize(
    ("available", "cheaper", "level", "model", "units", "steps"),
    [
        (None, _CHEAP, ContextLevel.DEEP, "opus", "abc", ()),
        (_DEEP, _CHEAP, ContextLevel.DEEP, "opus", "abc", ()),
        (_DEEP - 1000, _CHEAP, ContextLevel.STANDARD, "opus", "abc", (Step.NEIGHBOURS,)),
        (_LEAN, _CHEAP, ContextLevel.LEAN, "opus", "abc", (Step.NEIGHBOURS, Step.LEAN)),
        (_LEAN - 1, _CHEAP, ContextLevel.LEAN, "haiku", "abc", (Step.NEIGHBOURS, Step.LEAN, Step.CHEAPER)),
        (_LEAN - 1, None, ContextLevel.LEAN, "opus", "ab", (Step.NEIGHBOURS, Step.LEAN, Step.RISKIEST)),
        (5000, _CHEAP, ContextLevel.LEAN, "haiku", "a", (Step.NEIGHBOURS, Step.LEAN, Step.CHEAPER, Step.RISKIEST)),
        (0, None, ContextLevel.LEAN, "", "", (Step.NEIGHBOURS, Step.LEAN, Step.RULES)),
    ],
)
def test_the_least_loss_comes_first(
    available: int | None, cheaper: Model | None, level: ContextLevel, model: str, units: str, steps: tuple[Step, ...]
) -> None:
    """Neighbours go before context, context before the model, the model before parts; every step is on record."""
    found = choose(_UNITS, Funds(available), ContextLevel.DEEP, _DEAR, cheaper)
    assert (found.level, found.model, "".join(found.units), found.steps) == (level, model, units, steps)


def test_a_dearer_model_is_no_way_down() -> None:
    """What costs more saves nothing."""
    found = choose(_UNITS, Funds(5000), ContextLevel.LEAN, _CHEAP, _DEAR)
    assert (found.model, found.steps) == ("haiku", (Step.RISKIEST,))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 60_000)), max_size=12), st.integers(0, 2_000_000))
def test_a_choice_is_never_expected_to_cost_more_than_there_is(sizes: list[tuple[int, int]], available: int) -> None:
    """Whatever the change, and parts are left out from the least risk."""
    units = [
        UnitSize(f"u{index:02}", risk, dict.fromkeys(ContextLevel, size)) for index, (risk, size) in enumerate(sizes)
    ]
    found: Choice = choose(units, Funds(available), ContextLevel.STANDARD, _DEAR, _CHEAP)
    assert found.micro_usd <= available
    ordered = sorted(units, key=lambda unit: (-unit.risk, unit.name))
    assert list(found.units) == [unit.name for unit in ordered[: len(found.units)]]
    assert len(found.units) == len(units) or {Step.RISKIEST, Step.RULES} & set(found.steps)


def test_tokens_are_scarce_as_money_is() -> None:
    """A budget of tokens leaves parts out as well; another price helps nothing there."""
    found = choose(_UNITS, Funds(tokens=15_000), ContextLevel.DEEP, _DEAR, _CHEAP)
    assert (found.units, found.steps[-1]) == (("a", "b"), Step.RISKIEST)
    assert choose(_UNITS, Funds(), ContextLevel.DEEP, _DEAR, _CHEAP).steps == ()
    assert choose(_UNITS, Funds(tokens=50_000), ContextLevel.DEEP, _DEAR).steps == ()


def test_short_questions_have_answers_too() -> None:
    """An answer has a frame of its own."""
    assert (expected_output(0), expected_output(7000)) == (500, 1000)
