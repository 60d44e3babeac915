"""What `load` reads and merges."""

import subprocess
import sys
from datetime import date

import pytest

from hive_guardian.config.layers import CommandLine
from hive_guardian.config.load import load
from hive_guardian.model.config import Config, Origin
from hive_guardian.model.layout import DEFAULT_TOOL_OVERRIDES, ToolConfig
from hive_guardian.model.severity import Severity
from hive_guardian.project.tree import MemoryTree

_TODAY = date(2026, 1, 15)
_SECTION = "[tool.hive-guardian]\n"
_EVERY_KEY = """\
root = true
extends = ["strict"]
level = "warning"
fail-on = "CRITICAL"
select = ["GR10"]
extend-select = ["GR11"]
ignore = ["GR12"]
exclude = ["gen/**"]
required-plugins = ["acme>=1"]
local-rules = ["tools/rules"]
[roles]
script = ["bin/**"]
cli = ["**/console.py"]
[layout]
components = ["apps/*", "(labs/*)"]
apps = ["apps/*"]
libraries = ["packages/*"]
config-layer = ["**/conf.py"]
config-factories = ["acme.make"]
composition-roots = ["**/wire.py"]
tool-config = "per-project"
tool-overrides = { ruff = ["src"] }
module-map = { pyyaml = ["yaml"] }
logger-factory = "acme.log"
logger-objects = ["acme.logger"]
[[contracts]]
kind = "layers"
layers = ["a", "b"]
[[contracts]]
kind = "layers"
layers = ["c", "d"]
[rules.GR12]
severity = "critical"
[[overrides]]
paths = ["legacy/**"]
rules.GR10 = { severity = "info" }
ignore = ["GR17"]
reason = "  ADR 12 "
until = 2027-03-01
"""


def _root(text: str, *, command_line: CommandLine | None = None) -> Config:
    return load(MemoryTree({"hive-guardian.toml": text}), today=_TODAY, command_line=command_line or CommandLine()).root


def test_a_project_without_configuration_gets_the_default_preset() -> None:
    """No file at all is a valid configuration: preset default, level ERROR, which also fails the run."""
    config = load(MemoryTree({"a.py": ""}), today=_TODAY).root
    assert config.presets == ("default",)
    assert (config.level, config.fail_on) == (Severity.ERROR, Severity.ERROR)
    assert (config.select, config.opt_in, config.strict_checks) == (None, False, False)


def test_every_key_arrives() -> None:
    """Each documented key ends in its field, with the line it was written on."""
    config = _root(_EVERY_KEY)
    assert config.presets == ("default", "strict")
    assert (config.level, config.fail_on) == (Severity.WARNING, Severity.CRITICAL)
    assert (config.select, config.extend_select, config.ignore) == (("GR10",), ("GR11",), ("GR12",))
    assert (config.exclude, config.required_plugins, config.local_rules) == (
        ("gen/**",),
        ("acme>=1",),
        ("tools/rules",),
    )
    assert config.roles == {"script": ("bin/**",), "cli": ("**/console.py",)}
    assert config.layout.components == ("apps/*", "labs/*")
    assert config.optional == {("layout.components", "labs/*")}
    assert (config.layout.apps, config.layout.libraries) == (("apps/*",), ("packages/*",))
    assert (config.layout.config_layer, config.layout.composition_roots) == (("**/conf.py",), ("**/wire.py",))
    assert (config.layout.config_factories, config.layout.logger_objects) == (("acme.make",), ("acme.logger",))
    assert (config.layout.tool_config, config.layout.logger_factory) == (ToolConfig.PER_PROJECT, "acme.log")
    assert config.layout.tool_overrides == {**DEFAULT_TOOL_OVERRIDES, "ruff": ("src",)}
    assert config.layout.module_map == {"pyyaml": ("yaml",)}
    assert [(contract.name, contract.origin.line) for contract in config.contracts] == [
        ("layers", 26),
        ("layers 2", 29),
    ]
    assert config.rules == {"GR12": {"severity": "critical"}}
    (override,) = config.overrides
    assert (override.paths, override.rules, override.ignore) == (
        ("legacy/**",),
        {"GR10": {"severity": "info"}},
        ("GR17",),
    )
    assert (override.reason, override.until, override.index) == ("ADR 12", date(2027, 3, 1), 0)
    assert override.origin == Origin("hive-guardian.toml", 34)
    assert config.origins["rules.GR12.severity"] == Origin("hive-guardian.toml", 33)
    assert config.origins["layout.logger-factory"] == Origin("hive-guardian.toml", 24)
    assert (config.opt_in, config.strict_checks) == (True, True)


def test_a_foreign_pyproject_is_not_even_parsed() -> None:
    """A pyproject.toml that does not mention the program is not ours to judge, whatever it holds."""
    tree = MemoryTree({"pyproject.toml": "this is [not toml", "pkg/pyproject.toml": "[project]\nname = 'x'"})
    assert set(load(tree, today=_TODAY).configs) == {""}


