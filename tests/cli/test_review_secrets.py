"""No secret leaves a review: not in requests, reports, logs, spans, metrics, nor in any file it keeps."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from hive_guardian.testing.messages_api import KEY, MessagesApi, error, say
from tests.cli.conftest import RunGuardian
from tests.cli.test_review_command import CLAIM, CONFIRM, SHOP, USE
from tests.fakes.repositories import Repository
from tests.fakes.secrets import make_key, make_password, make_secrets
from tests.fakes.span_recorder import install_recorder

_FORMATS = ("text", "json", "sarif", "markdown")
_CONFIG = """
[project]
name = "shop"

[tool.deploy]
api_token = "{config}"

[tool.hive-guardian]
extends = ["strict"]
level = "INFO"

[tool.hive-guardian.review]
provider = "anthropic-compatible"
base-url = "{url}"

[tool.hive-guardian.review.models]
reviewer = "local"
"""


class _Scene:
    """A repository with secrets wherever one may be, on a branch that adds them."""

    def __init__(self, folder: Path, url: str) -> None:
        typed = make_secrets()
        places = ("assigned", "url", "header", "environment", "config", "remote", "removed", "compared", "said")
        named = {place: make_password(number) for number, place in enumerate(places, start=100)}
        paths = make_secrets(21)
        self.planted = {**typed, **named, "path": paths["github"], "branch": paths["gitlab"], "message": paths["slack"]}
        self.planted |= {f"key {number}": line for number, line in enumerate(make_key().splitlines()[1:-1])}
        self.root = folder / "shop"
        self.state = folder / "state"
        repository = Repository(self.root)
        before = {
            "pyproject.toml": _CONFIG.format(config="changeme", url=url), "shop/__init__.py": "", "shop/use.py": USE,
            "shop/a.py": f'{SHOP}\n\nOLD_PASSWORD = "{named["removed"]}"\n',
        }  # fmt: skip
        repository.commit(before)
        repository.git("remote", "add", "origin", f"https://ada:{named['remote']}@git.example.org/shop.git")
        self.branch = f"feature/{self.planted['branch']}"
        repository.git("checkout", "-q", "-b", self.branch)
        changed = {
            "shop/a.py": self._code(typed, named), f"shop/{self.planted['path']}.py": "VALUE = 1\n",
            "pyproject.toml": _CONFIG.format(config=named["config"], url=url),
        }  # fmt: skip
        repository.write(changed)
        repository.git("add", "-A")
        repository.git("commit", "-q", "-m", f"rotate {self.planted['message']}")
        self.environ = {
            "HIVE_GUARDIAN_STATE_DIR": str(self.state), "HIVE_GUARDIAN_COMPATIBLE_KEY": KEY,
            "SHOP_TOKEN": named["environment"], **install_recorder(folder / "telemetry"),
        }  # fmt: skip

    def _code(self, typed: Mapping[str, str], named: Mapping[str, str]) -> str:
        lines = [f'print("{kind}", "{secret}")' for kind, secret in typed.items()]
        return "\n".join([
            SHOP.replace("prices[0]", "prices[1]"), *lines, f'DB_PASSWORD = "{named["assigned"]}"',
            f'URL = "postgres://app:{named["url"]}@db/shop"', f'H = {{"Authorization": "Bearer {named["header"]}"}}',
            f'X = "{named["environment"]}"', f'if input() == "" and token == "{named["compared"]}":\n    pass',
            f'K = """{make_key()}"""', "try:\n    x()\nexcept Exception:\n    pass\n",
        ])  # fmt: skip

    def leaks(self, text: str | bytes) -> list[str]:
        """Return which secrets stand in a text."""
        data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")
        return [place for place, secret in {**self.planted, "api key": KEY}.items() if secret.encode() in data]

    def kept(self) -> Mapping[str, bytes]:
        """Return every file that reviews left behind, the code itself not among them."""
        roots = [self.state, self.root.parent / "telemetry", *self.root.glob(".hive*"), *self.root.glob(".cache")]
        return {str(path): path.read_bytes() for root in roots for path in root.rglob("*") if path.is_file()}


def _answer(scene: _Scene) -> str:
    """Return a claim that repeats secrets, as a model may put them together again."""
    told = f"{scene.planted['github']} and {scene.planted['assigned']} and api_key = '{scene.planted['said']}'"
    return json.dumps({"findings": [{**CLAIM, "claim": f"the key is {told}", "replacement": None}]})


def _review(guardian: RunGuardian, scene: _Scene, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return guardian("review", f"main...{scene.branch}", *arguments, cwd=scene.root, env={**scene.environ, **environ})


@pytest.mark.parametrize("form", _FORMATS)
def test_no_secret_leaves_a_review(form: str, guardian: RunGuardian, tmp_path: Path, api: MessagesApi) -> None:
    """Requests, report, log, spans, metrics, ledger, answers and caches hold none of them, whatever the model says."""
    scene = _Scene(tmp_path, api.url)
    api.script += [
        error(529, "overloaded_error", f"{KEY} {scene.planted['aws']}"), say(_answer(scene)), say(json.dumps(CONFIRM)),
    ]  # fmt: skip
    done = _review(guardian, scene, "--format", form, "--log-level", "debug", "--log-format", "json")
    assert done.returncode in {0, 1}, done.stderr
    assert scene.leaks(done.stdout) == []
    assert scene.leaks(done.stderr) == []
    assert len(api.seen) > 2
    assert {place for seen in api.seen for place in scene.leaks(seen.raw)} == set()
    headers = [{n: value for n, value in seen.headers.items() if scene.leaks(value)} for seen in api.seen]
    assert {name for one in headers for name in one} <= {"x-api-key", "authorization"}
    kept = scene.kept()
    found = {Path(name).name: places for name, data in kept.items() if (places := scene.leaks(data))}
    assert found == {"cache.sqlite3": ["path"]}  # of check: it names the files it lies beside
    names = {Path(name).name for name in kept}
    assert scene.leaks("\n".join(kept)) == []
    assert {"spans.jsonl", "metrics.jsonl", "ledger.sqlite3", "answers.sqlite3"} <= names
    assert "review.ended" in done.stderr
    assert all(json.loads(line)["event"] for line in done.stderr.splitlines())


def test_no_secret_is_printed_around_a_review(guardian: RunGuardian, tmp_path: Path, api: MessagesApi) -> None:
    """A preview, an estimate, the books and the SDK's own debug log hold none either."""
    scene = _Scene(tmp_path, api.url)
    shown = [_review(guardian, scene, option) for option in ("--dry-run", "--explain-cost")]
    assert "⟦SECRET:" in shown[0].stdout
    shown.append(_review(guardian, scene, ANTHROPIC_LOG="debug"))
    assert "anthropic" in shown[-1].stderr
    shown.append(guardian("cost", "report", "--by", "change", cwd=scene.root, env=scene.environ))
    for done in shown:
        assert done.returncode in {0, 1}, done.stderr
        assert scene.leaks(done.stdout + done.stderr) == []


@pytest.mark.parametrize(
    ("arguments", "config"),
    [
        (("main...{}",), ""),
        (("--diff", "{}"), ""),
        (("HEAD~1..HEAD", "--provider", "{}"), ""),
        ((), 'base-url = "https://ada:{}@models.example.org"'),
        ((), 'provider = "{}"'),
    ],
)
def test_no_error_repeats_a_secret(
    arguments: tuple[str, ...], config: str, guardian: RunGuardian, tmp_path: Path
) -> None:
    """A message about a wrong name, file or setting leaves out what looks like a secret in it."""
    secret = make_secrets()["github"]
    repository = Repository(tmp_path / "shop")
    repository.commit({"a.py": "", "pyproject.toml": f"[tool.hive-guardian.review]\n{config.format(secret)}\n"})
    repository.commit({"a.py": "x = 1\n"})
    given = [one.format(secret) for one in arguments] or ["HEAD~1..HEAD", "--provider", "anthropic-compatible"]
    if config.startswith("provider"):
        given = given[:1]
    done = guardian("review", *given, cwd=repository.root)
    assert done.returncode == 2, done.stdout
    assert "error: " in done.stderr
    assert secret not in done.stdout + done.stderr
