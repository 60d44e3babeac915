import sys
from pathlib import Path

import pytest

from hive_guardian.bootstrap.local_rules import load_rule_file, load_rule_package, read_local_rules
from hive_guardian.model.errors import PluginError
from hive_guardian.model.rule import AbsentRule

_RULE = '''
from hive_guardian import FileRule, Severity

class {name}(FileRule):
    """One."""

    code, name = "{code}", "{slug}"
    title: str = "Title of {name}"
    severity = Severity.ERROR
    tags = ("manners",)
'''


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Two rules, one in a package below; a private module, a test and an import of a rule that bring none."""
    (tmp_path / "more").mkdir()
    (tmp_path / "b.py").write_text(_RULE.format(name="B", code="LOC02", slug="b-rule"))
    (tmp_path / "more" / "__init__.py").write_text("from hive_guardian import FileRule\n")
    (tmp_path / "more" / "a.py").write_text(_RULE.format(name="A", code="LOC01", slug="a-rule"))
    (tmp_path / "_c.py").write_text(_RULE.format(name="C", code="LOC03", slug="c-rule"))
    (tmp_path / "test_b.py").write_text("from .b import B\n")
    return tmp_path


@pytest.mark.parametrize("load", [True, False])
def test_both_ways_know_the_same_rules(directory: Path, *, load: bool) -> None:
    """Reading without running finds the ids, slugs, titles and tags that running finds."""
    rules = read_local_rules(directory, load=load)
    assert [(rule.code, rule.name, rule.title, rule.tags) for rule in rules] == [
        ("LOC01", "a-rule", "Title of A", ("manners",)),
        ("LOC02", "b-rule", "Title of B", ("manners",)),
    ]
    assert all(issubclass(rule, AbsentRule) is not load for rule in rules)


def test_without_loading_nothing_runs(tmp_path: Path) -> None:
    """A module that would fail when run can still be read; one that does not parse cannot."""
    (tmp_path / "a.py").write_text("raise SystemExit\n" + _RULE.format(name="A", code="LOC01", slug="a-rule"))
    assert [rule.code for rule in read_local_rules(tmp_path, load=False)] == ["LOC01"]
    (tmp_path / "b.py").write_text("def (:\n")
    with pytest.raises(PluginError, match=r"b\.py"):
        read_local_rules(tmp_path, load=False)


def test_a_file_and_a_package(directory: Path) -> None:
    """One file brings its rules; sys.path is left alone."""
    before = list(sys.path)
    assert [rule.code for rule in load_rule_file(directory / "b.py")] == ["LOC02"]
    assert sys.path == before
    assert "GR12" in {rule.code for rule in load_rule_package("hive_guardian_rules.concurrency")}
