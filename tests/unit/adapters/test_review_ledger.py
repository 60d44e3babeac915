import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from hive_guardian.adapters.review_ledger import SqliteLedger
from hive_guardian.model.errors import ReviewError
from hive_guardian.review.ledger import Account, Alert, Bill, BookingState, Cap, Denial, Hold, Scope, Used, Wish
from hive_guardian.review.provider import Role, Usage

_AT = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
_ACCOUNT = Account("shop", "feature", "r1", _AT)
_SCOPES = (Scope.REVIEW, Scope.CHANGE, Scope.DAY, Scope.MONTH)
_WORKER = """
import random, sys
from datetime import UTC, datetime
from pathlib import Path
from hive_guardian.adapters.review_ledger import SqliteLedger
from hive_guardian.review.ledger import Account, Bill, Cap, Denial, Scope, Wish
from hive_guardian.review.provider import Role

ledger, chance = SqliteLedger(Path(sys.argv[1])), random.Random(int(sys.argv[2]))
account = Account("shop", "feature", f"r{sys.argv[2]}", datetime(2026, 11, 21, tzinfo=UTC))
caps = [Cap(Scope.CALL, 90), Cap(Scope.CHANGE, 2000), Cap(Scope.DAY, 2500)]
granted = 0
for _ in range(int(sys.argv[3])):
    wanted = chance.randint(1, 100)
    hold = ledger.reserve(Wish(account, "p", "m", Role.REVIEWER, wanted, wanted), caps)
    if isinstance(hold, Denial):
        continue
    granted += 1
    match chance.randint(0, 3):
        case 0:
            ledger.release(hold, "not sent")
        case 1:
            pass  # as if the process had been killed: the reservation stays
        case _:
            cost = chance.randint(0, wanted)
            ledger.settle(hold, Bill(cost, cost))
            ledger.release(hold)
print(granted)
"""


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqliteLedger]:
    """Open an empty ledger."""
    opened = SqliteLedger(tmp_path / "state" / "ledger.sqlite3")
    yield opened
    opened.close()


def _wish(micro_usd: int, account: Account = _ACCOUNT) -> Wish:
    return Wish(account, "anthropic", "m", Role.REVIEWER, micro_usd, 7)


def _hold(ledger: SqliteLedger, micro_usd: int, account: Account = _ACCOUNT) -> Hold:
    hold = ledger.reserve(_wish(micro_usd, account), [])
    assert isinstance(hold, Hold)
    return hold


def test_a_reservation_counts_until_it_is_replaced(ledger: SqliteLedger) -> None:
    """Held amounts count in full, settled ones as billed, released ones not at all; later changes are ignored."""
    held, settled, released = (_hold(ledger, 100) for _ in range(3))
    ledger.settle(settled, Bill(30, 5))
    ledger.settle(settled, Bill(1, 1))
    ledger.release(settled)
    ledger.release(released)
    assert held.id != settled.id
    for scope in _SCOPES:
        assert ledger.used(scope, _ACCOUNT) == Used(130, 12)
    assert ledger.used(Scope.CALL, _ACCOUNT) == Used(0, 0)


@pytest.mark.parametrize(
    ("other", "shared"),
    [
        (replace(_ACCOUNT, review="r2"), {Scope.CHANGE, Scope.DAY, Scope.MONTH}),
        (replace(_ACCOUNT, review="r2", change="fix"), {Scope.DAY, Scope.MONTH}),
        (replace(_ACCOUNT, review="r2", repository="till"), {Scope.MONTH}),
        (replace(_ACCOUNT, review="r2", at=_AT + timedelta(hours=1)), {Scope.CHANGE, Scope.MONTH}),
        (replace(_ACCOUNT, review="r2", at=_AT + timedelta(days=30)), {Scope.CHANGE}),
    ],
)
def test_scopes_are_what_they_say(ledger: SqliteLedger, other: Account, shared: set[Scope]) -> None:
    """A day is one UTC day of one repository, a month one of everything, a change lives in its repository."""
    _hold(ledger, 100)
    assert {scope for scope in _SCOPES if ledger.used(scope, other).micro_usd == 100} == shared


def test_the_day_is_that_of_utc(ledger: SqliteLedger) -> None:
    """A time in another zone is booked on its UTC day."""
    from datetime import timezone

    east = _AT.astimezone(timezone(timedelta(hours=5)))
    _hold(ledger, 100, replace(_ACCOUNT, at=east))
    assert ledger.used(Scope.DAY, _ACCOUNT).micro_usd == 100


