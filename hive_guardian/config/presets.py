"""The presets `default`, `strict` and `hive`, those of plugins, and what `extends` makes of them.

`default` runs the rules that are on; `strict` adds every opt-in rule and the checks marked (strict); both are meanings
of their names (see `build`), so their tables are empty. `hive` adds the policy of golden-rules.md 1.1.
"""

from collections.abc import Mapping

from hive_guardian.config.layers import Layer, parse_layer
from hive_guardian.config.problems import Problems
from hive_guardian.model.config import Origin, Toml
from hive_guardian.model.errors import PluginError, UsageError
from hive_guardian.model.spelling import nearest

DEFAULT = "default"
STRICT = "strict"
SOURCE_PREFIX = "preset:"

_HIVE_LAYOUT: Toml = {
    "components": ["apps/*", "packages/*"],
    "apps": ["apps/*"],
    "libraries": ["packages/*"],
    "tool-config": "root-only",
    "config-layer": [
        "packages/hive-config/**",
        "apps/*/src/*/config.py",
        "apps/*/src/*/config/**",
        "apps/*/src/*/settings.py",
    ],
    "config-factories": ["hive_config.create_config_from_sources"],
    "logger-factory": "hive_logging.get_logger",
}
_HIVE_MIDDLE_TIER = ("async", "db", "cache", "bus", "ai", "algorithms", "models", "service-discovery")
_HIVE_CONTRACTS: list[Toml] = [
    {"name": "dependency flow", "kind": "layers", "layers": ["apps/*", "packages/*"]},
    {"name": "applications are independent", "kind": "independent", "modules": ["apps/*"], "public": []},
    {
        "name": "package tiers",
        "kind": "layers",
        "severity": "warning",
        "layers": [
            "packages/hive-tests | packages/hive-app-toolkit",
            "packages/hive-config | packages/hive-performance",
            " | ".join(f"packages/hive-{name}" for name in _HIVE_MIDDLE_TIER),
            "packages/hive-errors",
            "packages/hive-logging",
        ],
    },
    {
        "name": "packages are imported from their root",
        "kind": "interface",
        "modules": ["packages/*"],
        "public": ["root"],
        "severity": "warning",
    },
]
_HIVE_RULES: Mapping[str, Toml] = {
    "GR01": {
        "contracts": [
            {
                "roots": "apps/*",
                "file": "hive-app.toml",
                "required-keys": ["app.name"],
                "any-of": ["daemons", "tasks", "endpoints"],
            }
        ]
    },
    "GR05": {
        "exempt": [
            "packages/hive-cli",
            "packages/hive-app-toolkit",
            "packages/hive-tests",
            "packages/hive-deployment",
        ]
    },
    "GR07": {
        "interface-layers": ["apps/*/src/*/core/**"],
        "extension-bases": ["hive_errors.BaseError", "hive_bus.BaseBus"],
    },
    "GR09": {"base-error": "hive_errors.BaseError"},
    "GR13": {
        "extension-points": [
            {"module": "**.core.errors", "must-subclass": ["hive_errors.BaseError"]},
            {"module": "**.core.bus", "must-subclass": ["hive_bus.BaseBus", "hive_bus.EventBus"]},
            {"module": "**.core.db", "must-import": ["hive_db"]},
        ]
    },
    "GR14": {"patterns": {"packages/*": "hive-*"}},
    "GR16": {"framework": ["hive_cli", "click", "typer"], "forbidden": ["argparse", "optparse", "getopt"]},
    "GR19": {"required-sections": ["Purpose|Features", "Usage", "Dependencies", "Integration"]},
    "GR20": {"pure-modules": ["packages/hive-models/src/**"]},
    "GR21": {"min-version": "3.11"},
    "GR24": {"banned-accessors": ["hive_config.get_config"]},
    "GR26": {"absolute-roots": ["/app"], "suggest": "hive_config.paths"},
    "GR28": {"require": ["."], "managers": ["poetry"]},
    "GR29": {"min": {"python": "3.11", "node": "20.0", "rust": "1.70", "julia": "1.9", "go": "1.21"}},
    "GR35": {
        "decorators": ["hive_performance.**"],
        "banned-imports": ["prometheus_client", "opentelemetry"],
        "except": ["packages/hive-performance/**"],
    },
    "GR36": {
        "base-class-contracts": [
            {
                "name": ".*EventBus",
                "must-inherit": ["hive_bus.BaseBus", "hive_bus.EventBus"],
                "paths": ["apps/**"],
            }
        ]
    },
    "GR44": {"extend-reporters": ["hive_errors.ErrorReporter.report"]},
    "GR50": {"undated": True},
}

BUILT_IN: Mapping[str, Toml] = {
    DEFAULT: {},
    STRICT: {"extends": [DEFAULT]},
    "hive": {
        "extends": [STRICT],
        "layout": _HIVE_LAYOUT,
        "contracts": _HIVE_CONTRACTS,
        "rules": _HIVE_RULES,
    },
}


def all_presets(plugins: Mapping[str, str]) -> dict[str, Layer]:
    """Return the built-in presets and those of plugins, each as a layer.

    Args:
        plugins: name -> TOML text of what stands under `[tool.hive-guardian]`.

    Raises:
        PluginError: a plugin's preset takes a built-in name or is not valid; the message names preset, line and key.
    """
    layers = {name: Layer(f"{SOURCE_PREFIX}{name}", "", table) for name, table in BUILT_IN.items()}
    problems = Problems()
    for name, text in plugins.items():
        source = f"{SOURCE_PREFIX}{name}"
        if name in BUILT_IN:
            problems.add(Origin(source), (), "the name belongs to a built-in preset")
        layer = parse_layer(source, "", text.encode("utf-8", "surrogatepass"), problems)
        if layer is not None:
            layer.validate(problems)
            layers[name] = layer
    if problems:
        raise PluginError(problems.text())
    return layers


def resolve_presets(names: tuple[str, ...], presets: Mapping[str, Layer], origin: Origin) -> tuple[Layer, ...]:
    """Return the layers of presets, the ones they extend first, each once.

    Args:
        names: what `extends` or `--preset` says, in order.
        presets: every preset by name.
        origin: where the names were written.

    Raises:
        UsageError: a preset does not exist, or presets extend each other in a circle.
    """
    done: dict[str, Layer] = {}

    def add(name: str, chain: tuple[str, ...]) -> None:
        if name in chain:
            raise UsageError(f"{origin}: extends: presets extend each other: {' -> '.join((*chain, name))}")
        if name in done:
            return
        if name not in presets:
            hint = nearest(name, presets) or f"; presets are {', '.join(presets)}"
            raise UsageError(f"{origin}: extends: there is no preset {name!r}{hint}")
        for below in extended_by(presets[name].table) or ():
            add(below, (*chain, name))
        done[name] = presets[name]

    for name in names:
        add(name, ())
    return tuple(done.values())


def extended_by(table: Toml) -> tuple[str, ...] | None:
    """Return the presets a table extends, `None` when it does not say."""
    extends = table.get("extends")
    return tuple(str(name) for name in extends) if isinstance(extends, list | tuple) else None
