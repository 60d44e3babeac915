"""Whatever stands in a configuration file, it is used or refused, never a crash."""

from datetime import date

import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.config.explain import effective, explain_setting
from hive_guardian.config.load import load
from hive_guardian.config.names import resolve_names
from hive_guardian.config.policy import check_policies
from hive_guardian.config.schema import LAYOUT, MAIN, OVERRIDE, known_keys
from hive_guardian.config.selection import CheckFacts, RuleFacts, select
from hive_guardian.config.vacuity import excuse_globs, policy_globs, unmatched
from hive_guardian.model.errors import UsageError
from hive_guardian.model.severity import Severity
from hive_guardian.project.tree import MemoryTree

_RULES = ("GR01", "GR03", "GR10", "GR16", "GR20", "GR24", "GR36", "GR37", "GR46")
_CATALOGUE = [RuleFacts(code, f"name-{code}", ("tag",), "on", (CheckFacts("c", Severity.ERROR),)) for code in _RULES]
_OPTIONS = ("severity", "severities", "checks", "contracts", "banned", "banned-accessors", "framework", "exclude")
_WORDS = ("GR10", "tag", "ALL", "error", "strict", "hive", "layers", "**/a", "(b)", "{a", "c", "", "name", "only")

_KEYS = st.sampled_from(
    [*known_keys(MAIN), *known_keys(LAYOUT), *known_keys(OVERRIDE), *_RULES, *_OPTIONS, *_WORDS[:-1]]
)
_VALUES = st.recursive(
    st.sampled_from(_WORDS) | st.booleans() | st.integers(-1, 9) | st.dates(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_KEYS, inner, max_size=2),
    max_leaves=4,
)
_STRINGS = st.lists(st.sampled_from(_WORDS), max_size=3)
_OPTION_TABLES = st.dictionaries(st.sampled_from(_OPTIONS), _VALUES, max_size=3)
_TABLES = st.dictionaries(_KEYS, _VALUES, max_size=3) | st.fixed_dictionaries(
    {},
    optional={
        "extends": st.lists(st.sampled_from(["strict", "hive", "default"]), max_size=2),
        "extend-select": st.just(["GR10"]),
        "ignore": st.lists(st.sampled_from(_RULES), max_size=2),
        "exclude": _STRINGS,
        "layout": st.dictionaries(st.sampled_from(["components", "apps", "config-layer"]), _STRINGS, max_size=2),
        "rules": st.dictionaries(st.sampled_from(_RULES), _OPTION_TABLES, max_size=3),
        "overrides": st.lists(
            st.fixed_dictionaries(
                {"paths": _STRINGS},
                optional={"rules": st.dictionaries(st.sampled_from(_RULES), _OPTION_TABLES), "until": st.dates()},
            ),
            max_size=2,
        ),
        "contracts": st.lists(st.fixed_dictionaries({"kind": st.just("layers")}), max_size=2),
    },
)


@given(_TABLES, _TABLES)
def test_any_table_is_used_or_refused(root: dict[str, object], nested: dict[str, object]) -> None:
    """Every question can be answered about a configuration that loads; one that does not names its file."""
    tree = MemoryTree(
        {"hive-guardian.toml": tomlkit.dumps(root), "pkg/hive-guardian.toml": tomlkit.dumps(nested), "pkg/a.py": ""}
    )
    refused = ""
    configs = None
    try:
        configs = resolve_names(load(tree, today=date(2026, 1, 15)), _CATALOGUE)
        for config in configs.configs.values():
            check_policies(config, select(config, _CATALOGUE))
            unmatched([*policy_globs(config), *excuse_globs(config)], tree.paths())
    except UsageError as error:
        refused = str(error)
    assert all("hive-guardian.toml" in line or "default" in line for line in refused.splitlines())
    if configs is None:
        return
    for key in known_keys(MAIN):
        explain_setting(configs, key, "pkg/a.py")
    assert effective(configs, "pkg/a.py")["extends"] == list(configs.for_directory("pkg").presets)
    assert configs.digest() == configs.digest()
