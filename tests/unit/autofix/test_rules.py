from datetime import date

from hive_guardian.adapters.fix_process import FixProcess
from hive_guardian.autofix.rules import ConfiguredRules
from hive_guardian.bootstrap import open_catalogue
from hive_guardian.config.load import load
from hive_guardian.engine.cache import NoCache
from hive_guardian.model.edit import offer
from hive_guardian.model.options import RuleOptions
from hive_guardian.model.rule import Rule
from hive_guardian.project.tree import MemoryTree
from tests.fakes.reports import make_finding

CONFIG = '[tool.hive-guardian]\nrules.GR08.init-return = true\n[[tool.hive-guardian.overrides]]\npaths = ["b/**"]\n'
CONFIG += 'rules.GR08 = { scope = "all" }\nreason = "r"\n'


def configured() -> ConfiguredRules:
    """The installed rules in a small project."""
    tree = MemoryTree({"pyproject.toml": CONFIG, "pkg/__init__.py": "", "pkg/a.py": "", "b/c.py": ""})
    catalogue = open_catalogue(NoCache())
    config_set = load(tree, today=date(2026, 1, 15))
    return ConfiguredRules(lambda: catalogue.registry, config_set, tree, date(2026, 1, 15))


def option(rule: Rule | None, name: str) -> object:
    """The value of an option of a rule."""
    assert rule is not None
    assert isinstance(rule.options, RuleOptions)
    return getattr(rule.options, name)


def test_a_rule_has_the_options_of_the_file() -> None:
    """Configuration and overrides count for the fixer as they do for the finding."""
    rules = configured()
    assert option(rules.find("GR08", "pkg/a.py"), "init_return") is True
    assert option(rules.find("GR08", "pkg/a.py"), "scope") == "public"
    assert option(rules.find("GR08", "b/c.py"), "scope") == "all"
    assert rules.find("GR08", "pkg/a.py") is rules.find("GR08", "pkg/__init__.py")
    assert rules.find("XX1", "pkg/a.py") is None


def test_a_file_has_the_module_name_of_its_component() -> None:
    """Relative imports are resolved as in the check."""
    rules = configured()
    assert (rules.module("pkg/a.py"), rules.module("pkg/__init__.py")) == ("pkg.a", "pkg")
    workshop = rules.workshop()
    assert workshop.find_module("pkg/a.py") == "pkg.a"


def test_another_process_renders_with_the_same_rules() -> None:
    """Where a child cannot be forked, the rules and their configuration are sent to it."""
    finding = make_finding("pkg/a.py", 1, rule="GR08", fix=offer("t"), span=(5, 1, 6))
    process = FixProcess(configured().workshop, method="spawn")
    (answer,) = process.render("pkg/a.py", b"def f(): g()\n", [finding])
    process.close()
    assert answer.fix is not None, answer.reason
    assert [edit.text for edit in answer.fix.edits] == [" -> None"]
