"""Rules of the project itself and plugins that it requires, through the installed program."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import RunGuardian
from tests.cli.plugins import write_rule

_RULE = '''
import ast
from hive_guardian import Bad, FileRule, Finding, Good, Severity, on
from ._words import WORD

open("{trace}", "a").write("x")

class Shouting(FileRule):
    """Shouting."""

    code, name, title = "LOC01", "shouting", "Shouting"
    severity = Severity.ERROR
    tags = ("local", "manners")

    @on(ast.Assign)
    def check_assign(self, node, ctx):
        if ast.unparse(node.targets[0]) == WORD:
            yield ctx.finding(node, "somebody shouts")
'''
_CONFIG = """\
[tool.hive-guardian]
local-rules = ["tools/rules"]
extend-select = ["LOC01", "manners"]
[tool.hive-guardian.rules.LOC01]
severity = "critical"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a rule of its own that finds one thing, and a trace that says whether its code ran."""
    rules = tmp_path / "tools" / "rules"
    rules.mkdir(parents=True)
    (rules / "shouting.py").write_text(_RULE.format(trace=tmp_path / "trace.txt"))
    (rules / "_words.py").write_text('WORD = "HEY"\n')
    (rules / "test_shouting.py").write_text("raise SystemExit\n")
    (tmp_path / "pyproject.toml").write_text(_CONFIG)
    (tmp_path / "app.py").write_text("HEY = 1  # guardian: allow[LOC01] greeting\nHEY = 2\n")
    return tmp_path


def _found(guardian: RunGuardian, project: Path, *arguments: str) -> list[tuple[str, int]]:
    done = guardian("check", "app.py", "--format", "json", *arguments, cwd=project)
    assert done.returncode in {0, 1}, done.stderr
    return [(item["rule"], item["line"]) for item in json.loads(done.stdout)["findings"]]


def test_a_person_runs_local_rules(guardian: RunGuardian, project: Path) -> None:
    """Found without installing anything; suppressions and options apply; an edited rule is not answered from cache."""
    assert _found(guardian, project) == [("LOC01", 2)]
    assert _found(guardian, project) == [("LOC01", 2)]
    (project / "tools/rules/_words.py").write_text('WORD = "YOU"\n')
    assert ("LOC01", 2) not in _found(guardian, project)
    states = {
        rule["rule"]: rule for rule in json.loads(guardian("rules", "--format", "json", cwd=project).stdout)["rules"]
    }
    assert states["LOC01"]["state"] == "on"
    assert "somebody" not in guardian("explain", "LOC01", cwd=project).stderr


def test_local_rules_can_be_left_out(guardian: RunGuardian, project: Path) -> None:
    """Their code does not run, whatever names them stays valid, and the report says that they are missing."""
    done = guardian("check", "app.py", "--no-local-rules", "-v", cwd=project)
    assert done.returncode == 0, done.stderr
    assert "the rules in tools/rules were not run" in done.stdout + done.stderr
    assert guardian("config", "show", cwd=project).returncode == 0
    explained = guardian("explain", "shouting", "--no-local-rules", cwd=project)
    assert "local rules are off" in explained.stdout
    assert not (project / "trace.txt").exists()


def test_in_ci_somebody_has_to_decide(guardian: RunGuardian, project: Path) -> None:
    """A checkout may be a stranger's: without a word the check refuses instead of running or skipping its code."""
    done = guardian("check", "app.py", cwd=project, env={"CI": "true"})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: pyproject.toml:2: local-rules: this project has rules of its own")
    assert not (project / "trace.txt").exists()
    allowed = guardian("check", "app.py", "--local-rules", cwd=project, env={"CI": "true"})
    assert allowed.returncode == 1


def test_standard_input_never_runs_local_rules(guardian: RunGuardian, project: Path) -> None:
    """An editor that opens a file must not thereby run the project's code."""
    done = guardian("check", "--stdin-filename", "app.py", "--local-rules", cwd=project, stdin="HEY = 3\n")
    assert done.returncode == 0, done.stderr
    assert not (project / "trace.txt").exists()


def test_a_corpus_is_other_peoples_code(guardian: RunGuardian, project: Path) -> None:
    """Neither to read its findings nor to measure on it does its own code run, unless somebody says so."""
    assert guardian("rule", "corpus", ".", cwd=project).returncode == 0
    assert guardian("rule", "bench", "GR12", ".", "--rounds", "1", cwd=project).returncode == 0
    assert guardian("graph", "--cycles", cwd=project, env={"CI": "1"}).returncode == 0
    assert not (project / "trace.txt").exists()
    measured = guardian("rule", "bench", "LOC01", ".", "--rounds", "1", "--local-rules", cwd=project)
    assert measured.stdout.startswith("LOC01 shouting on "), measured.stderr


def test_a_broken_local_rule_is_named_and_the_run_incomplete(guardian: RunGuardian, project: Path) -> None:
    """The others still run; the exit code is 3."""
    (project / "pyproject.toml").write_text('[tool.hive-guardian]\nlocal-rules = ["tools/rules"]\n')
    (project / "tools/rules/shouting.py").write_text("import nothing_of_that_name\n")
    done = guardian("check", "app.py", cwd=project)
    assert done.returncode == 3
    assert "local rules tools/rules did not load: ModuleNotFoundError" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("directory", "message"),
    [
        ("tools/rule", "there is no directory 'tools/rule'"),
        ("../rules", "'../rules' is not a directory below the project root"),
        (".", "'.' is not a directory below the project root"),
    ],
)
def test_a_directory_that_is_none_is_refused(
    guardian: RunGuardian, tmp_path: Path, directory: str, message: str
) -> None:
    """The message has file, line and key."""
    (tmp_path / "hive-guardian.toml").write_text(f'local-rules = ["{directory}"]\n')
    (tmp_path / "app.py").write_text("")
    done = guardian("check", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (2, f"error: hive-guardian.toml:1: local-rules: {message}\n")


@pytest.mark.parametrize(
    ("requirement", "message"),
    [
        ("acme-rules>=1,<2", ""),
        ("acme-rules==1.0; python_version < '3'", ""),
        ("acme-rules>=2", "plugin acme-rules>=2 is required, but acme-rules 1.0 is installed"),
        ("acme-rulez", "plugin acme-rulez is not installed; install it next to hive-guardian"),
        ("click>=1", "is no plugin of hive-guardian"),
        ("acme rules", "'acme rules' is no requirement such as acme-rules>=1,<2"),
    ],
)
def test_required_plugins(guardian: RunGuardian, tmp_path: Path, requirement: str, message: str) -> None:
    """A missing plugin or one of another version stops the run before anything reads as clean."""
    folder = tmp_path / "plugins"
    environment = write_rule(folder, "acme-rules", "ACME99", "pass")
    project = tmp_path / "project"
    project.mkdir()
    (project / "hive-guardian.toml").write_text(f'required-plugins = ["{requirement}"]\n')
    (project / "app.py").write_text("")
    done = guardian("check", cwd=project, env=environment)
    assert done.returncode == (2 if message else 0), done.stderr
    assert message in done.stderr
    assert not message or done.stderr.startswith("error: hive-guardian.toml:1: required-plugins: ")
