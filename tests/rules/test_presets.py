"""The presets say what the catalogue says, in options that the rules accept."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from hive_guardian.config.build import build_layout
from hive_guardian.config.presets import BUILT_IN
from hive_guardian.model.rule import Rule
from hive_guardian_rules import register_rules

HIVE_POLICY = Path(__file__).parents[1] / "data" / "hive-preset.toml"
"""The block of golden-rules 1.1; the names of the contracts are ours."""

RULES: dict[str, type[Rule]] = {rule.code: rule for rule in register_rules()}


@pytest.fixture
def hive_policy() -> dict[str, Any]:
    """Return the policy of the catalogue."""
    document = tomllib.loads(HIVE_POLICY.read_text(encoding="utf-8"))
    policy: dict[str, Any] = document["tool"]["hive-guardian"]
    return policy


def without_name(contract: dict[str, Any]) -> dict[str, Any]:
    """Return a contract table without its name."""
    return {key: value for key, value in contract.items() if key != "name"}


def test_hive_is_the_policy_of_the_catalogue(hive_policy: dict[str, Any]) -> None:
    """Layout, contracts and options are those of golden-rules 1.1, no more and no less."""
    preset: dict[str, Any] = dict(BUILT_IN["hive"])
    preset["contracts"] = [without_name(contract) for contract in preset["contracts"]]
    assert preset == {"extends": ["strict"], **hive_policy}


def test_every_contract_of_hive_has_a_name_of_its_own() -> None:
    """A contract is named in findings, so its name tells which one."""
    contracts: Any = BUILT_IN["hive"]["contracts"]
    assert len({contract["name"] for contract in contracts}) == len(contracts)


def test_hive_layout_is_accepted(hive_policy: dict[str, Any]) -> None:
    """Every shared setting of the preset exists and takes its value."""
    assert build_layout(hive_policy["layout"]).apps == ("apps/*",)


@pytest.mark.parametrize("code", sorted(RULES))
def test_options_of_hive_are_accepted(code: str, hive_policy: dict[str, Any]) -> None:
    """Every option of the preset exists and takes its value, and says something else than the default."""
    options = hive_policy["rules"].get(code, {})
    given = RULES[code].Options.model_validate(options)
    assert (given == RULES[code].Options()) is (not options)


def test_hive_configures_rules_that_exist(hive_policy: dict[str, Any]) -> None:
    """A table for a rule that does not exist would be an error for everybody who uses the preset."""
    assert hive_policy["rules"].keys() <= RULES.keys()
