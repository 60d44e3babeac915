from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NoReturn

import pytest

from hive_guardian.adapters.cache_store import CacheStore
from hive_guardian.adapters.disk import DiskTree
from hive_guardian.bootstrap import open_catalogue
from hive_guardian.config.layers import CommandLine
from hive_guardian.config.load import load
from hive_guardian.engine.cache import Cache, NoCache
from hive_guardian.engine.catalogue import Catalogue
from hive_guardian.engine.ledger import Books, Excuse, dump_books, load_books
from hive_guardian.engine.request import Request
from hive_guardian.engine.run import run
from hive_guardian.model.config import Origin
from hive_guardian.model.errors import UsageError
from hive_guardian.model.report import Report

OpenStore = Callable[[], CacheStore]
_MARK = "# guardian: allow"
_SOURCE = f"""import os
print(1)  {_MARK}[GR10] prints the banner
x = 1  {_MARK}[GR10] prints nothing at all
y = 2  {_MARK}[GR10] good for a while until=2026-02-01
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty project; what lies beside it is not part of it."""
    place = tmp_path / "project"
    place.mkdir()
    return place


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The rules of all installed plugins."""
    return open_catalogue(NoCache())


def _unloadable(catalogue: Catalogue) -> Catalogue:
    def load() -> NoReturn:
        raise AssertionError("an unchanged project is checked without importing rules")

    return replace(catalogue, load=load)


@pytest.fixture
def open_store(root: Path) -> Iterator[OpenStore]:
    """Return a function that opens the cache of the project; every store is closed in the end."""
    with ExitStack() as opened:
        yield lambda: opened.enter_context(closing(CacheStore(root.parent / "cache.sqlite3", "1")))


def _check(
    root: Path,
    catalogue: Catalogue,
    *,
    cache: Cache | None = None,
    today: str = "2026-01-15",
    targets: tuple[str, ...] = ("",),
    said: CommandLine | None = None,
) -> Report:
    tree = DiskTree(root)
    day = date.fromisoformat(today)
    config_set = load(tree, today=day, presets=catalogue.presets, command_line=said or CommandLine())
    return run(Request(tree, config_set, catalogue, cache or NoCache(), targets, day, "0")).report


def _audited(report: Report) -> list[tuple[str, int, str]]:
    return [(item.location.path, item.location.line, item.check) for item in report.findings if item.rule == "GR45"]


def test_an_unchanged_project_is_accounted_for_without_rules(
    root: Path, catalogue: Catalogue, open_store: OpenStore
) -> None:
    """The second run takes the verdict on the ledger from the cache."""
    (root / "a.py").write_text(_SOURCE)
    cache = open_store()
    first = _audited(_check(root, catalogue, cache=cache))
    assert first == [("a.py", 3, "unused"), ("a.py", 4, "unused")]
    again = open_store()
    assert _audited(_check(root, _unloadable(catalogue), cache=again)) == first


def test_a_day_later_dates_count_anew(root: Path, catalogue: Catalogue, open_store: OpenStore) -> None:
    """The date is part of what the verdict on the ledger depends on."""
    (root / "a.py").write_text(_SOURCE)
    cache = open_store()
    _check(root, catalogue, cache=cache)
    found = _audited(_check(root, catalogue, cache=cache, today="2026-02-02"))
    assert found == [("a.py", 3, "unused"), ("a.py", 4, "expired")]


def test_only_files_that_were_asked_for_are_judged(root: Path, catalogue: Catalogue) -> None:
    """A run over one file says nothing about directives and settings elsewhere."""
    (root / "a.py").write_text(_SOURCE)
    (root / "b.py").write_text(f"z = 1  {_MARK}[GR10] prints nothing here\n")
    (root / "pyproject.toml").write_text("[tool.hive-guardian]\nexclude = ['gone/**']\n")
    assert _audited(_check(root, catalogue, targets=("b.py",))) == [("b.py", 1, "unused")]


def test_a_rule_that_is_not_selected_needs_no_directive_to_act(root: Path, catalogue: Catalogue) -> None:
    """A directive is only called unused when its rule really ran on the file."""
    (root / "a.py").write_text(_SOURCE)
    assert _audited(_check(root, catalogue, said=CommandLine(select=("GR03",)))) == []


def test_findings_about_exceptions_have_identities_and_ignore_the_level(root: Path, catalogue: Catalogue) -> None:
    """No level hides them, and a baseline can tell them apart."""
    (root / "a.py").write_text(f"x = 1  {_MARK}[GR10]\ny = 1  {_MARK}[GR10]\n")
    report = _check(root, catalogue, said=CommandLine(level="error"))
    marks = [item.fingerprint for item in report.findings if item.rule == "GR45"]
    assert len(marks) == len(set(marks)) > 0
    assert all(marks)


def test_policy_for_nothing_is_refused(root: Path, catalogue: Catalogue) -> None:
    """A glob that makes policy and matches nothing is an error of configuration, unless it is optional."""
    (root / "a.py").write_text("")
    settings = root / "hive-guardian.toml"
    settings.write_text("[layout]\ncomponents = ['packages/*']\n")
    with pytest.raises(UsageError, match=r"hive-guardian.toml:2: .*'packages/\*' matches nothing"):
        _check(root, catalogue)
    settings.write_text("[layout]\ncomponents = ['(packages/*)']\n")
    assert not _check(root, catalogue).errors


def test_what_rules_abstain_from_is_in_the_summary(root: Path, catalogue: Catalogue, open_store: OpenStore) -> None:
    """An unchanged project repeats the abstentions."""
    (root / "pyproject.toml").write_text("[project]\nname = 'x'\ndynamic = ['dependencies']\n")
    (root / "x.py").write_text("import httpx\n")
    cache = open_store()
    first = _check(root, catalogue, cache=cache).notes
    assert "GR48 says nothing about x: its dependencies are computed, not written down" in first
    assert _check(root, _unloadable(catalogue), cache=cache).notes == first


def test_books_survive_storage() -> None:
    """What project rules left behind is the same when it comes from the cache."""
    books = Books()
    books.abstain("GR48", "nothing")
    for hits in (2, 5, 1):
        books.count(Excuse("a -> b", Origin("x.toml", 3), "because", date(2026, 1, 2), hits, needs_reason=True))
    assert load_books(dump_books(books)) == books
    assert [one.hits for one in books.excuses.values()] == [5]