def test_the_cap_that_forbids_is_named_and_nothing_is_booked(ledger: SqliteLedger) -> None:
    """A denial leaves no trace, so a smaller wish may still fit."""
    _hold(ledger, 60)
    caps = [Cap(Scope.REVIEW, 1000), Cap(Scope.DAY, 100)]
    assert ledger.reserve(_wish(41), caps) == Denial(Scope.DAY, 100, 60, 41)
    fitting = ledger.reserve(_wish(40), caps)
    assert isinstance(fitting, Hold)
    assert fitting.alerts == (Alert(Scope.DAY, 80), Alert(Scope.DAY, 100))


def test_entries_tell_the_whole_story(ledger: SqliteLedger) -> None:
    """The days asked for, both included, in order, with classes of tokens and the reason of a failure."""
    first, second = _hold(ledger, 100), _hold(ledger, 50, replace(_ACCOUNT, at=_AT - timedelta(days=1)))
    usage = Usage(1, 2, 3, 4, 5, 6)
    ledger.settle(first, Bill(30, 15, usage, "cut", "req_1"))
    ledger.release(second, "unreachable")
    bookings = ledger.bookings(date(2026, 11, 20), date(2026, 11, 21))
    assert [(booking.state, booking.micro_usd, booking.error) for booking in bookings] == [
        (BookingState.RELEASED, 0, "unreachable"),
        (BookingState.SETTLED, 30, "cut"),
    ]
    assert (bookings[1].usage, bookings[1].tokens, bookings[1].account) == (usage, 15, _ACCOUNT)
    assert ledger.bookings(date(2026, 11, 22), date(2026, 12, 1)) == []


def test_a_later_opening_sees_what_was_booked(tmp_path: Path) -> None:
    """The books survive their process, and a reservation nobody settled still counts."""
    path = tmp_path / "ledger.sqlite3"
    first = SqliteLedger(path)
    _hold(first, 100)
    first.close()
    second = SqliteLedger(path)
    assert second.used(Scope.MONTH, _ACCOUNT).micro_usd == 100
    second.close()


def test_no_cap_is_exceeded_by_concurrent_processes(tmp_path: Path) -> None:
    """Whatever processes do at once, and however they end, spent and reserved stay within every cap."""
    path = tmp_path / "ledger.sqlite3"
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", _WORKER, str(path), str(seed), "125"], stdout=subprocess.PIPE, text=True
        )
        for seed in range(8)
    ]
    outputs = [worker.communicate()[0] for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * 8
    ledger = SqliteLedger(path)
    used = ledger.used(Scope.CHANGE, Account("shop", "feature", "r0", datetime(2026, 11, 21, tzinfo=UTC)))
    bookings = ledger.bookings(date(2026, 11, 21), date(2026, 11, 21))
    ledger.close()
    assert sum(map(int, outputs)) == len(bookings)
    assert 1900 < used.micro_usd <= 2000
    assert used.micro_usd == sum(booking.micro_usd for booking in bookings)
    assert max(booking.micro_usd for booking in bookings) <= 90


def test_a_thousand_random_attempts_stay_within_the_cap(ledger: SqliteLedger) -> None:
    """At no moment do bills and reservations together exceed the cap."""
    chance = random.Random(7)  # noqa: S311 - repeatable, not secret
    caps, open_holds = [Cap(Scope.CHANGE, 5000)], list[tuple[Hold, int]]()
    for _ in range(1000):
        if open_holds and chance.random() < 0.5:
            hold, wanted = open_holds.pop(chance.randrange(len(open_holds)))
            ledger.settle(hold, Bill(chance.randint(0, wanted), 1))
        else:
            wanted = chance.randint(1, 400)
            verdict = ledger.reserve(_wish(wanted), caps)
            if isinstance(verdict, Hold):
                open_holds.append((verdict, wanted))
        assert ledger.used(Scope.CHANGE, _ACCOUNT).micro_usd <= 5000


@pytest.mark.parametrize("content", [b"this is no database, however long it may be " * 40, None])
def test_without_books_nothing_is_spent(tmp_path: Path, content: bytes | None) -> None:
    """A broken file, or a directory in its place, is an error that says what to do, not an empty ledger."""
    path = tmp_path / "ledger.sqlite3"
    path.mkdir() if content is None else path.write_bytes(content)
    with pytest.raises(ReviewError, match=r"nothing was spent .*HIVE_GUARDIAN_STATE_DIR") as caught:
        SqliteLedger(path)
    assert not caught.value.retryable


def test_books_of_a_newer_program_are_left_alone(tmp_path: Path) -> None:
    """An older program does not guess what a newer one wrote."""
    path = tmp_path / "ledger.sqlite3"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(ReviewError, match="newer"):
        SqliteLedger(path)
