import pytest

from hive_guardian.config.presets import BUILT_IN, all_presets, extended_by, resolve_presets
from hive_guardian.model.config import Origin
from hive_guardian.model.errors import PluginError, UsageError

HERE = Origin("pyproject.toml", 2)


def test_presets_come_after_those_they_extend() -> None:
    """`hive` builds on `strict`, which builds on `default`; each counts once."""
    found = resolve_presets(("strict", "hive"), all_presets({}), HERE)
    assert [layer.source for layer in found] == ["preset:default", "preset:strict", "preset:hive"]


def test_a_plugin_brings_a_preset() -> None:
    """A preset of a plugin is TOML text and may extend a built-in one."""
    presets = all_presets({"acme": 'extends = ["strict"]\nlevel = "WARNING"\n'})
    found = resolve_presets(("acme",), presets, HERE)
    assert [layer.source for layer in found] == ["preset:default", "preset:strict", "preset:acme"]
    assert found[-1].table["level"] == "WARNING"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("level = ", "preset:acme"),
        ('levle = "INFO"', "unknown key; did you mean 'level'?"),
        ('level = "HIGH"', "level"),
    ],
)
def test_a_wrong_preset_names_the_plugin_at_fault(text: str, message: str) -> None:
    """A preset that is no TOML, or not ours, is the plugin's error."""
    with pytest.raises(PluginError, match="preset:acme") as caught:
        all_presets({"acme": text})
    assert message in str(caught.value)


@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_names_are_taken(name: str) -> None:
    """No plugin can change what `default`, `strict` and `hive` mean."""
    with pytest.raises(PluginError, match="belongs to a built-in preset"):
        all_presets({name: ""})


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("strickt",), "there is no preset 'strickt'; did you mean 'strict'?"),
        (("zzz",), "presets are default, strict, hive, a, b"),
        (("a",), "presets extend each other: a -> b -> a"),
    ],
)
def test_a_preset_that_cannot_be_used_is_named(names: tuple[str, ...], message: str) -> None:
    """An unknown name gets the nearest or all names, a circle is shown; the place is where it was written."""
    presets = all_presets({"a": 'extends = ["b"]', "b": 'extends = ["a"]'})
    with pytest.raises(UsageError) as caught:
        resolve_presets(names, presets, HERE)
    assert str(caught.value).startswith("pyproject.toml:2: extends: ")
    assert message in str(caught.value)


def test_a_table_that_extends_nothing_is_told_from_one_that_does_not_say() -> None:
    """An empty list switches presets off; no list means the default."""
    assert extended_by({"extends": []}) == ()
    assert extended_by({}) is None
