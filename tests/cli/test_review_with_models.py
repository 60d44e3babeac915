"""`review` through the front door, asking a model over the loopback interface."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from hive_guardian.adapters.review_ledger import SqliteLedger
from hive_guardian.bootstrap.review_models import LEDGER_FILE
from hive_guardian.review.ledger import Booking, BookingState
from hive_guardian.testing.messages_api import KEY, End, MessagesApi, Reply, error, events, message, say, stream
from tests.cli.conftest import RunGuardian, neutral_environment
from tests.cli.test_review_command import CLAIM, CONFIRM, SECRET, SHOP, USE, ids
from tests.fakes.repositories import Repository

_CONFIG = """
[tool.hive-guardian]
select = ["GR10", "GR12"]
level = "INFO"

[tool.hive-guardian.review]
provider = "anthropic-compatible"
base-url = "{url}"
{extra}

[tool.hive-guardian.review.models]
reviewer = "local"

[tool.hive-guardian.review.prices.local]
input = "1"
output = "5"
"""
_FINDING = json.dumps({"findings": [CLAIM]})


class _Scene:
    """A repository with a change, configured to ask the API."""

    def __init__(self, guardian: RunGuardian, folder: Path, url: str, extra: str = "") -> None:
        self.repository = Repository(folder / "shop")
        config = _CONFIG.format(url=url, extra=extra)
        files = {"pyproject.toml": config, "shop/__init__.py": "", "shop/a.py": SHOP, "shop/use.py": USE}
        self.repository.commit(files)
        changed = SHOP.replace("prices[0]", "prices[1]") + f'\n\npassword = "{SECRET}"\n'
        self.repository.commit({"shop/a.py": changed})
        self.state = folder / "state"
        self.environ = {"HIVE_GUARDIAN_STATE_DIR": str(self.state), "HIVE_GUARDIAN_COMPATIBLE_KEY": KEY}
        self._guardian = guardian

    def run(self, *arguments: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Review the latest commit."""
        return self._guardian(
            "review", "HEAD~1..HEAD", *arguments, cwd=self.repository.root, env={**self.environ, **(env or {})}
        )

    def report(self, *arguments: str) -> dict[str, object]:
        """Return the report as JSON."""
        done = self.run("--format", "json", *arguments)
        found: dict[str, object] = json.loads(done.stdout)
        return found

    def bookings(self) -> list[Booking]:
        """Return what the ledger has, of all days."""
        from datetime import date

        ledger = SqliteLedger(self.state / LEDGER_FILE)
        found = list(ledger.bookings(date(2000, 1, 1), date(2999, 1, 1)))
        ledger.close()
        return found


def test_a_model_reads_the_change(guardian: RunGuardian, tmp_path: Path, api: MessagesApi) -> None:
    """The claim is grounded, verified and reported; booked and kept; no secret leaves or stays."""
    scene = _Scene(guardian, tmp_path, api.url)
    api.script += [say(_FINDING), say(json.dumps(CONFIRM))]
    report = scene.report()
    assert report["verdict"] == "findings"
    assert "AI-correctness shop/a.py:6" in ids(report)
    assert [booking.state for booking in scene.bookings()] == [BookingState.SETTLED] * 2
    assert {booking.role for booking in scene.bookings()} == {"reviewer", "verifier"}
    assert all(SECRET not in seen.raw for seen in api.seen)
    stored = b"".join(path.read_bytes() for path in scene.state.iterdir() if path.is_file())
    assert SECRET.encode() not in stored
    assert KEY.encode() not in stored
    assert "AI-correctness shop/a.py:6" in ids(scene.report())
    assert len(api.seen) == 2
    costs = guardian("cost", "report", "--by", "role", cwd=scene.repository.root, env=scene.environ).stdout
    assert [line.split()[0] for line in costs.splitlines()[3:6]].count("total") == 1


@pytest.mark.parametrize(
    ("replies", "reason"),
    [
        ([error(401, "authentication_error")], "refused the key"),
        ([error(404, "not_found_error")], "no model 'local'"),
        ([Reply(404, b"<html>", "text/html")], "has no Messages API"),
        ([error(429, "rate_limit_error", retry_after="3600")], "limits the rate"),
        ([error(429, "rate_limit_error", code="enforced_spend_limit_reached")], "may not spend more"),
        ([Reply(200, b"<html>sign in", "text/html")] * 3, "no message|in the middle"),
        ([stream(events([_FINDING])[:4])] * 3, "in the middle of an answer"),
        ([error(529, "overloaded_error")] * 3, "overloaded"),
        (
            [lambda body: message("", "refusal") if not body.get("stream") else stream(events([""], "refusal"))],
            "refused",
        ),
    ],
)
def test_what_fails_is_never_clean(
    replies: list[Reply], reason: str, guardian: RunGuardian, tmp_path: Path, api: MessagesApi
) -> None:
    """The review is inconclusive and says why, the exit code stays that of the rules, and the books are closed."""
    scene = _Scene(guardian, tmp_path, api.url)
    api.script += replies
    done = scene.run("--format", "json")
    assert done.returncode == 0
    report = json.loads(done.stdout)
    assert report["verdict"] == "inconclusive"
    assert re.search(reason, done.stdout)
    assert BookingState.HELD not in {booking.state for booking in scene.bookings()}
    assert KEY not in done.stdout + done.stderr


