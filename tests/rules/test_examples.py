"""Every golden rule keeps what its own page says: examples, texts, names and options."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator

import pytest

import hive_guardian_rules
from hive_guardian.model.finding import Finding
from hive_guardian.model.option_models import model_of
from hive_guardian.model.rule import Bad, Example, Good, Rule, State, default_checks
from hive_guardian.model.severity import cap_severity
from hive_guardian.testing import check, run_examples

NEEDS_HISTORY = {"GR45": {"aged", "growing"}}
"""Checks that compare with an earlier state, which an example has not; `test_suppression_history` covers them."""
REQUIRED_SECTIONS = ("What:", "Why:", "Not a finding:", "When to suppress:")


def rule_modules() -> Iterator[str]:
    """Yield the dotted names of the modules that hold one rule each."""
    for family in pkgutil.iter_modules(hive_guardian_rules.__path__, "hive_guardian_rules."):
        if family.ispkg:
            package = importlib.import_module(family.name)
            for module in pkgutil.iter_modules(package.__path__, f"{family.name}."):
                if not module.name.rpartition(".")[2].startswith("_"):
                    yield module.name


def rules_in(module: str) -> list[type[Rule]]:
    """Return the rule classes a module defines itself."""
    return [
        value
        for value in vars(importlib.import_module(module)).values()
        if isinstance(value, type) and issubclass(value, Rule) and value.__module__ == module
    ]


def findings_of(rule: type[Rule], example: Example) -> list[Finding]:
    """Run a rule on one of its examples."""
    return check(
        rule,
        example.code,
        options=example.options,
        layout=example.layout,
        contracts=example.contracts,
        path=example.path,
        today=example.today,
        checks=example.checks,
    )


RULES = [rule for module in rule_modules() for rule in rules_in(module)]
each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.code}-{rule.name}")


def test_every_module_holds_one_rule() -> None:
    """A module of a family without a leading underscore defines exactly one rule."""
    counts = {module: len(rules_in(module)) for module in rule_modules()}
    assert counts
    assert [module for module, count in counts.items() if count != 1] == []


def test_ids_and_slugs_are_unique() -> None:
    """No two rules share an id or a slug."""
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert len({rule.name for rule in RULES}) == len(RULES)


@each_rule
def test_examples_hold(rule: type[Rule]) -> None:
    """The rule reports its bad examples where they say and is silent on the good ones."""
    assert [f"{problem.number}: {problem.message}" for problem in run_examples(rule)] == []


@each_rule
def test_both_kinds_of_examples_exist(rule: type[Rule]) -> None:
    """A page shows at least one thing that is reported and one that is not."""
    assert any(isinstance(example, Bad) for example in rule.examples)
    assert any(isinstance(example, Good) for example in rule.examples)


@each_rule
def test_the_page_has_its_sections(rule: type[Rule]) -> None:
    """The docstring has a first line and the sections every page needs, each with a text."""
    page = inspect.getdoc(rule) or ""
    paragraphs = page.split("\n\n")
    assert paragraphs[0].endswith(".")
    for section in REQUIRED_SECTIONS:
        texts = [paragraph for paragraph in paragraphs if paragraph.startswith(section)]
        assert len(texts) == 1, section
        assert texts[0].removeprefix(section).strip(), section


@each_rule
def test_the_file_is_named_after_the_rule(rule: type[Rule]) -> None:
    """Family, file name, slug and module docstring agree."""
    _, family, file_name = rule.__module__.split(".")
    assert rule.name.replace("-", "_") == file_name
    assert rule.tags[0] == family
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", rule.name)
    assert re.fullmatch(r"GR\d\d", rule.code)
    assert (importlib.import_module(rule.__module__).__doc__ or "").startswith(f"{rule.code}: ")


@each_rule
def test_checks_are_consistent(rule: type[Rule]) -> None:
    """Check names are unique, and the most severe default check gives the rule's severity."""
    checks = default_checks(rule)
    assert len({item.name for item in checks}) == len(checks)
    regular = [item for item in checks if item.state is not State.OPT_IN]
    assert max(cap_severity(item.severity, item.confidence) for item in regular) is rule.severity
    assert set(rule.yields_to) <= {item.name for item in checks}


@each_rule
def test_examples_use_known_checks(rule: type[Rule]) -> None:
    """Every check an example switches on or a bad example finds is declared."""
    declared = {item.name for item in default_checks(rule)}
    for example in rule.examples:
        assert set(example.checks) <= declared
        if isinstance(example, Bad):
            assert {finding.check for finding in findings_of(rule, example)} <= declared


@each_rule
def test_every_check_has_an_example(rule: type[Rule]) -> None:
    """Each declared check is found by at least one bad example."""
    found: set[str] = set()
    for example in rule.examples:
        if isinstance(example, Bad):
            found.update(finding.check for finding in findings_of(rule, example))
    assert {item.name for item in default_checks(rule)} - found == NEEDS_HISTORY.get(rule.code, set())


@each_rule
def test_options_are_described(rule: type[Rule]) -> None:
    """Every option has a description, and no message or summary ends in a full stop."""
    missing = [name for name, field in model_of(rule.Options).model_fields.items() if not field.description]
    assert missing == []
    assert [item.name for item in default_checks(rule) if item.summary.endswith(".")] == []


@each_rule
def test_messages_are_one_sentence(rule: type[Rule]) -> None:
    """A message is one line without a final full stop, and a position never lies outside the text."""
    for example in [example for example in rule.examples if isinstance(example, Bad)]:
        texts = {example.path: example.code} if isinstance(example.code, str) else example.code
        for finding in findings_of(rule, example):
            assert finding.message
            assert "\n" not in finding.message
            assert not finding.message.endswith(".")
            assert finding.location.line <= len(texts[finding.location.path].split("\n"))


@each_rule
def test_defaults_are_valid_options(rule: type[Rule]) -> None:
    """Options nobody configured are built without validation, so the defaults must be what validation would give."""
    assert rule.Options.model_construct() == rule.Options.model_validate({})
