"""How much of a change is read for the money a review may cost; what is given up is said."""

from dataclasses import dataclass, replace

from hive_guardian.model.review import Shortfall
from hive_guardian.review.degradation import Model, UnitSize, choose
from hive_guardian.review.plan import Unit, estimate_tokens
from hive_guardian.review.prices import shipped_prices
from hive_guardian.review.prompt import Surroundings, make_request
from hive_guardian.review.provider import FailureKind, Role
from hive_guardian.review.provider_setup import models_of
from hive_guardian.review.redact import Redactor
from hive_guardian.review.settings import ContextLevel, ReviewSettings


@dataclass(frozen=True, slots=True)
class Affordable:
    """What is sent in the end.

    Attributes:
        units: most urgent first.
        around: what is said besides.
        left_out: units for which there is no money.
        notes: what was given up, for a person.
        shortfall: why units were left out, `None` if none was.
    """

    units: tuple[Unit, ...]
    around: Surroundings
    left_out: tuple[Unit, ...] = ()
    notes: tuple[str, ...] = ()
    shortfall: Shortfall | None = None


def fit_budget(
    units: tuple[Unit, ...], around: Surroundings, redactor: Redactor, settings: ReviewSettings
) -> Affordable:
    """Return what the budget of one review is likely to pay for, given up step by step: context first, then units.

    The ledger watches over every call besides; this only avoids a review that ends halfway.

    Args:
        units: most urgent first.
        around: what would be said at the wished level of context.
        redactor: has seen all files.
        settings: of the review; its provider costs money.

    Raises:
        UsageError: a price is wrong.
    """
    available = settings.budgets.get("review")
    name = models_of(settings.provider, settings.models).get(Role.REVIEWER)
    if available is None or name is None:
        return Affordable(units, around)
    sizes = [_size(unit, around, redactor) for unit in units]
    price = shipped_prices().with_overrides(settings.prices).price(name)
    choice = choose(sizes, available, around.level, Model(name, price))
    if not choice.steps:
        return Affordable(units, around)
    kept = tuple(unit for unit in units if unit.id in choice.units)
    left_out = tuple(unit for unit in units if unit.id not in choice.units)
    told = f"review.budget.review (${available / 1_000_000:.2f}) pays for a review {', '.join(choice.steps)}"
    why = Shortfall(FailureKind.BUDGET.value, f"{told}; {len(left_out)} parts were not sent") if left_out else None
    return Affordable(kept, replace(around, level=choice.level), left_out, (told,), why)


def _size(unit: Unit, around: Surroundings, redactor: Redactor) -> UnitSize:
    """Return the size of a unit at every level of context."""
    tokens: dict[ContextLevel, int] = {}
    for level in ContextLevel:
        request = make_request(unit, replace(around, level=level), redactor, "")
        tokens[level] = estimate_tokens("".join(block.text for block in (*request.system, *request.user)))
    return UnitSize(unit.id, unit.risk, tokens)
