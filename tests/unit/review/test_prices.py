from decimal import Decimal

import pytest

from hive_guardian.model.errors import UsageError
from hive_guardian.review.prices import Rates, parse_prices, plain_id, shipped_prices

_LIST = """
dated = 2026-10-01
[models.small]
input = 0.10
output = 0.50
cache-read = 0.01
long-from = 100
long-input = 0.50
long-output = 2.50
[models.large]
input = 4
output = 20
cache-read = 0.20
"""


def test_amounts_are_exact() -> None:
    """A price is the decimal that was written, not its nearest binary fraction."""
    assert parse_prices(_LIST).price("small").rates == Rates(Decimal("0.10"), Decimal("0.50"), Decimal("0.01"))


def test_long_prompts_cost_the_long_prices() -> None:
    """The tier holds for the whole request, from one token above; a read without a price of its own costs input."""
    price = parse_prices(_LIST).price("small")
    assert price.rates_for(100).input == Decimal("0.10")
    assert price.rates_for(101) == Rates(Decimal("0.50"), Decimal("2.50"), Decimal("0.50"))


def test_an_unknown_model_costs_as_much_as_the_dearest() -> None:
    """Nothing is free because nobody has heard of it; each class takes its own maximum, long prices included."""
    prices = parse_prices(_LIST)
    assert prices.price("unheard-of").rates == Rates(Decimal(4), Decimal(20), Decimal("0.50"))
    assert not prices.knows("unheard-of")


@pytest.mark.parametrize(
    "spelling",
    [
        "claude-sonnet-5-5",
        "claude-sonnet-5-5-20261001",
        "claude-sonnet-5-5@20261001",
        "anthropic.claude-sonnet-5-5-v1:0",
        "us.anthropic.claude-sonnet-5-5-20261001-v1:0",
    ],
)
def test_clouds_may_decorate_an_id(spelling: str) -> None:
    """A dated or regional id is priced as the model it names."""
    assert plain_id(spelling) == "claude-sonnet-5-5"
    assert shipped_prices().price(spelling) == shipped_prices().price("claude-sonnet-5-5")


def test_a_project_overrides_prices() -> None:
    """Own prices replace shipped ones and add models, also free ones."""
    prices = shipped_prices().with_overrides(
        {"qwen": {"input": "0", "output": 0}, "claude-opus-5-5": {"input": 5, "output": 25}}
    )
    assert prices.price("qwen").rates == Rates(Decimal(0), Decimal(0), Decimal(0))
    assert prices.price("claude-opus-5-5").rates.input == Decimal(5)
    assert prices.price("claude-haiku-5-5") == shipped_prices().price("claude-haiku-5-5")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("dated = ", "no TOML"),
        ("[models.m]\ninput = 1\noutput = 1", "dated"),
        ("dated = 2026-01-01\n[models]", "at least one"),
        ("dated = 2026-01-01\n[models.m]\ninput = 1", "'output' must be"),
        ("dated = 2026-01-01\n[models.m]\ninput = true\noutput = 1", "'input' must be"),
        ("dated = 2026-01-01\n[models.m]\ninput = -1\noutput = 1", "-1 is no price"),
        ('dated = 2026-01-01\n[models.m]\ninput = "two"\noutput = 1', "no price"),
        ("dated = 2026-01-01\n[models.m]\ninput = nan\noutput = 1", "no price"),
    ],
)
def test_a_wrong_list_is_refused(text: str, problem: str) -> None:
    """A list that cannot be right is named with what is wrong, instead of counting as free."""
    with pytest.raises(UsageError, match=problem):
        parse_prices(text)
