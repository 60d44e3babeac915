"""What `[tool.hive-guardian.review]` says, as typed data with its defaults."""

from collections.abc import Mapping
from dataclasses import field
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from hive_guardian.model.config import Toml
from hive_guardian.model.errors import UsageError
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.severity import Severity
from hive_guardian.review.provider import Role

OFFLINE = "offline"
"""The provider that asks no model."""

_MICRO = 1_000_000
_MOST_USD = Decimal(1_000_000)
_DEFAULT_BUDGETS = {"review": 1 * _MICRO, "change": 3 * _MICRO, "day": 20 * _MICRO}


class ContextLevel(StrEnum):
    """How much besides the change is sent."""

    LEAN = "lean"
    STANDARD = "standard"
    DEEP = "deep"


@frozen
class ReviewSettings:
    """How a review is made.

    Attributes:
        provider: who is asked; `offline` asks nobody.
        required: whether an inconclusive review fails the run.
        context: how much besides the change is sent.
        floor: what a model reports below this severity is left out.
        most_shown: findings shown in full.
        most_requests: units that are sent at most.
        unit_tokens: estimated tokens of one unit at most.
        deny: globs of files that are never sent, besides the usual ones.
        recordings: root-relative file of the provider `replay`, empty when nobody said so.
        base_url: address of a compatible server, empty when nobody said so.
        key_variable: environment variable that holds the key; empty = the provider's usual one.
        region: where models of a cloud run, empty when nobody said so.
        project: of a cloud, empty when nobody said so.
        geo: the only part of the world where models may run, empty = anywhere.
        models: role -> id of a model, for the roles somebody spoke of.
        efforts: role -> how hard a model thinks, for the roles somebody spoke of.
        prices: model -> table of prices that replace the shipped ones.
        budgets: scope -> limit in millionths of a dollar.
        token_budgets: scope -> limit in tokens, in and out.
        deadline_seconds: what a review may take.
        concurrency: requests at the same time.
        keep_days: how long answers are kept; 0 = not at all.
        keep_megabytes: how much of them is kept.
    """

    provider: str = OFFLINE
    required: bool = False
    context: ContextLevel = ContextLevel.LEAN
    floor: Severity = Severity.INFO
    most_shown: int = 5
    most_requests: int = 60
    unit_tokens: int = 6000
    deny: tuple[str, ...] = ()
    recordings: str = ""
    base_url: str = ""
    key_variable: str = ""
    region: str = ""
    project: str = ""
    geo: str = ""
    models: Mapping[Role, str] = field(default_factory=dict)
    efforts: Mapping[Role, str] = field(default_factory=dict)
    prices: Mapping[str, object] = field(default_factory=dict)
    budgets: Mapping[str, int] = field(default_factory=lambda: dict(_DEFAULT_BUDGETS))
    token_budgets: Mapping[str, int] = field(default_factory=dict)
    deadline_seconds: int = 180
    concurrency: int = 8
    keep_days: int = 7
    keep_megabytes: int = 50


def read_settings(table: Toml) -> ReviewSettings:
    """Return the settings of a table whose keys and forms were validated.

    Raises:
        UsageError: an amount is no amount of money, or a number that must be positive is 0.
    """
    default = ReviewSettings()
    return ReviewSettings(
        provider=_text(table, "provider") or default.provider,
        required=table.get("required") is True,
        context=ContextLevel(_text(table, "context") or default.context),
        floor=Severity[(_text(table, "floor") or default.floor.word).upper()],
        most_shown=_number(table, "most-shown", default.most_shown, least=0),
        most_requests=_number(table, "most-requests", default.most_requests),
        unit_tokens=_number(table, "unit-tokens", default.unit_tokens, least=500),
        deny=_texts(table.get("deny")),
        recordings=_text(table, "recordings"),
        base_url=_text(table, "base-url"),
        key_variable=_text(table, "key-variable"),
        region=_text(table, "region"),
        project=_text(table, "project"),
        geo=_text(table, "inference-geo"),
        models={Role(role): str(model) for role, model in _items(table.get("models"))},
        efforts={Role(role): str(effort) for role, effort in _items(table.get("effort"))},
        prices=dict(_items(table.get("prices"))),
        budgets={**default.budgets, **{scope: _money(scope, amount) for scope, amount in _items(table.get("budget"))}},
        token_budgets={scope: int(str(most)) for scope, most in _items(table.get("token-budget"))},
        deadline_seconds=_number(table, "deadline", default.deadline_seconds),
        concurrency=_number(table, "concurrency", default.concurrency),
        keep_days=_number(table, "keep-days", default.keep_days, least=0),
        keep_megabytes=_number(table, "keep-megabytes", default.keep_megabytes),
    )


def _text(table: Toml, key: str) -> str:
    value = table.get(key)
    return value.strip() if isinstance(value, str) else ""


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list | tuple) else ()


def _items(value: object) -> list[tuple[str, object]]:
    return [(str(key), item) for key, item in value.items()] if isinstance(value, Mapping) else []


def _number(table: Toml, key: str, default: int, *, least: int = 1) -> int:
    value = table.get(key)
    if not isinstance(value, int):
        return default
    if value < least:
        raise UsageError(f"review.{key}: expected a whole number from {least}, not {value}")
    return value


def _money(scope: str, amount: object) -> int:
    """Return millionths of a dollar, rounded down so that no limit is higher than what was written."""
    try:
        dollars = Decimal(str(amount))
    except InvalidOperation:
        dollars = Decimal("NaN")
    if not dollars.is_finite() or not 0 <= dollars <= _MOST_USD:
        raise UsageError(f'review.budget.{scope}: expected an amount of dollars such as "1.00", not {amount!r}')
    return int(dollars * _MICRO)
