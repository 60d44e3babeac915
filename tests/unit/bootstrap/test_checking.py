from datetime import date
from pathlib import Path

import pytest

from hive_guardian.bootstrap.checking import CheckRequest, check, survey
from hive_guardian.bootstrap.needs import project_catalogue
from hive_guardian.config.layers import CommandLine
from hive_guardian.engine.cache import NoCache
from hive_guardian.model.errors import UsageError
from hive_guardian.project.tree import MemoryTree

_DAY = date(2026, 1, 15)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Two modules that import each other, and one that does not parse."""
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "a.py").write_text("import b\nprint(b)\n")
    (tmp_path / "b.py").write_text("import a\n")
    (tmp_path / "c.py").write_text("def (:\n")
    return tmp_path


def test_a_survey_has_the_facts_of_all_files(project: Path) -> None:
    """It is asked about one file, knows all, and names those it could not read; the cache changes nothing."""
    request = CheckRequest((str(project / "a.py"),), CommandLine(), _DAY, jobs=1)
    for _ in range(2):
        found = survey(request)
        assert found.wanted == {"a.py"}
        assert found.project.graph.cycles() == (("a.py", "b.py"),)
        assert [(error.path, error.message) for error in found.errors] == [
            ("c.py", "does not parse, so nothing is known about it")
        ]
    report = check(request).outcome.report
    assert [finding.rule for finding in report.findings] == ["GR43", "GR10"]


def test_nobody_runs_local_rules_by_accident(project: Path) -> None:
    """The programming interface knows them by name only; where nobody decided, it refuses."""
    (project / "rules").mkdir()
    (project / "rules" / "r.py").write_text("raise SystemExit\nclass R:\n    code = 'LOC01'\n    name = 'r'\n")
    tree = MemoryTree({"hive-guardian.toml": "local-rules = ['rules']\n"})
    catalogue = project_catalogue(tree, project, CommandLine(), NoCache(), load=False)
    assert "LOC01" in catalogue.cards
    assert catalogue.notes == ("the rules in rules were not run: local rules are off",)
    with pytest.raises(UsageError, match="--no-local-rules"):
        project_catalogue(tree, project, CommandLine(), NoCache(), load=None)
