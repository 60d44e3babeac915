from collections.abc import Mapping
from datetime import date

import pytest

from hive_guardian.adoption.trial import Ground, circle_defaults, import_defaults, objection
from hive_guardian.project.contract_check import Defaults, Occasion
from hive_guardian.project.contracts import Handling
from tests.fakes.projects import resolver

SOURCES = {"a/__init__.py": "import b", "b/__init__.py": (), "tests/test_a.py": "import a", "c/x.py": (), "c/y.py": ()}


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ({"name": "up", "kind": "layers", "layers": ["a", "b"]}, ""),
        ({"name": "down", "kind": "layers", "layers": ["b", "a"]}, "a/__init__.py:1 imports b"),
        ({"name": "lost", "kind": "layers", "layers": ["a", "nowhere"]}, "layers: 'nowhere' matches nothing"),
        ({"name": "odd", "kind": "layers", "layers": ["a"], "colour": "red"}, "unknown key 'colour'"),
        ({"name": "what", "kind": "sideways"}, "unknown kind 'sideways'"),
        (
            {"name": "all", "kind": "layers", "containers": ["c"], "layers": ["x"], "exhaustive": True},
            "c.y stands in no",
        ),
    ],
)
def test_says_why_a_contract_does_not_hold(table: Mapping[str, object], reason: str) -> None:
    """The objection is empty for a contract that is kept, else it names the import or the mistake."""
    ground = Ground(resolver(SOURCES), Occasion(date(2026, 1, 15), lambda path: path.startswith("tests/")))
    said = objection(ground, table)
    assert said.startswith(reason)
    assert bool(said) == bool(reason)


@pytest.mark.parametrize(
    ("settings", "defaults"),
    [
        ({}, Defaults()),
        ({"rules": {"GR06": {"lazy": "ignore"}}}, Defaults(lazy=Handling.IGNORE)),
        (
            {"rules": {"forbidden-import": {"type-checking": "same", "include-tests": True}}},
            Defaults(type_checking=Handling.SAME, include_tests=True),
        ),
    ],
)
def test_counts_imports_as_the_project_does(settings: Mapping[str, object], defaults: Defaults) -> None:
    """Contracts are tried under the options with which they will be judged."""
    assert import_defaults(settings) == defaults


@pytest.mark.parametrize(
    ("settings", "kinds"),
    [
        ({}, (Handling.IGNORE, Handling.IGNORE)),
        ({"rules": {"GR43": {"edges": ["runtime", "local"]}}}, (Handling.IGNORE, Handling.SAME)),
        ({"rules": {"import-cycle": {"edges": ["type-checking"]}}}, (Handling.SAME, Handling.IGNORE)),
    ],
)
def test_circles_are_judged_by_a_rule_of_their_own(settings: Mapping[str, object], kinds: tuple[str, str]) -> None:
    """Function-local imports close no circle unless a project says so."""
    found = circle_defaults(settings)
    assert (found.type_checking, found.lazy) == kinds


def test_counts_what_contracts_judge() -> None:
    """Imports of tests do not count, others do."""
    ground = Ground(resolver(SOURCES), Occasion(date(2026, 1, 15), lambda path: path.startswith("tests/")))
    assert [edge.importer for edge in ground.counted().edges] == ["a/__init__.py"]
