import io
import json
import logging
from datetime import UTC, datetime

import pytest

from hive_guardian.cli.logs import logging_to
from hive_guardian.review.redact import Redactor

SECRET = "gh" + "p_aB3dE6gH9jK2mN5pQ8sT1vW4yZ7"
LOGGER = logging.getLogger("hive_guardian.review")


def clock() -> datetime:
    """Return the same moment each time."""
    return datetime(2026, 11, 21, 12, 30, 1, 250_000, tzinfo=UTC)


def shown(form: str, level: str = "info") -> list[str]:
    """Return the lines of a few records."""
    stream = io.StringIO()
    with logging_to(clock, Redactor().redact, level=level, form=form, stream=stream):
        LOGGER.info("call.ended", extra={"fields": {"model": f"m-{SECRET}", "tokens": 12, "request_id": ""}})
        LOGGER.debug("call.began")
        try:
            int("quotes the code")
        except ValueError:
            LOGGER.exception("broke %s\nand more", SECRET)
        logging.getLogger("another").error("not ours")
    LOGGER.error("after the block")
    return stream.getvalue().splitlines()


def test_lines_for_people() -> None:
    """Time, level, event and what is known, on one line, without secrets and without the text of an exception."""
    assert shown("text") == [
        "12:30:01.250 info    call.ended model=m-⟦SECRET:github:1⟧ tokens=12",
        "12:30:01.250 error   broke ⟦SECRET:github:1⟧\\nand more exception=ValueError",
    ]


def test_lines_for_programs() -> None:
    """The same as one JSON object per line."""
    first, second = (json.loads(line) for line in shown("json"))
    assert first == {
        "time": "2026-11-21T12:30:01.250Z", "level": "info", "logger": "hive_guardian.review", "event": "call.ended",
        "model": "m-⟦SECRET:github:1⟧", "tokens": 12, "request_id": "",
    }  # fmt: skip
    assert (second["event"], second["exception"]) == ("broke ⟦SECRET:github:1⟧\nand more", "ValueError")


@pytest.mark.parametrize(("level", "count"), [("debug", 3), ("info", 2), ("warning", 1), ("error", 1)])
def test_the_level_decides(level: str, count: int) -> None:
    """Records below the level are not written."""
    assert len(shown("json", level)) == count


def test_nothing_is_left_behind() -> None:
    """After the block the loggers are as before."""
    logger = logging.getLogger("hive_guardian")
    before = (list(logger.handlers), logger.level, logger.propagate)
    shown("text")
    assert (list(logger.handlers), logger.level, logger.propagate) == before
