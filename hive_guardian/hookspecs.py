"""The hooks a plugin may implement; called at start-up only, never per file or node."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from hive_guardian.model.rule import Rule
    from hive_guardian.review.provider_setup import ProviderFactory

PROJECT = "hive_guardian"
API_VERSION = 1
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def register_rules() -> "Iterable[type[Rule]]":
    """Return the rule classes the plugin brings; ids must be unique over all plugins."""
    raise NotImplementedError


@hookspec
def register_declarative_rules() -> "Iterable[tuple[str, str]]":
    """Return rules without code: (name of a `*.rule.toml` file, its text), from files of the plugin's own package."""
    raise NotImplementedError


@hookspec
def register_presets() -> Mapping[str, str]:
    """Return presets: name -> TOML text of what stands under `[tool.hive-guardian]`."""
    raise NotImplementedError


@hookspec
def register_review_providers() -> "Mapping[str, ProviderFactory]":
    """Return who can review: name, as in `review.provider` -> what builds the provider; called only by a review."""
    raise NotImplementedError
