"""From tokens to money, in whole millionths of a US dollar, always rounded up."""

from decimal import ROUND_CEILING, Decimal

from hive_guardian.review.prices import Price
from hive_guardian.review.provider import Estimate, Keep, ModelRequest, Usage

MICRO = 1_000_000
"""Millionths of a dollar in a dollar; also tokens in the unit of a price, so tokens x price is micro-dollars."""
_WRITE_FACTORS = {Keep.NO: Decimal(1), Keep.MINUTES: Decimal("1.25"), Keep.HOUR: Decimal(2)}
_BYTES_PER_TOKEN = 3
_CAUTION = Decimal("1.3")
_FRAME_TOKENS = 64
"""Tokens for the frame of a request: roles, block boundaries, the parameters of structured output."""


def cost_of(usage: Usage, price: Price) -> int:
    """Return what an attempt cost in micro-dollars.

    Source: docs of the Messages API, prompt caching: a write costs 1.25 times the input for five minutes, 2 times for
    an hour; the tier of long prompts follows from all input, cached or not.
    """
    rates = price.rates_for(input_tokens(usage))
    total = (
        usage.fresh * rates.input
        + usage.cache_read * rates.cache_read
        + usage.cache_write_5m * rates.input * _WRITE_FACTORS[Keep.MINUTES]
        + usage.cache_write_1h * rates.input * _WRITE_FACTORS[Keep.HOUR]
        + usage.output * rates.output
    )
    return _round_up(total)


def worst_cost(tokens: int, output_tokens: int, keep: Keep, price: Price) -> int:
    """Return the most a request can cost in micro-dollars: nothing comes from a cache, all is written to it.

    Args:
        tokens: of input.
        output_tokens: the most it may answer.
        keep: the longest time for which a part of the prompt is to be kept.
        price: of the model.
    """
    rates = price.rates_for(tokens)
    return _round_up(tokens * rates.input * _WRITE_FACTORS[keep] + output_tokens * rates.output)


def estimate_request(request: ModelRequest, provider: str, model: str, price: Price) -> Estimate:
    """Return what a request may cost at worst, with one attempt."""
    tokens, output = estimate_tokens(request), request.max_output_tokens
    return Estimate(provider, model, tokens, output, worst_cost(tokens, output, longest_keep(request), price))


def estimate_tokens(request: ModelRequest) -> int:
    """Return how many tokens of input a request has at most, by its bytes: a third of them, and 30 % for caution."""
    from json import dumps  # only an estimate spells the schema out

    texts = [block.text for block in (*request.system, *request.user)]
    size = sum(len(text.encode("utf-8", "surrogatepass")) for text in texts) + len(dumps(dict(request.schema)))
    blocks = len(request.system) + len(request.user)
    return _round_up(Decimal(size) / _BYTES_PER_TOKEN * _CAUTION) + _FRAME_TOKENS * (1 + blocks)


def longest_keep(request: ModelRequest) -> Keep:
    """Return the longest time for which a request asks to keep a part of its prompt."""
    wishes = {block.keep for block in (*request.system, *request.user)}
    return next((keep for keep in (Keep.HOUR, Keep.MINUTES) if keep in wishes), Keep.NO)


def input_tokens(usage: Usage) -> int:
    """Return all tokens of input, cached or not."""
    return usage.fresh + usage.cache_read + usage.cache_write_5m + usage.cache_write_1h


def total_tokens(usage: Usage) -> int:
    """Return all tokens, in and out."""
    return input_tokens(usage) + usage.output


def _round_up(amount: Decimal) -> int:
    return int(amount.to_integral_value(rounding=ROUND_CEILING))
