import asyncio
import logging
from collections.abc import Mapping

import pytest

from hive_guardian.adapters.review_log import LOGGER, ReviewLog
from hive_guardian.review.observing import (
    AnswerReused,
    BreakerChanged,
    BudgetReached,
    BudgetRefused,
    BudgetsLeft,
    CallBegun,
    CallEnded,
    Event,
    LessRead,
    Planned,
    ReviewBegun,
    ReviewEnded,
    UnitBegun,
    UnitEnded,
    Waiting,
)
from hive_guardian.review.provider import Role, Usage

CALL = CallBegun("anthropic", "sonnet", Role.REVIEWER, 1, 8000)
Row = tuple[str, str, Mapping[str, object]]


def rows(caplog: pytest.LogCaptureFixture) -> list[Row]:
    """Return level, event and fields of what was logged."""
    return [
        (record.levelname, record.getMessage(), getattr(record, "fields", {}))
        for record in caplog.records
        if record.name == LOGGER
    ]


@pytest.fixture(autouse=True)
def level(caplog: pytest.LogCaptureFixture) -> None:
    """Log everything."""
    caplog.set_level(logging.DEBUG, LOGGER)


def test_a_review_from_its_begin_to_its_end(caplog: pytest.LogCaptureFixture) -> None:
    """Each step is one record with its figures; what happens within a part names the part."""
    log = ReviewLog()
    with log.watch(ReviewBegun("review-1", "shop")) as end_review:
        log.tell(Planned("anthropic", "lean", 2, 4, 3))
        with log.watch(UnitBegun(2, 3, Role.REVIEWER, "review-1")) as end_unit:
            with log.watch(CALL) as end_call:
                end_call(CallEnded(Usage(fresh=10, cache_read=5, output=3), 42, 1.23456, "", "end_turn", "s", "req_1"))
            end_unit(UnitEnded("", 2, 1))
        end_review(ReviewEnded("findings", 4, 3, 5, 4, 2, 3, 1, {"refuted": 2}, {"github": 2}, ("a", "b"), 99))
    call = {"unit": "2/3", "provider": "anthropic", "model": "sonnet", "role": "reviewer", "attempt": 1}
    assert rows(caplog) == [
        ("DEBUG", "review.began", {"prompt_version": "review-1"}),
        ("INFO", "review.planned", {"provider": "anthropic", "context": "lean", "files": 2, "hunks": 4, "units": 3}),
        ("DEBUG", "unit.began", {"unit": "2/3"}),
        ("DEBUG", "call.began", call),
        (
            "INFO",
            "call.ended",
            {
                **call, "status": "end_turn", "input_tokens": 15, "cached_tokens": 5, "output_tokens": 3,
                "micro_usd": 42, "seconds": 1.235, "request_id": "req_1",
            },
        ),
        ("INFO", "unit.ended", {"unit": "2/3", "status": "ok", "candidate": 2, "grounded": 1}),
        (
            "INFO",
            "review.ended",
            {
                "verdict": "findings", "hunks": 4, "hunks_read": 3, "candidate": 5, "grounded": 4, "verified": 2,
                "posted": 3, "heuristic": 1, "dropped": 2, "redactions": 2, "shortfalls": "a,b", "micro_usd": 99,
            },
        ),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (
            Waiting("m", "overloaded", 0.12345),
            ("INFO", "call.waits", {"model": "m", "reason": "overloaded", "seconds": 0.123}),
        ),
        (
            BreakerChanged("p", "m", "open"),
            ("WARNING", "breaker.changed", {"provider": "p", "model": "m", "state": "open"}),
        ),
        (
            BreakerChanged("p", "m", "closed"),
            ("INFO", "breaker.changed", {"provider": "p", "model": "m", "state": "closed"}),
        ),
        (AnswerReused(Role.VERIFIER), ("INFO", "answer.reused", {"role": "verifier"})),
        (BudgetReached("day", 80), ("INFO", "budget.reached", {"scope": "day", "percent": 80})),
        (BudgetRefused("review"), ("WARNING", "budget.refused", {"scope": "review"})),
        (BudgetsLeft({"day": 5}), ("DEBUG", "budget.left", {"day_micro_usd": 5})),
        (LessRead(("a", "b"), 2), ("WARNING", "review.reduced", {"steps": "a, b", "left_out": 2})),
    ],
)
def test_every_event_has_a_record(event: Event, expected: Row, caplog: pytest.LogCaptureFixture) -> None:
    """What slows or shortens a review can be followed; what needs a look is a warning."""
    ReviewLog().tell(event)
    assert rows(caplog) == [expected]


def test_failures_are_warnings(caplog: pytest.LogCaptureFixture) -> None:
    """A failed sending, an unread part, and work that breaks off, without the text of the exception."""
    log = ReviewLog()
    with log.watch(CALL) as end:
        end(CallEnded(Usage(), 0, 0.1, "timeout", request_id="an id\nwith text"))
    with log.watch(UnitBegun(1, 1, Role.VERIFIER, "v")) as end:
        end(UnitEnded("malformed", 3, 0))
    with pytest.raises(KeyError), log.watch(ReviewBegun("v", "shop")):
        raise KeyError("quotes the code")
    warnings = [(event, fields) for level, event, fields in rows(caplog) if level == "WARNING"]
    assert [event for event, _ in warnings] == ["call.ended", "verification.ended", "review.interrupted"]
    assert (warnings[0][1]["status"], warnings[0][1]["request_id"]) == ("timeout", "")
    assert warnings[1][1] == {"verification": "1/1", "status": "malformed", "candidate": 3, "confirmed": 0}
    assert warnings[2][1] == {"exception": "KeyError"}


def test_parts_that_are_read_at_once_keep_their_names(caplog: pytest.LogCaptureFixture) -> None:
    """A record names the part of its own task."""
    log, turn = ReviewLog(), asyncio.Barrier(2)

    async def read(number: int) -> None:
        with log.watch(UnitBegun(number, 2, Role.REVIEWER, "v")) as end:
            await turn.wait()
            log.tell(Waiting(f"m{number}", "rate-limit", 1.0))
            await turn.wait()
            end(UnitEnded("", 0, 0))

    async def both() -> None:
        await asyncio.gather(read(1), read(2))

    asyncio.run(both())
    waits = {str(fields["model"]): fields["unit"] for _, event, fields in rows(caplog) if event == "call.waits"}
    assert waits == {"m1": "1/2", "m2": "2/2"}


def test_without_logging_nothing_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """A program that set up no logging sees no warning on its standard error."""
    ReviewLog().tell(BudgetRefused("review"))
    assert logging.getLogger("hive_guardian").handlers
    assert capsys.readouterr().err == ""
