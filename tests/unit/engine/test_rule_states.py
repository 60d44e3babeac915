from hive_guardian.config.load import load
from hive_guardian.config.options import validate_rules
from hive_guardian.engine.rule_states import (
    RuleState,
    Standing,
    family_of,
    fix_class,
    rule_states,
    unknown_state,
)
from hive_guardian.model.role import Role
from hive_guardian.model.rule import Bad, FixClass, Rule
from hive_guardian.model.severity import Severity
from tests.fakes.runs import RULES, TODAY, LambdaRule, SteadyTree, make_catalogue


class IdleRule(LambdaRule):
    """Waits for a setting."""

    code, name, title = "T7", "idle", "Idle"

    def inactive(self) -> str | None:
        """Nothing is set."""
        return "set `something`"


def states(settings: str, path: str = "", role: Role | None = None) -> dict[str, RuleState]:
    """Return id -> state under these settings."""
    catalogue = make_catalogue((*RULES, IdleRule))
    tree = SteadyTree({"pyproject.toml": f"[tool.hive-guardian]\n{settings}\n", "a.py": ""})
    registry = catalogue.registry
    config_set = validate_rules(load(tree, today=TODAY), tuple(registry.rules.values()), registry.other_names)
    return {state.rule.code: state for state in rule_states(config_set, catalogue, path, TODAY, role)}


def test_each_rule_says_what_it_does_here_and_why() -> None:
    """On, below the level, ignored by name."""
    found = states('ignore = ["T1"]')
    said = {code: (state.standing, state.why) for code, state in found.items()}
    assert said["T1"] == (Standing.OFF, "ignored by T1 (pyproject.toml:2)")
    assert said["T2"][0] is Standing.OFF
    assert "level is ERROR" in said["T2"][1]
    assert states("")["T1"].standing is Standing.ON


def test_a_rule_without_its_setting_waits() -> None:
    """It is enabled and silent, and says what to set."""
    state = states('level = "INFO"')["T7"]
    assert (state.standing, state.why) == (Standing.WAITING, "silent: set `something`")


def test_the_role_of_a_file_counts() -> None:
    """A rule that reports on product code is off in a test."""
    assert states("", "a.py", Role.TEST)["T1"].why == "does not report on files of role test"
    assert states("", "a.py", Role.PROD)["T1"].standing is Standing.ON


def test_configured_severities_are_shown() -> None:
    """What holds here, not what the class says."""
    assert states('rules.T1 = { severity = "info" }\nlevel = "INFO"')["T1"].severity is Severity.INFO


def test_nothing_is_claimed_where_the_configuration_is_wrong() -> None:
    """Only what the rule itself says remains."""
    state = unknown_state(LambdaRule, "fake", "broken")
    assert (state.standing, state.why, state.severity) == (Standing.UNKNOWN, "broken", Severity.ERROR)
    assert [item.is_on for item in state.checks] == [True]


def test_a_fix_counts_when_an_example_shows_it() -> None:
    """A class that promises a fix without showing one offers a suggestion."""
    promised: type[Rule] = type("Promised", (LambdaRule,), {"fix": FixClass.SAFE})
    example = Bad("x", at=[(1, 1)], fixed="y")
    shown: type[Rule] = type("Shown", (LambdaRule,), {"fix": FixClass.SAFE, "examples": (example,)})
    assert [fix_class(rule) for rule in (LambdaRule, promised, shown)] == [
        FixClass.NONE,
        FixClass.SUGGESTION,
        FixClass.SAFE,
    ]


def test_the_family_is_the_first_tag() -> None:
    """A rule without tags belongs to the others."""
    assert family_of(LambdaRule) == "testing"
    assert family_of(type("Bare", (LambdaRule,), {"tags": ()})) == "other"
