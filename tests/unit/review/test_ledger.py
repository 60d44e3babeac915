from datetime import UTC, datetime

import pytest

from hive_guardian.review.ledger import Account, Alert, Cap, Denial, Remaining, Scope, Used, Wish, judge, remaining
from hive_guardian.review.provider import Role

_ACCOUNT = Account("shop", "feature", "r1", datetime(2026, 11, 21, tzinfo=UTC))


def _wish(micro_usd: int, tokens: int = 10) -> Wish:
    return Wish(_ACCOUNT, "anthropic", "m", Role.REVIEWER, micro_usd, tokens)


@pytest.mark.parametrize(
    ("cap", "used", "wanted", "denied"),
    [
        (Cap(Scope.CALL, 100), Used(0, 0), 100, False),
        (Cap(Scope.CALL, 100), Used(0, 0), 101, True),
        (Cap(Scope.DAY, 100), Used(60, 0), 40, False),
        (Cap(Scope.DAY, 100), Used(60, 0), 41, True),
        (Cap(Scope.MONTH), Used(10**9, 10**9), 10**9, False),
        (Cap(Scope.REVIEW, 0), Used(0, 0), 1, True),
        (Cap(Scope.REVIEW, tokens=19), Used(0, 10), 1, True),
        (Cap(Scope.REVIEW, tokens=20), Used(0, 10), 1, False),
    ],
)
def test_a_cap_is_never_exceeded_and_may_be_reached(cap: Cap, used: Used, wanted: int, *, denied: bool) -> None:
    """What is spent and what is wanted together may equal the cap."""
    assert isinstance(judge(_wish(wanted), [cap], [(cap.scope, used)]), Denial) is denied


def test_a_denial_names_scope_amounts_and_remedy() -> None:
    """A person learns which cap is reached, and where it is set."""
    denial = judge(_wish(500_000), [Cap(Scope.CHANGE, 3_000_000)], [(Scope.CHANGE, Used(2_900_000, 0))])
    assert isinstance(denial, Denial)
    assert denial.describe() == (
        "the change budget is $3.00: $2.90 of it are spent or reserved, and this call may cost $0.50; "
        "raise review.budget.change, or review less"
    )


@pytest.mark.parametrize(
    ("used", "wanted", "percents"), [(0, 49, []), (0, 50, [50]), (50, 29, []), (40, 60, [50, 80, 100]), (99, 1, [100])]
)
def test_alerts_come_once_per_share(used: int, wanted: int, percents: list[int]) -> None:
    """Only the reservation that crosses 50, 80 or 100 % says so."""
    verdict = judge(_wish(wanted), [Cap(Scope.DAY, 100)], [(Scope.DAY, Used(used, 0))])
    assert verdict == tuple(Alert(Scope.DAY, percent) for percent in percents)


def test_what_is_left_is_that_of_the_scarcest() -> None:
    """Of money and of tokens, each with the scope it belongs to; what is overdrawn is nothing, not less."""
    caps = [Cap(Scope.REVIEW, 100, 50), Cap(Scope.DAY, 300), Cap(Scope.MONTH, None, 900)]
    used = {Scope.DAY: Used(250, 7), Scope.MONTH: Used(9, 870)}
    assert remaining(caps, used) == Remaining(50, Scope.DAY, 30, Scope.MONTH)
    assert remaining(caps, {Scope.DAY: Used(999, 0)}).micro_usd == 0
    assert remaining([], used) == Remaining()
