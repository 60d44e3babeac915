"""Comparisons with an earlier commit, beside the command line."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from hive_guardian.bootstrap import CheckRequest, check
from hive_guardian.config.layers import CommandLine
from hive_guardian.model.finding import Status
from tests.fakes.repositories import Repository

TODAY = date(2026, 1, 15)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Sixty files with a finding each."""
    found = Repository(tmp_path / "shop")
    found.commit({f"m{number}.py": f"print({number})\n" for number in range(60)})
    return found


def request(repository: Repository) -> CheckRequest:
    """A request for everything since HEAD~1."""
    command_line = CommandLine(select=("GR10",))
    return CheckRequest((str(repository.root),), command_line, TODAY, jobs=1, since="HEAD~1")


def test_only_changed_files_are_analysed_again(repository: Repository) -> None:
    """The commit shares all others with the work tree; a second comparison analyses nothing."""
    repository.commit({"m0.py": "print(0)\nprint(1)\n"})
    done: list[tuple[int, int]] = []

    def progress(finished: int, total: int) -> None:
        done.append((finished, total))

    outcome = check(replace(request(repository), progress=progress)).outcome
    assert [one.location.line for one in outcome.report.findings if one.status is Status.NEW] == [2]
    assert done[-1] == (1, 1)
    assert (60, 60) in done
    done.clear()
    again = check(replace(request(repository), progress=progress)).outcome
    assert again.report.findings == outcome.report.findings
    assert done == []


def test_nothing_is_analysed_twice_without_a_cache(repository: Repository) -> None:
    """What the first half of a comparison found out serves the second."""
    repository.commit({"m0.py": "x = 1\n"})
    done: list[tuple[int, int]] = []
    check(replace(request(repository), cache=False, progress=lambda finished, total: done.append((finished, total))))
    assert done[-1] == (1, 1)
    assert not (repository.root / ".hive-guardian-cache").exists()


def test_an_answer_about_history_is_never_kept_for_replay(repository: Repository) -> None:
    """No time stamp of a file shows that a branch moved."""
    repository.commit({})
    assert check(request(repository)).code_roots == ()
    assert check(replace(request(repository), since=None, staged=True)).code_roots == ()


def test_a_configuration_that_cannot_judge_the_past_hides_nothing(tmp_path: Path) -> None:
    """A module stood in two layers then: everything is new, and the report says why."""
    repository = Repository(tmp_path / "shop")
    repository.commit({"shop/__init__.py": "", "shop/ab.py": "", "shop/ac.py": "print(1)\n"})
    contract = (
        "[tool.hive-guardian]\nselect = ['GR06', 'GR10']\n[[tool.hive-guardian.contracts]]\n"
        "name = 'x'\nkind = 'layers'\nlayers = ['shop.a*', '(shop.ab)']\n"
    )
    repository.write({"pyproject.toml": contract, "shop/ab.py": None})
    report = check(replace(request(repository), since="HEAD", command_line=CommandLine())).outcome.report
    assert [one.status for one in report.findings] == [Status.NEW]
    assert any("the configuration of today cannot judge HEAD" in note for note in report.notes), report.notes
