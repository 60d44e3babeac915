"""What `load` refuses, and how it says so."""

from datetime import date

import pytest

from hive_guardian.config.layers import CommandLine
from hive_guardian.config.load import load
from hive_guardian.model.errors import PluginError, UsageError
from hive_guardian.project.tree import MemoryTree

_TODAY = date(2026, 1, 15)
_SECTION = "[tool.hive-guardian]\n"


def _error(files: dict[str, str | bytes]) -> str:
    with pytest.raises(UsageError) as caught:
        load(MemoryTree(files), today=_TODAY)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('\nlevle = "INFO"', "hive-guardian.toml:2: levle: unknown key; did you mean 'level'?"),
        ("zzzzzz = 1", "hive-guardian.toml:1: zzzzzz: unknown key"),
        (
            'level = "errror"',
            (
                "hive-guardian.toml:1: level: expected one of CRITICAL, ERROR, WARNING, INFO, not 'errror'; "
                "did you mean 'ERROR'?"
            ),
        ),
        ("level = 3", "hive-guardian.toml:1: level: expected one of CRITICAL, ERROR, WARNING, INFO, not 3"),
        ('root = "yes"', "hive-guardian.toml:1: root: expected true or false, not 'yes'"),
        ('select = "GR10"', "hive-guardian.toml:1: select: expected a list, each item a string, not 'GR10'"),
        ('select = [\n"GR10",\n10]', "hive-guardian.toml:3: select[1]: expected a string, not 10"),
        ("roles.tets = []", "hive-guardian.toml:1: roles.tets: unknown key; did you mean 'test'?"),
        ("roles.test = true", "hive-guardian.toml:1: roles.test: expected a list, each item a string, not true"),
        (
            '[layout]\ncomponent = ["a"]',
            "hive-guardian.toml:2: layout.component: unknown key; did you mean 'components'?",
        ),
        (
            '[layout]\ntool-config = "root_only"',
            (
                "hive-guardian.toml:2: layout.tool-config: expected one of root-only, extends-root, per-project, "
                "not 'root_only'; did you mean 'root-only'?"
            ),
        ),
        ("layout = []", "hive-guardian.toml:1: layout: expected a table, not a list"),
        ('exclude = ["  "]', "hive-guardian.toml:1: exclude[0]: '  ': an empty glob matches nothing"),
        ("rules.GR10 = true", "hive-guardian.toml:1: rules.GR10: expected a table, not true"),
        (
            '[[contracts]]\nkind = "layer"',
            (
                "hive-guardian.toml:2: contracts[0].kind: expected one of layers, forbidden, independent, protected, "
                "interface, acyclic, not 'layer'; did you mean 'layers'?"
            ),
        ),
        (
            '[[contracts]]\nlayers = ["a"]',
            "hive-guardian.toml:1: contracts[0]: the key 'kind' is missing: what the contract says",
        ),
        (
            '[[overrides]]\nreason = "x"',
            (
                "hive-guardian.toml:1: overrides[0]: the key 'paths' is missing: globs relative to the directory of "
                "this file"
            ),
        ),
        (
            '[[overrides]]\npaths = ["a"]\nuntil = "2027-03-01"',
            "hive-guardian.toml:3: overrides[0].until: expected a date such as 2027-03-01, not '2027-03-01'",
        ),
        (
            '[[overrides]]\npaths = ["a"]\nuntil = 2027-03-01T10:00:00',
            "hive-guardian.toml:3: overrides[0].until: expected a date such as 2027-03-01, not 2027-03-01 10:00:00",
        ),
        ("level = ", "hive-guardian.toml:1: not valid TOML: Invalid value"),
        (
            '[tool.hive-guardian]\nlevel = "INFO"',
            "hive-guardian.toml:1: tool: a hive-guardian.toml has no [tool.hive-guardian]; write its keys at the top",
        ),
        (
            'extends = ["stritc"]',
            "hive-guardian.toml:1: extends: there is no preset 'stritc'; did you mean 'strict'?",
        ),
        ('extends = ["q"]', "hive-guardian.toml:1: extends: there is no preset 'q'; presets are default, strict, hive"),
    ],
)
def test_a_mistake_is_named_with_file_line_key_and_nearest_name(text: str, message: str) -> None:
    """Every message says where the mistake is, what was expected and what was probably meant."""
    assert _error({"hive-guardian.toml": text}) == message


