import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hive_guardian.adapters.review_ledger import SqliteLedger
from hive_guardian.adapters.state_directory import repository_name
from hive_guardian.bootstrap.review_models import LEDGER_FILE
from hive_guardian.review.ledger import Account, Bill, Hold, Wish
from hive_guardian.review.provider import Role, Usage
from tests.cli.conftest import RunGuardian

_NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
_DAYS = ("--since", "2026-11-01", "--until", "2026-11-20")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a budget for a month."""
    root = tmp_path / "shop"
    root.mkdir()
    (root / "pyproject.toml").write_text(
        '[project]\nname = "shop"\nversion = "1"\n\n[tool.hive-guardian.review.budget]\nmonth = "40.00"\n'
    )
    return root


@pytest.fixture
def environ(tmp_path: Path, project: Path) -> dict[str, str]:
    """A state directory whose ledger has three bookings: two of this project, one of another that is still held."""
    state = tmp_path / "state"
    ledger = SqliteLedger(state / LEDGER_FILE)
    for repository, model, micro_usd in (
        (repository_name(project), "claude-sonnet-5-5", 60_000),
        (repository_name(project), "claude-haiku-5-5", 900),
        ("till-0000", "claude-sonnet-5-5", 5_000_000),
    ):
        account = Account(repository, "feature", "r1", _NOON)
        hold = ledger.reserve(Wish(account, "anthropic", model, Role.REVIEWER, 5_000_000, 100), [])
        assert isinstance(hold, Hold)
        if micro_usd != 5_000_000:
            ledger.settle(hold, Bill(micro_usd, 50, Usage(fresh=40, output=10)))
    ledger.close()
    return {"HIVE_GUARDIAN_STATE_DIR": str(state)}


def test_the_report_adds_up_and_shows_budgets(guardian: RunGuardian, project: Path, environ: dict[str, str]) -> None:
    """By model, dearest first, with what is only reserved, and how much of each budget is used."""
    done = guardian("cost", "report", *_DAYS, cwd=project, env=environ)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "2026-11-01 to 2026-11-20 (UTC)"
    assert [line.split()[0] for line in lines[2:6]] == [
        "model", "anthropic/claude-sonnet-5-5", "anthropic/claude-haiku-5-5", "total",
    ]  # fmt: skip
    assert lines[5].split()[-1] == "$5.07"
    assert "$5.00 of it are reserved and not settled, and count in full" in lines
    assert lines[-2:] == ["day budget: $0.07 of $20.00 (0 %)", "month budget: $5.07 of $40.00 (12 %)"]


def test_other_formats_and_divisions(guardian: RunGuardian, project: Path, environ: dict[str, str]) -> None:
    """JSON and CSV hold the same figures; `--here` leaves other projects out."""
    done = guardian("cost", "report", *_DAYS, "--by", "day", "--here", "--format", "json", cwd=project, env=environ)
    found = json.loads(done.stdout)
    assert [(row["name"], row["micro_usd"]) for row in found["expenses"]] == [("2026-11-20", 60_900)]
    done = guardian(
        "cost", "report", *_DAYS, "--by", "repository", "--format", "csv", "--output", "costs.csv",
        cwd=project, env=environ,
    )  # fmt: skip
    assert done.stdout == ""
    rows = list(csv.reader(io.StringIO((project / "costs.csv").read_text())))
    assert [row[0] for row in rows[1:]] == ["till-0000", repository_name(project)]


def test_looking_creates_no_books(guardian: RunGuardian, project: Path, tmp_path: Path) -> None:
    """Who never asked a model has no ledger, and a report does not make one."""
    done = guardian("cost", "report", cwd=project, env={"HIVE_GUARDIAN_STATE_DIR": str(tmp_path / "none")})
    assert done.returncode == 0
    assert done.stdout.startswith("no model was asked")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--since", "yesterday"), "error: --since yesterday: expected a date such as 2026-01-31"),
        (("--since", "2026-12-01", "--until", "2026-11-01"), "error: --since 2026-12-01 lies after --until 2026-11-01"),
    ],
)
def test_days_that_make_no_sense(
    arguments: tuple[str, ...], problem: str, guardian: RunGuardian, project: Path, environ: dict[str, str]
) -> None:
    """A mistake is named, with exit code 2."""
    done = guardian("cost", "report", *arguments, cwd=project, env=environ)
    assert (done.returncode, done.stdout) == (2, "")
    assert problem in done.stderr


def test_a_broken_ledger_is_no_empty_one(guardian: RunGuardian, project: Path, environ: dict[str, str]) -> None:
    """What cannot be read is said, with exit code 3."""
    Path(environ["HIVE_GUARDIAN_STATE_DIR"], LEDGER_FILE).write_bytes(b"spoiled " * 500)
    done = guardian("cost", "report", cwd=project, env=environ)
    assert done.returncode == 3
    assert "the cost ledger ledger.sqlite3 cannot be used" in done.stderr
