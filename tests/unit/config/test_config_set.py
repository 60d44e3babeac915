"""Which configuration holds for a file."""

from datetime import date

import pytest

from hive_guardian.config.config_set import ConfigSet
from hive_guardian.config.layers import CommandLine
from hive_guardian.config.load import load
from hive_guardian.project.tree import MemoryTree

_TEXT = """\
level = "INFO"
[[overrides]]
paths = ["apps/legacy/**"]
rules.GR10 = { severity = "info" }
[[overrides]]
paths = ["**/old_*.py"]
until = 2026-06-30
"""


def _load(text: str = _TEXT, *, today: str = "2026-01-15", command_line: CommandLine | None = None) -> ConfigSet:
    tree = MemoryTree({"hive-guardian.toml": text, "pkg/hive-guardian.toml": "extend-select = ['GR08']"})
    return load(tree, today=date.fromisoformat(today), command_line=command_line or CommandLine())


@pytest.mark.parametrize(
    ("path", "today", "matched"),
    [
        ("apps/new/a.py", "2026-01-15", ()),
        ("apps/legacy/a.py", "2026-01-15", (0,)),
        ("apps/legacy/old_a.py", "2026-01-15", (0, 1)),
        ("old_a.py", "2026-06-30", (1,)),
        ("old_a.py", "2026-07-01", ()),
        ("apps/legacy/old_a.py", "2026-07-01", (0,)),
    ],
)
def test_overrides_match_by_path_until_their_last_day(path: str, today: str, matched: tuple[int, ...]) -> None:
    """An override holds on its last day and not after it."""
    assert _load(today=today).for_file(path).overrides == matched


def test_files_with_equal_settings_share_one_instance() -> None:
    """The engine prepares each combination once, so combinations are recognised by identity."""
    configs = _load()
    assert configs.for_file("a/b.py") is configs.for_file("c/d/e.py")
    assert configs.for_file("apps/legacy/a.py") is configs.for_file("apps/legacy/x/b.py")
    assert configs.for_file("pkg/a.py") is not configs.for_file("a.py")
    assert len({configs.for_file("pkg/a.py"), configs.for_file("pkg/x/b.py")}) == 1


def test_the_nearest_configured_parent_counts() -> None:
    """A directory whose name merely begins alike is no parent."""
    configs = _load()
    assert configs.for_directory("pkg/sub").directory == "pkg"
    assert configs.for_directory("pkgs").directory == ""
    assert configs.for_directory("") is configs.root


def test_equal_configuration_has_an_equal_digest() -> None:
    """The digest is a key of caches, so it is stable between runs."""
    assert _load().digest() == _load().digest()
    assert len(_load().digest()) == 32


@pytest.mark.parametrize(
    "other",
    [
        _load(_TEXT.replace("INFO", "ERROR")),
        _load(_TEXT.replace("info", "error")),
        _load(_TEXT + "\n[roles]\ntest = ['t/**']"),
        _load("\n" + _TEXT),
        _load(today="2026-07-01"),
        _load(command_line=CommandLine(ignore=("GR10",))),
        _load(_TEXT + "\n[rules.GR12]\ncalls = { a = 'b' }"),
    ],
    ids=["level", "override", "roles", "lines", "expiry", "command-line", "options"],
)
def test_whatever_influences_findings_changes_the_digest(other: ConfigSet) -> None:
    """Levels, options, roles, expired overrides, and the lines that findings point at."""
    assert other.digest() != _load().digest()


@pytest.mark.parametrize(
    "other", [_load(today="2026-02-01"), _load(command_line=CommandLine(fail_on="never"))], ids=["today", "fail-on"]
)
def test_what_influences_no_finding_leaves_the_digest_alone(other: ConfigSet) -> None:
    """A new day or another exit code makes no cached result stale."""
    assert other.digest() == _load().digest()
