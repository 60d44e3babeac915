"""Public test kit for rule authors: run one rule on a snippet or a small tree, its own examples, and variants of them.

The names load on first use: pytest imports this package in every run, whether or not a rule is tested.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hive_guardian.bootstrap.local_rules import load_rule_directory, load_rule_file, load_rule_package
    from hive_guardian.testing.examples import ExampleProblem, run_examples
    from hive_guardian.testing.mutation import MutationProblem, MutationReport, mutate_examples
    from hive_guardian.testing.snippets import Mending, RuleFailedError, check, fix

_HOMES = {
    "ExampleProblem": "hive_guardian.testing.examples",
    "Mending": "hive_guardian.testing.snippets",
    "MutationProblem": "hive_guardian.testing.mutation",
    "MutationReport": "hive_guardian.testing.mutation",
    "RuleFailedError": "hive_guardian.testing.snippets",
    "check": "hive_guardian.testing.snippets",
    "fix": "hive_guardian.testing.snippets",
    "load_rule_directory": "hive_guardian.bootstrap.local_rules",
    "load_rule_file": "hive_guardian.bootstrap.local_rules",
    "load_rule_package": "hive_guardian.bootstrap.local_rules",
    "mutate_examples": "hive_guardian.testing.mutation",
    "run_examples": "hive_guardian.testing.examples",
}

__all__ = [
    "ExampleProblem",
    "Mending",
    "MutationProblem",
    "MutationReport",
    "RuleFailedError",
    "check",
    "fix",
    "load_rule_directory",
    "load_rule_file",
    "load_rule_package",
    "mutate_examples",
    "run_examples",
]


def __getattr__(name: str) -> object:
    """Import a name of the kit when it is used."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # guardian: allow[GR15] the module comes from the table _HOMES
    return getattr(import_module(_HOMES[name]), name)
