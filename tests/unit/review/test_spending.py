from datetime import UTC, date, datetime, timedelta

import pytest

from hive_guardian.model.spending import Division
from hive_guardian.review.ledger import Account, Booking, BookingState
from hive_guardian.review.provider import Usage
from hive_guardian.review.spending import add_up

_DAY = date(2026, 11, 21)
_AT = datetime(2026, 11, 21, 12, tzinfo=UTC)


def _booking(
    micro_usd: int, repository: str = "shop", model: str = "m", state: BookingState = BookingState.SETTLED,
    days: int = 0, error: str = "",
) -> Booking:  # fmt: skip
    account = Account(repository, "feature", "r1", _AT + timedelta(days=days))
    return Booking(account, "p", model, "reviewer", state, micro_usd, 9, Usage(1, 2, 3, 4, 5, 5), error)


_BOOKINGS = [
    _booking(10),
    _booking(30, model="n", error="cut"),
    _booking(5, "till", state=BookingState.HELD, days=-1),
    _booking(0, "till", state=BookingState.RELEASED, error="server"),
]


@pytest.mark.parametrize(
    ("division", "parts"),
    [
        (Division.REPOSITORY, [("shop", 40), ("till", 5)]),
        (Division.CHANGE, [("shop feature", 40), ("till feature", 5)]),
        (Division.REVIEW, [("r1", 45)]),
        (Division.MODEL, [("p/n", 30), ("p/m", 15)]),
        (Division.ROLE, [("reviewer", 45)]),
        (Division.DAY, [("2026-11-20", 5), ("2026-11-21", 40)]),
    ],
)
def test_spending_is_divided(division: Division, parts: list[tuple[str, int]]) -> None:
    """The dearest part comes first, days come in their order."""
    found = add_up(_BOOKINGS, _DAY, _DAY, division)
    assert [(expense.name, expense.micro_usd) for expense in found.expenses] == parts


def test_the_total_counts_everything() -> None:
    """Attempts, failures, tokens of every class, and what is still reserved."""
    total = add_up(_BOOKINGS, _DAY, _DAY, Division.ROLE).total
    assert (total.attempts, total.failed, total.input_tokens, total.cached_tokens, total.output_tokens) == (
        4,
        2,
        40,
        8,
        20,
    )
    assert (total.micro_usd, total.held_micro_usd) == (45, 5)