@pytest.mark.parametrize(
    ("pyproject", "own"), [(_SECTION, 'level = "INFO"'), (f'{_SECTION}level = "INFO"', ""), ("", 'level = "INFO"')]
)
def test_an_empty_source_does_not_compete(pyproject: str, own: str) -> None:
    """Only content counts: an empty section or file leaves the other one in force."""
    tree = MemoryTree({"pyproject.toml": pyproject, "hive-guardian.toml": own})
    assert load(tree, today=_TODAY).root.level == Severity.INFO


def test_a_nearer_file_is_merged_over_its_parents() -> None:
    """Tables merge key by key, lists are replaced, the three named lists are concatenated."""
    configs = load(
        MemoryTree(
            {
                "pyproject.toml": (
                    f'{_SECTION}level = "INFO"\nselect = ["GR01"]\nextend-select = ["GR08"]\nignore = ["GR33"]\n'
                    'rules.GR12 = { severity = "info", calls = { a = "1", b = "1" } }\n'
                    '[[tool.hive-guardian.overrides]]\npaths = ["x/**"]\n'
                ),
                "pkg/hive-guardian.toml": (
                    'extend-select = ["GR11"]\nignore = []\nrules.GR12.calls.b = "2"\n'
                    '[[overrides]]\npaths = ["y/**"]\n[[contracts]]\nkind = "acyclic"\n'
                ),
            }
        ),
        today=_TODAY,
    )
    config = configs.for_directory("pkg/deep/er")
    assert config is configs.for_directory("pkg")
    assert (config.level, config.select, config.ignore) == (Severity.INFO, ("GR01",), ())
    assert config.extend_select == ("GR08", "GR11")
    assert config.rules == {"GR12": {"severity": "info", "calls": {"a": "1", "b": "2"}}}
    assert [(override.paths, override.directory, override.index) for override in config.overrides] == [
        (("x/**",), "", 0),
        (("y/**",), "pkg", 1),
    ]
    assert config.origins["rules.GR12.calls.a"] == Origin("pyproject.toml", 6)
    assert config.origins["rules.GR12.calls.b"] == Origin("pkg/hive-guardian.toml", 3)
    assert configs.root.extend_select == ("GR08",)
    assert [contract.origin.source for contract in configs.root.contracts] == ["pkg/hive-guardian.toml"]


def test_a_nested_root_forgets_its_parents() -> None:
    """`root = true` ends the cascade, and what would count for the whole project is named as without effect."""
    configs = load(
        MemoryTree(
            {
                "hive-guardian.toml": 'level = "INFO"\nextends = ["strict"]\n',
                "pkg/hive-guardian.toml": 'root = true\nfail-on = "never"\n[[contracts]]\nkind = "acyclic"\n',
                "pkg/sub/hive-guardian.toml": "exclude = ['a']\n",
            }
        ),
        today=_TODAY,
    )
    for directory in ("pkg", "pkg/sub"):
        config = configs.for_directory(directory)
        assert (config.level, config.presets, config.fail_on) == (Severity.ERROR, ("default",), None)
    assert configs.root.contracts == ()
    assert configs.notes == (
        "pkg/hive-guardian.toml:2: fail-on: project-wide settings of a nested project do not count here",
        "pkg/hive-guardian.toml:3: contracts: project-wide settings of a nested project do not count here",
    )


def test_globs_of_a_nested_file_are_relative_to_its_directory() -> None:
    """`exclude`, `roles` and paths of overrides mean the same wherever the directory is moved."""
    configs = load(
        MemoryTree(
            {
                "pkg/hive-guardian.toml": (
                    'exclude = ["./gen/**"]\nroles.script = ["bin/**"]\n[[overrides]]\npaths = ["a/*.py"]\n'
                )
            }
        ),
        today=_TODAY,
    )
    config = configs.for_directory("pkg")
    assert (config.exclude, config.roles) == (("pkg/gen/**",), {"script": ("pkg/bin/**",)})
    assert configs.for_file("pkg/a/x.py").overrides == (0,)
    assert configs.for_file("a/x.py").overrides == ()
    assert [configs.is_excluded(path) for path in ("pkg/gen/a.py", "gen/a.py", "pkg/a.py")] == [True, False, False]


@pytest.mark.parametrize("first", ["", "root = true\n"])
def test_roles_of_nested_files_count_for_the_whole_project(first: str) -> None:
    """Roles are decided once for the project; the globs of a nested file reach no further than its directory."""
    files = {
        "hive-guardian.toml": 'roles.script = ["bin/**"]',
        "pkg/hive-guardian.toml": f'{first}roles.script = ["tools/**"]\nroles.test = ["spec/**"]',
    }
    roles = load(MemoryTree(files), today=_TODAY).root.roles
    assert roles == {"script": ("bin/**", "pkg/tools/**"), "test": ("pkg/spec/**",)}


