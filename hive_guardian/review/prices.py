"""What models charge: a dated list, and a rule for models that are not on it."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib.resources import files

from hive_guardian.model.errors import UsageError
from hive_guardian.model.frozen_class import frozen

_DECORATION = re.compile(r"^(?:[a-z-]+\.)*anthropic\.|[-@]20\d{6}(?=$|-v)|-v\d+(?::\d+)?$")
"""What clouds add to the id of a model: `us.anthropic.` before it, `-v1:0`, `@20261001` or `-20261001` after it."""


@frozen
class Rates:
    """US dollars per million tokens."""

    input: Decimal
    output: Decimal
    cache_read: Decimal


@frozen
class Price:
    """What one model charges.

    Attributes:
        rates: for prompts up to `long_from` tokens.
        long_from: input tokens above which `long_rates` hold for the whole request; `None` = never.
        long_rates: for longer prompts.
    """

    rates: Rates
    long_from: int | None = None
    long_rates: Rates | None = None

    def rates_for(self, input_tokens: int) -> Rates:
        """Return the rates of a request with so many tokens of input, cached ones included."""
        if self.long_rates is not None and self.long_from is not None and input_tokens > self.long_from:
            return self.long_rates
        return self.rates


@frozen
class PriceList:
    """What is known about prices.

    Attributes:
        dated: the day on which the shipped part was right.
        models: id of a model, without what clouds add to it -> its price.
    """

    dated: date
    models: Mapping[str, Price]

    def price(self, model: str) -> Price:
        """Return the price of a model; one that is not on the list costs as much as the dearest, in each class."""
        return self.models.get(model) or self.models.get(plain_id(model)) or self._dearest()

    def knows(self, model: str) -> bool:
        """Whether a model is on the list."""
        return model in self.models or plain_id(model) in self.models

    def with_overrides(self, table: Mapping[str, object]) -> "PriceList":
        """Return the list with a project's own prices.

        Args:
            table: model -> table of prices, as under `models` in the shipped list.

        Raises:
            UsageError: a price is missing or no amount.
        """
        own = {model: _price(model, entry) for model, entry in table.items()}
        return PriceList(self.dated, {**self.models, **own})

    def _dearest(self) -> Price:
        every = [rates for each in self.models.values() for rates in (each.rates, each.long_rates) if rates]
        return Price(
            Rates(
                max(rates.input for rates in every),
                max(rates.output for rates in every),
                max(rates.cache_read for rates in every),
            )
        )


def plain_id(model: str) -> str:
    """Return the id of a model without what clouds and dated releases add to it."""
    return _DECORATION.sub("", model)


@cache
def shipped_prices() -> PriceList:
    """Return the list that comes with this program."""
    text = files(__package__).joinpath("prices.toml").read_text(encoding="utf-8")
    return parse_prices(text)


def parse_prices(text: str) -> PriceList:
    """Read a list of prices.

    Args:
        text: TOML with `dated` and `[models.<id>]` tables of US dollars per million tokens.

    Raises:
        UsageError: it is no such list.
    """
    try:
        table = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"the list of prices is no TOML: {error}") from error
    dated, models = table.get("dated"), table.get("models")
    if not isinstance(dated, date) or not isinstance(models, dict) or not models:
        raise UsageError("a list of prices needs `dated = <date>` and at least one `[models.<id>]`")
    return PriceList(dated, {model: _price(model, entry) for model, entry in models.items()})


def _price(model: str, entry: object) -> Price:
    table = entry if isinstance(entry, Mapping) else {}
    rates = _rates(model, table, "")
    long_from = table.get("long-from")
    if not isinstance(long_from, int):
        return Price(rates)
    return Price(rates, long_from, _rates(model, table, "long-"))


def _rates(model: str, table: Mapping[str, object], prefix: str) -> Rates:
    given = _amount(model, table, f"{prefix}input")
    read = f"{prefix}cache-read"
    cached = _amount(model, table, read) if read in table else given  # without a price of its own it is plain input
    return Rates(given, _amount(model, table, f"{prefix}output"), cached)


def _amount(model: str, table: Mapping[str, object], key: str) -> Decimal:
    value = table.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise UsageError(
            f"review.prices.{model}: {key!r} must be an amount in US dollars per million tokens, such as 2.50"
        )
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount < 0:
        raise UsageError(f"review.prices.{model}.{key}: {value} is no price")
    return amount