def test_a_required_review_that_fails_exits_with_3(guardian: RunGuardian, tmp_path: Path, api: MessagesApi) -> None:
    """Who makes the review a gate does not pass it by a broken key."""
    scene = _Scene(guardian, tmp_path, api.url, "required = true")
    api.script.append(error(401, "authentication_error"))
    assert scene.run().returncode == 3


def test_a_budget_that_is_too_small_sends_nothing(guardian: RunGuardian, tmp_path: Path, api: MessagesApi) -> None:
    """The review names the budget and asks nobody."""
    scene = _Scene(guardian, tmp_path, api.url, 'budget = { review = "0.001" }')
    report = scene.report()
    assert (report["verdict"], api.seen, scene.bookings()) == ("inconclusive", [], [])
    assert "review.budget.review" in json.dumps(report)


def test_a_budget_of_tokens_limits_as_well(guardian: RunGuardian, tmp_path: Path, api: MessagesApi) -> None:
    """What one request may use at worst does not fit: nothing is sent, and the key is named."""
    scene = _Scene(guardian, tmp_path, api.url, "token-budget = { day = 5000 }")
    report = scene.report()
    assert (report["verdict"], api.seen, scene.bookings()) == ("inconclusive", [], [])
    assert "review.token-budget.day (5,000 tokens left)" in json.dumps(report["shortfalls"])


def test_what_cannot_start_is_a_mistake(guardian: RunGuardian, tmp_path: Path, api: MessagesApi) -> None:
    """No key, an unknown provider, a server that is not there."""
    scene = _Scene(guardian, tmp_path, api.url)
    done = scene.run("--provider", "anthropic", env={"ANTHROPIC_API_KEY": ""})
    assert (done.returncode, done.stdout) == (2, "")
    assert "set the environment variable ANTHROPIC_API_KEY" in done.stderr
    done = scene.run("--provider", "antropic")
    assert (done.returncode, "did you mean 'anthropic'?" in done.stderr) == (2, True)
    assert api.seen == []


def test_an_estimate_asks_nobody(guardian: RunGuardian, tmp_path: Path, api: MessagesApi) -> None:
    """`cost estimate` shows each request at its worst, without a key and without a ledger."""
    scene = _Scene(guardian, tmp_path, api.url)
    done = guardian("cost", "estimate", "HEAD~1..HEAD", cwd=scene.repository.root, env=scene.environ)
    assert (done.returncode, done.stderr) == (0, "")
    assert "shop/a.py" in done.stdout
    assert (api.seen, scene.state.exists()) == ([], False)


_INTERRUPTIBLE = (
    "import signal, runpy; signal.signal(signal.SIGINT, signal.default_int_handler);"
    "runpy.run_module('hive_guardian', run_name='__main__', alter_sys=True)"
)
"""The program, also where whoever runs the tests in the background ignores Ctrl-C and hands that down."""


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ there")
def test_ctrl_c_settles_the_books_and_reports(guardian: RunGuardian, tmp_path: Path, api: MessagesApi) -> None:
    """An interrupted review is inconclusive, and what was under way is booked at its worst."""
    scene = _Scene(guardian, tmp_path, api.url)
    api.script.append(Reply(end=End.WAITS))
    process = subprocess.Popen(
        [sys.executable, "-c", _INTERRUPTIBLE, "review", "HEAD~1..HEAD", "--format", "json"],
        cwd=scene.repository.root, env=neutral_environment({**scene.environ, "HOME": str(tmp_path)}),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert api.arrived.wait(60)
    os.kill(process.pid, signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert json.loads(out)["verdict"] == "inconclusive"
    assert [(booking.state, booking.error) for booking in scene.bookings()] == [(BookingState.SETTLED, "cancelled")]
    assert scene.bookings()[0].micro_usd > 0


def test_a_person_lists_and_dismisses_findings(guardian: RunGuardian, tmp_path: Path, api: MessagesApi) -> None:
    """With the fingerprint of the list and a reason; afterwards the finding is counted, and no longer reported."""
    scene = _Scene(guardian, tmp_path, api.url)
    cwd, env = scene.repository.root, scene.environ
    assert "no finding" in guardian("review", "--open", cwd=cwd, env=env).stdout
    api.script += [say(_FINDING), say(json.dumps(CONFIRM))]
    scene.report()
    listed = guardian("review", "--open", cwd=cwd, env=env).stdout
    line = next(line for line in listed.splitlines() if "AI-correctness" in line)
    fingerprint = line.split()[0]
    for arguments, words in (
        (("--dismiss", fingerprint), "needs --reason"),
        (("--dismiss", fingerprint, "--reason", " "), "needs --reason"),
        (("--reason", "x"), "give --dismiss"),
        (("--dismiss", "000000000000", "--reason", "x"), "no open finding"),
        (("HEAD~1..HEAD", "--open"), "no change can be named"),
    ):
        done = guardian("review", *arguments, cwd=cwd, env=env)
        assert (done.returncode, words in done.stderr) == (2, True), done.stderr
    done = guardian("review", "--dismiss", fingerprint[:10], "--reason", "on purpose", cwd=cwd, env=env)
    assert (done.returncode, done.stdout.startswith("dismissed on range:")) == (0, True)
    assert fingerprint not in guardian("review", "--open", cwd=cwd, env=env).stdout
    report = scene.report()
    assert "AI-correctness shop/a.py:6" not in ids(report)
    assert report["verdict"] in {"clean", "findings"}
