"""The settings several rules share: `[tool.hive-guardian.layout]`."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from hive_guardian.model.frozen_class import frozen

DEFAULT_CONFIG_LAYER = ("**/config.py", "**/settings.py", "**/config/**")
DEFAULT_COMPOSITION_ROOTS = ("**/main.py", "**/__main__.py", "**/app.py", "**/asgi.py", "**/wsgi.py")
DEFAULT_TOOL_OVERRIDES: Mapping[str, tuple[str, ...]] = {
    "ruff": ("lint.per-file-ignores", "src"),
    "mypy": ("overrides",),
}


class ToolConfig(StrEnum):
    """Where the configuration of linters and formatters may stand (GR23, GR31)."""

    ROOT_ONLY = "root-only"
    EXTENDS_ROOT = "extends-root"
    PER_PROJECT = "per-project"


@frozen
class Layout:
    """The shape of the project as configured; golden-rules.md, section 1, shared settings.

    Globs are relative to the project root and match whole path parts. Mappings are read-only by contract
    (plain dicts, because a layout travels to worker processes).
    """

    components: tuple[str, ...] = ()
    """Globs of component directories; empty: one component per manifest."""
    apps: tuple[str, ...] = ()
    """Globs of component directories that are applications."""
    libraries: tuple[str, ...] = ()
    """Globs of component directories that are libraries."""
    config_layer: tuple[str, ...] = DEFAULT_CONFIG_LAYER
    """Globs of the files that may read the environment; the overlay `config`."""
    config_factories: tuple[str, ...] = ()
    """Qualified names of the functions that build a configuration from its sources."""
    composition_roots: tuple[str, ...] = DEFAULT_COMPOSITION_ROOTS
    """Globs of the files that wire the program; the overlay `composition`."""
    tool_config: ToolConfig = ToolConfig.EXTENDS_ROOT
    """Where tool configuration may stand."""
    tool_overrides: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: dict(DEFAULT_TOOL_OVERRIDES))
    """Tool -> dotted keys a component may set on its own."""
    module_map: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Distribution -> import names, before the bundled table."""
    logger_factory: str | None = None
    """Qualified name of the function loggers come from; `None`: `logging.getLogger`."""
    logger_objects: tuple[str, ...] = ()
    """Qualified names of objects to treat as loggers."""
