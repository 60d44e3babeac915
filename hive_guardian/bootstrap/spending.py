"""Read the cost ledger for people."""

from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, date, datetime, time
from pathlib import Path

from hive_guardian.adapters.review_ledger import SqliteLedger
from hive_guardian.adapters.state_directory import repository_name, state_directory
from hive_guardian.bootstrap.review_models import LEDGER_FILE
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.spending import BudgetUse, Division, Spending
from hive_guardian.review.ledger import Account, Scope
from hive_guardian.review.settings import ReviewSettings
from hive_guardian.review.spending import add_up

_SHOWN = (Scope.DAY, Scope.MONTH)


@frozen
class SpendingWish:
    """What a caller wants to see.

    Attributes:
        since: first UTC day.
        until: last UTC day.
        division: what to divide by.
        is_here: whether only this project counts.
    """

    since: date
    until: date
    division: Division
    is_here: bool = False


def read_spending(wish: SpendingWish, root: Path, settings: ReviewSettings, environ: Mapping[str, str]) -> Spending:
    """Return what models cost.

    Raises:
        ReviewError: the ledger cannot be read.
    """
    path = state_directory(environ) / LEDGER_FILE
    here = repository_name(root)
    if not path.exists():  # nothing was ever asked: looking must not create the books
        return add_up((), wish.since, wish.until, wish.division)
    account = Account(here, "", "", datetime.combine(wish.until, time(), UTC))
    with closing(SqliteLedger(path)) as ledger:
        bookings = ledger.bookings(wish.since, wish.until)
        budgets = [
            BudgetUse(scope.value, ledger.used(scope, account).micro_usd, settings.budgets[scope.value])
            for scope in _SHOWN
            if scope.value in settings.budgets
        ]
    counted = [booking for booking in bookings if not wish.is_here or booking.account.repository == here]
    return add_up(counted, wish.since, wish.until, wish.division, budgets)
