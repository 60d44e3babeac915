from collections.abc import Mapping

import pytest

from hive_guardian.project.tool_settings import Setting, covers, read_tool_tables
from hive_guardian.project.tree import MemoryTree


def _settings(files: Mapping[str, str], tool: str, directory: str = "") -> dict[str, Setting]:
    tables = read_tool_tables(MemoryTree(files), directory, [tool])
    return {key: setting for table in tables for key, setting in table.settings.items()}


@pytest.mark.parametrize(
    ("files", "tool", "expected"),
    [
        ({"pyproject.toml": "[tool.ruff]\nline_length = 100\n"}, "ruff", {"line-length": 100}),
        ({"ruff.toml": "select = ['F', 'E']\n"}, "ruff", {"lint.select": frozenset("EF")}),
        ({"pyproject.toml": "[tool.ruff.lint]\nselect = ['E']\n"}, "ruff", {"lint.select": frozenset("E")}),
        ({"setup.cfg": "[mypy]\nstrict = True\npython_version = 3.11\n"}, "mypy", {"strict": True}),
        ({"mypy.ini": "[mypy]\n[mypy-yaml.*]\nignore_errors = true\n"}, "mypy", {"overrides": "mypy-yaml.*"}),
        ({".isort.cfg": "[settings]\nline_length=88\nsections=A,B\n"}, "isort", {"sections": ("A", "B")}),
        ({"pyrightconfig.json": '{"reportMissingImports": false}'}, "pyright", {"reportmissingimports": False}),
        ({"pyproject.toml": "no toml"}, "ruff", {}),
        ({"setup.cfg": "no ini file"}, "mypy", {}),
    ],
)
def test_every_file_of_a_tool_is_read(files: Mapping[str, str], tool: str, expected: Mapping[str, object]) -> None:
    """Spelling, place and format of a setting do not matter, its value does."""
    found = _settings(files, tool)
    assert {key: found[key].value for key in expected} == expected
    assert bool(found) is bool(expected)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"pyproject.toml": "[tool.mypy]\npython_version = '3.11'\n"}, {"mypy.ini": "[mypy]\npython_version = 3.11\n"}),
        ({"pyproject.toml": "[tool.mypy]\nstrict = true\n"}, {"setup.cfg": "[mypy]\nstrict = on\n"}),
    ],
)
def test_equal_settings_are_equal_in_every_format(one: Mapping[str, str], other: Mapping[str, str]) -> None:
    """What is compared is the value, as the tool would take it."""
    assert [setting.value for setting in _settings(one, "mypy").values()] == [
        setting.value for setting in _settings(other, "mypy").values()
    ]


def test_settings_know_their_place_and_whether_they_are_paths() -> None:
    """Paths resolve against the file they stand in."""
    text = "[tool.ruff]\nexclude = ['gen']\nlint.per-file-ignores.'x.py' = ['E']\nfix = true\n"
    found = _settings({"a/pyproject.toml": text}, "ruff", "a")
    assert {key: setting.is_path for key, setting in found.items()} == {
        "exclude": True,
        "lint.per-file-ignores.x.py": True,
        "fix": False,
    }
    assert (found["fix"].place.path, found["fix"].place.line, found["fix"].shown) == ("a/pyproject.toml", 4, "true")


@pytest.mark.parametrize(
    ("keys", "key", "expected"),
    [
        (["lint.per-file-ignores"], "lint.per-file-ignores.x", True),
        (["line_length"], "line-length", True),
        (["lint"], "linter", False),
    ],
)
def test_keys_cover_what_is_below_them(keys: list[str], key: str, *, expected: bool) -> None:
    """A table stands for all its keys."""
    assert covers(keys, key) is expected
