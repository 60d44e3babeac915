"""docs/reference/telemetry.md lists what a review tells, no more and no less."""

import logging
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from hive_guardian.adapters import telemetry_names as names
from hive_guardian.adapters.review_log import LOGGER, ReviewLog
from hive_guardian.review.observing import (
    AnswerReused,
    Begun,
    BreakerChanged,
    BudgetReached,
    BudgetRefused,
    BudgetsLeft,
    CallBegun,
    CallEnded,
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
from hive_guardian.review.provider import Role, Usage

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "telemetry.md").read_text(encoding="utf-8")
WORK: Sequence[tuple[Begun, Ended]] = (
    (ReviewBegun("v", "r"), ReviewEnded("clean", 1, 1, 0, 0, 0, 0, 0, {}, {}, (), 0)),
    (UnitBegun(1, 1, Role.REVIEWER, "v"), UnitEnded("", 0, 0)),
    (UnitBegun(1, 1, Role.VERIFIER, "v"), UnitEnded("malformed", 0, 0)),
    (CallBegun("p", "m", Role.REVIEWER, 1, 1), CallEnded(Usage(), 0, 0.0)),
)
EVENTS: Sequence[Event] = (
    Planned("p", "lean", 1, 1, 1), Waiting("m", "r", 1.0), BreakerChanged("p", "m", "open"),
    AnswerReused(Role.REVIEWER), BudgetReached("day", 50), BudgetRefused("day"), BudgetsLeft({"day": 1}),
    LessRead(("s",), 1),
)  # fmt: skip


def rows(heading: str) -> Iterator[list[list[str]]]:
    """Yield the rows of the table below a heading: of each cell the words in code."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    for line in section.splitlines():
        if line.startswith("| `"):
            yield [re.findall(r"`([^`]+)`", cell) for cell in line.strip("|").split(" | ")]


def test_the_page_lists_the_spans() -> None:
    """Every span with all its attributes, in the order of the module of names."""
    assert {row[0][0]: tuple(row[2]) for row in rows("Spans")} == dict(names.SPANS)


def test_the_page_lists_the_metrics() -> None:
    """Every metric with its unit, its dimensions and its name in Prometheus."""
    listed = {row[0][0]: (row[2][0], tuple(row[3]), row[4][0]) for row in rows("Metrics")}
    assert listed == {one.name: (one.unit, one.attributes, in_prometheus(one)) for one in names.METRICS}


def in_prometheus(metric: names.Metric) -> str:
    """Return the name of a metric there: underscores, the unit if it is one, and `_total` behind counters."""
    suffix = {"s": "_seconds"}.get(metric.unit, "") + ("_total" if metric.kind is names.Kind.COUNTER else "")
    return metric.name.replace(".", "_") + suffix


def test_the_page_lists_the_records(caplog: pytest.LogCaptureFixture) -> None:
    """Every event with its level and fields."""
    caplog.set_level(logging.DEBUG, LOGGER)
    log = ReviewLog()
    for begun, ended in WORK:
        with log.watch(begun) as end:
            end(ended)
        with pytest.raises(KeyError), log.watch(begun):
            raise KeyError
    for event in EVENTS:
        log.tell(event)
    told = {record.getMessage(): list(getattr(record, "fields", {})) for record in caplog.records}
    listed = {event: row[2] for row in rows("Log records") for event in row[0]}
    assert listed.keys() == told.keys()
    for name, fields in told.items():
        assert set(fields) - {"unit", "verification"} == set(listed[name]) - {"unit", "verification"}, name
