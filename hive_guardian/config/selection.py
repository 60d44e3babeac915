"""Which rules run, and why: decided from light facts about the rules, without importing any."""

from collections.abc import Iterable, Iterator, Mapping

from hive_guardian.config.cascade import merge_tables
from hive_guardian.config.layers import COMMAND_LINE
from hive_guardian.config.presets import DEFAULT, STRICT
from hive_guardian.model.config import Config, Origin, Toml
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.severity import Severity

ALL = "ALL"
ALWAYS, ON, OPT_IN, CONFIGURED = "always", "on", "opt-in", "config"
CONTRACT_RULES = {
    "layers": "GR06",
    "forbidden": "GR06",
    "independent": "GR06",
    "protected": "GR06",
    "interface": "GR47",
    "acyclic": "GR43",
}
"""Kind of contract -> the rule that reports its breaches."""

_BY_ALL, _BY_TAG, _BY_NAME = 1, 2, 3


@frozen
class CheckFacts:
    """One check of a rule: its name, its default severity after the cap, and `on` or `opt-in`."""

    name: str
    severity: Severity
    state: str = ON


@frozen
class RuleFacts:
    """What selection needs to know about a rule; plain data, so that a cache can keep it.

    Attributes:
        code: the id.
        name: the slug.
        tags: the first is the family.
        state: `always`, `on`, `opt-in` or `config`.
        checks: all its checks; a rule without named ones has one, named like the rule.
        aliases: other names it is known by, such as those of a predecessor.
    """

    code: str
    name: str
    tags: tuple[str, ...]
    state: str
    checks: tuple[CheckFacts, ...]
    aliases: tuple[str, ...] = ()

    def is_called(self, name: str) -> bool:
        """Whether a name means this rule and no group of rules."""
        return name in {self.code, self.name} or name in self.aliases


@frozen
class Selected:
    """The verdict on one rule.

    Attributes:
        enabled: whether it runs; one of state `config` may still find that its table is absent.
        why: the reason, for a person.
        by_name: somebody asked for this very rule, so it is an error if it cannot run.
    """

    enabled: bool
    why: str
    by_name: bool = False


@frozen
class _Entry:
    """One name in `select`, `extend-select` or `ignore`."""

    name: str
    key: str
    origin: Origin

    def rank(self, rule: RuleFacts) -> tuple[int, bool, bool] | None:
        """Return how strongly the entry speaks about a rule, `None` when it does not."""
        breadth = _breadth(self.name, rule)
        if not breadth:
            return None
        return breadth, self.origin.source == COMMAND_LINE, self.key == "ignore"


def select(config: Config, catalogue: Iterable[RuleFacts]) -> dict[str, Selected]:
    """Decide for every rule whether it runs.

    An entry that names a rule beats one that names its tag, which beats `ALL`; between equals the command line beats
    files, then `ignore` beats selecting. A rule of state `always` runs whatever is selected, at every level.

    Args:
        config: the configuration of one directory.
        catalogue: every known rule.

    Returns:
        Rule id -> verdict, in order of the ids.
    """
    entries = tuple(_entries(config))
    rules = sorted(catalogue, key=lambda rule: rule.code)
    return {rule.code: _judge(rule, config, entries) for rule in rules}


def reach(rule: RuleFacts, config: Config) -> Severity | None:
    """Return the highest severity a finding of the rule can have anywhere, `None` when no check is enabled."""
    tables = [rule_table(config, rule.code)]
    tables += [
        rule_table(config, rule.code, (override.index,)) for override in config.overrides if rule.code in override.rules
    ]
    found = [severity for table in tables for severity in _severities(rule, table, strict=config.strict_checks)]
    contracts = (contract for contract in config.contracts if CONTRACT_RULES.get(contract.kind) == rule.code)
    found += [severity for contract in contracts if (severity := _word(contract.table.get("severity")))]
    return max(found, default=None)


