"""What happens in a review as log records: an event name and figures, no content."""

import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from hive_guardian.review.cost import input_tokens
from hive_guardian.review.observing import (
    AnswerReused,
    Begun,
    BreakerChanged,
    BudgetReached,
    BudgetRefused,
    BudgetsLeft,
    CallBegun,
    CallEnded,
    End,
    Ended,
    Event,
    LessRead,
    Planned,
    ReviewBegun,
    ReviewEnded,
    UnitBegun,
    UnitEnded,
    Waiting,
)
from hive_guardian.review.provider import Role

_ROOT = "hive_guardian"
LOGGER = f"{_ROOT}.review"
Fields = dict[str, object]
_UNIT: ContextVar[Fields] = ContextVar("unit")
"""The part that is read: records of what happens within name it."""
_WORD = re.compile(r"[A-Za-z0-9_.:/@+-]{1,128}")
_DIGITS = 3


class ReviewLog:
    """Watches a review for the log. Records have an event name as their message and `fields` with the figures."""

    def __init__(self) -> None:
        """Log to `hive_guardian.review`; where nobody set up logging, to nowhere."""
        self._logger = logging.getLogger(LOGGER)
        root = logging.getLogger(_ROOT)
        if not root.handlers:
            root.addHandler(logging.NullHandler())

    @contextmanager
    def watch(self, begun: Begun) -> Iterator[End]:
        """Log that work begins and what became of it."""
        self._begin(begun)
        is_over = False

        def end(ended: Ended) -> None:
            nonlocal is_over
            is_over = True
            self._end(begun, ended)

        token = _UNIT.set(_unit_fields(begun)) if isinstance(begun, UnitBegun) else None
        try:
            yield end
        finally:
            if not is_over:
                error = sys.exception()
                self._log(logging.WARNING, f"{_name(begun)}.interrupted", {"exception": type(error).__name__})
            if token is not None:
                _UNIT.reset(token)

    def tell(self, event: Event) -> None:
        """Log what happened."""
        match event:
            case Planned():
                self._log(logging.INFO, "review.planned", _plan_fields(event))
            case BudgetsLeft():
                self._log(
                    logging.DEBUG, "budget.left", {f"{scope}_micro_usd": n for scope, n in event.micro_usd.items()}
                )
            case Waiting():
                seconds = round(event.seconds, _DIGITS)
                self._log(
                    logging.INFO, "call.waits", {"model": event.model, "reason": event.reason, "seconds": seconds}
                )
            case BreakerChanged():
                fields: Fields = {"provider": event.provider, "model": event.model, "state": event.state}
                self._log(logging.WARNING if event.state == "open" else logging.INFO, "breaker.changed", fields)
            case AnswerReused():
                self._log(logging.INFO, "answer.reused", {"role": event.role.value})
            case BudgetReached():
                self._log(logging.INFO, "budget.reached", {"scope": event.scope, "percent": event.percent})
            case BudgetRefused():
                self._log(logging.WARNING, "budget.refused", {"scope": event.scope})
            case LessRead():
                self._log(
                    logging.WARNING,
                    "review.reduced",
                    {"steps": ", ".join(event.steps), "left_out": event.units_left_out},
                )

    def _begin(self, begun: Begun) -> None:
        match begun:
            case ReviewBegun():
                self._log(logging.DEBUG, "review.began", {"prompt_version": begun.prompt_version})
            case UnitBegun():
                self._log(logging.DEBUG, f"{_name(begun)}.began", _unit_fields(begun))
            case CallBegun():
                self._log(logging.DEBUG, "call.began", _call_fields(begun))

    def _end(self, begun: Begun, ended: Ended) -> None:
        match begun, ended:
            case ReviewBegun(), ReviewEnded():
                self._log(logging.INFO, "review.ended", _result_fields(ended))
            case UnitBegun(), UnitEnded():
                kept = "confirmed" if begun.role is Role.VERIFIER else "grounded"
                fields = {"status": ended.failure or "ok", "candidate": ended.candidate, kept: ended.kept}
                self._log(logging.WARNING if ended.failure else logging.INFO, f"{_name(begun)}.ended", fields)
            case CallBegun(), CallEnded():
                fields = {**_call_fields(begun), **_answer_fields(ended)}
                self._log(logging.WARNING if ended.error else logging.INFO, "call.ended", fields)
            case _:
                pass

    def _log(self, level: int, event: str, fields: Fields) -> None:
        if self._logger.isEnabledFor(level):
            self._logger.log(level, event, extra={"fields": {**_UNIT.get({}), **fields}})


def _name(begun: Begun) -> str:
    match begun:
        case ReviewBegun():
            return "review"
        case UnitBegun():
            return "verification" if begun.role is Role.VERIFIER else "unit"
        case CallBegun():
            return "call"


def _plan_fields(event: Planned) -> Fields:
    return {
        "provider": event.provider, "context": event.context, "files": event.files, "hunks": event.hunks,
        "units": event.units,
    }  # fmt: skip


def _unit_fields(begun: UnitBegun) -> Fields:
    return {_name(begun): f"{begun.number}/{begun.count}"}


def _call_fields(begun: CallBegun) -> Fields:
    return {
        "provider": begun.provider, "model": begun.model, "role": begun.role.value, "attempt": begun.number,
    }  # fmt: skip


def _answer_fields(ended: CallEnded) -> Fields:
    usage = ended.usage
    return {
        "status": ended.error or ended.stop,
        "input_tokens": input_tokens(usage),
        "cached_tokens": usage.cache_read,
        "output_tokens": usage.output,
        "micro_usd": ended.micro_usd,
        "seconds": round(ended.seconds, _DIGITS),
        "request_id": ended.request_id if _WORD.fullmatch(ended.request_id) else "",
    }


def _result_fields(ended: ReviewEnded) -> Fields:
    return {
        "verdict": ended.verdict,
        "hunks": ended.hunks,
        "hunks_read": ended.hunks_read,
        "candidate": ended.candidate,
        "grounded": ended.grounded,
        "verified": ended.verified,
        "posted": ended.posted,
        "heuristic": ended.heuristic,
        "dropped": sum(ended.dropped.values()),
        "redactions": sum(ended.redactions.values()),
        "shortfalls": ",".join(ended.shortfalls),
        "micro_usd": ended.spent_micro_usd,
    }
