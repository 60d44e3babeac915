import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from hive_guardian.cli.log_options import log_options

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, []),
        ({"verbose": True}, ["12:00:00.000 info    a", "12:00:00.000 warning b"]),
        ({"log_level": "warning"}, ["12:00:00.000 warning b"]),
        ({"verbose": True, "log_level": "error"}, []),
    ],
)
def test_the_options_decide(
    given: Mapping[str, object], expected: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Without an option nothing is written; a level says more than `--verbose`."""
    options = {"verbose": False, "log_level": None, "log_format": None, **given}
    with log_options(options, str, lambda: NOON):
        logging.getLogger("hive_guardian.review").info("a")
        logging.getLogger("hive_guardian.review").warning("b")
    assert capsys.readouterr().err.splitlines() == expected


def test_a_format_alone_switches_it_on(capsys: pytest.CaptureFixture[str]) -> None:
    """`--log-format json` logs from info."""
    with log_options({"verbose": False, "log_level": None, "log_format": "json"}, str, lambda: NOON):
        logging.getLogger("hive_guardian.review").info("a")
    assert json.loads(capsys.readouterr().err)["event"] == "a"
