"""The rules that render fixes, found by id for a file."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from hive_guardian.autofix.local import LocalWorkshop
from hive_guardian.config.config_set import ConfigSet
from hive_guardian.config.options import rule_options
from hive_guardian.engine.analyser import settings_of
from hive_guardian.engine.registry import Registry
from hive_guardian.model.rule import Rule
from hive_guardian.project.components import ComponentModel, find_components
from hive_guardian.project.tree import FileTree


@dataclass(slots=True)
class ConfiguredRules:
    """Makes instances of rules, configured for a file.

    Attributes:
        registry: returns the rule classes; asked when the first rule is wanted.
        config_set: the configuration, validated.
        tree: the files of the project.
        today: date of the run.
    """

    registry: Callable[[], Registry]
    config_set: ConfigSet
    tree: FileTree
    today: date
    _rules: dict[tuple[str, int], Rule] = field(default_factory=dict)
    _components: ComponentModel | None = None

    def __reduce__(self) -> tuple[object, ...]:
        """Hand over the rules themselves: a process of its own memory cannot ask for them here."""
        return _with_registry, (self.registry(), self.config_set, self.tree, self.today)

    def workshop(self) -> LocalWorkshop:
        """Return a workshop of these rules."""
        return LocalWorkshop(self.find, self.module)

    def find(self, code: str, path: str) -> Rule | None:
        """Return the instance of a rule for a path, `None` for an unknown rule."""
        rule = self.registry().rules.get(code)
        if rule is None:
            return None
        found = self.config_set.for_file(path)
        key = code, id(found)
        if key not in self._rules:
            options = rule_options(found.config, rule, found.overrides)
            self._rules[key] = rule(options, settings_of(found.config, self.today))
        return self._rules[key]

    def module(self, path: str) -> str:
        """Return the dotted module name of a path, empty when it has none."""
        if self._components is None:
            self._components = find_components(self.tree, self.config_set.root.layout)
        return self._components.module(path)


def _with_registry(registry: Registry, config_set: ConfigSet, tree: FileTree, today: date) -> ConfiguredRules:
    return ConfiguredRules(lambda: registry, config_set, tree, today)
