"""Paying for attempts: nothing is sent without a reservation, and every reservation is settled."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from hive_guardian.model.errors import ReviewError
from hive_guardian.model.frozen_class import frozen
from hive_guardian.review.agents import Agent
from hive_guardian.review.attempt_error import Fault, Trace
from hive_guardian.review.cost import cost_of, longest_keep, total_tokens, worst_cost
from hive_guardian.review.ledger import Bill, Denial, Hold, Ledger, Scope, Wish
from hive_guardian.review.observing import SILENT, BudgetReached, Observer
from hive_guardian.review.provider import ModelRequest, Usage
from hive_guardian.review.terms import Clock, Terms


@frozen
class Reservation:
    """What was set aside for one attempt.

    Attributes:
        hold: its number in the books.
        micro_usd: the worst case.
        tokens: the worst case, in and out.
        output_tokens: the most the answer may have.
    """

    hold: Hold
    micro_usd: int
    tokens: int
    output_tokens: int


class Payment:
    """The purse of one review.

    Args:
        ledger: the books.
        terms: who pays, and what may be spent.
        clock: time.
        observer: watches.
    """

    def __init__(self, ledger: Ledger, terms: Terms, clock: Clock, observer: Observer = SILENT) -> None:
        """Nothing is reserved yet."""
        self._observer = observer
        self._ledger = ledger
        self._terms = terms
        self._clock = clock
        self._open = 0
        self._closed = asyncio.Event()
        self._notes: dict[str, None] = {}
        self._spent = 0

    @property
    def notes(self) -> Sequence[str]:
        """What a person should know, in order: shares of budgets that were reached, books that could not be closed."""
        return tuple(self._notes)

    @property
    def spent_micro_usd(self) -> int:
        """What the attempts that ended are taken to have cost."""
        return self._spent

    async def reserve(self, agent: Agent, request: ModelRequest, input_tokens: int) -> Reservation | Denial:
        """Set the worst case aside; while other attempts may still give something back, wait for them.

        Raises:
            ReviewError: the books cannot be written.
        """
        output = request.max_output_tokens
        wish = Wish(
            account=replace(self._terms.account, at=self._clock.utc()),
            provider=agent.provider.id,
            model=agent.model,
            role=request.role,
            micro_usd=worst_cost(input_tokens, output, longest_keep(request), agent.price),
            tokens=input_tokens + output,
        )
        while True:
            verdict = self._ledger.reserve(wish, self._terms.caps)
            if isinstance(verdict, Hold):
                self._open += 1
                for alert in verdict.alerts:
                    self._observer.tell(BudgetReached(alert.scope.value, alert.percent))
                    self._note(f"{alert.percent} % of the {alert.scope} budget are spent or reserved")
                return Reservation(verdict, wish.micro_usd, wish.tokens, output)
            if verdict.scope is Scope.CALL or not self._open:
                return verdict
            await self._closed.wait()

    def settle(self, reservation: Reservation, bill: Bill) -> int:
        """Book what an attempt cost, and return it in micro-dollars."""
        self._spent += bill.micro_usd
        try:
            self._ledger.settle(reservation.hold, bill)
        except ReviewError as error:  # the reservation stays, and counts in full: nothing is spent unseen
            self._note(str(error))
        self._wake()
        return bill.micro_usd

    def release(self, reservation: Reservation, error: str) -> int:
        """Give a reservation back, because nothing was billed, and return 0."""
        try:
            self._ledger.release(reservation.hold, error)
        except ReviewError as failure:
            self._note(str(failure))
        self._wake()
        return 0

    def left(self) -> dict[str, int]:
        """Return scope of a cap -> what is left under it in micro-dollars; nothing while the books cannot be read."""
        account = replace(self._terms.account, at=self._clock.utc())
        caps = [cap for cap in self._terms.caps if cap.scope is not Scope.CALL]
        try:
            return {
                cap.scope.value: max(cap.micro_usd - self._ledger.used(cap.scope, account).micro_usd, 0)
                for cap in caps
                if cap.micro_usd is not None
            }
        except ReviewError:
            return {}

    def _wake(self) -> None:
        self._open -= 1
        self._closed.set()
        self._closed = asyncio.Event()

    def _note(self, text: str) -> None:
        self._notes[text] = None


def bill_for(agent: Agent, usage: Usage, request_id: str = "", error: str = "") -> Bill:
    """Return the bill of an attempt whose usage is known."""
    return Bill(cost_of(usage, agent.price), total_tokens(usage), usage, error, request_id)


def assumed_bill(agent: Agent, reservation: Reservation, fault: Fault, trace: Trace) -> Bill:
    """Return the bill of an attempt that broke after it was sent.

    What the remote side said of the input is taken over; of the output the most is assumed, since a model may go on
    when nobody listens any more. If it said nothing, the whole reservation is.
    """
    if trace.usage is None:
        return Bill(reservation.micro_usd, reservation.tokens, Usage(), fault.value, trace.request_id)
    is_complete = fault is Fault.OTHER_MODE
    usage = trace.usage if is_complete else replace(trace.usage, output=reservation.output_tokens)
    return bill_for(agent, usage, trace.request_id, fault.value)
