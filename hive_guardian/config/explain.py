"""What is in force for a file, and why."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from hive_guardian.config.build import build_layout
from hive_guardian.config.cascade import Items, Leaf, Node, Tree, annotate, overlay, plain
from hive_guardian.config.config_set import ConfigSet, FileConfig
from hive_guardian.config.layers import Layer
from hive_guardian.config.options import option_keys
from hive_guardian.config.presets import SOURCE_PREFIX
from hive_guardian.config.schema import MAIN, known_keys
from hive_guardian.config.selection import rule_table
from hive_guardian.model.config import Config, DebtBudget, Origin, Override
from hive_guardian.model.errors import UsageError
from hive_guardian.model.layout import Layout
from hive_guardian.model.severity import Severity
from hive_guardian.model.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hive_guardian.model.rule import Rule

DEFAULT_SOURCE = "default"
_RULE_ID = re.compile(r"[A-Za-z]+[0-9]+")


def explain_setting(
    config_set: ConfigSet, key: str, path: str, catalogue: "Sequence[type[Rule]]" = ()
) -> list[tuple[object, Origin, bool]]:
    """Return everything that was said about one setting for one file.

    Args:
        config_set: configuration of the project.
        key: dotted key as in TOML: `level`, `layout.apps`, `rules.GR12.calls."boto3.client"`.
        path: root-relative file, or directory with a slash at its end; empty for the root.
        catalogue: rule classes, for the names and the default options of rules.

    Returns:
        (value, where it was said, whether it is in force), weakest first; the default is first where there is one.
        For lists that are concatenated and tables that are merged, several can be in force.

    Raises:
        UsageError: no setting, rule or option has that name; names the nearest.
    """
    keys, rule = _find_rule(parse_key(key), catalogue)
    said: list[tuple[object, Origin, Tree]] = []
    merged: Tree = {}
    for layer in _layers(config_set, path):
        if keys == ("extends",) and layer.source.startswith(SOURCE_PREFIX):
            continue
        tree = annotate(layer)
        merged = overlay(merged, tree)
        value = _at(tree, keys)
        if value is not None:
            said.append((plain(value), layer.origin(keys), tree))
    final = set(_leaf_ids(_at(merged, keys)))
    found = [(value, origin, not final.isdisjoint(_leaf_ids(_at(tree, keys)))) for value, origin, tree in said]
    default = _option_default(rule, keys) if rule else _default(keys)
    if default is not None:
        is_added_to = keys[0] == "roles"
        found.insert(0, (default, Origin(DEFAULT_SOURCE), is_added_to or not any(won for _, _, won in found)))
    return found


def effective(config_set: ConfigSet, path: str) -> dict[str, object]:
    """Return what is in force for a path as in `explain_setting`, keys as in TOML, defaults included.

    Options of rules are those written, with the overrides that match the path merged in; a rule's own defaults are on
    its page. Absent keys mean that nobody said anything and there is no default.
    """
    in_force = config_set.for_file(path)
    config = in_force.config
    rules = {code: dict(rule_table(config, code, in_force.overrides)) for code in _configured(in_force)}
    table: dict[str, object] = {
        "extends": list(config.presets),
        "level": config.level.name,
        "fail-on": config.fail_on.name if config.fail_on else "never",
        "select": None if config.select is None else list(config.select),
        "extend-select": list(config.extend_select),
        "ignore": list(config.ignore),
        "exclude": list(config.exclude),
        "required-plugins": list(config.required_plugins),
        "local-rules": list(config.local_rules),
        "baseline": config.baseline or None,
        "debt": _debt_table(config.debt) or None,
        "review": dict(config.review) or None,
        "roles": {role: list(globs) for role, globs in config.roles.items()},
        "layout": layout_table(config.layout),
        "contracts": [dict(contract.table) for contract in config.contracts],
        "rules": rules,
        "overrides": [_override_table(config, index) for index in in_force.overrides],
    }
    return {key: value for key, value in table.items() if value is not None}


def _debt_table(debt: DebtBudget) -> dict[str, object]:
    table: dict[str, object] = {} if debt.limit is None else {"max": debt.limit}
    return table | ({"owners": dict(debt.owners)} if debt.owners else {})


def layout_table(layout: Layout) -> dict[str, object]:
    """Return the shared settings with their keys as in TOML; a setting without value is absent."""
    table: dict[str, object] = {
        "components": list(layout.components),
        "apps": list(layout.apps),
        "libraries": list(layout.libraries),
        "config-layer": list(layout.config_layer),
        "config-factories": list(layout.config_factories),
        "composition-roots": list(layout.composition_roots),
        "tool-config": str(layout.tool_config),
        "tool-overrides": {tool: list(keys) for tool, keys in layout.tool_overrides.items()},
        "module-map": {name: list(modules) for name, modules in layout.module_map.items()},
        "logger-objects": list(layout.logger_objects),
    }
    return table | ({"logger-factory": layout.logger_factory} if layout.logger_factory else {})


def parse_key(key: str) -> tuple[str, ...]:
    """Return the parts of a dotted TOML key.

    Raises:
        UsageError: it is not a key, or its first part is none of ours; names the nearest.
    """
    try:
        table: object = tomllib.loads(f"{key} = 0" if key.isprintable() and "=" not in key else "")
    except tomllib.TOMLDecodeError:
        table = None
    if not table:
        raise UsageError(f'{key!r} is not a key; write it as in TOML, such as rules.GR12.calls."time.sleep"')
    parts: list[str] = []
    while isinstance(table, Mapping) and table:
        parts.append(next(iter(table)))
        table = table[parts[-1]]
    keys = known_keys(MAIN)
    if parts[0] not in keys:
        hint = nearest(parts[0], keys) or (f"; did you mean 'rules.{key}'?" if _RULE_ID.fullmatch(parts[0]) else "")
        raise UsageError(f"there is no setting {key!r}{hint}")
    below = known_keys(keys[parts[0]][0])
    if len(parts) > 1 and below and parts[1] not in below:
        raise UsageError(f"there is no setting {key!r}{nearest(parts[1], below)}")
    return tuple(parts)


def _layers(config_set: ConfigSet, path: str) -> Iterator[Layer]:
    """Yield the layers for a file, the overrides that match it last."""
    in_force = config_set.for_file(path)
    yield from config_set.layers[in_force.config.directory]
    for index in in_force.overrides:
        override = in_force.config.overrides[index]
        table = {"rules": override.rules}
        yield Layer(override.origin.source, override.directory, table, {(): (override.origin.line, 1)})


def _at(tree: Node, keys: tuple[str, ...]) -> Node | None:
    """Return the node at a path; below a value that is replaced as a whole, the part of that value."""
    node: Node | None = tree
    for index, key in enumerate(keys):
        if isinstance(node, Leaf) and index:
            return None
        node = node.get(key) if isinstance(node, dict) else None
    return node


def _leaf_ids(node: Node | None) -> Iterator[int]:
    """Yield the identities of leaves: merging keeps those that survive."""
    match node:
        case dict():
            for child in node.values():
                yield from _leaf_ids(child)
        case Leaf():
            yield id(node)
        case Items():
            yield id(node)
            yield from map(id, node.leaves)


def _find_rule(keys: tuple[str, ...], catalogue: "Sequence[type[Rule]]") -> "tuple[tuple[str, ...], type[Rule] | None]":
    """Return the keys with the rule spelled by its id, and the rule."""
    if keys[0] != "rules" or len(keys) == 1 or not catalogue:
        return keys, None
    by_name = {name: rule for rule in catalogue for name in (rule.code, rule.name)}
    rule = by_name.get(keys[1])
    if rule is None:
        raise UsageError(f"there is no rule {keys[1]!r}{nearest(keys[1], by_name)}")
    options = option_keys(rule)
    if len(keys) > 2 and keys[2] not in options:
        raise UsageError(f"{rule.code} has no option {keys[2]!r}{nearest(keys[2], options)}")
    return ("rules", rule.code, *keys[2:]), rule


def _option_default(rule: "type[Rule]", keys: tuple[str, ...]) -> object:
    from hive_guardian.model.option_models import dump  # pydantic, for what is said about options
    from hive_guardian.model.rule import State, default_checks

    checks = [check.name for check in default_checks(rule) if check.state is not State.OPT_IN]
    own = {"severity": rule.severity.name.lower(), "checks": checks, "roles": sorted(rule.roles)}
    options: object = dump(rule.Options()) | own
    for key in keys[2:]:
        options = options.get(key) if isinstance(options, Mapping) else None
    return options


def _default(keys: tuple[str, ...]) -> object:
    defaults: object = {
        "extends": ["default"],
        "level": Severity.ERROR.name,
        "layout": layout_table(build_layout({})),
        "roles": _built_in_roles() if keys[0] == "roles" else {},
    }
    for key in keys:
        defaults = defaults.get(key) if isinstance(defaults, Mapping) else None
    return defaults


def _built_in_roles() -> dict[str, list[str]]:
    from hive_guardian.project.roles import COMPONENT_ROLES, DEFAULT_CLI, DEFAULT_ROLES  # only this question needs it

    globs: dict[str, list[str]] = {"cli": list(DEFAULT_CLI)}
    for role, own in (*DEFAULT_ROLES.items(), *COMPONENT_ROLES.items()):
        globs.setdefault(role, []).extend(own)
    return globs


def _configured(in_force: FileConfig) -> list[str]:
    codes = set(in_force.config.rules)
    for index in in_force.overrides:
        codes |= set(in_force.config.overrides[index].rules)
    return sorted(codes)


def _override_table(config: Config, index: int) -> dict[str, object]:
    override: Override = config.overrides[index]
    table: dict[str, object] = {
        "paths": list(override.paths),
        "rules": {code: dict(options) for code, options in override.rules.items()},
        "ignore": list(override.ignore),
        "reason": override.reason,
    }
    return table | ({"until": override.until} if override.until else {})
