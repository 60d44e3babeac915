"""Policies that contradict themselves."""

from collections.abc import Iterable
from datetime import date

import pytest

from hive_guardian.config.load import load
from hive_guardian.config.policy import check_policies
from hive_guardian.config.selection import Selected
from hive_guardian.model.errors import UsageError
from hive_guardian.project.tree import MemoryTree

_BANS = 'rules.GR46.banned = [{ name = "acme.log", message = "m" }]\n'


def _check(text: str, enabled: Iterable[str]) -> None:
    config = load(MemoryTree({"hive-guardian.toml": text}), today=date(2026, 1, 15)).root
    check_policies(config, {code: Selected(enabled=True, why="") for code in enabled})


@pytest.mark.parametrize(
    ("text", "enabled", "message"),
    [
        (
            "\nlayout.config-layer = []",
            ["GR37"],
            (
                "hive-guardian.toml:2: layout.config-layer: GR37 forbids reading the environment outside the config "
                "layer, and there is none"
            ),
        ),
        (
            _BANS + 'layout.logger-factory = "acme.log.get"',
            ["GR46", "GR10"],
            (
                "hive-guardian.toml:1: rules.GR46.banned: GR46 bans acme.log.get, "
                "which GR10 (layout.logger-factory) requires"
            ),
        ),
        (
            _BANS + 'layout.config-factories = ["acme.log"]',
            ["GR46"],
            "hive-guardian.toml:1: rules.GR46.banned: GR46 bans acme.log, which layout.config-factories requires",
        ),
        (
            'rules.GR24.banned-accessors = ["acme.**"]\nlayout.config-factories = ["acme.make"]',
            ["GR24"],
            (
                "hive-guardian.toml:1: rules.GR24.banned-accessors: GR24 bans acme.make, which layout.config-factories "
                "requires"
            ),
        ),
        (
            _BANS + 'rules.GR16.framework = ["acme.log"]',
            ["GR46", "GR16"],
            "hive-guardian.toml:1: rules.GR46.banned: GR46 bans acme.log, which GR16 (framework) requires",
        ),
        (
            _BANS + 'rules.GR36.base-class-contracts = [{ name = ".*Log", must-inherit = ["acme.log.Base"] }]',
            ["GR46", "GR36"],
            "hive-guardian.toml:1: rules.GR46.banned: GR46 bans acme.log.Base, which GR36 (must-inherit) requires",
        ),
    ],
)
def test_a_policy_nobody_can_satisfy_is_refused(text: str, enabled: list[str], message: str) -> None:
    """The message names both sides of the contradiction and where one of them stands."""
    with pytest.raises(UsageError) as caught:
        _check(text, enabled)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "enabled"),
    [
        ("layout.config-layer = []", ["GR46"]),
        ("", ["GR37", "GR46", "GR24", "GR16", "GR36", "GR10"]),
        (_BANS + 'layout.logger-factory = "acme.log.get"', ["GR46"]),
        (_BANS + 'layout.logger-factory = "acme.log.get"', ["GR10"]),
        (_BANS + 'layout.logger-factory = "acme.logging.get"', ["GR46", "GR10"]),
        (_BANS + 'rules.GR16.framework = ["acme.log", "click"]', ["GR46", "GR16"]),
        (
            (
                'rules.GR46.banned = [{ name = "acme.log", message = "m", only = ["a/**"] }]\n'
                'layout.config-factories = ["acme.log"]'
            ),
            ["GR46"],
        ),
        (
            'rules.GR24.banned-accessors = ["acme"]\nlayout.config-factories = ["acme.make"]',
            ["GR24"],
        ),
        ('extends = ["hive"]', ["GR10", "GR16", "GR24", "GR36", "GR37", "GR46"]),
    ],
)
def test_what_can_be_satisfied_is_accepted(text: str, enabled: list[str]) -> None:
    """A rule that is off, an alternative, a ban for some paths only, or a name that merely begins alike."""
    _check(text, enabled)
