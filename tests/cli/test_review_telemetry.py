"""What a review tells while it runs: log records on standard error, spans and metrics through OpenTelemetry."""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from hive_guardian.testing.messages_api import KEY, MessagesApi, error, say
from tests.cli.conftest import RunGuardian
from tests.cli.test_review_command import CLAIM, CONFIG, CONFIRM, SHOP, USE
from tests.fakes.repositories import Repository
from tests.fakes.span_recorder import install_recorder

_MODELS = """
[tool.hive-guardian.review]
provider = "anthropic-compatible"
base-url = "{url}"

[tool.hive-guardian.review.models]
reviewer = "local"
"""
_BLOCKER = """
import sys


class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "opentelemetry":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


sys.meta_path.insert(0, Blocker())
"""
_INSTRUMENT = """
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from span_recorder import Spans

trace.set_tracer_provider(TracerProvider())
trace.get_tracer_provider().add_span_processor(SimpleSpanProcessor(Spans()))
"""


@pytest.fixture
def root(tmp_path: Path, api: MessagesApi) -> Path:
    """A repository whose last commit has one defect, configured to ask the API."""
    repository = Repository(tmp_path / "shop")
    config = CONFIG + _MODELS.format(url=api.url)
    repository.commit({"pyproject.toml": config, "shop/__init__.py": "", "shop/a.py": SHOP, "shop/use.py": USE})
    repository.commit({"shop/a.py": SHOP.replace("prices[0]", "prices[1]")})
    return repository.root


@pytest.fixture
def environ(tmp_path: Path) -> Mapping[str, str]:
    """An environment with a key, and a place for state."""
    return {"HIVE_GUARDIAN_STATE_DIR": str(tmp_path / "state"), "HIVE_GUARDIAN_COMPATIBLE_KEY": KEY}


def _script(api: MessagesApi) -> None:
    """Let the API be overloaded once, then make a claim and confirm it."""
    api.script += [
        error(529, "overloaded_error"), say(json.dumps({"findings": [CLAIM]})), say(json.dumps(CONFIRM)),
    ]  # fmt: skip


def test_verbose_tells_what_is_done(
    guardian: RunGuardian, root: Path, environ: Mapping[str, str], api: MessagesApi
) -> None:
    """Every sending, every wait and every part is a line on standard error; the report is as without."""
    _script(api)
    done = guardian("review", "HEAD~1..HEAD", "-v", "--format", "json", cwd=root, env=environ)
    events = [line.split()[2] for line in done.stderr.splitlines()]
    assert events == [
        "review.planned", "call.ended", "call.waits", "call.ended", "unit.ended", "call.ended", "verification.ended",
        "review.ended",
    ]  # fmt: skip
    assert re.search(r"call\.ended unit=1/1 .*attempt=1 status=overloaded", done.stderr)
    assert re.search(r"call\.ended unit=1/1 .*attempt=2 status=end_turn input_tokens=\d+ .*request_id=", done.stderr)
    assert re.search(
        r"review\.ended verdict=findings hunks=1 hunks_read=1 candidate=1 grounded=1 verified=1", done.stderr
    )
    assert "shop/a.py" not in done.stderr
    assert json.loads(done.stdout)["verdict"] == "findings"


def test_verbose_tells_what_the_budget_takes_away(
    guardian: RunGuardian, root: Path, environ: Mapping[str, str], api: MessagesApi
) -> None:
    """A step down for the sake of money is a warning, with how much is not sent."""
    config = root / "pyproject.toml"
    changed = config.read_text().replace(
        "[tool.hive-guardian.review]\n", '[tool.hive-guardian.review]\nbudget.review = "0.001"\n'
    )
    config.write_text(changed)
    repository = Repository(root)
    repository.commit({})
    repository.commit({"shop/a.py": SHOP})
    done = guardian("review", "HEAD~1..HEAD", "--log-level", "warning", cwd=root, env=environ)
    assert re.search(r"warning review\.reduced steps=.*by golden rules only left_out=1$", done.stderr, re.MULTILINE)
    assert api.seen == []


def test_without_an_option_standard_error_is_silent(
    guardian: RunGuardian, root: Path, environ: Mapping[str, str], api: MessagesApi
) -> None:
    """Nobody who did not ask reads a log, not even of warnings."""
    _script(api)
    assert guardian("review", "HEAD~1..HEAD", cwd=root, env=environ).stderr == ""


def test_the_review_is_a_trace(
    guardian: RunGuardian, root: Path, environ: Mapping[str, str], api: MessagesApi, tmp_path: Path
) -> None:
    """With an SDK and an exporter spans and metrics are sent before the program ends, without a word of the change."""
    _script(api)
    recorder = install_recorder(tmp_path / "telemetry")
    done = guardian("review", "HEAD~1..HEAD", "--format", "json", cwd=root, env={**environ, **recorder})
    assert "exporter" not in done.stdout + done.stderr
    text = (tmp_path / "telemetry" / "spans.jsonl").read_text()
    spans = [json.loads(line) for line in text.splitlines()]
    named = {span["context"]["span_id"]: span["name"] for span in spans}
    tree = sorted((named.get(span["parent_id"], ""), span["name"]) for span in spans)
    assert tree == [
        ("", "guardian.review"), ("guardian.review", "guardian.unit"), ("guardian.review", "guardian.verification"),
        ("guardian.unit", "chat local"), ("guardian.unit", "chat local"), ("guardian.verification", "chat local"),
    ]  # fmt: skip
    metrics = (tmp_path / "telemetry" / "metrics.jsonl").read_text()
    for name in ("gen_ai.client.token.usage", "guardian.review", "guardian.cost.usd", "guardian.budget.remaining"):
        assert f'"{name}"' in metrics
    assert all(word not in text + metrics for word in ("prices", "shop/a.py", "second price", "any list"))


def test_a_provider_of_the_process_is_used(
    guardian: RunGuardian, root: Path, environ: Mapping[str, str], tmp_path: Path
) -> None:
    """Below `opentelemetry-instrument`, which sets up a provider before the program starts, spans go there."""
    recorder = install_recorder(tmp_path / "telemetry")
    (tmp_path / "sitecustomize.py").write_text(_INSTRUMENT)
    path = {"PYTHONPATH": f"{tmp_path}{os.pathsep}{recorder['PYTHONPATH']}"}
    variables = {**environ, "RECORDED_TELEMETRY": recorder["RECORDED_TELEMETRY"], **path}
    done = guardian("review", "HEAD~1..HEAD", "--provider", "offline", cwd=root, env=variables)
    assert done.returncode == 0, done.stderr
    (span,) = (tmp_path / "telemetry" / "spans.jsonl").read_text().splitlines()
    assert json.loads(span)["name"] == "guardian.review"


def test_nothing_of_opentelemetry_is_needed(guardian: RunGuardian, root: Path, tmp_path: Path) -> None:
    """Where not even its API is installed a review runs as ever."""
    (tmp_path / "sitecustomize.py").write_text(_BLOCKER)
    done = guardian(
        "review", "HEAD~1..HEAD", "--provider", "offline", "-v", cwd=root, env={"PYTHONPATH": str(tmp_path)}
    )
    assert (done.returncode, "no model read this change" in done.stdout) == (0, True)
    assert "review.ended verdict=inconclusive" in done.stderr
