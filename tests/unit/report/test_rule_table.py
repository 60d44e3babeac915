import json

from hive_guardian.config.load import load
from hive_guardian.config.options import validate_rules
from hive_guardian.engine.rule_states import RuleState, rule_states
from hive_guardian.project.tree import MemoryTree
from hive_guardian.report.paint import Paint
from hive_guardian.report.rule_table import describe_states, render_table
from tests.fakes.runs import RULES, TODAY, make_catalogue

PLAIN = Paint(is_on=False)


def states() -> list[RuleState]:
    """Return the states of three rules under the defaults."""
    catalogue = make_catalogue(RULES)
    registry = catalogue.registry
    config_set = validate_rules(load(MemoryTree({}), today=TODAY), tuple(registry.rules.values()), registry.other_names)
    return rule_states(config_set, catalogue, "", TODAY)


def test_the_text_has_a_line_per_rule_below_its_family() -> None:
    """Id, name, severity, fix, state and why, in columns; the last line counts."""
    lines = render_table(states(), "text", PLAIN).splitlines()
    assert lines[0] == "testing"
    assert [line.split()[:5] for line in lines[1:4]] == [
        ["T1", "lambda-expression", "error", "-", "on"],
        ["T2", "pass-statement", "warning", "-", "off"],
        ["T3", "class-count", "info", "-", "off"],
    ]
    assert lines[-1] == "3 rules: 1 on, 2 off"


def test_markdown_has_a_table_per_family() -> None:
    """One row per rule, names as code."""
    text = render_table(states(), "markdown", PLAIN)
    assert "## testing" in text
    assert "| T1 | <code>lambda-expression</code> | error | - | on |" in text


def test_json_says_the_same() -> None:
    """Programs read the same states, and the summary adds up."""
    report = json.loads(render_table(states(), "json", PLAIN))
    assert [(rule["rule"], rule["state"], rule["family"]) for rule in report["rules"]] == [
        ("T1", "on", "testing"),
        ("T2", "off", "testing"),
        ("T3", "off", "testing"),
    ]
    assert report["summary"] == {"rules": 3, "on": 1, "waiting": 0, "off": 2, "unknown": 0}


def test_no_rules_are_none() -> None:
    """An empty catalogue is said to be one."""
    assert describe_states([]) == "0 rules: none"
    assert render_table([], "text", PLAIN) == "0 rules: none\n"
