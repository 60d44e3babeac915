"""Which rules run, and the reason given."""

from datetime import date

import pytest

from hive_guardian.config.layers import CommandLine
from hive_guardian.config.load import load
from hive_guardian.config.selection import CheckFacts, RuleFacts, ignored_rules, reach, rule_table, select
from hive_guardian.model.config import Config
from hive_guardian.model.severity import Severity
from hive_guardian.project.tree import MemoryTree


def _rule(code: str, state: str, severity: Severity = Severity.ERROR, *extra: CheckFacts) -> RuleFacts:
    name = f"name-{code.lower()}"
    return RuleFacts(code, name, ("family", f"tag-{state}"), state, (CheckFacts(name, severity), *extra), ("rule-1",))


_ALWAYS, _ON, _OPT_IN, _CONFIG = (
    _rule("GR45", "always"),
    _rule("GR10", "on"),
    _rule("GR08", "opt-in"),
    _rule("GR05", "config"),
)
_MILD = _rule("GR02", "on", Severity.INFO, CheckFacts("strict-one", Severity.ERROR, "opt-in"))
_CATALOGUE = (_ALWAYS, _ON, _OPT_IN, _CONFIG, _MILD)


def _config(text: str = "", command_line: CommandLine | None = None) -> Config:
    tree = MemoryTree({"hive-guardian.toml": text})
    return load(tree, today=date(2026, 1, 15), command_line=command_line or CommandLine()).root


def _running(config: Config) -> set[str]:
    return {code for code, verdict in select(config, _CATALOGUE).items() if verdict.enabled}


@pytest.mark.parametrize(
    ("text", "running"),
    [
        ("", {"GR45", "GR10", "GR05"}),
        ('level = "INFO"', {"GR45", "GR10", "GR05", "GR02"}),
        ('level = "CRITICAL"', {"GR45"}),
        ('extends = ["strict"]', {"GR45", "GR10", "GR05", "GR08", "GR02"}),
        ("extends = []", {"GR45"}),
        ("select = []", {"GR45"}),
        ('select = ["GR08"]', {"GR45", "GR08"}),
        ('select = ["name-gr08"]', {"GR45", "GR08"}),
        ('select = ["tag-on"]', {"GR45", "GR10"}),
        ('select = ["ALL"]', {"GR45", "GR10", "GR08", "GR05"}),
        ('select = ["rule-1"]\nlevel = "INFO"', {"GR45", "GR10", "GR08", "GR05", "GR02"}),
        ('select = ["GR10"]\nextend-select = ["GR08"]', {"GR45", "GR10", "GR08"}),
        ('extend-select = ["GR08"]', {"GR45", "GR10", "GR05", "GR08"}),
        ('ignore = ["GR10"]', {"GR45", "GR05"}),
        ('ignore = ["ALL"]', {"GR45"}),
        ('ignore = ["family"]\nextend-select = ["GR10"]', {"GR45", "GR10"}),
        ('ignore = ["GR10"]\nextend-select = ["family"]', {"GR45", "GR05", "GR08"}),
        ('ignore = ["GR10"]\nextend-select = ["GR10"]', {"GR45", "GR05"}),
        ('rules.GR02.severity = "error"', {"GR45", "GR10", "GR05", "GR02"}),
        ('rules.GR10.severity = "info"', {"GR45", "GR05"}),
        ('rules.GR10.severities = { name-gr10 = "warning" }', {"GR45", "GR05"}),
        ('rules.GR02.extend-checks = ["strict-one"]', {"GR45", "GR10", "GR05", "GR02"}),
        ('extends = ["strict"]\nrules.GR02.checks = ["name-gr02"]', {"GR45", "GR10", "GR05", "GR08"}),
        ("rules.GR10.checks = []", {"GR45", "GR05"}),
        (
            '[[overrides]]\npaths = ["core/**"]\nrules.GR02 = { severity = "critical" }',
            {"GR45", "GR10", "GR05", "GR02"},
        ),
    ],
)
def test_presets_selection_level_and_checks_decide(text: str, running: set[str]) -> None:
    """States, presets, selectors by breadth, and whether any enabled check reaches the level."""
    assert _running(_config(text)) == running


