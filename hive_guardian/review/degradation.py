"""What to leave out when a review would cost more than there is, the least loss first."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from hive_guardian.model.frozen_class import frozen
from hive_guardian.review.cost import cost_of, worst_cost
from hive_guardian.review.prices import Price
from hive_guardian.review.prompt import MOST_OUTPUT_TOKENS
from hive_guardian.review.provider import Keep, Usage
from hive_guardian.review.settings import ContextLevel

_OUTPUT_SHARE = 7
"""An answer has about a seventh of the tokens of its question; see docs, what a review costs."""
_LEAST_OUTPUT = 500
LEVELS = (ContextLevel.DEEP, ContextLevel.STANDARD, ContextLevel.LEAN)
"""The levels of context, the richest first."""


class Step(StrEnum):
    """What was given up, each word as a report may say it."""

    NEIGHBOURS = "with fewer neighbours"
    LEAN = "with the least context"
    CHEAPER = "by the cheaper model"
    RISKIEST = "only the riskiest parts"
    RULES = "by golden rules only"


@frozen
class UnitSize:
    """How large one part of a change is.

    Attributes:
        name: of the part.
        risk: the higher, the sooner it is read.
        tokens: level of context -> tokens of input.
    """

    name: str
    risk: int
    tokens: Mapping[ContextLevel, int]


@frozen
class Funds:
    """What may be spent; `None` = any amount.

    Attributes:
        micro_usd: millionths of a dollar.
        tokens: in and out.
    """

    micro_usd: int | None = None
    tokens: int | None = None


@frozen
class Model:
    """A model that may read the parts."""

    name: str
    price: Price


@frozen
class Choice:
    """How much is read, how, and by whom.

    Attributes:
        level: of context.
        model: that reads; empty if none does.
        units: names of the parts that are read, riskiest first.
        steps: what was given up, in order.
        micro_usd: what that is expected to cost, with one call at its worst: so much the ledger reserves for it.
    """

    level: ContextLevel
    model: str
    units: tuple[str, ...]
    steps: tuple[Step, ...]
    micro_usd: int


def choose(
    units: Sequence[UnitSize], available: Funds, level: ContextLevel, model: Model, cheaper: Model | None = None
) -> Choice:
    """Return the first way down the ladder that fits.

    Args:
        units: parts of the change, in any order.
        available: what may be spent.
        level: of context somebody wished for.
        model: of the role.
        cheaper: another that can do the same, `None` if there is none; a dearer one counts as none.
    """
    ordered = sorted(units, key=lambda unit: (-unit.risk, unit.name))
    names = tuple(unit.name for unit in ordered)
    steps: list[Step] = []
    for lower in LEVELS[LEVELS.index(level) :]:
        if lower is not level:
            steps.append(Step.LEAN if lower is ContextLevel.LEAN else Step.NEIGHBOURS)
        if _fits(ordered, lower, model.price, available):
            return Choice(lower, model.name, names, tuple(steps), _total(ordered, lower, model.price))
    lean, reader = ContextLevel.LEAN, model
    if cheaper is not None and _total(ordered, lean, cheaper.price) < _total(ordered, lean, model.price):
        steps.append(Step.CHEAPER)
        reader = cheaper
        if _fits(ordered, lean, reader.price, available):
            return Choice(lean, reader.name, names, tuple(steps), _total(ordered, lean, reader.price))
    return _riskiest(ordered, available, reader, steps)


def _riskiest(ordered: Sequence[UnitSize], available: Funds, reader: Model, steps: Sequence[Step]) -> Choice:
    """Return as many parts as fit, in order of risk: a smaller one of less risk does not overtake."""
    kept: list[UnitSize] = []
    while len(kept) < len(ordered):
        longer = [*kept, ordered[len(kept)]]
        if not _fits(longer, ContextLevel.LEAN, reader.price, available):
            break
        kept = longer
    if not kept:
        return Choice(ContextLevel.LEAN, "", (), (*steps, Step.RULES), 0)
    cost = _total(kept, ContextLevel.LEAN, reader.price)
    return Choice(ContextLevel.LEAN, reader.name, tuple(unit.name for unit in kept), (*steps, Step.RISKIEST), cost)


def expected_output(tokens: int) -> int:
    """Return how many tokens an answer to so many is likely to have."""
    return max(tokens // _OUTPUT_SHARE, _LEAST_OUTPUT)


def _fits(units: Sequence[UnitSize], level: ContextLevel, price: Price, available: Funds) -> bool:
    money, tokens = available.micro_usd, available.tokens
    if money is not None and _total(units, level, price) > money:
        return False
    return tokens is None or _tokens(units, level) <= tokens


def _total(units: Sequence[UnitSize], level: ContextLevel, price: Price) -> int:
    """Return what parts are expected to cost, and what the ledger wants besides to let the last of them go out."""
    sizes = [unit.tokens[level] for unit in units]
    expected = [cost_of(Usage(fresh=size, output=expected_output(size)), price) for size in sizes]
    worst = (worst_cost(size, MOST_OUTPUT_TOKENS, Keep.HOUR, price) for size in sizes)
    return sum(expected) + max((most - likely for most, likely in zip(worst, expected, strict=True)), default=0)


def _tokens(units: Sequence[UnitSize], level: ContextLevel) -> int:
    """Return the tokens of parts, counted as `_total` counts money."""
    answers = [expected_output(unit.tokens[level]) for unit in units]
    margin = max((MOST_OUTPUT_TOKENS - answer for answer in answers), default=0)
    return sum(unit.tokens[level] for unit in units) + sum(answers) + max(margin, 0)
