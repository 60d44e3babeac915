"""From the bookings of the ledger to what a person wants to know."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date

from hive_guardian.model.spending import BudgetUse, Division, Expense, Spending
from hive_guardian.review.cost import input_tokens
from hive_guardian.review.ledger import Booking, BookingState

_NAMES: Mapping[Division, Callable[[Booking], str]] = {
    Division.REPOSITORY: lambda booking: booking.account.repository,
    Division.CHANGE: lambda booking: f"{booking.account.repository} {booking.account.change}",
    Division.REVIEW: lambda booking: booking.account.review,
    Division.MODEL: lambda booking: f"{booking.provider}/{booking.model}",
    Division.ROLE: lambda booking: booking.role,
    Division.DAY: lambda booking: booking.account.at.astimezone(UTC).date().isoformat(),
}


def add_up(
    bookings: Iterable[Booking], since: date, until: date, division: Division, budgets: Sequence[BudgetUse] = ()
) -> Spending:
    """Add bookings up.

    Args:
        bookings: of these days.
        since: first UTC day.
        until: last UTC day.
        division: what to divide by.
        budgets: of the project, to show beside.
    """
    parts: dict[str, list[Booking]] = {}
    every: list[Booking] = []
    for booking in bookings:
        parts.setdefault(_NAMES[division](booking), []).append(booking)
        every.append(booking)
    expenses = [_expense(name, part) for name, part in sorted(parts.items())]
    if division is not Division.DAY:
        expenses.sort(key=lambda expense: -expense.micro_usd)
    return Spending(since, until, division, tuple(expenses), _expense("total", every), tuple(budgets))


def _expense(name: str, bookings: Sequence[Booking]) -> Expense:
    held = [booking.micro_usd for booking in bookings if booking.state is BookingState.HELD]
    return Expense(
        name=name,
        attempts=len(bookings),
        failed=sum(bool(booking.error) for booking in bookings),
        input_tokens=sum(input_tokens(booking.usage) for booking in bookings),
        cached_tokens=sum(booking.usage.cache_read for booking in bookings),
        output_tokens=sum(booking.usage.output for booking in bookings),
        micro_usd=sum(booking.micro_usd for booking in bookings),
        held_micro_usd=sum(held),
    )
