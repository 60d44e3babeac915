"""The rules of ACME, found through the entry point `hive_guardian`."""

from collections.abc import Mapping

from acme_rules.feature_import import FeatureImport
from acme_rules.unpooled_connection import UnpooledConnection
from hive_guardian import FileRule, ProjectRule, hookimpl


@hookimpl
def register_rules() -> list[type[FileRule] | type[ProjectRule]]:
    """Return the rules."""
    return [UnpooledConnection, FeatureImport]


@hookimpl
def register_presets() -> Mapping[str, str]:
    """Return the preset `acme`: what stands under `[tool.hive-guardian]` for those who extend it."""
    return {"acme": '[rules.ACME01]\nseverity = "critical"\n'}
