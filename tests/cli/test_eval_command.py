"""`eval` through the front door: the thresholds of the design, the page that states them, live answers and replays."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from hive_guardian.bootstrap.evaluating import pick_cases
from hive_guardian.review.evaluation.recording import ANSWERS_FILE
from hive_guardian.review.evaluation.script import ScriptedProvider
from hive_guardian.review.evaluation.speech import say_all_true
from hive_guardian.testing.messages_api import KEY, MessagesApi, Reply, serve
from hive_guardian.testing.transport import answer_with
from tests.cli.conftest import RunGuardian, neutral_environment

ROOT = Path(__file__).parents[2]
BEGIN, END = "<!-- begin of what `hive-guardian eval --format markdown` prints -->", "<!-- end -->"
CASES = ("--case", "sum-instead-of-product", "--case", "clean-constant")
_CONFIG = """
[tool.hive-guardian.review]
provider = "anthropic-compatible"
base-url = "{url}"

[tool.hive-guardian.review.models]
reviewer = "local"
"""


def test_every_threshold_holds_and_is_published(guardian: RunGuardian, tmp_path: Path) -> None:
    """The whole evaluation ends with 0, and EVAL.md has its numbers, copied between the marks."""
    done = guardian("eval", "--format", "markdown", cwd=tmp_path, timeout=600)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    page = (ROOT / "EVAL.md").read_text(encoding="utf-8")
    assert page.partition(BEGIN)[2].partition(END)[0].strip() == done.stdout.strip()


def test_a_part_of_the_corpus_is_no_evaluation(guardian: RunGuardian, tmp_path: Path) -> None:
    """What was measured is told, what was not as well, and the exit code is 3."""
    done = guardian("eval", "--case", "clean-constant", "--output", "report.txt", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (3, "", "")
    text = (tmp_path / "report.txt").read_text(encoding="utf-8")
    assert "did not run: corpus: only 1 cases were asked for" in text
    assert "not measured: leak-N7" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("--case", "nothing"), "there is no case 'nothing'", id="unknown case"),
        pytest.param(("--live", "a", "--replay", "b"), "give one of them", id="two sources of answers"),
        pytest.param(("--provider", "anthropic"), "--live", id="a provider nobody asks"),
        pytest.param(("--live", "a"), "set review.provider", id="no provider"),
        pytest.param(("--live", "a", "--provider", "anthropic"), "ANTHROPIC_API_KEY", id="no key"),
        pytest.param(("--replay", "a"), "recording.json", id="no recording"),
    ],
)
def test_what_cannot_be_done_is_said(
    guardian: RunGuardian, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    """Wrong calls end with 2 and one sentence."""
    done = guardian("eval", *arguments, cwd=tmp_path, env={"ANTHROPIC_API_KEY": ""})
    assert done.returncode == 2
    assert said in done.stderr


@pytest.fixture
def api() -> Iterator[MessagesApi]:
    """Run a Messages API behind which a scripted model sits."""
    (case,) = pick_cases(("sum-instead-of-product",))
    model = ScriptedProvider(lambda view: say_all_true(case, view, 1))

    def answer(body: Mapping[str, object]) -> Reply | None:
        return answer_with(model, body)

    with serve() as running:
        running.default = answer
        yield running


def test_live_answers_are_recorded_and_replayed(guardian: RunGuardian, tmp_path: Path, api: MessagesApi) -> None:
    """A replay has the numbers of the live run, without a key and without a server."""
    (tmp_path / "pyproject.toml").write_text(_CONFIG.format(url=api.url), encoding="utf-8")
    environ = {"HIVE_GUARDIAN_COMPATIBLE_KEY": KEY}
    live = guardian("eval", "--live", "rec", "--format", "json", *CASES, cwd=tmp_path, env=environ)
    assert live.returncode == 3, live.stderr
    asked = len(api.seen)
    assert asked > 2
    report = json.loads(live.stdout)
    assert report["answers"].startswith("recorded local 20")
    measures = {one["name"]: (one["count"], one["of"]) for one in report["measures"]}
    assert (measures["seeded-found"], measures["clean-disturbed"]) == ((1, 1), (0, 1))
    assert KEY not in (tmp_path / "rec" / ANSWERS_FILE).read_text(encoding="utf-8")
    replayed = json.loads(guardian("eval", "--replay", "rec", "--format", "json", *CASES, cwd=tmp_path).stdout)
    assert len(api.seen) == asked
    assert replayed["measures"] == report["measures"]
    assert replayed["answers"] == report["answers"]


def test_a_recording_serves_the_provider_replay(guardian: RunGuardian, tmp_path: Path, api: MessagesApi) -> None:
    """Its lines are those that `review.recordings` reads."""
    from hive_guardian.adapters.review_replay import read_recordings

    (tmp_path / "pyproject.toml").write_text(_CONFIG.format(url=api.url), encoding="utf-8")
    guardian("eval", "--live", "rec", *CASES, cwd=tmp_path, env={"HIVE_GUARDIAN_COMPATIBLE_KEY": KEY})
    assert read_recordings(tmp_path / "rec" / ANSWERS_FILE).id == "replay"


def test_a_wrong_key_ends_the_evaluation_early(guardian: RunGuardian, tmp_path: Path, api: MessagesApi) -> None:
    """Nothing is measured then, and the reason is told."""
    (tmp_path / "pyproject.toml").write_text(_CONFIG.format(url=api.url), encoding="utf-8")
    done = guardian("eval", "--live", "rec", *CASES, cwd=tmp_path, env={"HIVE_GUARDIAN_COMPATIBLE_KEY": "wrong"})
    assert done.returncode == 3
    assert "it ended after 1 of 2 cases" in done.stdout
    assert "refused the key" in done.stdout


def test_without_the_server_the_transport_part_is_named(tmp_path: Path) -> None:
    """A missing library is no success: what did not run is said, and the exit code is 3."""
    program = (
        "import sys\n"
        "sys.modules['uvicorn'] = None\n"
        "from hive_guardian.bootstrap.evaluating import EvaluationRequest\n"
        "from hive_guardian.testing.transport import evaluate_transport\n"
        "measures, omissions = evaluate_transport(EvaluationRequest())\n"
        "sys.stdout.write(f'{len(measures)} {omissions[0].part}: {omissions[0].reason}')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=neutral_environment({}), capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert done.stdout == "0 transport: uvicorn is not installed: pip install 'hive-guardian[dev,review]'"
