"""`dev fake-api`, and every way it can fail met by `review`, both as the installed program."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx2
import pytest

from hive_guardian.adapters.review_ledger import SqliteLedger
from hive_guardian.bootstrap.review_models import LEDGER_FILE
from hive_guardian.review.ledger import BookingState
from hive_guardian.testing.messages_api import FAULTS, KEY
from tests.cli.conftest import RunGuardian, neutral_environment
from tests.cli.test_review_command import CLAIM, CONFIRM, SHOP, USE, ids
from tests.fakes.repositories import Repository

_HEADERS = {"x-api-key": KEY, "anthropic-version": "2023-06-01"}
_QUESTION = {"model": "local", "max_tokens": 9, "messages": [{"role": "user", "content": "a secret matter"}]}
_CONFIG = """
select = ["GR10", "GR12"]
level = "INFO"

[review]
provider = "anthropic-compatible"
base-url = "{url}"
deadline = 4
required = true

[review.models]
reviewer = "{model}"

[review.prices."{model}"]
input = "1"
output = "5"
"""


@dataclass
class _Running:
    """A server in a process of its own."""

    process: subprocess.Popen[str]
    url: str

    def stop(self, number: int = signal.SIGTERM) -> str:
        """End it and return what it printed after its address."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=20)
        assert (self.process.returncode, err) == (0, "")
        return out


