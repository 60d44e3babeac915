"""`hive-guardian config` on real files."""

import json
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hive_guardian.cli.config_command import config
from hive_guardian.model.errors import UsageError

_ROOT = """\
root = true
extends = ["strict"]
level = "INFO"
[[overrides]]
paths = ["pkg/old/**"]
reason = "migration"
until = 2999-01-01
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a root and a nested configuration."""
    (tmp_path / "hive-guardian.toml").write_text(_ROOT)
    (tmp_path / "pkg" / "old").mkdir(parents=True)
    (tmp_path / "pkg" / "hive-guardian.toml").write_text('level = "WARNING"\n')
    (tmp_path / "pkg" / "old" / "test_a.py").write_text("")
    return tmp_path


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(config, [str(argument) for argument in arguments], catch_exceptions=False)


def test_show_prints_what_is_in_force_for_a_file(project: Path) -> None:
    """Defaults, both files and the override, as TOML that can be pasted back."""
    done = _run("show", project / "pkg" / "old" / "test_a.py")
    shown = tomllib.loads(done.output)
    assert done.exit_code == 0
    assert (shown["level"], shown["extends"]) == ("WARNING", ["default", "strict"])
    assert [override["reason"] for override in shown["overrides"]] == ["migration"]


@pytest.mark.parametrize(("path", "level"), [("", "INFO"), ("pkg", "WARNING"), ("pkg/old", "WARNING")])
def test_show_knows_directories_and_json(project: Path, path: str, level: str) -> None:
    """A directory stands for the files in it; JSON has the same keys."""
    done = _run("show", project / path, "--format", "json")
    assert json.loads(done.output)["level"] == level


def test_why_names_everybody_who_set_a_key(project: Path) -> None:
    """Weakest first, a star where it is in force."""
    assert _run("why", "level", project / "pkg" / "old").output == (
        '  default                   "ERROR"\n'
        '  hive-guardian.toml:3      "INFO"\n'
        '* pkg/hive-guardian.toml:1  "WARNING"\n'
    )


def test_why_says_so_when_nobody_set_a_key(project: Path) -> None:
    """An empty answer would look like a failure."""
    assert _run("why", "baseline", project).output == "nobody sets baseline here, and it has no default\n"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("rules.GR00.severity", '"critical"'),
        ("rules.print-call.roles", '["prod"]'),
        ("rules.GR47.checks", '["name", "deep-import"]'),
        ("roles.migration", '["**/migrations/**"]'),
    ],
)
def test_why_knows_what_holds_by_itself(project: Path, key: str, value: str) -> None:
    """What a rule and a role are without configuration is their default."""
    assert _run("why", key, project).output == f"* default  {value}\n"


def test_why_shows_that_globs_of_a_role_are_added(project: Path) -> None:
    """The default stays in force beside what is configured."""
    (project / "hive-guardian.toml").write_text('root = true\n[roles]\nmigration = ["db/**"]\n')
    assert _run("why", "roles.migration", project).output == (
        '* default               ["**/migrations/**"]\n* hive-guardian.toml:3  ["db/**"]\n'
    )


def test_why_explains_the_role_of_a_file(project: Path) -> None:
    """The glob that decided is named."""
    assert _run("why", "role", project / "pkg" / "old" / "test_a.py").output == "test  **/test_*.py  (default)\n"


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("levle", "there is no setting 'levle'; did you mean 'level'?"),
        ("GR10.severity", "there is no setting 'GR10.severity'; did you mean 'rules.GR10.severity'?"),
        ("rules.GR0.severity", "there is no rule 'GR0'"),
        ("rules.GR00.severty", "GR00 has no option 'severty'; did you mean 'severity'?"),
    ],
)
def test_why_refuses_unknown_keys(project: Path, key: str, message: str) -> None:
    """A misspelled key must not read as "nobody set it"."""
    with pytest.raises(UsageError) as caught:
        _run("why", key, project)
    assert str(caught.value).startswith(message)


def test_schema_describes_the_installed_rules() -> None:
    """The schema is JSON and knows the options of rules by id and name."""
    schema = json.loads(_run("schema").output)
    rules = schema["properties"]["rules"]["properties"]
    assert {"GR00", "syntax-error"} <= set(rules)
