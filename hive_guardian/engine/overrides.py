"""How the configuration of a file changes what a project rule found in it."""

from collections.abc import Mapping
from dataclasses import replace

from hive_guardian.config.config_set import ConfigSet
from hive_guardian.config.selection import ignored_rules, rule_table
from hive_guardian.model.finding import Finding
from hive_guardian.model.severity import Severity
from hive_guardian.project.globs import GlobSet


def apply_overrides(config_set: ConfigSet, finding: Finding) -> Finding | None:
    """Return a project rule's finding as its own file's configuration sees it, `None` when that switches it off."""
    file_config = config_set.for_file(finding.location.path)
    if finding.rule in ignored_rules(file_config.config, file_config.overrides):
        return None
    table = rule_table(file_config.config, finding.rule, file_config.overrides)
    exclude = table.get("exclude")
    if isinstance(exclude, list | tuple) and GlobSet(map(str, exclude)).matches(finding.location.path):
        return None
    severities = table.get("severities")
    word = severities.get(finding.check) if isinstance(severities, Mapping) else None
    word = word or table.get("severity")
    if file_config.overrides and isinstance(word, str):
        return replace(finding, severity=Severity[word.upper()])
    return finding
