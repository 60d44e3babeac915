import asyncio
import json
from pathlib import Path

import pytest

from hive_guardian.adapters.review_replay import read_recordings
from hive_guardian.review.evaluation.recording import Recorder, dump_about, dump_recording, read_about
from hive_guardian.review.evaluation.script import ScriptedProvider
from hive_guardian.review.prompt import Surroundings, make_request
from hive_guardian.review.provider import ModelRequest, ModelResponse, Role, Stop, Usage
from hive_guardian.review.redact import Redactor
from hive_guardian.review.settings import ContextLevel
from tests.fakes.changes import shop_unit
from tests.fakes.review_models import ScriptedProvider as RefusingProvider
from tests.fakes.review_models import answered, asked

TOKEN = "gh" + "p_" + "a1B2" * 9


def question() -> ModelRequest:
    """Return the real question about a small change."""
    return make_request(shop_unit(), Surroundings("", {}, {}, ContextLevel.LEAN), Redactor(), "fence")


def test_what_is_recorded_can_be_replayed(tmp_path: Path) -> None:
    """A recorder changes nothing, sees what the model saw, and its lines are those of the provider replay."""
    lines: list[str] = []
    recorder = Recorder(
        ScriptedProvider(lambda _: ()), lambda request, said: lines.append(dump_recording(request, said))
    )
    said = asyncio.run(recorder.complete(question(), model="m", timeout_seconds=1))
    assert (recorder.id, [view.path for view in recorder.views], len(recorder.sent)) == ("scripted", ["shop.py"], 1)
    (tmp_path / "answers.jsonl").write_text("".join(lines), encoding="ascii")
    replay = read_recordings(tmp_path / "answers.jsonl")
    again = asyncio.run(replay.complete(question(), model="", timeout_seconds=1))
    assert (again.text, again.model, again.usage.fresh) == (said.text, said.model, said.usage.fresh)


def test_failures_are_no_recordings() -> None:
    """An answer that is not complete is handed on and not kept."""
    lines: list[ModelResponse] = []
    inner = RefusingProvider([answered(stop=Stop.REFUSAL)])
    recorder = Recorder(inner, lambda _, said: lines.append(said))
    assert asyncio.run(recorder.complete(asked(Role.VERIFIER), model="m", timeout_seconds=1)).stop is Stop.REFUSAL
    assert (lines, recorder.views) == ([], [])
    assert asyncio.run(recorder.count_tokens(asked(), model="m")) is None
    assert recorder.capabilities == inner.capabilities
    asyncio.run(recorder.close())


def test_recordings_are_redacted() -> None:
    """What a model repeats of a secret is not written down."""
    response = ModelResponse("p", "m", json.dumps({"key": TOKEN}), Stop.END, Usage(1, 2, 3, 4, 5))
    line = dump_recording(question(), response)
    assert TOKEN not in line
    assert json.loads(line)["usage"] == {"fresh": 10, "output": 5}


def test_a_recording_knows_its_model_and_day() -> None:
    """The label of all results with it."""
    text = dump_about({"reviewer": "claude-x"}, "2026-11-21", "deep")
    assert read_about(text) == ("recorded claude-x 2026-11-21", "deep")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"models": {}, "date": 1}', "nonsense"])
def test_anything_else_is_no_recording(text: str) -> None:
    """A file of another kind is refused."""
    with pytest.raises(ValueError, match=r"recording|Expecting"):
        read_about(text)
