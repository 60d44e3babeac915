"""What is in force for a file, and why."""

from datetime import date

import pytest

from hive_guardian.config.config_set import ConfigSet
from hive_guardian.config.explain import effective, explain_setting, parse_key
from hive_guardian.config.layers import CommandLine
from hive_guardian.config.load import load
from hive_guardian.model.errors import UsageError
from hive_guardian.project.tree import MemoryTree

_ROOT = """\
extends = ["strict"]
level = "INFO"
extend-select = ["GR08"]
ignore = ["GR33"]
[layout]
components = ["apps/*", "(labs/*)"]
[rules.GR12]
severity = "critical"
calls = { "a.b" = "one", c = "two" }
[[overrides]]
paths = ["apps/legacy/**"]
rules.GR12.severity = "info"
reason = "ADR 12"
until = 2027-03-01
"""
_NESTED = """\
extend-select = ["GR11"]
ignore = []
rules.GR12.calls.c = "three"
"""


def _configs(command_line: CommandLine | None = None) -> ConfigSet:
    tree = MemoryTree({"hive-guardian.toml": _ROOT, "apps/hive-guardian.toml": _NESTED})
    return load(tree, today=date(2026, 1, 15), command_line=command_line or CommandLine())


@pytest.mark.parametrize(
    ("key", "path", "expected"),
    [
        ("level", "a.py", [("ERROR", "default", False), ("INFO", "hive-guardian.toml:2", True)]),
        ("extends", "a.py", [(["default"], "default", False), (["strict"], "hive-guardian.toml:1", True)]),
        (
            "extend-select",
            "apps/a.py",
            [(["GR08"], "hive-guardian.toml:3", True), (["GR11"], "apps/hive-guardian.toml:1", True)],
        ),
        ("ignore", "apps/a.py", [(["GR33"], "hive-guardian.toml:4", False), ([], "apps/hive-guardian.toml:2", True)]),
        ("ignore", "a.py", [(["GR33"], "hive-guardian.toml:4", True)]),
        (
            "rules.GR12.severity",
            "apps/legacy/a.py",
            [("critical", "hive-guardian.toml:8", False), ("info", "hive-guardian.toml:10", True)],
        ),
        ("rules.GR12.severity", "apps/a.py", [("critical", "hive-guardian.toml:8", True)]),
        ('rules.GR12.calls."a.b"', "apps/a.py", [("one", "hive-guardian.toml:9", True)]),
        (
            "rules.GR12.calls",
            "apps/a.py",
            [
                ({"a.b": "one", "c": "two"}, "hive-guardian.toml:9", True),
                ({"c": "three"}, "apps/hive-guardian.toml:3", True),
            ],
        ),
        (
            "rules.GR12.calls.c",
            "apps/a.py",
            [("two", "hive-guardian.toml:9", False), ("three", "apps/hive-guardian.toml:3", True)],
        ),
        ("layout.tool-config", "a.py", [("extends-root", "default", True)]),
        ("rules.GR99.severity", "a.py", []),
    ],
)
def test_everything_said_about_a_setting_is_listed_weakest_first(
    key: str, path: str, expected: list[tuple[object, str, bool]]
) -> None:
    """Default, presets, files and overrides, each with its line and whether it is in force."""
    said = explain_setting(_configs(), key, path)
    assert [(value, str(origin), won) for value, origin, won in said] == expected


def test_the_command_line_is_explained_too() -> None:
    """What the caller said stands last and is in force."""
    configs = _configs(CommandLine(level="WARNING", preset="hive", ignore=("GR01",)))
    assert [(value, str(origin), won) for value, origin, won in explain_setting(configs, "level", "a.py")][-1] == (
        "WARNING",
        "command line",
        True,
    )
    assert [won for _, _, won in explain_setting(configs, "extends", "a.py")] == [False, False, True]
    assert [won for _, _, won in explain_setting(configs, "ignore", "a.py")] == [True, True]


def test_a_preset_is_an_origin_like_a_file() -> None:
    """People see that a value came from a preset and which."""
    said = explain_setting(_configs(CommandLine(preset="hive")), "rules.GR21.min-version", "a.py")
    assert [(value, str(origin), won) for value, origin, won in said] == [("3.11", "preset:hive", True)]


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("levle", "there is no setting 'levle'; did you mean 'level'?"),
        ("layout.aps", "there is no setting 'layout.aps'; did you mean 'apps'?"),
        ("a b", "'a b' is not a key; write it as in TOML, such as rules.GR12.calls.\"time.sleep\""),
        ("x = 1\ny", "'x = 1\\ny' is not a key; write it as in TOML, such as rules.GR12.calls.\"time.sleep\""),
        ("", "'' is not a key; write it as in TOML, such as rules.GR12.calls.\"time.sleep\""),
    ],
)
def test_an_unknown_setting_is_refused(key: str, message: str) -> None:
    """A misspelled key must not read as "nobody set it"."""
    with pytest.raises(UsageError) as caught:
        parse_key(key)
    assert str(caught.value) == message


def test_the_effective_configuration_of_a_file_is_complete() -> None:
    """Defaults, both files, and the override that matches, with keys as in TOML."""
    found = effective(_configs(), "apps/legacy/a.py")
    assert found["extends"] == ["default", "strict"]
    assert (found["level"], found["fail-on"]) == ("INFO", "INFO")
    assert "select" not in found
    assert (found["extend-select"], found["ignore"]) == (["GR08", "GR11"], [])
    assert found["rules"] == {"GR12": {"severity": "info", "calls": {"a.b": "one", "c": "three"}}}
    assert found["overrides"] == [
        {
            "paths": ["apps/legacy/**"],
            "rules": {"GR12": {"severity": "info"}},
            "ignore": [],
            "reason": "ADR 12",
            "until": date(2027, 3, 1),
        }
    ]
    layout = found["layout"]
    assert isinstance(layout, dict)
    assert (layout["components"], layout["tool-config"]) == (["apps/*", "labs/*"], "extends-root")
    assert "logger-factory" not in layout
    assert effective(_configs(), "other/a.py")["overrides"] == []


def test_what_is_shown_can_be_loaded_again() -> None:
    """Every key of the effective configuration is a key of the configuration."""
    import tomlkit

    shown = effective(_configs(CommandLine(select=("GR10",), fail_on="never")), "a.py")
    tree = MemoryTree({"hive-guardian.toml": tomlkit.dumps(shown)})
    again = effective(load(tree, today=date(2026, 1, 15)), "a.py")
    assert again == shown
