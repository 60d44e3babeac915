"""Whether each rule runs at one place of the project, and why: for people who ask, not for runs."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from hive_guardian.config.config_set import ConfigSet, FileConfig
from hive_guardian.config.options import inactive_rules, rule_options
from hive_guardian.config.selection import Selected, ignored_rules, select
from hive_guardian.engine.analyser import settings_of
from hive_guardian.engine.catalogue import Catalogue
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.options import RuleOptions
from hive_guardian.model.role import Role
from hive_guardian.model.rule import Bad, Check, FixClass, Rule, State, default_checks
from hive_guardian.model.severity import Severity, cap_severity


class Standing(StrEnum):
    """What a rule does at one place."""

    ON = "on"
    WAITING = "waiting"
    OFF = "off"
    UNKNOWN = "unknown"


@frozen
class CheckState:
    """One check of a rule at one place.

    Attributes:
        check: as declared.
        severity: of its findings here.
        is_on: whether it runs when the rule does.
    """

    check: Check
    severity: Severity
    is_on: bool


@frozen
class RuleState:
    """One rule at one place.

    Attributes:
        rule: the class.
        plugin: name of the distribution that brought it.
        standing: `WAITING` = enabled, but the settings it works on are missing.
        why: the reason, for a person.
        severity: the highest of its checks that are on; its default when none is.
        checks: all its checks in order of declaration.
    """

    rule: type[Rule]
    plugin: str
    standing: Standing
    why: str
    severity: Severity
    checks: tuple[CheckState, ...]


def rule_states(
    config_set: ConfigSet, catalogue: Catalogue, path: str, today: date, role: Role | None = None
) -> list[RuleState]:
    """Return the state of every rule, ordered by id.

    Args:
        config_set: configuration with names of rules resolved, as `validate_rules` returns it.
        catalogue: the rules.
        path: root-relative file, or directory with a slash at its end; empty for the root.
        today: date of the run.
        role: primary role of the file; `None` when the path is none.

    Raises:
        UsageError: a rule was selected by name that cannot run; overrides contradict each other.
    """
    in_force = config_set.for_file(path)
    config = in_force.config
    chosen = select(config, catalogue.facts)
    classes = list(catalogue.registry.rules.values())
    idle = inactive_rules(config, chosen, classes, today=today)
    ignored = {
        code: f"ignored by an override ({config.overrides[index].origin})"
        for index in in_force.overrides
        for code in ignored_rules(config, (index,))
    }
    found: list[RuleState] = []
    for rule in classes:
        options = rule_options(config, rule, in_force.overrides)
        standing, why = _stand(rule, chosen[rule.code], idle, ignored)
        if standing is Standing.ON and role is not None and role not in (options.roles or rule.roles):
            standing, why = Standing.OFF, f"does not report on files of role {role}"
        checks = _check_states(rule, options, in_force, today)
        severity = max((state.severity for state in checks if state.is_on), default=rule.severity)
        found.append(RuleState(rule, catalogue.registry.sources[rule.code], standing, why, severity, checks))
    return found


def unknown_state(rule: type[Rule], plugin: str, why: str) -> RuleState:
    """Return the state of a rule at a place whose configuration cannot be read: only what the rule itself says."""
    checks = tuple(
        CheckState(check, cap_severity(check.severity, check.confidence), str(check.state) == "on")
        for check in default_checks(rule)
    )
    return RuleState(rule, plugin, Standing.UNKNOWN, why, rule.severity, checks)


def fix_class(rule: type[Rule]) -> FixClass:
    """Return the best fix the rule's own examples prove; a fix without such an example is a suggestion."""
    is_shown = any(isinstance(example, Bad) and example.fixed is not None for example in rule.examples)
    return rule.fix if is_shown or rule.fix is FixClass.NONE else FixClass.SUGGESTION


def family_of(rule: type[Rule]) -> str:
    """Return the family, the first tag of a rule; `other` without tags."""
    return rule.tags[0] if rule.tags else "other"


def _stand(
    rule: type[Rule], verdict: Selected, idle: Mapping[str, str], ignored: Mapping[str, str]
) -> tuple[Standing, str]:
    if not verdict.enabled:
        return Standing.OFF, verdict.why
    if rule.code in ignored:
        return Standing.OFF, ignored[rule.code]
    if rule.code in idle:
        return Standing.WAITING, f"silent: {idle[rule.code]}"
    if rule.state is State.CONFIG and not verdict.by_name:
        return Standing.ON, "its settings exist"
    return Standing.ON, verdict.why


def _check_states(rule: type[Rule], options: RuleOptions, in_force: FileConfig, today: date) -> tuple[CheckState, ...]:
    active = rule(options, settings_of(in_force.config, today)).active
    states = []
    for check in default_checks(rule):
        written = options.severities.get(check.name) or options.severity
        severity = Severity[written.upper()] if written else cap_severity(check.severity, check.confidence)
        states.append(CheckState(check, severity, check.name in active))
    return tuple(states)
