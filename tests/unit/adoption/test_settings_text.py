import tomllib
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.adoption.settings_text import add_settings, has_settings, read_settings, render_settings
from hive_guardian.model.errors import UsageError

CONTRACT = {"name": "order", "kind": "layers", "layers": ["a", "b"]}
SETTINGS: Mapping[str, object] = {"level": "ERROR", "layout": {"apps": ["apps/*"]}, "contracts": [CONTRACT]}
TABLES = {key: value for key, value in SETTINGS.items() if key != "level"}


def test_renders_tables_under_headers() -> None:
    """Settings read as a person would write them; long lists and tolerated imports take a line each."""
    ignore = [{"from": "a.x", "to": "b.y", "reason": "r" * 90}]
    assert render_settings("pyproject.toml", {**SETTINGS, "contracts": [{**CONTRACT, "ignore": ignore}]}) == (
        '[tool.hive-guardian]\nlevel = "ERROR"\n\n[tool.hive-guardian.layout]\napps = ["apps/*"]\n\n'
        '[[tool.hive-guardian.contracts]]\nname = "order"\nkind = "layers"\nlayers = ["a", "b"]\nignore = [\n'
        f'    {{from = "a.x", to = "b.y", reason = "{"r" * 90}"}},\n]\n'
    )
    assert render_settings("hive-guardian.toml", {"level": "ERROR", "layout": {"apps": ["x"]}}) == (
        'level = "ERROR"\n\n[layout]\napps = ["x"]\n'
    )


@pytest.mark.parametrize(
    ("before", "settings", "after"),
    [
        ("", {"level": "INFO"}, '[tool.hive-guardian]\nlevel = "INFO"\n'),
        (
            "[project]\nname = 'x'",
            {"level": "INFO"},
            "[project]\nname = 'x'\n\n[tool.hive-guardian]\nlevel = \"INFO\"\n",
        ),
        (
            "# top\r\n[tool.ruff]\r\n",
            {"level": "INFO"},
            '# top\r\n[tool.ruff]\r\n\r\n[tool.hive-guardian]\r\nlevel = "INFO"\r\n',
        ),
        (
            "[tool.hive-guardian]  # ours\nlevel = 'INFO'\n\n# about ruff\n[tool.ruff]\n",
            {"layout": {"apps": ["a"]}},
            (
                "[tool.hive-guardian]  # ours\nlevel = 'INFO'\n\n[tool.hive-guardian.layout]\napps = [\"a\"]\n\n"
                "# about ruff\n[tool.ruff]\n"
            ),
        ),
        (
            (
                '[tool."hive-guardian".rules.GR10]\nseverity = "info"\n[tool.a]\ntext = """\n[tool.hive-guardian]\n'
                '"""\n[tool.b]\n'
            ),
            {"layout": {"apps": ["a"]}},
            (
                '[tool."hive-guardian".rules.GR10]\nseverity = "info"\n\n[tool.hive-guardian.layout]\napps = ["a"]\n\n'
                '[tool.a]\ntext = """\n[tool.hive-guardian]\n"""\n[tool.b]\n'
            ),
        ),
        ("\ufeff[tool.a]\n", {"level": "INFO"}, '\ufeff[tool.a]\n\n[tool.hive-guardian]\nlevel = "INFO"\n'),
    ],
)
def test_adds_behind_what_is_there(before: str, settings: Mapping[str, object], after: str) -> None:
    """Settings go behind those that are there, else to the end; nothing else changes by a byte."""
    assert add_settings("pyproject.toml", before.encode(), settings).decode() == after


_NAMES = st.sampled_from(["ruff", "hive-guardian.rules.GR10", "hive-guardian.layout2", "mypy", "a.b"])
_LINES = st.sampled_from(["x = 1", "# [tool.hive-guardian]", "", 'y = "]"', 't = """\n[tool.z]\n"""', "u = [\n  1,\n]"])


@given(st.lists(st.tuples(_NAMES, st.lists(_LINES, unique=True)), unique_by=lambda one: one[0]), st.booleans())
def test_meaning_of_the_rest_stays(tables: list[tuple[str, list[str]]], is_dos: bool) -> None:  # noqa: FBT001 - drawn
    """Whatever a file holds, it holds it afterwards, and our settings besides."""
    text = "\n".join(line for name, lines in tables for line in (f"[tool.{name}]", *lines))
    text = text.replace("\n", "\r\n") if is_dos else text
    after = add_settings("pyproject.toml", text.encode(), TABLES).decode()
    old, new = tomllib.loads(text), tomllib.loads(after)
    ours = new["tool"].pop("hive-guardian")
    theirs = old.get("tool", {}).pop("hive-guardian", {})
    assert new.get("tool", {}) == old.get("tool", {})
    assert ours == {**theirs, **TABLES}
    assert all(line in after.splitlines() for line in text.splitlines())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[project\n", "pyproject.toml:1: is not valid TOML"),
        ("a = 1\n\nb = = 2\n", "pyproject.toml:3: is not valid TOML"),
        ("tool = { ruff = 1 }\n", "has no place for [tool.hive-guardian] tables"),
    ],
)
def test_refuses_what_it_cannot_edit(text: str, message: str) -> None:
    """A file that is no TOML, or writes `tool` inline, is named with what to do."""
    with pytest.raises(UsageError) as caught:
        add_settings("pyproject.toml", text.encode(), TABLES)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("path", "text", "has", "held"),
    [
        ("pyproject.toml", "[tool.ruff]\n", False, {}),
        ("pyproject.toml", "[tool.hive-guardian]\n", True, {}),
        ("pyproject.toml", "[tool.hive-guardian]\nlevel = 'INFO'\n", True, {"level": "INFO"}),
        ("hive-guardian.toml", "", False, {}),
        ("hive-guardian.toml", "level = 'INFO'\n", True, {"level": "INFO"}),
    ],
)
def test_reads_what_is_there(path: str, text: str, *, has: bool, held: Mapping[str, object]) -> None:
    """An empty table is a decision too."""
    assert has_settings(path, text.encode()) == has
    assert read_settings(path, text.encode()) == held
