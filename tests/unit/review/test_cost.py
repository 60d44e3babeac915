import pytest
from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.review.cost import cost_of, estimate_tokens, longest_keep, worst_cost
from hive_guardian.review.prices import shipped_prices
from hive_guardian.review.provider import Block, Keep, ModelRequest, Role, Usage

_SONNET = shipped_prices().price("claude-sonnet-5-5")
_HAIKU = shipped_prices().price("claude-haiku-5-5")


def _request(*user: Block) -> ModelRequest:
    return ModelRequest(Role.REVIEWER, (Block("policy", Keep.HOUR),), user, {"type": "object"}, "v1", 1000)


@pytest.mark.parametrize(
    ("usage", "micro_usd"),
    [
        (Usage(fresh=1_000_000), 2_000_000),
        (Usage(output=1_000_000, thinking=900_000), 10_000_000),
        (Usage(cache_read=1_000_000), 100_000),
        (Usage(cache_write_5m=1_000_000), 2_500_000),
        (Usage(cache_write_1h=1_000_000), 4_000_000),
        (Usage(cache_read=1), 1),
        (Usage(), 0),
    ],
)
def test_each_class_of_tokens_has_its_price(usage: Usage, micro_usd: int) -> None:
    """Classes add up, thinking is part of the output, and a fraction of a micro-dollar is rounded up."""
    assert cost_of(usage, _SONNET) == micro_usd


def test_the_tier_follows_from_all_input() -> None:
    """Cached input counts for the boundary of long prompts."""
    assert cost_of(Usage(fresh=1, cache_read=100_000), _HAIKU) == 5_001
    assert cost_of(Usage(fresh=1, cache_read=99_999), _HAIKU) == 1_001


@given(
    st.lists(st.integers(0, 50_000), min_size=5, max_size=5), st.integers(0, 30_000), st.sampled_from([_SONNET, _HAIKU])
)
def test_nothing_costs_more_than_the_worst_case(counts: list[int], output: int, price: object) -> None:
    """Whatever the cache does with the same tokens, the reservation covers it."""
    fresh, read, minutes, hour, thinking = counts
    usage = Usage(fresh, read, minutes, hour, output, min(thinking, output))
    assert price in {_SONNET, _HAIKU}
    chosen = _SONNET if price == _SONNET else _HAIKU
    assert cost_of(usage, chosen) <= worst_cost(fresh + read + minutes + hour, output, Keep.HOUR, chosen)


def test_an_estimate_grows_with_bytes_not_characters() -> None:
    """Text outside ASCII has more tokens per character."""
    plain, wide = estimate_tokens(_request(Block("x" * 3000))), estimate_tokens(_request(Block("\u4e16" * 3000)))
    assert plain >= 1300
    assert wide > 2.5 * plain


def test_the_longest_keep_decides_the_price_of_writes() -> None:
    """An hour wins over minutes, minutes over nothing."""
    assert longest_keep(_request(Block("x", Keep.MINUTES))) is Keep.HOUR
    request = ModelRequest(Role.VERIFIER, (), (Block("x", Keep.MINUTES), Block("y")), {}, "v1", 1)
    assert longest_keep(request) is Keep.MINUTES
    assert longest_keep(ModelRequest(Role.VERIFIER, (), (Block("y"),), {}, "v1", 1)) is Keep.NO
