"""Globs that must match something."""

from datetime import date

import pytest

from hive_guardian.config.load import load
from hive_guardian.config.vacuity import excuse_globs, policy_globs, unmatched
from hive_guardian.model.config import Config
from hive_guardian.project.tree import MemoryTree

_TEXT = """\
exclude = ["gen/**"]
[layout]
components = ["apps/*", "(labs/*)"]
config-layer = ["**/conf.py"]
[rules.GR20]
pure-modules = ["models/**", "(more/**)"]
[rules.GR01]
contracts = [{ roots = "services/*", file = "app.toml" }]
[rules.GR05]
exempt = ["packages/cli"]
exclude = ["old/**"]
[rules.GR03]
allow = ["tools/**"]
[[overrides]]
paths = ["legacy/**"]
reason = "migration"
"""


def _config(text: str = _TEXT, directory: str = "") -> Config:
    source = f"{directory}/hive-guardian.toml" if directory else "hive-guardian.toml"
    return load(MemoryTree({source: text}), today=date(2026, 1, 15)).for_directory(directory)


def test_policy_is_what_somebody_wrote() -> None:
    """Layout and policy options count, with their lines and whether they may be vacuous; defaults do not."""
    assert [(one.glob, one.optional, one.origin.line, one.key) for one in policy_globs(_config())] == [
        ("apps/*", False, 3, "layout.components"),
        ("labs/*", True, 3, "layout.components"),
        ("**/conf.py", False, 4, "layout.config-layer"),
        ("services/*", False, 8, "rules.GR01.contracts"),
        ("models/**", False, 6, "rules.GR20.pure-modules"),
        ("more/**", True, 6, "rules.GR20.pure-modules"),
    ]
    assert policy_globs(_config("")) == []


def test_rules_get_their_globs_without_parentheses() -> None:
    """The spelling `(glob)` is for configuration; rules see globs."""
    assert _config().rules["GR20"] == {"pure-modules": ["models/**", "more/**"]}


def test_globs_of_presets_are_optional() -> None:
    """A preset is written for many projects, so that it fits loosely is no mistake."""
    found = policy_globs(_config('extends = ["hive"]'))
    assert {one.key for one in found} >= {"layout.components", "rules.GR01.contracts", "rules.GR07.interface-layers"}
    assert all(one.optional for one in found)


def test_excuses_have_origin_and_reason() -> None:
    """Excluded files, exemptions of rules, and paths of overrides."""
    assert [(one.glob, one.origin.line, one.key, one.reason) for one in excuse_globs(_config())] == [
        ("gen/**", 1, "exclude", ""),
        ("tools/**", 13, "rules.GR03.allow", ""),
        ("old/**", 11, "rules.GR05.exclude", ""),
        ("packages/cli", 10, "rules.GR05.exempt", ""),
        ("legacy/**", 14, "overrides[0].paths", "migration"),
    ]


def test_excuses_of_a_nested_file_are_relative_to_the_root() -> None:
    """Whoever judges them needs no directory."""
    text = 'exclude = ["gen/**"]\n[[overrides]]\npaths = ["legacy/**"]'
    assert [one.glob for one in excuse_globs(_config(text, "pkg"))] == ["pkg/gen/**", "pkg/legacy/**"]


@pytest.mark.parametrize(
    ("paths", "vacuous"),
    [
        (["apps/a/x.py", "apps/a/conf.py", "services/s/y.py", "models/m.py"], []),
        (["apps/a/x.py", "services/s/y.py", "models/m.py"], ["**/conf.py"]),
        (["apps/x.py", "src/conf.py"], ["services/*", "models/**"]),
        ([], ["apps/*", "**/conf.py", "services/*", "models/**"]),
    ],
)
def test_a_glob_that_matches_no_file_and_no_directory_is_vacuous(paths: list[str], vacuous: list[str]) -> None:
    """Optional globs are never vacuous; a directory counts as soon as it holds a file."""
    assert [one.glob for one in unmatched(policy_globs(_config()), paths)] == vacuous


def test_options_of_the_wrong_type_are_left_to_their_rule() -> None:
    """Globs are read before rules are imported, so a value that is no glob is skipped here and refused there."""
    text = 'rules.GR03.allow = [{ paths = true }, 1, "a/**"]\nrules.GR20.pure-modules = "x"'
    assert [one.glob for one in (*policy_globs(_config(text)), *excuse_globs(_config(text)))] == ["a/**"]
