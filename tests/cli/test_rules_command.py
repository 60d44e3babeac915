"""`hive-guardian rules` and `hive-guardian explain` on real files."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import RunGuardian

_CONFIG = """\
[tool.hive-guardian]
ignore = ["rule-3"]
[[tool.hive-guardian.overrides]]
paths = ["pkg/old.py"]
ignore = ["GR12"]
reason = "migration"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that ignores one rule everywhere and another in one file."""
    (tmp_path / "pyproject.toml").write_text(_CONFIG)
    (tmp_path / "pkg").mkdir()
    (tmp_path / "tests").mkdir()
    for name in ("pkg/old.py", "pkg/new.py", "tests/test_a.py"):
        (tmp_path / name).write_text("")
    return tmp_path


def _states(guardian: RunGuardian, cwd: Path, *arguments: str) -> dict[str, dict[str, Any]]:
    done = guardian("rules", "--format", "json", *arguments, cwd=cwd)
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    counts = {word: number for word, number in report["summary"].items() if word != "rules"}
    assert sum(counts.values()) == report["summary"]["rules"] == len(report["rules"])
    return {rule["rule"]: rule for rule in report["rules"]}


def test_rules_says_what_each_rule_does_here_and_why(guardian: RunGuardian, project: Path) -> None:
    """Always on, on, ignored by configuration, waiting for its table: each with the reason."""
    states = _states(guardian, project, "--level", "INFO")
    said = {code: (states[code]["state"], states[code]["why"]) for code in ("GR00", "GR10", "GR03", "GR06")}
    assert said["GR00"] == ("on", "always runs")
    assert said["GR10"] == ("on", "in preset default")
    assert said["GR03"] == ("off", "ignored by rule-3 (pyproject.toml:2)")
    assert said["GR06"][0] == "waiting"
    assert "contracts" in said["GR06"][1]
    assert {check["name"] for check in states["GR10"]["checks"] if check["on"]} == {"print", "logger-factory"}


def test_rules_of_a_file_know_its_overrides_and_role(guardian: RunGuardian, project: Path) -> None:
    """What an override switches off, and what does not report on tests, is off there and nowhere else."""
    old = _states(guardian, project, "pkg/old.py")
    assert (old["GR12"]["state"], old["GR12"]["why"]) == ("off", "ignored by an override (pyproject.toml:3)")
    assert old["GR10"]["state"] == "on"
    test = _states(guardian, project, "tests/test_a.py")
    assert (test["GR10"]["state"], test["GR10"]["why"]) == ("off", "does not report on files of role test")


def test_rules_takes_the_options_of_check(guardian: RunGuardian, project: Path) -> None:
    """Selection and severity are shown as a check with the same options would apply them."""
    states = _states(guardian, project, "--isolated", "--select", "GR10,GR03")
    on = {code for code, state in states.items() if state["state"] == "on"}
    assert {"GR00", "GR10", "GR03"} <= on
    assert states["GR12"]["why"] == "not selected (command line)"
    strict = _states(guardian, project, "--preset", "strict", "--level", "WARNING")
    assert all(check["on"] for check in strict["GR10"]["checks"])


def test_rules_are_grouped_by_family_and_counted(guardian: RunGuardian, project: Path) -> None:
    """The table and the counts are derived from the rules; plain text when piped, colours on demand."""
    text = guardian("rules", cwd=project).stdout
    lines = text.splitlines()
    families = [line for line in lines[:-2] if line and not line.startswith(" ")]
    assert families == sorted(families)
    assert "observability" in families
    number = sum(line.startswith("  ") for line in lines)
    assert lines[-1].startswith(f"{number} rules: ")
    assert "\x1b" not in text
    assert "\x1b" in guardian("rules", cwd=project, env={"FORCE_COLOR": "1"}).stdout
    markdown = guardian("rules", "--format", "markdown", cwd=project).stdout
    assert markdown.count("| GR") == number


def test_explain_shows_the_whole_page(guardian: RunGuardian, project: Path) -> None:
    """Everything a reader needs to decide: what, why, checks, options, examples, how to configure and suppress."""
    done = guardian("explain", "print-call", cwd=project)
    assert (done.returncode, done.stderr) == (0, "")
    for heading in (
        "What", "Why", "Not a finding", "Fix", "When to suppress", "Differs", "Source", "Checks by name", "Options",
        "Reported", "Not reported", "How to configure", "How to suppress",
    ):  # fmt: skip
        assert f"\n{heading}\n" in done.stdout, heading
    assert done.stdout.startswith("GR10 print-call: Logging Standards\n")
    assert "`stream-write`    warning   only when strict" in done.stdout
    assert "`allow-in-main-block`  true or false  `true`" in done.stdout
    assert "# guardian: allow[GR10] reason" in done.stdout
    assert "state here  on: in preset default" in done.stdout
    assert "\x1b" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 110


def test_explain_does_not_select_what_needs_settings(guardian: RunGuardian, project: Path) -> None:
    """Selecting such a rule by its id without its settings is an error, so its page does not propose it."""
    shown = guardian("explain", "GR06", cwd=project).stdout
    assert "extend-select" not in shown
    assert "It runs by itself where the settings it needs exist" in shown
    assert 'extend-select = ["GR08"]' in guardian("explain", "GR08", cwd=project).stdout


def test_explain_knows_markdown_and_json(guardian: RunGuardian, project: Path) -> None:
    """The same page for a document and for a program."""
    markdown = guardian("explain", "gr10", "--format", "markdown", cwd=project).stdout
    assert markdown.startswith("# GR10 print-call: Logging Standards\n")
    assert markdown.count("```") % 2 == 0
    assert "| `allow-stderr` | true or false | `false` |" in markdown
    (page,) = json.loads(guardian("explain", "GR10", "--format", "json", cwd=project).stdout)["rules"]
    options = {option["name"]: option for option in page["options"]}
    assert options["allow-in-main-block"]["default"] is True
    assert options["roles"]["default"] == ["prod"]
    assert {example["kind"] for example in page["examples"]} == {"bad", "good"}


@pytest.mark.parametrize(
    ("name", "rules"), [("rule-9", ["GR09", "GR10"]), ("9", ["GR09", "GR10"]), ("Rule-10", ["GR10"])]
)
def test_explain_understands_the_predecessor(guardian: RunGuardian, project: Path, name: str, rules: list[str]) -> None:
    """An old number shows every rule it may mean."""
    pages = json.loads(guardian("explain", name, "--format", "json", cwd=project).stdout)["rules"]
    assert [page["rule"] for page in pages] == rules


def test_explain_names_the_nearest_rule(guardian: RunGuardian, project: Path) -> None:
    """A misspelled name is the caller's fault and costs one look."""
    done = guardian("explain", "print-cal", cwd=project)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: there is no rule 'print-cal'; did you mean 'print-call'?\n"


def test_explain_says_why_a_rule_of_the_project_is_unknown(guardian: RunGuardian, tmp_path: Path) -> None:
    """One wrong rule file keeps all others from being known; that it is wrong is what there is to say."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "hive-guardian.toml").write_text('local-rules = ["rules"]\n')
    (tmp_path / "rules" / "one.rule.toml").write_text('code = "ACME01"\nname = = "x"\n')
    done = guardian("explain", "ACME01", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "rules/one.rule.toml:2: " in done.stderr


def test_explain_works_where_the_configuration_does_not(guardian: RunGuardian, tmp_path: Path) -> None:
    """Whoever mends the options of a rule needs its page."""
    (tmp_path / "hive-guardian.toml").write_text("[rules.GR10]\nallow-stder = true\n")
    done = guardian("explain", "GR10", cwd=tmp_path)
    assert done.returncode == 0
    assert "state here  unknown: the configuration is wrong: hive-guardian.toml:2" in done.stdout
