from pathlib import Path

import pytest

from hive_guardian.bootstrap.evaluating import EvaluationRequest
from hive_guardian.bootstrap.evaluating_live import evaluate_live, evaluate_recording
from hive_guardian.model.errors import UsageError
from hive_guardian.review.evaluation.recording import ABOUT_FILE, ANSWERS_FILE, dump_about
from hive_guardian.review.settings import ReviewSettings

QUIET = EvaluationRequest(("clean-constant",))


@pytest.mark.parametrize("provider", ["offline", "replay"])
def test_a_live_run_needs_somebody_to_ask(tmp_path: Path, provider: str) -> None:
    """Neither nobody nor a recording is a live model, and nothing is written."""
    with pytest.raises(UsageError, match=r"set review\.provider"):
        evaluate_live(QUIET, ReviewSettings(provider=provider), tmp_path / "rec", {})
    assert not (tmp_path / "rec").exists()


def test_what_was_not_recorded_is_not_complete(tmp_path: Path) -> None:
    """A recording without the answer makes a review inconclusive, and the evaluation says so."""
    (tmp_path / ABOUT_FILE).write_text(dump_about({"reviewer": "m"}, "2026-11-21", "standard"), encoding="ascii")
    (tmp_path / ANSWERS_FILE).write_text("", encoding="ascii")
    found = evaluate_recording(QUIET, tmp_path)
    assert (found.label, found.context, found.exit_code) == ("recorded m 2026-11-21", "standard", 3)
    assert any("no answer to parcel/labels.py was recorded" in one.reason for one in found.omissions)


@pytest.mark.parametrize("text", ["[]", '{"models": {}, "date": "d", "context": "huge"}'])
def test_another_file_is_no_recording(tmp_path: Path, text: str) -> None:
    """What is no recording of ours is refused by name."""
    (tmp_path / ABOUT_FILE).write_text(text, encoding="ascii")
    with pytest.raises(UsageError, match="is no recording of an evaluation"):
        evaluate_recording(QUIET, tmp_path)