def rule_table(config: Config, code: str, overrides: Iterable[int] = ()) -> Toml:
    """Return the options of a rule as written, those of matching overrides merged over them.

    Args:
        config: the configuration of the file's directory, with names of rules resolved to ids.
        code: id of the rule.
        overrides: indices of the overrides that match the file, as in `FileConfig.overrides`.
    """
    table = config.rules.get(code, {})
    for index in overrides:
        if code in config.overrides[index].rules:
            table = merge_tables(table, config.overrides[index].rules[code])
    return table


def ignored_rules(config: Config, overrides: Iterable[int]) -> frozenset[str]:
    """Return the ids that the given overrides switch off; `resolve_names` has turned names and tags into ids."""
    return frozenset(code for index in overrides for code in config.overrides[index].ignore)


def _entries(config: Config) -> Iterator[_Entry]:
    named: Mapping[str, tuple[str, ...]] = {
        "select": config.select or (),
        "extend-select": config.extend_select,
        "ignore": config.ignore,
    }
    for key, names in named.items():
        for index, name in enumerate(names):
            origin = config.origins.get(f"{key}[{index}]") or config.origins.get(key) or Origin(DEFAULT)
            yield _Entry(name, key, origin)


def _judge(rule: RuleFacts, config: Config, entries: tuple[_Entry, ...]) -> Selected:
    if rule.state == ALWAYS:
        return Selected(enabled=True, why="always runs")
    ranked = [(rank, entry) for entry in entries if (rank := entry.rank(rule)) is not None]
    if ranked:
        rank, entry = max(ranked, key=lambda item: item[0])
        if entry.key == "ignore":
            return Selected(enabled=False, why=f"ignored by {entry.name} ({entry.origin})")
        verdict = Selected(enabled=True, why=f"selected by {entry.name} ({entry.origin})", by_name=rank[0] == _BY_NAME)
    elif config.select is not None:
        return Selected(enabled=False, why=f"not selected ({config.origins.get('select', COMMAND_LINE)})")
    else:
        verdict = _judge_by_preset(rule, config)
    return _at_level(verdict, rule, config) if verdict.enabled else verdict


def _judge_by_preset(rule: RuleFacts, config: Config) -> Selected:
    if rule.state == OPT_IN:
        if config.opt_in:
            return Selected(enabled=True, why=f"in preset {STRICT}")
        return Selected(enabled=False, why=f"opt-in: select it or extend the preset {STRICT}")
    if DEFAULT not in config.presets:
        return Selected(enabled=False, why=f"no preset in force extends {DEFAULT}")
    why = "runs when its settings exist" if rule.state == CONFIGURED else f"in preset {DEFAULT}"
    return Selected(enabled=True, why=why)


def _at_level(verdict: Selected, rule: RuleFacts, config: Config) -> Selected:
    highest = reach(rule, config)
    if highest is None:
        return Selected(enabled=False, why="none of its checks is enabled", by_name=verdict.by_name)
    if highest < config.level:
        why = f"{verdict.why}, but at most {highest} and the level is {config.level.name}"
        return Selected(enabled=False, why=why, by_name=verdict.by_name)
    return verdict


def _breadth(name: str, rule: RuleFacts) -> int:
    if rule.is_called(name):
        return _BY_NAME
    if name in rule.tags:
        return _BY_TAG
    return _BY_ALL if name == ALL else 0


def _severities(rule: RuleFacts, table: Toml, *, strict: bool) -> Iterator[Severity]:
    by_check = table.get("severities")
    by_check = by_check if isinstance(by_check, Mapping) else {}
    only, extra = table.get("checks"), table.get("extend-checks")
    for check in rule.checks:
        default = check.name in only if isinstance(only, list) else check.state == ON or strict
        if default or (isinstance(extra, list) and check.name in extra):
            yield _word(by_check.get(check.name)) or _word(table.get("severity")) or check.severity


def _word(value: object) -> Severity | None:
    """Return a severity, `None` for anything else: options are validated elsewhere, when rules are imported."""
    return Severity.__members__.get(value.upper()) if isinstance(value, str) else None
