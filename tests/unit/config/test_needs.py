import pytest

from hive_guardian.config.layers import CommandLine
from hive_guardian.config.needs import Needs, read_needs
from hive_guardian.project.tree import MemoryTree

_TOML = 'required-plugins = ["a>=1"]\nlocal-rules = ["x",\n  "y"]\n'


def _said(needs: Needs) -> list[tuple[str, str]]:
    return [(need.text, str(need.origin)) for need in (*needs.plugins, *needs.local_rules)]


def test_needs_know_their_lines() -> None:
    """Each entry has the line it stands on."""
    needs = read_needs(MemoryTree({"hive-guardian.toml": _TOML}), CommandLine())
    assert _said(needs) == [
        ("a>=1", "hive-guardian.toml:1"),
        ("x", "hive-guardian.toml:2"),
        ("y", "hive-guardian.toml:3"),
    ]


def test_pyproject_has_its_section() -> None:
    """Only the section of this program counts."""
    text = f"[tool.other]\n{_TOML}[tool.hive-guardian]\n{_TOML}"
    needs = read_needs(MemoryTree({"pyproject.toml": text}), CommandLine())
    assert _said(needs)[0] == ("a>=1", "pyproject.toml:6")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, CommandLine()),
        ({"pkg/hive-guardian.toml": _TOML}, CommandLine()),
        ({"hive-guardian.toml": _TOML}, CommandLine(isolated=True)),
        ({"hive-guardian.toml": _TOML}, CommandLine(config_file="c.toml", config_text=b"level = 'INFO'\n")),
        ({"hive-guardian.toml": "local-rules = [\n"}, CommandLine()),
        ({"hive-guardian.toml": "local-rules = 'x'\nrequired-plugins = [1]\n"}, CommandLine()),
    ],
    ids=["nothing", "nested", "isolated", "other file", "no TOML", "wrong types"],
)
def test_nothing_is_needed(files: dict[str, str], said: CommandLine) -> None:
    """What does not count, or is for `load` to complain about, needs nothing."""
    assert read_needs(MemoryTree(files), said) == Needs()
