"""What to leave out when a review would cost more than there is, the least loss first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hive_guardian.review.cost import cost_of
from hive_guardian.review.prices import Price
from hive_guardian.review.provider import Usage
from hive_guardian.review.settings import ContextLevel

_OUTPUT_SHARE = 7
"""An answer has about a seventh of the tokens of its question; see docs, what a review costs."""
_LEAST_OUTPUT = 500
_LEVELS = (ContextLevel.DEEP, ContextLevel.STANDARD, ContextLevel.LEAN)


class Step(StrEnum):
    """What was given up, each word as a report may say it."""

    NEIGHBOURS = "without neighbours"
    LEAN = "with the least context"
    CHEAPER = "by the cheaper model"
    RISKIEST = "only the riskiest parts"
    RULES = "by golden rules only"


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Model:
    """A model that may read the parts."""

    name: str
    price: Price


@dataclass(frozen=True, slots=True)
class Choice:
    """How much is read, how, and by whom.

    Attributes:
        level: of context.
        model: that reads; empty if none does.
        units: names of the parts that are read, riskiest first.
        steps: what was given up, in order.
        micro_usd: what that is expected to cost; the ledger reserves the worst case of each call besides.
    """

    level: ContextLevel
    model: str
    units: tuple[str, ...]
    steps: tuple[Step, ...]
    micro_usd: int


def choose(
    units: Sequence[UnitSize], available: int | None, level: ContextLevel, model: Model, cheaper: Model | None = None
) -> Choice:
    """Return the first way down the ladder that fits.

    Args:
        units: parts of the change, in any order.
        available: micro-dollars; `None` = any amount.
        level: of context somebody wished for.
        model: of the role.
        cheaper: another that can do the same, `None` if there is none; a dearer one counts as none.
    """
    ordered = sorted(units, key=lambda unit: (-unit.risk, unit.name))
    names = tuple(unit.name for unit in ordered)
    if available is None:
        return Choice(level, model.name, names, (), _total(ordered, level, model.price))
    steps: list[Step] = []
    for lower in _LEVELS[_LEVELS.index(level) :]:
        if lower is not level:
            steps.append(Step.LEAN if lower is ContextLevel.LEAN else Step.NEIGHBOURS)
        cost = _total(ordered, lower, model.price)
        if cost <= available:
            return Choice(lower, model.name, names, tuple(steps), cost)
    lean, reader = ContextLevel.LEAN, model
    if cheaper is not None and _total(ordered, lean, cheaper.price) < _total(ordered, lean, model.price):
        steps.append(Step.CHEAPER)
        reader = cheaper
        cost = _total(ordered, lean, reader.price)
        if cost <= available:
            return Choice(lean, reader.name, names, tuple(steps), cost)
    return _riskiest(ordered, available, reader, steps)


def _riskiest(ordered: Sequence[UnitSize], available: int, reader: Model, steps: Sequence[Step]) -> Choice:
    """Return as many parts as fit, in order of risk: a smaller one of less risk does not overtake."""
    kept: list[UnitSize] = []
    while len(kept) < len(ordered):
        longer = [*kept, ordered[len(kept)]]
        if _total(longer, ContextLevel.LEAN, reader.price) > available:
            break
        kept = longer
    if not kept:
        return Choice(ContextLevel.LEAN, "", (), (*steps, Step.RULES), 0)
    cost = _total(kept, ContextLevel.LEAN, reader.price)
    return Choice(ContextLevel.LEAN, reader.name, tuple(unit.name for unit in kept), (*steps, Step.RISKIEST), cost)


def expected_output(tokens: int) -> int:
    """Return how many tokens an answer to so many is likely to have."""
    return max(tokens // _OUTPUT_SHARE, _LEAST_OUTPUT)


def _total(units: Sequence[UnitSize], level: ContextLevel, price: Price) -> int:
    sizes = (unit.tokens[level] for unit in units)
    return sum(cost_of(Usage(fresh=size, output=expected_output(size)), price) for size in sizes)
