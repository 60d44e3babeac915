"""Policies that no code can satisfy, refused when the configuration loads (golden-rules.md 1, last paragraph).

Judged here is what configuration alone shows. Contradictions inside contracts are refused by
`hive_guardian.project.contracts`, those with what manifests declare by the rules that read manifests.
"""

from collections.abc import Iterator, Mapping

from hive_guardian.config.problems import Problems
from hive_guardian.config.selection import Selected, rule_table
from hive_guardian.model.config import Config, Origin
from hive_guardian.project.dotted import DottedSet


def check_policies(config: Config, selection: Mapping[str, Selected]) -> None:
    """Refuse a configuration that contradicts itself.

    Args:
        config: configuration with names resolved to ids.
        selection: the verdict on every rule, as `select` gives it.

    Raises:
        UsageError: what contradicts what, with file, line and key.
    """
    problems = Problems()
    enabled = {code for code, verdict in selection.items() if verdict.enabled}
    if "GR37" in enabled and not config.layout.config_layer:
        message = "GR37 forbids reading the environment outside the config layer, and there is none"
        _add(problems, config, ("layout", "config-layer"), message)
    required = list(_required(config, enabled))
    for code, key, banned in _banned(config, enabled):
        for name, demanded_by in required:
            if banned.covers(name) if code == "GR46" else banned.matches(name):
                _add(problems, config, ("rules", code, key), f"{code} bans {name}, which {demanded_by} requires")
    problems.check()


def _required(config: Config, enabled: set[str]) -> Iterator[tuple[str, str]]:
    """Yield every name that some setting tells people to use, and that setting."""
    for name in config.layout.config_factories:
        yield name, "layout.config-factories"
    if "GR10" in enabled and config.layout.logger_factory:
        yield config.layout.logger_factory, "GR10 (layout.logger-factory)"
    if "GR16" in enabled:
        names = _strings(rule_table(config, "GR16").get("framework"))
        if len(names) == 1:
            yield names[0], "GR16 (framework)"
    if "GR36" in enabled:
        for contract in _tables(rule_table(config, "GR36").get("base-class-contracts")):
            bases = _strings(contract.get("must-inherit"))
            if len(bases) == 1:
                yield bases[0], "GR36 (must-inherit)"


def _banned(config: Config, enabled: set[str]) -> Iterator[tuple[str, str, DottedSet]]:
    """Yield (rule, option, names) of every ban that holds in the whole project but for its exceptions."""
    if "GR46" in enabled:
        for ban in _tables(rule_table(config, "GR46").get("banned")):
            if not ban.get("only"):
                yield "GR46", "banned", DottedSet([str(ban.get("name", ""))])
    if "GR24" in enabled:
        yield "GR24", "banned-accessors", DottedSet(_strings(rule_table(config, "GR24").get("banned-accessors")))


def _add(problems: Problems, config: Config, path: tuple[str, ...], message: str) -> None:
    problems.add(config.origins.get(".".join(path), Origin("default")), path, message)


def _tables(value: object) -> list[Mapping[str, object]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _strings(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []
