"""Every golden rule resolves names: its examples keep their meaning in other spellings."""

from hive_guardian.model.rule import Rule
from hive_guardian.testing import mutate_examples
from hive_guardian.testing.pytest_plugin import each_rule


@each_rule("hive_guardian_rules")
def test_other_spellings_change_nothing(rule: type[Rule]) -> None:
    """What is bad stays caught under aliases, from-imports and nesting, and is silent once its name is shadowed."""
    report = mutate_examples(rule)
    assert [f"{item.number} {item.spelling}: {item.message}\n{item.code}" for item in report.problems] == []
