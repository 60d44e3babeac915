"""The examples of every rule hold, in every spelling."""

from acme_rules.unpooled_connection import UnpooledConnection

from hive_guardian import FileRule
from hive_guardian.testing import mutate_examples
from hive_guardian.testing.pytest_plugin import CheckRule, RuleExample, each_rule, rule_examples


@rule_examples("acme_rules")
def test_examples_hold(rule_example: RuleExample) -> None:
    """What the page of a rule shows is what the rule does."""
    assert rule_example.problems() == []


@each_rule("acme_rules")
def test_other_spellings_change_nothing(rule: type[FileRule]) -> None:
    """Aliases, from-imports and nesting stay caught; shadowed names stay silent."""
    assert mutate_examples(rule).problems == []


def test_the_fix_says_what_to_use(check_rule: CheckRule) -> None:
    """A finding names the function of the pool."""
    (finding,) = check_rule(UnpooledConnection, "import psycopg\npsycopg.connect()\n")
    assert finding.fix is not None
    assert finding.fix.title == "use acme.db.pool.connection"