def test_several_mistakes_are_reported_together() -> None:
    """One run shows all problems of all files, one per line, in order."""
    text = _error({"pyproject.toml": f"{_SECTION}levle = 1\nroot = 2", "pkg/hive-guardian.toml": "selct = []"})
    assert text.splitlines() == [
        "pyproject.toml:2: levle: unknown key; did you mean 'level'?",
        "pyproject.toml:3: root: expected true or false, not 2",
        "pkg/hive-guardian.toml:1: selct: unknown key; did you mean 'select'?",
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"# \xff hive-guardian\n", "pyproject.toml:1: not UTF-8, which TOML must be"),
        (
            b"a = 1\n[tool.hive-guardian\n",
            "pyproject.toml:2: not valid TOML: Expected ']' at the end of a table declaration",
        ),
        (b"tool.hive-guardian = 1\n", "pyproject.toml: tool.hive-guardian: expected a table"),
        (
            b"# hive-guardian\nx = " + b"[" * 5000 + b"]" * 5000,
            "pyproject.toml: not read: its values are nested too deeply",
        ),
    ],
)
def test_a_file_that_is_no_configuration_is_refused(data: bytes, message: str) -> None:
    """Bytes that cannot be read as TOML are an error with a line, never an empty configuration or a crash."""
    assert _error({"pyproject.toml": data}) == message


def test_a_file_that_cannot_be_read_is_refused() -> None:
    """An unreadable file might hold policy, so the run must not go on without it."""

    class Unreadable(MemoryTree):
        def read(self, path: str) -> bytes:
            raise PermissionError(13, "Permission denied", path)

    with pytest.raises(UsageError, match=r"^hive-guardian\.toml: cannot be read: Permission denied$"):
        load(Unreadable({"hive-guardian.toml": ""}), today=_TODAY)


def test_own_file_and_pyproject_in_one_directory_are_refused() -> None:
    """Two sources in one directory would make one of them a lie."""
    text = _error({"pyproject.toml": f'\n{_SECTION}level = "INFO"', "hive-guardian.toml": "root = true"})
    assert text == "pyproject.toml:2: tool.hive-guardian: hive-guardian.toml has settings too; keep one of them"


@pytest.mark.parametrize(
    "line", ["layout.apps = ['a']", "required-plugins = []", "local-rules = []", "fail-on = 'INFO'"]
)
def test_project_wide_keys_belong_in_the_root(line: str) -> None:
    """A nested file cannot set what holds for the whole project: it would have no effect there."""
    key = line.partition(" ")[0].partition(".")[0]
    assert _error({"pkg/hive-guardian.toml": line}) == (
        f"pkg/hive-guardian.toml:1: {key}: holds for the whole project; write it in the configuration of the project "
        "root"
    )


@pytest.mark.parametrize(
    ("command_line", "message"),
    [
        (
            CommandLine(level="eror"),
            "command line: level: expected one of CRITICAL, ERROR, WARNING, INFO, not 'eror'; did you mean 'ERROR'?",
        ),
        (CommandLine(preset="hiev"), "command line: extends: there is no preset 'hiev'; did you mean 'hive'?"),
        (
            CommandLine(config_file="ci.toml", config_text=b"levle = 1"),
            "ci.toml:1: levle: unknown key; did you mean 'level'?",
        ),
        (
            CommandLine(config_file="x/pyproject.toml", config_text=b"[project]"),
            "x/pyproject.toml: has no [tool.hive-guardian]",
        ),
    ],
)
def test_mistakes_on_the_command_line_are_named(command_line: CommandLine, message: str) -> None:
    """What the caller wrote is checked like a file."""
    with pytest.raises(UsageError) as caught:
        load(MemoryTree({}), today=_TODAY, command_line=command_line)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("presets", "error", "message"),
    [
        (
            {"a": 'extends = ["b"]', "b": 'extends = ["a"]'},
            UsageError,
            "hive-guardian.toml:1: extends: presets extend each other: a -> b -> a",
        ),
        (
            {"a": 'extends = ["zzz"]'},
            UsageError,
            "hive-guardian.toml:1: extends: there is no preset 'zzz'; presets are default, strict, hive, a",
        ),
        ({"a": "\nlevle = 1"}, PluginError, "preset:a:2: levle: unknown key; did you mean 'level'?"),
        ({"a": "= broken"}, PluginError, "preset:a:1: not valid TOML: Invalid statement"),
        ({"hive": ""}, PluginError, "preset:hive: the name belongs to a built-in preset"),
    ],
)
def test_bad_presets_are_refused(presets: dict[str, str], error: type[Exception], message: str) -> None:
    """Cycles and unknown names are the user's to correct, an invalid preset is its plugin's."""
    with pytest.raises(error) as caught:
        load(MemoryTree({"hive-guardian.toml": 'extends = ["a"]'}), today=_TODAY, presets=presets)
    assert str(caught.value) == message
