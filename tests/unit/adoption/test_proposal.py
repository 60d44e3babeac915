from datetime import date

from hive_guardian.adoption.import_linter import Foreign
from hive_guardian.adoption.proposal import propose
from hive_guardian.adoption.trial import Ground
from hive_guardian.project.contract_check import Occasion
from tests.fakes.projects import resolver

SOURCES = {
    "shop/__init__.py": (),
    "shop/api/__init__.py": "import shop.core",
    "shop/core/__init__.py": (),
}
GROUND = Ground(resolver(SOURCES), Occasion(date(2026, 1, 15), lambda _path: False))
DOWN = {"name": "down", "kind": "layers", "layers": ["shop.api", "shop.core"]}
UP = {"name": "up", "kind": "layers", "layers": ["shop.core", "shop.api"]}


def test_carried_contracts_replace_own_ones_of_their_kind() -> None:
    """What a team has already said about layers is not said again in other words."""
    found = propose(GROUND, level="INFO", layout={}, foreign=[Foreign("down", "pyproject.toml", DOWN)])
    assert found.settings["level"] == "INFO"
    assert found.settings["contracts"] == [
        DOWN,
        {"name": "no circles between siblings in shop", "kind": "acyclic", "modules": ["shop"]},
    ]
    assert not found.notes


def test_says_what_is_not_carried_over() -> None:
    """A contract that does not hold, or has no counterpart, is left to the person, with the reason."""
    foreign = [Foreign("up", "setup.cfg", UP), Foreign("odd", "setup.cfg", {}, "there is no kind like 'odd'")]
    found = propose(GROUND, level="ERROR", layout={}, foreign=foreign)
    assert found.notes == (
        'not carried over from setup.cfg, "up": shop/api/__init__.py:1 imports shop.core',
        "not carried over from setup.cfg, \"odd\": there is no kind like 'odd'",
    )


def test_looks_for_no_contracts_where_there_are_some() -> None:
    """A project with contracts of its own has said what it wants."""
    found = propose(GROUND, level="ERROR", layout={"apps": ["a/*"]}, foreign=[], present={"contracts"})
    assert found.settings == {"level": "ERROR", "layout": {"apps": ["a/*"]}}
