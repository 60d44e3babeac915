"""pytest plugin for packages of rules: a fixture, and examples as tests.

pytest imports this module in every run of an environment that has hive-guardian, so it defines no hooks and imports
nothing else before a test asks for it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import pytest

if TYPE_CHECKING:
    from hive_guardian.model.finding import Finding
    from hive_guardian.model.rule import Rule

Item = TypeVar("Item")
CheckRule = Callable[..., "list[Finding]"]
"""What the fixture `check_rule` returns: called like `hive_guardian.testing.check`."""


@dataclass(frozen=True, slots=True)
class RuleExample:
    """One example of one rule.

    Attributes:
        rule: the class.
        number: position in its `examples`, from 1.
    """

    rule: "type[Rule]"
    number: int

    def problems(self) -> list[str]:
        """Return what does not hold; an empty list is success."""
        from hive_guardian.testing.examples import judge_example  # see the module's docstring

        return list(judge_example(self.rule, self.rule.examples[self.number - 1]))

    def __str__(self) -> str:
        """Return the id of its test."""
        return f"{self.rule.code}-{self.rule.name}-{self.number}"


@pytest.fixture
def check_rule() -> CheckRule:
    """A function that runs one rule on a snippet or a small tree; see `hive_guardian.testing.check`."""
    from hive_guardian.testing.snippets import check  # see the module's docstring

    return check


def rule_examples(*packages: str) -> pytest.MarkDecorator:
    """Run a test once for each example of each rule in some packages, as the argument `rule_example`.

    Args:
        packages: dotted names, importable; everything below them counts.

    Raises:
        UsageError: there is no example, so the test would pass without testing anything.
    """
    examples = [RuleExample(rule, index) for rule in _rules(packages) for index in range(1, len(rule.examples) + 1)]
    return pytest.mark.parametrize("rule_example", _filled(examples, packages), ids=str)


def each_rule(*packages: str) -> pytest.MarkDecorator:
    """Run a test once for each rule in some packages, as the argument `rule`.

    Args:
        packages: dotted names, importable; everything below them counts.

    Raises:
        UsageError: there is no rule, so the test would pass without testing anything.
    """
    return pytest.mark.parametrize(
        "rule", _filled(_rules(packages), packages), ids=lambda rule: f"{rule.code}-{rule.name}"
    )


def _rules(packages: Iterable[str]) -> "list[type[Rule]]":
    """Return the rules, each once, in an order that every worker of a distributed run agrees on."""
    from hive_guardian.bootstrap.local_rules import load_rule_package  # see the module's docstring

    rules = {rule.code: rule for package in packages for rule in load_rule_package(package)}
    return [rules[code] for code in sorted(rules)]


def _filled(items: Sequence[Item], packages: Iterable[str]) -> Sequence[Item]:
    from hive_guardian.model.errors import UsageError

    if not items:
        raise UsageError(f"no rule with examples is defined in {', '.join(packages)}")
    return items