def test_configuration_inside_excluded_directories_is_not_read() -> None:
    """Samples and vendored projects bring files of their own, which must not configure, let alone break, the run."""
    tree = MemoryTree(
        {
            "hive-guardian.toml": 'exclude = ["samples/**"]',
            "samples/hive-guardian.toml": "broken [",
            "samples/deep/pyproject.toml": f"{_SECTION}levle = 1",
        }
    )
    assert set(load(tree, today=_TODAY).configs) == {""}


def test_the_command_line_wins_over_files() -> None:
    """Level, selection and preset of the caller replace those of files; `ignore` and `extend-select` are added."""
    text = (
        'level = "INFO"\nfail-on = "INFO"\nextends = ["hive"]\n'
        'select = ["GR01"]\nextend-select = ["GR02"]\nignore = ["GR03"]'
    )
    config = _root(
        text,
        command_line=CommandLine(
            level="warning",
            fail_on="never",
            select=("GR10",),
            extend_select=("GR11",),
            ignore=("GR12",),
            preset="strict",
        ),
    )
    assert (config.level, config.fail_on, config.presets) == (Severity.WARNING, None, ("default", "strict"))
    assert (config.select, config.extend_select, config.ignore) == (("GR10",), ("GR11",), ("GR03", "GR12"))
    assert config.origins["level"] == Origin("command line")
    assert config.origins["ignore[0]"] == Origin("hive-guardian.toml", 6)
    assert config.origins["ignore[1]"] == Origin("command line")


def test_extend_select_of_the_command_line_is_added_to_that_of_files() -> None:
    """Without `--select` the caller adds to what the files chose."""
    config = _root('extend-select = ["GR08"]', command_line=CommandLine(extend_select=("GR11",)))
    assert (config.select, config.extend_select) == (None, ("GR08", "GR11"))


def test_a_given_file_or_isolation_turns_discovery_off() -> None:
    """`--config` is the only file read, `--isolated` reads none."""
    tree = MemoryTree({"hive-guardian.toml": "broken [", "pkg/hive-guardian.toml": "broken ["})
    given = CommandLine(config_file="ci/pyproject.toml", config_text=f'{_SECTION}level = "INFO"'.encode())
    assert load(tree, today=_TODAY, command_line=given).for_directory("pkg").level == Severity.INFO
    assert load(tree, today=_TODAY, command_line=CommandLine(isolated=True)).root.level == Severity.ERROR


def test_presets_of_plugins_are_merged_below_files() -> None:
    """A plugin's preset may extend others; files are merged over it and its origin is shown."""
    presets = {"acme": 'extends = ["strict"]\nlevel = "INFO"\nignore = ["GR33"]', "top": 'extends = ["acme", "hive"]'}
    tree = MemoryTree({"hive-guardian.toml": 'extends = ["top"]\nlevel = "WARNING"'})
    config = load(tree, today=_TODAY, presets=presets).root
    assert config.presets == ("default", "strict", "acme", "hive", "top")
    assert (config.level, config.ignore) == (Severity.WARNING, ("GR33",))
    assert config.origins["ignore"] == Origin("preset:acme", 3)


def test_the_hive_preset_holds_the_documented_policy() -> None:
    """The preset brings layout, contracts and options with itself as their origin, and the user's contracts follow."""
    config = _root('extends = ["hive"]\n[[contracts]]\nkind = "acyclic"\n')
    assert config.presets == ("default", "strict", "hive")
    assert config.layout.components == ("apps/*", "packages/*")
    assert config.layout.logger_factory == "hive_logging.get_logger"
    assert [contract.kind for contract in config.contracts] == [
        "layers",
        "independent",
        "layers",
        "interface",
        "acyclic",
    ]
    assert config.rules["GR24"] == {"banned-accessors": ["hive_config.get_config"]}
    assert config.origins["rules.GR24.banned-accessors"] == Origin("preset:hive")


def test_loading_imports_no_third_party_code() -> None:
    """The path of an unchanged project pays for tomllib and nothing heavier."""
    code = (
        "import sys, datetime\n"
        "from hive_guardian.config.load import load\n"
        "from hive_guardian.config.selection import select\n"
        "from hive_guardian.config.names import resolve_names\n"
        "from hive_guardian.config.policy import check_policies\n"
        "from hive_guardian.config.vacuity import policy_globs\n"
        "from hive_guardian.project.tree import MemoryTree\n"
        "load(MemoryTree({'hive-guardian.toml': 'level = \"INFO\"'}), today=datetime.date(2026, 1, 1))\n"
        "print(sorted({'pydantic', 'click', 'rich', 'tomlkit', 'libcst', 'pluggy'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
