"""What every comparison needs: the code, and a judge who knows the ledger and keeps the score."""

import platform
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.oracles.divergence import Comparison, load_ledger, unexplained
from tests.oracles.scoreboard import Score, render, score
from tests.oracles.trees import Tree, copy_installed

Judge = Callable[[str, str, Comparison], None]
_SCORES = pytest.StashKey[list[Score]]()
_FAILED = pytest.StashKey[list[Comparison]]()
_SHOWN = 40


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that `make oracles` uses."""
    parser.addoption(
        "--oracle-results", type=Path, help="write precision and recall to this file if no comparison fails"
    )


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """Return a copy of packages of the development environment."""
    return copy_installed(tmp_path_factory.mktemp("installed"))


@pytest.fixture
def judge(request: pytest.FixtureRequest) -> Judge:
    """Return a function that keeps the score of a comparison and fails on every difference without a reason."""
    scores = request.config.stash.setdefault(_SCORES, [])
    failed = request.config.stash.setdefault(_FAILED, [])

    def check(oracle: str, oracle_version: str, comparison: Comparison) -> None:
        scores.extend(score(f"{oracle} {oracle_version}".strip(), comparison))
        problems = list(unexplained(comparison, load_ledger(oracle)))
        failed.extend([comparison] if problems else [])
        more = [f"... and {len(problems) - _SHOWN} more"] if len(problems) > _SHOWN else []
        assert not problems, "\n".join([f"{len(problems)} differences", *problems[:_SHOWN], *more])

    return check


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Show the table, and write it when no comparison was left out and none failed."""
    scores = config.stash.get(_SCORES, [])
    if not scores:
        return
    versions = (f"hive-guardian {version('hive-guardian')}", f"Python {platform.python_version()}")
    page = render(scores, date=datetime.now(tz=UTC).date().isoformat(), versions=versions)
    terminalreporter.write_line(page)
    target = config.getoption("--oracle-results", None)
    is_whole = not config.option.keyword and len(config.args) == 1 and not config.stash[_FAILED]
    if target and is_whole:
        target.write_text(page, "utf-8")
