"""The ledger in one SQLite file that all processes of a user share.

Money must not depend on who is quicker: a reservation reads and writes inside one `BEGIN IMMEDIATE` transaction, which
SQLite grants to one process at a time.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from hive_guardian.adapters.sqlite_file import connect, keep_write_ahead_log
from hive_guardian.model.errors import ReviewError
from hive_guardian.review.ledger import (
    Account,
    Bill,
    Booking,
    BookingState,
    Cap,
    Denial,
    Hold,
    Scope,
    Used,
    Wish,
    judge,
)
from hive_guardian.review.provider import Usage

_VERSION = 1
_BUSY_SECONDS = 10.0
_CREATE = """
CREATE TABLE IF NOT EXISTS bookings (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, day TEXT NOT NULL, month TEXT NOT NULL,
    repository TEXT NOT NULL, change TEXT NOT NULL, review TEXT NOT NULL,
    provider TEXT NOT NULL, model TEXT NOT NULL, role TEXT NOT NULL, state TEXT NOT NULL,
    micro_usd INTEGER NOT NULL, tokens INTEGER NOT NULL,
    fresh INTEGER NOT NULL DEFAULT 0, cache_read INTEGER NOT NULL DEFAULT 0, cache_write_5m INTEGER NOT NULL DEFAULT 0,
    cache_write_1h INTEGER NOT NULL DEFAULT 0, output INTEGER NOT NULL DEFAULT 0, thinking INTEGER NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT '', request_id TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX IF NOT EXISTS by_change ON bookings (repository, change);
CREATE INDEX IF NOT EXISTS by_review ON bookings (review);
CREATE INDEX IF NOT EXISTS by_day ON bookings (day, repository);
CREATE INDEX IF NOT EXISTS by_month ON bookings (month);
"""
_SUM = "SELECT coalesce(sum(micro_usd), 0), coalesce(sum(tokens), 0) FROM bookings WHERE "
_WHERE = {
    Scope.REVIEW: "review = :review",
    Scope.CHANGE: "repository = :repository AND change = :change",
    Scope.DAY: "day = :day AND repository = :repository",
    Scope.MONTH: "month = :month",
}
_USAGE = ("fresh", "cache_read", "cache_write_5m", "cache_write_1h", "output", "thinking")


class SqliteLedger:
    """The books in one file.

    Args:
        path: of the file; its directory is created.

    Raises:
        ReviewError: the file cannot be used; without books nothing may be spent.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._speaking():
            self._connection = connect(path, patience=_BUSY_SECONDS)
        try:
            with self._speaking():
                self._prepare()
        except ReviewError:
            self._connection.close()
            raise

    def reserve(self, wish: Wish, caps: Sequence[Cap]) -> Hold | Denial:
        """Reserve the worst case of an attempt, or say which cap forbids it."""
        with self._transaction() as connection:
            used = [(cap.scope, self._used(cap.scope, wish.account)) for cap in caps if cap.scope is not Scope.CALL]
            verdict = judge(wish, caps, used)
            if isinstance(verdict, Denial):
                return verdict
            cursor = connection.execute(
                "INSERT INTO bookings (at, day, month, repository, change, review, provider, model, role, state, "
                "micro_usd, tokens) VALUES (:at, :day, :month, :repository, :change, :review, :provider, :model, "
                ":role, :state, :micro_usd, :tokens)",
                {
                    **_keys(wish.account), "at": wish.account.at.astimezone(UTC).isoformat(),
                    "provider": wish.provider, "model": wish.model, "role": wish.role.value,
                    "state": BookingState.HELD.value, "micro_usd": wish.micro_usd, "tokens": wish.tokens,
                },
            )  # fmt: skip
            if cursor.lastrowid is None:
                raise ReviewError(f"the cost ledger {self.path.name} did not number a booking", retryable=False)
            return Hold(cursor.lastrowid, verdict)

    def settle(self, hold: Hold, bill: Bill) -> None:
        """Replace a reservation by what the attempt cost; the second time nothing happens."""
        amounts = ", ".join(f"{name} = :{name}" for name in _USAGE)
        values = {name: getattr(bill.usage, name) for name in _USAGE}
        with self._transaction() as connection:
            connection.execute(
                f"UPDATE bookings SET state = 'settled', micro_usd = :micro_usd, tokens = :tokens, {amounts}, "  # noqa: S608 - fixed column names
                "error = :error, request_id = :request_id WHERE id = :id AND state = 'held'",
                {
                    **values, "micro_usd": bill.micro_usd, "tokens": bill.tokens, "error": bill.error,
                    "request_id": bill.request_id, "id": hold.id,
                },
            )  # fmt: skip

    def release(self, hold: Hold, error: str = "") -> None:
        """Give a reservation back, because nothing was billed; after it was settled nothing happens."""
        with self._transaction() as connection:
            connection.execute(
                "UPDATE bookings SET state = 'released', micro_usd = 0, tokens = 0, error = ? "
                "WHERE id = ? AND state = 'held'",
                (error, hold.id),
            )

    def used(self, scope: Scope, account: Account) -> Used:
        """Return what is spent or reserved in the scope the account lies in; nothing lies in `call`."""
        with self._speaking():
            return self._used(scope, account) if scope in _WHERE else Used(0, 0)

    def bookings(self, since: date, until: date) -> Sequence[Booking]:
        """Return the bookings of these UTC days, both included, in order of time."""
        query = (
            f"SELECT at, repository, change, review, provider, model, role, state, micro_usd, tokens, error, "  # noqa: S608 - fixed column names
            f"{', '.join(_USAGE)} FROM bookings WHERE day BETWEEN ? AND ? ORDER BY at, id"
        )
        with self._speaking():
            rows = self._connection.execute(query, (since.isoformat(), until.isoformat())).fetchall()
            return [_booking(row) for row in rows]

    def close(self) -> None:
        """Close the file; reservations that are still held stay so, and count."""
        self._connection.close()

    def _prepare(self) -> None:
        connection = self._connection
        keep_write_ahead_log(connection, patience=_BUSY_SECONDS)
        connection.execute("PRAGMA synchronous = NORMAL")
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found > _VERSION:
            raise ReviewError(
                f"the cost ledger {self.path.name} was written by a newer hive-guardian; update this one",
                retryable=False,
            )
        if found < _VERSION:
            connection.executescript(f"BEGIN IMMEDIATE; {_CREATE} PRAGMA user_version = {_VERSION}; COMMIT;")

    def _used(self, scope: Scope, account: Account) -> Used:
        row = self._connection.execute(_SUM + _WHERE[scope], _keys(account)).fetchone()
        return Used(int(row[0]), int(row[1]))

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._speaking():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        """Put failures of the file into words."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise ReviewError(
                f"the cost ledger {self.path.name} cannot be used, so nothing was spent ({error}); "
                "set HIVE_GUARDIAN_STATE_DIR to a directory that can be written",
                retryable=False,
            ) from error


def _keys(account: Account) -> dict[str, str]:
    day = account.at.astimezone(UTC).date().isoformat()
    return {
        "day": day,
        "month": day[:7],
        "repository": account.repository,
        "change": account.change,
        "review": account.review,
    }


def _booking(row: Sequence[object]) -> Booking:
    at, repository, change, review, provider, model, role, state, micro_usd, tokens, error, *usage = row
    return Booking(
        account=Account(str(repository), str(change), str(review), datetime.fromisoformat(str(at))),
        provider=str(provider),
        model=str(model),
        role=str(role),
        state=BookingState(str(state)),
        micro_usd=int(str(micro_usd)),
        tokens=int(str(tokens)),
        usage=Usage(*(int(str(count)) for count in usage)),
        error=str(error),
    )