@contextmanager
def _serving(*arguments: str) -> Iterator[_Running]:
    process = subprocess.Popen(
        [sys.executable, "-m", "hive_guardian", "dev", "fake-api", *arguments],
        env=neutral_environment({}), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        first = "".join(process.stdout.readline() for _ in range(3))
        found = re.fullmatch(rf"Messages API on (http://127\.0\.0\.1:\d+)\nkey: {KEY}\nCtrl-C stops it\n", first)
        assert found is not None, first + process.communicate()[1]
        yield _Running(process, found[1])
    finally:
        process.kill()
        process.communicate(timeout=20)


@dataclass(frozen=True)
class _Review:
    """What one review brought: the process, the report, and what the ledger says."""

    done: subprocess.CompletedProcess[str]
    report: Mapping[str, object]
    states: set[BookingState]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A repository with a change that calls for a look."""
    found = Repository(tmp_path_factory.mktemp("work") / "shop")
    found.commit({"shop/__init__.py": "", "shop/a.py": SHOP, "shop/use.py": USE})
    found.commit({"shop/a.py": SHOP.replace("prices[0]", "prices[1]")})
    return found


@pytest.fixture
def review(guardian: RunGuardian, repository: Repository, tmp_path: Path) -> Callable[..., _Review]:
    """Return a function that reviews the change with one model of a server."""

    def run(url: str, model: str, env: Mapping[str, str] | None = None) -> _Review:
        config = tmp_path / "review.toml"
        config.write_text(_CONFIG.format(url=url, model=model), "utf-8")
        state = tmp_path / "state"
        environ = {"HIVE_GUARDIAN_STATE_DIR": str(state), "HIVE_GUARDIAN_COMPATIBLE_KEY": KEY, **(env or {})}
        arguments = ("review", "HEAD~1..HEAD", "--format", "json", "--config", config)
        done = guardian(*arguments, cwd=repository.root, env=environ, timeout=30)
        ledger = SqliteLedger(state / LEDGER_FILE)
        states = {booking.state for booking in ledger.bookings(date(2000, 1, 1), date(2999, 1, 1))}
        ledger.close()
        assert done.stdout, done.stderr
        return _Review(done, json.loads(done.stdout), states)

    return run


def test_a_demo_from_script_to_verdict(review: Callable[..., _Review], tmp_path: Path) -> None:
    """A scripted model finds something, a second look confirms it, and the log shows each request without content."""
    script = tmp_path / "answers.toml"
    script.write_text(
        f"[[reply]]\ncontains = 'shop/a.py'\ntext = '''{json.dumps({'findings': [CLAIM]})}'''\n"
        f"[[reply]]\ntext = '''{json.dumps(CONFIRM)}'''\n",
        "utf-8",
    )
    with _serving("--script", str(script), "--latency-ms", "1") as server:
        found = review(server.url, "local")
        said = server.stop()
    assert (found.done.returncode, found.report["verdict"]) == (0, "findings")
    assert "AI-correctness shop/a.py:6" in ids(dict(found.report))
    assert found.states == {BookingState.SETTLED}
    lines = said.splitlines()
    assert sum(line.startswith("POST /v1/messages local ") and " -> 200 " in line for line in lines) == 2
    assert lines[-1] == f"stopped after {sum('-> ' in line for line in lines)} requests"
    assert "prices" not in said


def test_without_a_script_a_change_is_clean(review: Callable[..., _Review]) -> None:
    """An answer without findings to every request reads as a review of all of it."""
    with _serving() as server:
        found = review(server.url, "local")
    assert (found.done.returncode, found.report["verdict"], found.states) == (0, "clean", {BookingState.SETTLED})


_REASONS: Mapping[str, str] = {
    "rate-limited": "limits the rate", "rate-limited-1s": "limits the rate", "rate-limited-1h": "limits the rate",
    "spend-limit": "may not spend more", "no-credit": "may not spend more", "billing": "may not spend more",
    "overloaded": "overloaded", "server-error": r"failed \(500", "unavailable": r"failed \(503",
    "gateway-timeout": r"failed \(504", "request-timeout": r"failed \(408", "conflict": r"failed \(409",
    "bad-key": "refused the key", "forbidden": "refused the key", "unknown-model": "has no model",
    "no-api": "has no Messages API", "too-large": "too large", "too-long": "too large",
    "invalid": "did not accept the request", "unprocessable": "did not accept the request",
    "prose": "not JSON|no JSON|malformed|schema", "html": "no message of the Messages API",
    "wrong-shape": "no message of the Messages API", "empty": "no message of the Messages API",
    "no-json": "no message of the Messages API|no JSON", "hang": "in time|deadline",
    "hang-in-stream": "in time|deadline", "slow-drip": "in time|deadline",
    "dropped": "closed the connection|cannot be reached", "cut": "closed the connection",
    "early-end": "in the middle of an answer", "error-in-stream": "overloaded", "refusal": "refused",
    "refusal-with-text": "refused", "max-tokens": "limit|cut off|truncated", "max-tokens-no-text": "limit|truncated",
    "context-window": "context", "pause-turn": "stopped|reason",
}  # fmt: skip
_OVERCOME = {"grammar-too-large", "no-output-config", "no-structure", "ignores-schema"}
"""Faults that a review gets round by asking in a weaker way."""


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server whose models are named after faults, and fail that way always."""
    script = tmp_path_factory.mktemp("script") / "faults.toml"
    entry = '[[reply]]\nfault = "{0}"\nmodel = "{0}"\ntimes = 0\n'
    script.write_text("".join(entry.format(name) for name in FAULTS), "utf-8")
    with _serving("--script", str(script)) as server:
        yield server.url


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_is_met(name: str, failing: str, review: Callable[..., _Review]) -> None:
    """However it fails, the review ends soon, says why, is clean only if it got an answer, and closes its books."""
    found = review(failing, name)
    verdict, code = ("clean", 0) if name in _OVERCOME else ("inconclusive", 3)
    assert (found.report["verdict"], found.done.returncode) == (verdict, code), found.done.stdout
    assert BookingState.HELD not in found.states
    assert "Traceback" not in found.done.stderr
    assert KEY not in found.done.stdout + found.done.stderr
    assert re.search(_REASONS.get(name, ""), json.dumps(found.report)), found.done.stdout


def test_a_fault_that_passes_is_survived(review: Callable[..., _Review]) -> None:
    """A burst of overload, then an answer: the review is what it would have been."""
    with _serving("--fault", "overloaded", "--times", "2") as server:
        found = review(server.url, "local")
        said = server.stop(signal.SIGINT)
    assert (found.report["verdict"], found.states) == ("clean", {BookingState.SETTLED, BookingState.RELEASED})
    assert said.count("-> 529 overloaded") == 2


_MODELS = """
[[model]]
id = "fresh"

[[model]]
id = "ageing"
lifecycle = "deprecated"
retires-at = {soon}

[[model]]
id = "gone"
lifecycle = "retired"
"""


@pytest.mark.parametrize(
    ("model", "verdict", "code", "said"),
    [
        ("fresh", "clean", 0, ""),
        ("ageing", "clean", 0, "ageing retires on {soon}: set review.models to its successor"),
        ("gone", "inconclusive", 3, "'gone' has retired: set review.models to its successor"),
        ("typo", "inconclusive", 3, "'typo' is no model it has for this key: set review.models"),
    ],
)
def test_a_model_is_looked_up_before_anything_is_sent(
    review: Callable[..., _Review], tmp_path: Path, model: str, verdict: str, code: int, said: str
) -> None:
    """A retired or unknown model gets nothing and costs nothing; one that retires soon is named."""
    soon = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
    script = tmp_path / "models.toml"
    script.write_text(_MODELS.format(soon=soon), "utf-8")
    with _serving("--script", str(script)) as server:
        found = review(server.url, model)
        log = server.stop()
    assert (found.report["verdict"], found.done.returncode) == (verdict, code), found.done.stdout
    assert said.format(soon=soon) in json.dumps(found.report, ensure_ascii=False)
    assert log.count(f"GET /v1/models/{model} ") == 1
    assert ("POST /v1/messages " in log) is (verdict == "clean")
    assert bool(found.states) is (verdict == "clean")


def test_a_server_on_this_machine_may_be_asked_under_a_policy_of_places(
    guardian: RunGuardian, repository: Repository, tmp_path: Path
) -> None:
    """It runs where it may; another server of unknown place, and a cloud in the wrong one, are refused before all."""
    config = tmp_path / "review.toml"
    for url, provider, region, code, said in [
        ("http://127.0.0.1:9", "anthropic-compatible", "", 0, "cannot be reached"),
        ("https://models.example", "anthropic-compatible", "", 2, "nothing says where anthropic-compatible runs"),
        ("https://models.example", "bedrock", "us-east-1", 2, "runs in 'us', and only 'eu' is allowed"),
    ]:
        text = _CONFIG.format(url=url, model="m").replace("anthropic-compatible", provider)
        policy = f'inference-geo = "eu"\nregion = "{region}"\nrequired = false\n'
        config.write_text(text.replace("required = true\n", policy), "utf-8")
        env = {"HIVE_GUARDIAN_STATE_DIR": str(tmp_path / "state")}
        done = guardian("review", "HEAD~1..HEAD", "--config", config, cwd=repository.root, env=env)
        assert (done.returncode, said in done.stdout + done.stderr) == (code, True), done.stdout + done.stderr


@pytest.mark.parametrize(
    ("provider", "path", "more"),
    [
        ("bedrock", "", 'region = "eu-central-1"'),
        ("vertex", "/v1", 'region = "europe-west1"\nproject = "shop"'),
        ("foundry", "/anthropic", 'project = "shop"'),
    ],
)
def test_a_cloud_is_asked_from_configuration_to_verdict(
    guardian: RunGuardian, repository: Repository, tmp_path: Path, provider: str, path: str, more: str
) -> None:
    """Through a gateway with a key that is named for it; without it nothing is sent, whatever the cloud's own holds."""
    config = tmp_path / "review.toml"
    own = {"HIVE_GUARDIAN_STATE_DIR": str(tmp_path / "state"), "GATEWAY_KEY": KEY}
    others = {"AWS_BEARER_TOKEN_BEDROCK": "real", "ANTHROPIC_FOUNDRY_API_KEY": "real"}
    with _serving() as server:
        text = _CONFIG.format(url=server.url + path, model="claude-x").replace("anthropic-compatible", provider)
        for key, code, verdict in (("", 2, None), ('key-variable = "GATEWAY_KEY"', 0, "clean")):
            config.write_text(text.replace("required = true", f"required = true\n{more}\n{key}"), "utf-8")
            arguments = ("review", "HEAD~1..HEAD", "--format", "json", "--config", config)
            done = guardian(*arguments, cwd=repository.root, env=own | others)
            assert done.returncode == code, done.stdout + done.stderr
            assert (json.loads(done.stdout)["verdict"] if done.stdout else None) == verdict
        said = server.stop()
    assert said.count("POST /v1/messages claude-x ") == 1


def test_the_wrong_key_is_refused(review: Callable[..., _Review]) -> None:
    """The server takes its own key only."""
    with _serving() as server:
        found = review(server.url, "local", {"HIVE_GUARDIAN_COMPATIBLE_KEY": "another"})
    assert (found.report["verdict"], found.done.returncode) == ("inconclusive", 3)
    assert "refused the key" in found.done.stdout


def test_a_server_that_does_not_encrypt_is_not_tried_again(review: Callable[..., _Review]) -> None:
    """`https` to a server that speaks plain HTTP is a mistake in the address, and costs nothing."""
    with _serving() as server:
        found = review(server.url.replace("http:", "https:"), "local")
    assert (found.report["verdict"], found.done.returncode) == ("inconclusive", 3)
    assert "it does not speak TLS; check its address" in found.done.stdout
    assert found.states == {BookingState.RELEASED}


def test_an_open_request_does_not_keep_it_alive() -> None:
    """Ctrl-C ends the server while a request hangs, and the client notices."""
    asked = {**_QUESTION, "stream": True}
    with (
        _serving("--fault", "hang-in-stream") as server,
        httpx2.stream("POST", f"{server.url}/v1/messages", json=asked, headers=_HEADERS, timeout=20) as answer,
    ):
        pieces = answer.iter_raw()
        assert b"message_start" in next(pieces)
        said = server.stop(signal.SIGINT)
        with pytest.raises(httpx2.TransportError):
            list(pieces)
    assert "secret" not in said


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--host", "0.0.0.0"], "loopback only"),
        (["--fault", "overlod"], "did you mean 'overloaded'?"),
        (["--script", "missing.toml"], "--script missing.toml: No such file"),
        (["--port", "{taken}"], "cannot listen on 127.0.0.1:{taken}"),
    ],
)
def test_what_cannot_run_is_a_usage_error(
    guardian: RunGuardian, tmp_path: Path, arguments: list[str], problem: str
) -> None:
    """The message names the option, and nothing is served."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = [each.replace("{taken}", port) for each in arguments]
        done = guardian("dev", "fake-api", *said, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert problem.replace("{taken}", port) in done.stderr


@pytest.mark.parametrize("missing", ["starlette", "uvicorn"])
def test_without_its_extra_it_says_what_to_install(guardian: RunGuardian, tmp_path: Path, missing: str) -> None:
    """What the server needs is not installed with the program; the list of faults works without it."""
    problem = f"raise ModuleNotFoundError(\"No module named '{missing}'\", name='{missing}')\n"
    (tmp_path / f"{missing}.py").write_text(problem, "utf-8")
    env = {"PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])}
    done = guardian("dev", "fake-api", cwd=tmp_path, env=env)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: dev fake-api needs the extra dev: pip install 'hive-guardian[dev]'\n"
    assert guardian("dev", "fake-api", "--list-faults", cwd=tmp_path, env=env).returncode == 0


def test_faults_are_listed(guardian: RunGuardian, tmp_path: Path) -> None:
    """Every fault a script or the command line may name."""
    listed = guardian("dev", "fake-api", "--list-faults", cwd=tmp_path).stdout.splitlines()
    assert [line.split()[0] for line in listed] == list(FAULTS)
