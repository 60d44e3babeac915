from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from hive_guardian.bootstrap.checking import CheckRequest, prepare_run
from hive_guardian.bootstrap.fix_edits import with_edits
from hive_guardian.config.layers import CommandLine
from hive_guardian.engine.cache import NoCache
from hive_guardian.engine.request import Request
from hive_guardian.engine.run import run
from hive_guardian.model.report import Report


class Memory(NoCache):
    """A cache that keeps texts, and counts what it is asked to remember."""

    def __init__(self) -> None:
        """Begin empty."""
        self.texts: dict[str, str] = {}

    def value(self, key: str) -> str | None:
        """Return a kept text."""
        return self.texts.get(key)

    def store(self, key: str, text: str) -> None:
        """Keep a text."""
        self.texts[key] = text

    def edits(self) -> list[str]:
        """Return the keys of rendered fixes."""
        return sorted(key for key in self.texts if key.startswith("edits:"))


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Request:
    """A run over a project with one function whose fix is an offer."""
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'shop'\nversion = '1'\n")
    (tmp_path / "a.py").write_text("def f(a):\n    print(a)\n")
    monkeypatch.chdir(tmp_path)
    asked = CheckRequest((".",), CommandLine(select=("GR08",)), date(2026, 11, 21), jobs=1, cache=False)
    tree, request, _ = prepare_run(asked)
    del tree
    with closing(request.cache):
        return replace(request, cache=Memory())


def edits(report: Report) -> list[str]:
    """Return the new texts of the fixes of a report."""
    return [edit.text for finding in report.findings if finding.fix for edit in finding.fix.edits]


def test_what_was_rendered_for_the_same_text_holds(given: Request) -> None:
    """The second time nothing is rendered; the result is the same."""
    assert isinstance(given.cache, Memory)
    report = run(given).report
    assert edits(report) == []
    first = with_edits(given, report)
    assert edits(first) == [" -> None"]
    (key,) = given.cache.edits()
    given.cache.texts[key] = given.cache.texts[key].replace(" -> None", " -> Kept")
    assert edits(with_edits(given, report)) == [" -> Kept"]


def test_another_text_is_rendered_anew(given: Request) -> None:
    """Whatever the edits depend on is compared; what is out of date is forgotten."""
    assert isinstance(given.cache, Memory)
    with_edits(given, run(given).report)
    Path("a.py").write_text("def f(a):\n\n    print(a)\n")
    again = with_edits(given, run(given).report)
    assert edits(again) == [" -> None"]
    assert len(given.cache.edits()) == 1


@pytest.mark.parametrize("text", ["[[", "[]", '{"a.py": 1}', '{"a.py": ["x", "y"]}'])
def test_a_corrupt_memory_is_rendered_anew(given: Request, text: str) -> None:
    """What cannot be read is no reason to fail."""
    assert isinstance(given.cache, Memory)
    report = run(given).report
    with_edits(given, report)
    (key,) = given.cache.edits()
    given.cache.texts[key] = text
    assert edits(with_edits(given, report)) == [" -> None"]
