"""Who may spend what: reservations before an attempt, bills after it, caps over both."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.spending import dollars
from hive_guardian.review.provider import Role, Usage

ALERT_PERCENT = (50, 80, 100)
NO_USAGE = Usage()


class Scope(StrEnum):
    """What a cap is over; a change is one pull request or branch, for as long as it lives."""

    CALL = "call"
    REVIEW = "review"
    CHANGE = "change"
    DAY = "day"
    MONTH = "month"


@frozen
class Cap:
    """The most that may be spent in a scope; `None` = any amount.

    Attributes:
        scope: over what. A day is one UTC day of one repository, a month one UTC month of everything in the ledger.
        micro_usd: millionths of a dollar.
        tokens: in and out, cached or not.
    """

    scope: Scope
    micro_usd: int | None = None
    tokens: int | None = None


@frozen
class Account:
    """Where an amount is booked.

    Attributes:
        repository: name of the repository.
        change: what is reviewed, such as a branch or a pull request.
        review: this review of it.
        at: UTC time of the booking.
    """

    repository: str
    change: str
    review: str
    at: datetime


@frozen
class Wish:
    """What an attempt may cost at worst, before it is made."""

    account: Account
    provider: str
    model: str
    role: Role
    micro_usd: int
    tokens: int


@frozen
class Alert:
    """A reservation that brought a scope to a share of its cap."""

    scope: Scope
    percent: int


@frozen
class Hold:
    """A granted reservation; it counts in full until it is settled or released, whatever becomes of its process."""

    id: int
    alerts: tuple[Alert, ...] = ()


@frozen
class Denial:
    """A reservation that would exceed a cap.

    Attributes:
        scope: whose cap.
        limit: the cap, in micro-dollars or tokens.
        used: what is spent or reserved in that scope.
        wanted: what was asked for.
        in_tokens: whether the three count tokens.
    """

    scope: Scope
    limit: int
    used: int
    wanted: int
    in_tokens: bool = False

    def describe(self) -> str:
        """Return the reason as a sentence for a person."""
        limit, used, wanted = (
            f"{n:,} tokens" if self.in_tokens else dollars(n) for n in (self.limit, self.used, self.wanted)
        )
        return (
            f"the {self.scope} budget is {limit}: {used} of it are spent or reserved, and this call may cost {wanted}; "
            f"raise review.{'token-budget' if self.in_tokens else 'budget'}.{self.scope}, or review less"
        )


@frozen
class Bill:
    """What an attempt cost.

    Attributes:
        micro_usd: what it is taken to have cost.
        tokens: what it is taken to have used, in and out.
        usage: what the remote side said it billed, by class.
        error: empty for an answer; else why there was none.
        request_id: of the remote side.
    """

    micro_usd: int
    tokens: int
    usage: Usage = NO_USAGE
    error: str = ""
    request_id: str = ""


@frozen
class Used:
    """What is spent or reserved in a scope."""

    micro_usd: int
    tokens: int


class BookingState(StrEnum):
    """What became of a reservation."""

    HELD = "held"
    SETTLED = "settled"
    RELEASED = "released"


@frozen
class Booking:
    """One line of the ledger.

    Attributes:
        account: where it is booked.
        provider: id of the provider.
        model: id of the model.
        role: what the attempt was for.
        state: what became of it.
        micro_usd: what counts: the bill once settled, the reservation while held, nothing once released.
        tokens: as `micro_usd`, in tokens.
        usage: what was billed by class.
        error: why there was no answer, or empty.
    """

    account: Account
    provider: str
    model: str
    role: str
    state: BookingState
    micro_usd: int
    tokens: int
    usage: Usage
    error: str


@frozen
class Remaining:
    """What is left under some caps: of each kind the scarcest, and whose it is; `None` = no cap is over it.

    Attributes:
        micro_usd: millionths of a dollar, never below 0.
        scope: whose money is the scarcest.
        tokens: in and out, never below 0.
        tokens_scope: whose tokens are the scarcest.
    """

    micro_usd: int | None = None
    scope: Scope | None = None
    tokens: int | None = None
    tokens_scope: Scope | None = None


def remaining(caps: Iterable[Cap], used: Mapping[Scope, Used]) -> Remaining:
    """Return what is left under caps.

    Args:
        caps: in any order.
        used: what is spent or reserved; nothing in scopes that are not named.
    """
    money: list[tuple[int, Scope]] = []
    tokens: list[tuple[int, Scope]] = []
    for cap in caps:
        spent = used.get(cap.scope, Used(0, 0))
        money += [] if cap.micro_usd is None else [(max(cap.micro_usd - spent.micro_usd, 0), cap.scope)]
        tokens += [] if cap.tokens is None else [(max(cap.tokens - spent.tokens, 0), cap.scope)]
    least: tuple[int | None, Scope | None] = min(money, default=(None, None))
    fewest: tuple[int | None, Scope | None] = min(tokens, default=(None, None))
    return Remaining(*least, *fewest)


class Ledger(Protocol):
    """The books. Every method is atomic over all processes that share them.

    Raises:
        ReviewError: the books cannot be read or written; then nothing may be spent.
    """

    def reserve(self, wish: Wish, caps: Sequence[Cap]) -> Hold | Denial:
        """Reserve the worst case of an attempt, or say which cap forbids it."""
        ...

    def settle(self, hold: Hold, bill: Bill) -> None:
        """Replace a reservation by what the attempt cost; the second time nothing happens."""
        ...

    def release(self, hold: Hold, error: str = "") -> None:
        """Give a reservation back, because nothing was billed; after it was settled nothing happens."""
        ...

    def used(self, scope: Scope, account: Account) -> Used:
        """Return what is spent or reserved in the scope the account lies in."""
        ...

    def bookings(self, since: date, until: date) -> Sequence[Booking]:
        """Return the bookings of these UTC days, both included, in order of time."""
        ...


def judge(wish: Wish, caps: Iterable[Cap], used: Sequence[tuple[Scope, Used]]) -> Denial | tuple[Alert, ...]:
    """Return which cap a reservation would exceed, or which shares of caps it reaches.

    Args:
        wish: what is to be reserved.
        caps: in any order; the first that is exceeded is named.
        used: what is spent or reserved, of each scope in `caps` but `call`.
    """
    known = dict(used)
    alerts: list[Alert] = []
    for cap in caps:
        before = known.get(cap.scope, Used(0, 0))
        amounts = (
            (cap.micro_usd, before.micro_usd, wish.micro_usd, False),
            (cap.tokens, before.tokens, wish.tokens, True),
        )
        for limit, spent, wanted, in_tokens in amounts:
            if limit is None:
                continue
            if spent + wanted > limit:
                return Denial(cap.scope, limit, spent, wanted, in_tokens)
            if cap.scope is not Scope.CALL:
                alerts += [Alert(cap.scope, percent) for percent in _reached(limit, spent, spent + wanted)]
    return tuple(dict.fromkeys(alerts))


def _reached(limit: int, before: int, after: int) -> Iterable[int]:
    return (percent for percent in ALERT_PERCENT if before * 100 < limit * percent <= after * 100)
