import subprocess
import sys

import pytest

from hive_guardian import FileRule
from hive_guardian.model.errors import UsageError
from hive_guardian.testing.pytest_plugin import RuleExample, each_rule, rule_examples
from hive_guardian_rules.concurrency.blocking_call_in_async import BlockingCallInAsync


def test_each_example_is_a_test() -> None:
    """Ids are readable and in an order that all workers agree on."""
    mark = rule_examples("hive_guardian_rules.concurrency").mark
    assert mark.args[0] == "rule_example"
    names = [str(example) for example in mark.args[1]]
    assert names[0] == "GR12-blocking-call-in-async-1"
    assert len(set(names)) == len(names)
    assert {rule.code for rule in each_rule("hive_guardian_rules.concurrency").mark.args[1]} >= {"GR12", "GR51"}


def test_an_example_says_what_does_not_hold() -> None:
    """An empty list is success."""
    examples = (BlockingCallInAsync.examples[-1], BlockingCallInAsync.examples[0])
    changed = type("Changed", (BlockingCallInAsync,), {"examples": examples})
    assert RuleExample(changed, 1).problems() == []
    broken = type("Broken", (changed,), {"call_table": FileRule.call_table})
    assert "expected findings at" in RuleExample(broken, 2).problems()[0]


def test_a_package_without_rules_is_refused() -> None:
    """A test that runs for no rule would pass without testing anything."""
    for parametrise in (rule_examples, each_rule):
        with pytest.raises(UsageError, match="no rule"):
            parametrise("hive_guardian.model")


def test_the_plugin_costs_nothing_to_those_who_do_not_use_it() -> None:
    """Importing it brings neither pydantic nor the engine."""
    code = (
        "import sys, pytest\nbefore = set(sys.modules)\nimport hive_guardian.testing.pytest_plugin\n"
        "print(sorted(name for name in set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "['hive_guardian', 'hive_guardian.testing', 'hive_guardian.testing.pytest_plugin']\n"
