import logging
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from hive_guardian.bootstrap.review_observer import open_observer
from hive_guardian.review.observing import ReviewBegun
from tests.fakes.observers import RecordingObserver
from tests.fakes.span_recorder import install_recorder

BEGUN = ReviewBegun("review-1", "shop")


def test_log_and_further_observers_watch(caplog: pytest.LogCaptureFixture) -> None:
    """Without any variable of OpenTelemetry the log and whoever was named are told."""
    further = RecordingObserver()
    caplog.set_level(logging.DEBUG, "hive_guardian.review")
    with open_observer({}, str, (further,)) as (observer, send):
        with observer.watch(BEGUN):
            pass
        problems = send()
    assert (further.told, list(problems)) == ([BEGUN], [])
    assert caplog.records[0].getMessage() == "review.began"


@pytest.fixture
def recorder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, str]:
    """Install exporters that write into the folder of the test; returns the variables that name them."""
    environ = install_recorder(tmp_path)
    monkeypatch.syspath_prepend(environ["PYTHONPATH"])
    monkeypatch.setenv("RECORDED_TELEMETRY", str(tmp_path))
    monkeypatch.delitem(sys.modules, "span_recorder", raising=False)
    return environ


def test_spans_go_where_the_environment_says(tmp_path: Path, recorder: Mapping[str, str]) -> None:
    """With an SDK and an exporter the review is sent when the block ends."""
    with open_observer(recorder, str) as (observer, send):
        with observer.watch(BEGUN):
            pass
        problems = send()
    assert list(problems) == []
    assert '"guardian.review"' in (tmp_path / "spans.jsonl").read_text()


def test_an_exporter_that_is_not_there_is_a_problem_not_a_failure() -> None:
    """The review goes on, and a person is told."""
    with open_observer({"OTEL_TRACES_EXPORTER": "nowhere"}, str) as (observer, send):
        with observer.watch(BEGUN):
            pass
        problems = send()
    assert [text.split(",")[0] for text in problems] == ["no exporter nowhere of OpenTelemetry is installed"]
