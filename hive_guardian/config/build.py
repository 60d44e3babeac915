"""From a merged tree to a frozen `Config`."""

from collections.abc import Iterator, Mapping
from datetime import date

from hive_guardian.config.cascade import Items, Leaf, Tree, origins, plain
from hive_guardian.config.presets import STRICT
from hive_guardian.config.problems import dotted
from hive_guardian.config.schema import GLOB_KEYS, NEVER, POLICY_OPTIONS, is_optional, strip_optional
from hive_guardian.model.config import Config, ContractSetting, DebtBudget, Override, Toml
from hive_guardian.model.layout import Layout, ToolConfig
from hive_guardian.model.severity import Severity

DEFAULT_LEVEL = Severity.ERROR

_NAME_KEYS = ("config-factories", "logger-objects")
_TABLE_KEYS = ("tool-overrides", "module-map")


def build(tree: Tree, *, directory: str, presets: tuple[str, ...]) -> Config:
    """Build the configuration of one directory.

    Args:
        tree: merged layers whose keys and types were validated.
        directory: root-relative directory it holds for.
        presets: names of the presets in force.
    """
    level = severity_of(_text(tree, "level")) or DEFAULT_LEVEL
    fail_on = _text(tree, "fail-on")
    layout = _table(tree, "layout")
    return Config(
        directory=directory,
        presets=presets,
        level=level,
        fail_on=severity_of(fail_on) if fail_on else level,
        select=_texts(tree, "select") if "select" in tree else None,
        extend_select=_texts(tree, "extend-select"),
        ignore=_texts(tree, "ignore"),
        exclude=_texts(tree, "exclude"),
        required_plugins=_texts(tree, "required-plugins"),
        local_rules=_texts(tree, "local-rules"),
        roles={role: strings(globs) for role, globs in _table(tree, "roles").items()},
        layout=build_layout(layout),
        contracts=tuple(_contracts(tree)),
        rules=_rules(tree),
        overrides=tuple(_overrides(tree)),
        strict_checks=STRICT in presets,
        opt_in=STRICT in presets,
        baseline=_text(tree, "baseline"),
        debt=_debt(_table(tree, "debt")),
        review=_table(tree, "review"),
        optional=frozenset(_optional(tree)),
        origins={dotted(path): origin for path, origin in origins(tree)},
    )


def build_layout(table: Toml) -> Layout:
    """Build the shared settings from the keys of `[layout]`; what is absent keeps its default.

    Args:
        table: kebab-case keys, already validated.
    """
    default = Layout()

    def globs(key: str, otherwise: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(strip_optional(glob) for glob in strings(table[key])) if key in table else otherwise

    factory = table.get("logger-factory")
    return Layout(
        components=globs("components", default.components),
        apps=globs("apps", default.apps),
        libraries=globs("libraries", default.libraries),
        config_layer=globs("config-layer", default.config_layer),
        config_factories=strings(table.get("config-factories")),
        composition_roots=globs("composition-roots", default.composition_roots),
        tool_config=ToolConfig(str(table.get("tool-config", default.tool_config))),
        tool_overrides={**default.tool_overrides, **_texts_by_key(table.get("tool-overrides"))},
        module_map=_texts_by_key(table.get("module-map")),
        logger_factory=str(factory) if factory else None,
        logger_objects=strings(table.get("logger-objects")),
    )


def _debt(table: Toml) -> DebtBudget:
    limit, owners = table.get("max"), table.get("owners")
    named = owners.items() if isinstance(owners, Mapping) else ()
    return DebtBudget(
        limit=limit if isinstance(limit, int) else None,
        owners={str(owner): number for owner, number in named if isinstance(number, int)},
    )


def severity_of(word: str) -> Severity | None:
    """Return the severity a word names in any case, `None` for `never` and for the empty word."""
    return None if word.lower() in {"", NEVER} else Severity[word.upper()]


def strings(value: object) -> tuple[str, ...]:
    """Return a list of texts as a tuple; empty for what is no list."""
    return tuple(str(item) for item in value) if isinstance(value, list | tuple) else ()


def _rules(tree: Tree) -> dict[str, Toml]:
    tables = _table(tree, "rules").items()
    rules: dict[str, dict[str, object]] = {name: dict(table) for name, table in tables if isinstance(table, dict)}
    for code, option in POLICY_OPTIONS:
        globs = rules.get(code, {}).get(option)
        if isinstance(globs, list):
            rules[code][option] = [strip_optional(glob) if isinstance(glob, str) else glob for glob in globs]
    return dict(rules)


def _optional(tree: Tree) -> Iterator[tuple[str, str]]:
    """Yield (dotted key, glob) of every glob written `(glob)`."""
    layout, rules = _table(tree, "layout"), _table(tree, "rules")
    written = [(f"layout.{key}", layout.get(key)) for key in GLOB_KEYS]
    for code, option in POLICY_OPTIONS:
        options = rules.get(code)
        written.append((f"rules.{code}.{option}", options.get(option) if isinstance(options, Mapping) else None))
    for key, globs in written:
        yield from ((key, strip_optional(glob)) for glob in strings(globs) if is_optional(glob))


def _contracts(tree: Tree) -> Iterator[ContractSetting]:
    seen: dict[str, int] = {}
    for leaf, table in _tables(tree, "contracts"):
        kind = str(table["kind"])
        seen[kind] = seen.get(kind, 0) + 1
        default = kind if seen[kind] == 1 else f"{kind} {seen[kind]}"
        yield ContractSetting(kind=kind, name=str(table.get("name", default)), table=table, origin=leaf.origin)


def _overrides(tree: Tree) -> Iterator[Override]:
    for index, (leaf, table) in enumerate(_tables(tree, "overrides")):
        rules = table.get("rules")
        until = table.get("until")
        yield Override(
            paths=strings(table["paths"]),
            rules=rules if isinstance(rules, dict) else {},
            ignore=strings(table.get("ignore")),
            reason=str(table.get("reason", "")).strip(),
            until=until if isinstance(until, date) else None,
            directory=leaf.directory,
            index=index,
            origin=leaf.origin,
        )


def _tables(tree: Tree, key: str) -> Iterator[tuple[Leaf, Toml]]:
    node = tree.get(key)
    for leaf in node.leaves if isinstance(node, Items) else ():
        if isinstance(leaf.value, Mapping):
            yield leaf, leaf.value


def _table(tree: Tree, key: str) -> Toml:
    node = tree.get(key)
    value = plain(node) if isinstance(node, dict) else None
    return value if isinstance(value, dict) else {}


def _texts(tree: Tree, key: str) -> tuple[str, ...]:
    return strings(plain(tree[key])) if key in tree else ()


def _text(tree: Tree, key: str) -> str:
    node = tree.get(key)
    return str(node.value) if isinstance(node, Leaf) else ""


def _texts_by_key(value: object) -> dict[str, tuple[str, ...]]:
    return {str(key): strings(item) for key, item in value.items()} if isinstance(value, Mapping) else {}
