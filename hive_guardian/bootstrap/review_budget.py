"""How much of a change is read for the money there is; what is given up is said."""

from collections.abc import Sequence
from dataclasses import replace

from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.review import Shortfall
from hive_guardian.model.spending import dollars
from hive_guardian.review.degradation import LEVELS, Choice, Funds, Model, Step, UnitSize, choose
from hive_guardian.review.ledger import Remaining
from hive_guardian.review.plan import Unit, estimate_tokens
from hive_guardian.review.prices import shipped_prices
from hive_guardian.review.prompt import Surroundings, make_request
from hive_guardian.review.provider import FailureKind, Role
from hive_guardian.review.provider_setup import models_of
from hive_guardian.review.redact import Redactor
from hive_guardian.review.settings import ContextLevel, ReviewSettings


@frozen
class Affordable:
    """What is sent in the end.

    Attributes:
        units: most urgent first.
        around: what is said besides.
        left_out: units for which there is no money.
        notes: what was given up, for a person.
        shortfall: why units were left out, `None` if none was.
        reader: model that reads instead of the one of the role, empty if that one does.
        steps: what was given up, in words of ours.
    """

    units: tuple[Unit, ...]
    around: Surroundings
    left_out: tuple[Unit, ...] = ()
    notes: tuple[str, ...] = ()
    shortfall: Shortfall | None = None
    reader: str = ""
    steps: tuple[str, ...] = ()


def fit_budget(
    units: tuple[Unit, ...],
    around: Surroundings,
    redactor: Redactor,
    settings: ReviewSettings,
    left: Remaining,
) -> Affordable:
    """Return what the budgets are likely to pay for, given up step by step: context, the dear model, then units.

    The ledger watches over every call besides; this only avoids a review that ends halfway.

    Args:
        units: most urgent first.
        around: what would be said at the wished level of context.
        redactor: has seen all files.
        settings: of the review; its provider costs money.
        left: what its budgets still allow.

    Raises:
        UsageError: a price is wrong.
    """
    funds = Funds(left.micro_usd, left.tokens)
    reader, cheaper = _models(settings)
    if funds == Funds() or reader is None:
        return Affordable(units, around)
    sizes = [_size(unit, around, redactor) for unit in units]
    choice = choose(sizes, funds, around.level, reader, cheaper)
    if not choice.steps:
        return Affordable(units, around)
    kept = tuple(unit for unit in units if unit.id in choice.units)
    left_out = tuple(unit for unit in units if unit.id not in choice.units)
    told = f"{_name_funds(left)} pays for a review {', '.join(_name_steps(choice))}"
    why = Shortfall(FailureKind.BUDGET.value, f"{told}; {len(left_out)} parts were not sent") if left_out else None
    other = choice.model if choice.model != reader.name else ""
    return Affordable(
        kept,
        replace(around, level=choice.level),
        left_out,
        (told,),
        why,
        other,
        tuple(step.value for step in choice.steps),
    )


def _models(settings: ReviewSettings) -> tuple[Model | None, Model | None]:
    """Return the model that reads, and the cheapest other one the configuration names."""
    prices = shipped_prices().with_overrides(settings.prices)
    named = models_of(settings.provider, settings.models)
    name = named.get(Role.REVIEWER)
    if name is None:
        return None, None
    others = [Model(other, prices.price(other)) for other in dict.fromkeys(named.values()) if other != name]
    cheapest = min(others, key=lambda one: (one.price.rates.input + one.price.rates.output, one.name), default=None)
    return Model(name, prices.price(name)), cheapest


def _name_funds(left: Remaining) -> str:
    money = f"review.budget.{left.scope} ({dollars(left.micro_usd)} left)" if left.micro_usd is not None else ""
    tokens = f"review.token-budget.{left.tokens_scope} ({left.tokens:,} tokens left)" if left.tokens is not None else ""
    return " with ".join(filter(None, (money, tokens)))


def _name_steps(choice: Choice) -> Sequence[str]:
    return [f"{step} {choice.model}" if step is Step.CHEAPER and choice.model else step.value for step in choice.steps]


def _size(unit: Unit, around: Surroundings, redactor: Redactor) -> UnitSize:
    """Return the size of a unit at the wished level of context, and at every lower one where that differs."""
    tokens: dict[ContextLevel, int] = {}
    has_less = bool(around.neighbours.get(unit.path))
    for level in LEVELS[LEVELS.index(around.level) :]:
        if tokens and not has_less:
            tokens[level] = tokens[around.level]
            continue
        request = make_request(unit, replace(around, level=level), redactor, "")
        tokens[level] = estimate_tokens("".join(block.text for block in (*request.system, *request.user)))
    return UnitSize(unit.id, unit.risk, tokens)