@pytest.mark.parametrize(
    ("command_line", "running"),
    [
        (CommandLine(select=("GR10",)), {"GR45", "GR10"}),
        (CommandLine(select=("ALL",)), {"GR45", "GR08", "GR05"}),
        (CommandLine(ignore=("GR08",)), {"GR45", "GR05"}),
        (CommandLine(extend_select=("GR10",)), {"GR45", "GR05", "GR08", "GR10"}),
        (CommandLine(preset="default", ignore=("GR05",)), {"GR45", "GR08"}),
    ],
)
def test_the_command_line_beats_files_between_equals(command_line: CommandLine, running: set[str]) -> None:
    """Naming a rule on the command line overrules a file that ignores it; a broad selector does not."""
    assert _running(_config('ignore = ["GR10"]\nextend-select = ["GR08"]', command_line)) == running


@pytest.mark.parametrize(
    ("text", "code", "why", "by_name"),
    [
        ("", "GR45", "always runs", False),
        ("", "GR10", "in preset default", False),
        ("", "GR05", "runs when its settings exist", False),
        ("", "GR08", "opt-in: select it or extend the preset strict", False),
        ('extends = ["strict"]', "GR08", "in preset strict", False),
        ("extends = []", "GR10", "no preset in force extends default", False),
        ('select = ["ALL"]', "GR10", "selected by ALL (hive-guardian.toml:1)", False),
        ('\nextend-select = ["GR08"]', "GR08", "selected by GR08 (hive-guardian.toml:2)", True),
        ('select = ["GR08"]', "GR10", "not selected (hive-guardian.toml:1)", False),
        ('ignore = ["name-gr10"]', "GR10", "ignored by name-gr10 (hive-guardian.toml:1)", False),
        ("", "GR02", "in preset default, but at most info and the level is ERROR", False),
        ("rules.GR10.checks = []", "GR10", "none of its checks is enabled", False),
    ],
)
def test_every_verdict_has_a_reason(text: str, code: str, why: str, *, by_name: bool) -> None:
    """The catalogue command shows people why a rule runs here or does not, with the line that decided."""
    verdict = select(_config(text), _CATALOGUE)[code]
    assert (verdict.why, verdict.by_name) == (why, by_name)


def test_verdicts_come_in_order_of_the_ids() -> None:
    """Whatever order plugins load in, the result is the same."""
    assert list(select(_config(), _CATALOGUE)) == ["GR02", "GR05", "GR08", "GR10", "GR45"]


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("", Severity.WARNING),
        ('[[contracts]]\nkind = "layers"\nseverity = "critical"', Severity.CRITICAL),
        ('[[contracts]]\nkind = "acyclic"\nseverity = "critical"', Severity.WARNING),
        ("rules.GR06.severity = 7", Severity.WARNING),
    ],
)
def test_contracts_may_raise_what_their_rule_can_reach(text: str, severity: Severity) -> None:
    """A contract sets the severity of its own findings, so its rule must run at that level."""
    assert reach(_rule("GR06", "config", Severity.WARNING), _config(text)) == severity


def test_options_for_a_file_include_its_overrides() -> None:
    """Later overrides win; tables inside options are merged."""
    config = _config(
        'rules.GR10.calls = { a = "1", b = "1" }\n'
        '[[overrides]]\npaths = ["a"]\nrules.GR10.calls.b = "2"\nignore = ["GR08"]\n'
        '[[overrides]]\npaths = ["b"]\nrules.GR10.calls.b = "3"\nignore = ["GR05"]\n'
    )
    assert rule_table(config, "GR10") == {"calls": {"a": "1", "b": "1"}}
    assert rule_table(config, "GR10", (0, 1)) == {"calls": {"a": "1", "b": "3"}}
    assert rule_table(config, "GR99", (0,)) == {}
    assert ignored_rules(config, (0, 1)) == {"GR08", "GR05"}
