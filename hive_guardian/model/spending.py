"""What models cost, added up for people."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

from hive_guardian.model.frozen_class import frozen

_MICRO = 1_000_000


class Division(StrEnum):
    """What spending is divided by."""

    REPOSITORY = "repository"
    CHANGE = "change"
    REVIEW = "review"
    MODEL = "model"
    ROLE = "role"
    DAY = "day"


@frozen
class Expense:
    """What one part of the whole cost.

    Attributes:
        name: of the part: a repository, a model, a day.
        attempts: requests that were sent, or reserved.
        failed: of them, those without an answer.
        input_tokens: in, cached or not.
        cached_tokens: of them, those read from a provider's cache.
        output_tokens: out, thinking included.
        micro_usd: what it cost, in millionths of a dollar; what is still reserved included.
        held_micro_usd: of that, what was reserved and never settled: a process was killed, or is running.
    """

    name: str
    attempts: int
    failed: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    micro_usd: int
    held_micro_usd: int


@frozen
class BudgetUse:
    """How much of a budget is used.

    Attributes:
        scope: `day` or `month`.
        micro_usd: what is spent or reserved.
        limit_micro_usd: the budget.
    """

    scope: str
    micro_usd: int
    limit_micro_usd: int


@frozen
class Spending:
    """The whole.

    Attributes:
        since: first UTC day.
        until: last UTC day.
        division: what `expenses` are.
        expenses: dearest first; days in their order.
        total: all of them.
        budgets: of this project, as of the last day.
    """

    since: date
    until: date
    division: Division
    expenses: Sequence[Expense]
    total: Expense
    budgets: Sequence[BudgetUse]


def dollars(micro_usd: int) -> str:
    """Spell an amount for a person: `$0.06`, with more digits where two would hide it; never rounded to nothing."""
    amount = Decimal(micro_usd) / _MICRO
    if amount == 0 or amount >= Decimal("0.01"):
        return f"${amount.quantize(Decimal('0.01'), rounding=ROUND_CEILING):,}"
    return f"${amount.quantize(Decimal('0.0001'), rounding=ROUND_CEILING)}"
