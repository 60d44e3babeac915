"""Changes of every odd kind, reviewed by a model that finds nothing: what it read, what it did not, and the verdict."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from hive_guardian.adapters.review_ledger import SqliteLedger
from hive_guardian.bootstrap.review_models import LEDGER_FILE
from hive_guardian.review.ledger import BookingState
from hive_guardian.testing.messages_api import KEY, MessagesApi
from tests.cli.conftest import RunGuardian
from tests.fakes.repositories import Repository

_CONFIG = """\
[tool.hive-guardian]
select = ["GR10"]

[tool.hive-guardian.review]
provider = "anthropic-compatible"
base-url = "{url}"
models = {{ reviewer = "local" }}
prices = {{ local = {{ input = "0.1", output = "0.1" }} }}
"""
_CODE = "def first(prices):\n    return prices[0]\n"
_LONG = "VALUE = 0\n" * 40
Change = Callable[[Repository], object]


@pytest.fixture
def repository(tmp_path: Path, api: MessagesApi) -> Repository:
    """A repository that asks it."""
    found = Repository(tmp_path / "shop")
    found.commit({"pyproject.toml": _CONFIG.format(url=api.url), "a.py": _CODE, "long.py": _LONG, "p.png": b"\0\1"})
    return found


def edit(name: str, text: str | bytes | None) -> Change:
    """Return a commit of one file."""
    return lambda repository: repository.commit({name: text})


def rename(repository: Repository) -> None:
    """Give a file another name and another last line."""
    repository.commit({"long.py": None, "sub/moved.py": _LONG + "VALUE = 1\n"})


def only_rename(repository: Repository) -> None:
    """Give a file another name."""
    repository.commit({"long.py": None, "moved.py": _LONG})


def change_mode(repository: Repository) -> None:
    """Make a file executable."""
    (repository.root / "a.py").chmod(0o755)
    repository.commit({})


def merge(repository: Repository) -> None:
    """Merge a branch that changed a file."""
    repository.git("checkout", "-q", "-b", "side", "HEAD")
    repository.commit({"a.py": _CODE.replace("0", "-1")})
    repository.git("checkout", "-q", "main")
    repository.commit({"other.py": "x = 1\n"})
    repository.git("merge", "-q", "--no-ff", "--no-edit", "side")


def add_submodule(repository: Repository) -> None:
    """Add another repository."""
    other = Repository(repository.root.parent / "other")
    other.commit({"b.py": "x = 1\n"})
    repository.git("submodule", "--quiet", "add", str(other.root), "vendor")
    repository.git("commit", "-q", "-m", "vendor")


@pytest.mark.parametrize(
    ("change", "verdict", "asked", "words"),
    [
        pytest.param(edit("a.py", _CODE.replace("0", "1")), "clean", ["a.py"], "", id="modified"),
        pytest.param(lambda _: None, "inconclusive", [], "the change is empty", id="empty"),
        pytest.param(edit("p.png", b"\0\2"), "inconclusive", [], "nothing in the change can be read", id="picture"),
        pytest.param(edit("c.py", b"x = '\0\1'\n"), "inconclusive", [], "a binary file", id="binary code"),
        pytest.param(edit("a.py", None), "clean", ["a.py"], "", id="deleted"),
        pytest.param(rename, "clean", ["sub/moved.py"], "", id="renamed and changed"),
        pytest.param(only_rename, "clean", [], "only its name changed", id="renamed"),
        pytest.param(change_mode, "clean", [], "no line changed", id="mode"),
        pytest.param(edit("a.py", _CODE.replace("\n", "\r\n")), "clean", ["a.py"], "", id="line ends"),
        pytest.param(edit("a.py", _CODE.replace("\n", "\r")), "clean", ["a.py"], "", id="old line ends"),
        pytest.param(edit("n.ipynb", '{"cells": [{"source": ["x = 1"]}]}\n'), "clean", ["n.ipynb"], "", id="notebook"),
        pytest.param(edit("a.py", _CODE.encode("utf-16")), "inconclusive", [], "a binary file", id="utf-16"),
        pytest.param(
            edit("l.py", b"# \xe9\xff\nx = 1\n"), "findings", ["l.py"], "byte 0xe9 is not utf-8", id="no UTF-8"
        ),
        pytest.param(edit("a.py", "def broken(:\n"), "findings", ["a.py"], "does not parse", id="broken code"),
        pytest.param(edit("e.py", ""), "clean", [], "no line changed", id="empty file"),
        pytest.param(edit("wide.py", f"x = '{'y' * 3000}'\n"), "inconclusive", [], "2,000 characters", id="wide line"),
        pytest.param(edit("né \U0001f600 w.py", _CODE), "clean", ["né \U0001f600 w.py"], "", id="odd name"),
        pytest.param(edit(".env", "A=1\n"), "inconclusive", [], "usually holds secrets", id="secret"),
        pytest.param(merge, "clean", ["a.py"], "", id="merge"),
        pytest.param(add_submodule, "inconclusive", [".gitmodules"], "a submodule", id="submodule"),
    ],
)
def test_odd_changes(
    guardian: RunGuardian, repository: Repository, api: MessagesApi, change: Change, verdict: str, asked: list[str],
    words: str,
) -> None:  # fmt: skip
    """Each ends with its verdict, names what was not read, and leaves nothing reserved."""
    before = repository.git("rev-parse", "HEAD").strip()
    change(repository)
    state = repository.root.parent / "state"
    environ = {"HIVE_GUARDIAN_STATE_DIR": str(state), "HIVE_GUARDIAN_COMPATIBLE_KEY": KEY}
    done = guardian("review", f"{before}..HEAD", "--format", "json", cwd=repository.root, env=environ, timeout=60)
    assert done.stderr == ""
    report = json.loads(done.stdout)
    sent = [
        name
        for name in asked
        if any(json.dumps(f"PART {name}")[1:-1] in one.raw or f"PART {name}" in one.raw for one in api.seen)
    ]
    assert (report["verdict"], sent) == (verdict, asked), done.stdout
    assert len(api.seen) >= len(asked)
    assert words in done.stdout
    assert done.returncode == (3 if report["rule_errors"] else int(bool(report["rule_findings"])))
    if asked:
        ledger = SqliteLedger(state / LEDGER_FILE)
        states = {booking.state for booking in ledger.bookings(date(2000, 1, 1), date(2999, 1, 1))}
        ledger.close()
        assert states == {BookingState.SETTLED}


def test_before_the_first_commit(guardian: RunGuardian, api: MessagesApi, tmp_path: Path) -> None:
    """What is staged is reviewed as all new, a range is a mistake that is named."""
    repository = Repository(tmp_path / "new")
    repository.stage({"pyproject.toml": _CONFIG.format(url=api.url), "a.py": _CODE})
    environ = {"HIVE_GUARDIAN_STATE_DIR": str(tmp_path / "state"), "HIVE_GUARDIAN_COMPATIBLE_KEY": KEY}
    done = guardian("review", "--staged", "--format", "json", cwd=repository.root, env=environ)
    report = json.loads(done.stdout)
    assert (report["base"], len(report["coverage"]["hunks"])) == ("nothing", 2)
    for arguments in ((), ("HEAD~1..HEAD",), ("--since", "HEAD")):
        done = guardian("review", *arguments, cwd=repository.root, env=environ)
        assert (done.returncode, done.stdout) == (2, "")
        assert "no commit yet" in done.stderr or "no such commit" in done.stderr
