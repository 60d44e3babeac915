"""Options of rules: validated by models of what the rules declare, where somebody set one."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from hive_guardian.config.config_set import ConfigSet
from hive_guardian.config.layers import Layer
from hive_guardian.config.names import resolve_names
from hive_guardian.config.problems import Problems, dotted
from hive_guardian.config.schema import shown
from hive_guardian.config.selection import CheckFacts, RuleFacts, Selected, rule_table
from hive_guardian.model.config import Config, Origin, Override, Settings, Toml
from hive_guardian.model.errors import GuardianError, PluginError, UsageError
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.severity import cap_severity
from hive_guardian.model.spelling import nearest
from hive_guardian.project.toml_positions import KeyPath

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from hive_guardian.model.options import RuleOptions
    from hive_guardian.model.rule import Rule

UNTOUCHABLE = "GR00"
"""Cannot be ignored, downgraded, suppressed or baselined (golden-rules.md GR00)."""


@frozen
class _Written:
    """Where the options of one rule were written: in `rules` and perhaps in one override."""

    config: Config
    layers: tuple[Layer, ...]
    code: str
    override: Override | None = None

    def place(self, path: KeyPath) -> tuple[Origin, KeyPath]:
        """Return origin and full path of a key below the table of the rule."""
        if self.override and path and path[0] in self.override.rules.get(self.code, {}):
            return self._in_override(self.override, path)
        full: KeyPath = ("rules", self.code, *path)
        for length in range(len(full), 0, -1):
            if origin := self.config.origins.get(dotted(full[:length])):
                return origin, full
        known = [origin for key, origin in self.config.origins.items() if key.startswith(f"rules.{self.code}.")]
        return (known[0] if known else Origin("default")), full

    def _in_override(self, override: Override, path: KeyPath) -> tuple[Origin, KeyPath]:
        for layer in self.layers:
            tables = layer.table.get("overrides")
            for index in range(len(tables)) if isinstance(tables, Sequence) else ():
                full: KeyPath = ("overrides", index, "rules", self.code, *path)
                if layer.source == override.origin.source and layer.origin(full[:2]) == override.origin:
                    return layer.origin(full), full
        return override.origin, ("overrides", override.index, "rules", self.code, *path)


def facts_of(rule: "type[Rule]", aliases: Iterable[str] = ()) -> RuleFacts:
    """Return what selection needs to know about a rule class.

    Args:
        rule: the class.
        aliases: other names it is known by.
    """
    from hive_guardian.model.rule import default_checks  # the warm path has no rule

    checks = tuple(
        CheckFacts(check.name, cap_severity(check.severity, check.confidence), str(check.state))
        for check in default_checks(rule)
    )
    return RuleFacts(rule.code, rule.name, rule.tags, str(rule.state), checks, tuple(aliases))


def validate_rules(
    config_set: ConfigSet, catalogue: "Sequence[type[Rule]]", aliases: Mapping[str, Iterable[str]] | None = None
) -> ConfigSet:
    """Check every name of a rule, every option against the rules themselves, and every contract.

    Args:
        config_set: what `load` returned.
        catalogue: all rule classes, ids unique.
        aliases: rule id -> other names it is known by.

    Returns:
        The configuration with names resolved to ids, see `resolve_names`.

    Raises:
        UsageError: an unknown rule, option or check, a value that an option does not take, or a contract that is
            none; all problems, one per line, with file, line, key and the nearest valid name.
    """
    resolved = resolve_names(config_set, [facts_of(rule, (aliases or {}).get(rule.code, ())) for rule in catalogue])
    rules = {rule.code: rule for rule in catalogue}
    problems = Problems()
    for directory, config in resolved.configs.items():
        for written in _written(config, resolved.layers[directory]):
            _check_options(rules[written.code], written, problems)
        _check_contracts(config, problems)
    problems.check()
    return resolved


def rule_options(config: Config, rule: "type[Rule]", overrides: Iterable[int] = ()) -> "RuleOptions":
    """Return the validated options of a rule for files with these overrides.

    Args:
        config: a configuration that `validate_rules` returned.
        rule: the class.
        overrides: indices as in `FileConfig.overrides`.

    Raises:
        UsageError: two overrides are each valid but not together.
    """
    indices = tuple(overrides)
    table = rule_table(config, rule.code, indices)
    if not table:
        return _default_options(rule)  # type: ignore[arg-type]  # mypy takes the hash of instances for that of classes
    from pydantic import ValidationError  # only for options that somebody set

    try:
        return rule.Options.model_validate(table)
    except ValidationError as error:
        where = ", ".join(str(config.overrides[index].origin) for index in indices) or f"rules.{rule.code}"
        raise UsageError(f"{where}: together these give {rule.code} options that it does not take: {error}") from None


@cache
def _default_options(rule: "type[Rule]") -> "RuleOptions":
    """Return the options of a rule that nobody configured: nothing to validate, and no validator to build for it."""
    return rule.Options.model_construct()


def inactive_rules(
    config: Config, selection: Mapping[str, Selected], catalogue: "Sequence[type[Rule]]", *, today: date
) -> dict[str, str]:
    """Return the enabled rules that have nothing to do under this configuration.

    Returns:
        Rule id -> what it lacks, in its own words.

    Raises:
        UsageError: one of them was selected by id or name; lists all of those.
        PluginError: a rule cannot say; the message names it.
    """
    from hive_guardian.model.rule import AbsentRule  # the warm path has no rule

    settings = Settings(config.layout, config.contracts, today, preset_checks=config.strict_checks)
    found: dict[str, str] = {}
    for rule in catalogue:
        if rule.code in selection and selection[rule.code].enabled:
            reason = _idle_reason(rule, rule_options(config, rule), settings)
            if reason is not None:
                found[rule.code] = reason
    absent = {rule.code for rule in catalogue if issubclass(rule, AbsentRule)}
    asked = [code for code in found if selection[code].by_name and code not in absent]
    if asked:
        lines = (f"{code} is {selection[code].why}, but it is not configured: {found[code]}" for code in asked)
        raise UsageError("\n".join(lines))
    return found


def _idle_reason(rule: "type[Rule]", options: "RuleOptions", settings: Settings) -> str | None:
    try:
        return rule(options, settings).inactive()
    except GuardianError:
        raise
    except Exception as error:
        message = f"{rule.code} ({rule.name}) cannot be prepared: {type(error).__name__}: {error}"
        raise PluginError(message) from error


def _written(config: Config, layers: tuple[Layer, ...]) -> Iterable[_Written]:
    for code in config.rules:
        yield _Written(config, layers, code)
    for override in config.overrides:
        for code in override.rules:
            yield _Written(config, layers, code, override)


def _check_contracts(config: Config, problems: Problems) -> None:
    from hive_guardian.project.contract_conflicts import find_conflicts  # as the next line
    from hive_guardian.project.contracts import parse_contract  # its classes cost as much start-up as all of `load`

    parsed = []
    for contract in config.contracts:
        try:
            parsed.append(parse_contract(contract))
        except UsageError as error:
            problems.add_text(str(error))
    for conflict in find_conflicts(parsed):
        problems.add_text(conflict)


def _check_options(rule: "type[Rule]", written: _Written, problems: Problems) -> None:
    from pydantic import ValidationError  # only for options that somebody set

    table = rule_table(written.config, rule.code, (written.override.index,) if written.override else ())
    if rule.code == UNTOUCHABLE and table:
        problems.add(*written.place((next(iter(table)),)), "this rule has no options: it can be neither off nor milder")
        return
    try:
        rule.Options.model_validate(table)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            origin, path = written.place(tuple(detail["loc"]))
            problems.add(origin, path, _message(rule, detail))
    for path, name, known in _unknown_checks(rule, table):
        problems.add(*written.place(path), f"{rule.code} has no check {name!r}{nearest(name, known)}")


_TOML_WORDS = {
    "a valid dictionary": "a table",
    "a valid tuple": "a list",
    "a valid list": "a list",
    "a valid set": "a list",
    "a valid frozenset": "a list",
    "a valid string": "a string",
    "a valid boolean": "true or false",
    "a valid integer": "a whole number",
}
"""What the author of an option calls a value -> what the author of a TOML file calls it."""


def option_keys(rule: "type[Rule]") -> list[str]:
    """Return the options of a rule, as TOML spells them."""
    from hive_guardian.model.option_models import model_of  # pydantic, for what is said about options

    return [field.alias or name for name, field in model_of(rule.Options).model_fields.items()]


def _message(rule: "type[Rule]", detail: "ErrorDetails") -> str:
    if detail["type"] == "extra_forbidden":
        known = option_keys(rule)
        top = len(detail["loc"]) == 1
        return f"unknown option{nearest(str(detail['loc'][0]), known) if top else ''}"
    if detail["type"] == "missing":
        return "this key is missing"
    text = detail["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    text = _TOML_WORDS.get(text.partition(",")[0], text)
    return f"expected {text}, not {shown(detail['input'])}" if detail["msg"].startswith("Input should be ") else text


def _unknown_checks(rule: "type[Rule]", table: Toml) -> Iterable[tuple[KeyPath, str, list[str]]]:
    from hive_guardian.model.rule import AbsentRule, default_checks  # the warm path has no rule

    if issubclass(rule, AbsentRule):
        return
    known = [check.name for check in default_checks(rule)]
    for key in ("checks", "extend-checks", "severities"):
        names = table.get(key)
        for index, name in enumerate(names) if isinstance(names, list | Mapping) else ():
            if str(name) not in known:
                yield (key, str(name) if isinstance(names, Mapping) else index), str(name), known
