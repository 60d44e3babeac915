from collections.abc import Iterable, Mapping
from datetime import date

import pytest

from hive_guardian.adoption.contract_proposals import Proposals, propose_contracts
from hive_guardian.adoption.trial import Ground, objection
from hive_guardian.project.contract_check import Occasion
from tests.fakes.projects import resolver

LAYOUT = {"components": ["apps/*", "libs/*"], "apps": ["apps/*"], "libraries": ["libs/*"]}
SHOP = {
    "shop/__init__.py": (),
    "shop/api/__init__.py": "from shop.core import orders",
    "shop/core/__init__.py": (),
    "shop/core/orders.py": "import shop.db.tables",
    "shop/db/__init__.py": (),
    "shop/db/tables.py": (),
}
MONO = {
    "apps/web/web/__init__.py": "import db",
    "apps/web/tests/test_web.py": "import admin",
    "apps/admin/admin/__init__.py": "import log",
    "libs/db/db/__init__.py": "import log",
    "libs/log/log/__init__.py": (),
}


def ground(sources: Mapping[str, str | Iterable[str]], components: Iterable[str] = ()) -> Ground:
    """A project of import statements; what lies below `tests` is a test."""
    occasion = Occasion(date(2026, 1, 15), lambda path: "/tests/" in path)
    return Ground(resolver(sources, components=components), occasion)


def layers(found: Proposals) -> list[object]:
    """The layers of the proposed layers contracts, by name."""
    return [one["layers"] for one in found.contracts if one["kind"] == "layers"]


def test_orders_the_packages_inside_a_package() -> None:
    """Packages that import each other in one direction become layers of their parent, highest first."""
    found = propose_contracts(ground(SHOP), {})
    assert found.contracts[0] == {
        "name": "order of the packages in shop",
        "kind": "layers",
        "containers": ["shop"],
        "layers": ["api", "core", "db"],
    }
    assert found.contracts[1] == {"name": "no circles between siblings in shop", "kind": "acyclic", "modules": ["shop"]}
    assert not found.notes


def test_says_which_circle_stands_against_an_order() -> None:
    """Packages in a circle get no layers, and the note names them and the cheapest import to remove."""
    found = propose_contracts(ground({**SHOP, "shop/db/tables.py": "import shop.api"}), {})
    assert not found.contracts
    assert found.notes[0] == (
        'not proposed, "order of the packages in shop": shop.api, shop.core, shop.db import each other in a circle; '
        "the cheapest import to remove is shop/api/__init__.py:1"
    )
    assert found.notes[1].startswith('not proposed, "no circles between siblings in shop": shop/')


def test_sees_ways_through_files_between_the_packages() -> None:
    """A package that reaches another through a module beside them is above it."""
    found = propose_contracts(
        ground(
            {
                "shop/__init__.py": (),
                "shop/glue.py": "import shop.low",
                "shop/high/__init__.py": "import shop.glue",
                "shop/low/__init__.py": (),
            }
        ),
        {},
    )
    assert layers(found) == [["high", "low"]]


def test_leaves_unrelated_packages_out() -> None:
    """Packages that have nothing to do with each other have no order."""
    found = propose_contracts(ground({"shop/__init__.py": (), "shop/a/__init__.py": (), "shop/b/__init__.py": ()}), {})
    assert found == Proposals()


def test_puts_equals_side_by_side() -> None:
    """What stands equally high shares a layer and stays free to be ordered later."""
    sources = {
        **SHOP,
        "shop/mail/__init__.py": "import shop.db.tables",
        "shop/api/__init__.py": "import shop.core, shop.mail",
    }
    assert layers(propose_contracts(ground(sources), {})) == [["api", "core : mail", "db"]]


def test_judges_components_of_a_monorepo() -> None:
    """Applications lie above libraries, do not import each other, and libraries have an order; tests do not count."""
    found = propose_contracts(ground(MONO, ["apps/*", "libs/*"]), LAYOUT)
    assert [(one["name"], one["kind"]) for one in found.contracts] == [
        ("applications above libraries", "layers"),
        ("applications do not import each other", "independent"),
        ("order of the libraries", "layers"),
    ]
    assert layers(found)[1] == ["libs/db", "libs/log"]


@pytest.mark.parametrize(
    ("path", "statement", "lost"),
    [
        ("libs/log/log/__init__.py", "import web", "applications above libraries"),
        ("apps/admin/admin/__init__.py", "import web", "applications do not import each other"),
        ("libs/log/log/__init__.py", "import db", "order of the libraries"),
    ],
)
def test_proposes_nothing_that_does_not_hold(path: str, statement: str, lost: str) -> None:
    """One import against a contract takes it out of the proposal, and the note names the import."""
    project = ground({**MONO, path: statement}, ["apps/*", "libs/*"])
    found = propose_contracts(project, LAYOUT)
    assert lost not in {one["name"] for one in found.contracts}
    assert any(f'"{lost}"' in note and "/__init__.py:1" in note for note in found.notes)
    assert [objection(project, one) for one in found.contracts] == [""] * len(found.contracts)


def test_one_application_is_independent_of_nobody() -> None:
    """A contract about applications among themselves needs two of them."""
    sources = {path: text for path, text in MONO.items() if "admin" not in path}
    found = propose_contracts(ground(sources, ["apps/*", "libs/*"]), LAYOUT)
    assert "independent" not in {one["kind"] for one in found.contracts}


def test_orders_several_packages_of_one_distribution() -> None:
    """Import packages beside each other are ordered like packages inside one."""
    found = propose_contracts(ground({"facade/__init__.py": "import engine", "engine/__init__.py": ()}), {})
    assert found.contracts == ({"name": "order of the packages", "kind": "layers", "layers": ["facade", "engine"]},)


def test_a_circle_does_not_take_its_neighbours_with_it() -> None:
    """Where a package has a circle, what is right below it may still have none."""
    sources = {
        "shop/__init__.py": (),
        "shop/a/__init__.py": "import shop.b",
        "shop/b/__init__.py": "import shop.a",
        "shop/c/__init__.py": (),
        "shop/c/x.py": "import shop.c.y",
        "shop/c/y.py": (),
        "shop/d/__init__.py": (),
        "shop/d/x.py": "import shop.d.y",
        "shop/d/y.py": "import shop.d.x",
    }
    found = propose_contracts(ground(sources), {})
    assert found.contracts == (
        {"name": "no circles between siblings in shop.c", "kind": "acyclic", "modules": ["shop.c"]},
    )
    components = propose_contracts(
        ground(
            {
                "libs/a/a/x.py": "import a.y",
                "libs/a/a/y.py": "import a.x",
                "libs/b/b/x.py": "import b.y",
                "libs/b/b/y.py": (),
            },
            ["libs/*"],
        ),
        {"components": ["libs/*"]},
    )
    assert [one["modules"] for one in components.contracts] == [["libs/b"]]


def test_the_root_of_a_workspace_is_a_project_too() -> None:
    """A package beside the members has an order of its own, and naming the root alone divides nothing."""
    one = propose_contracts(ground(SHOP, ["."]), {"components": ["."]})
    assert one == propose_contracts(ground(SHOP), {})
    both = propose_contracts(ground({**SHOP, **MONO}, ["apps/*", "libs/*", "."]), LAYOUT)
    names = [contract["name"] for contract in both.contracts]
    assert "order of the packages in shop" in names
    assert "order of the libraries" in names
    assert "no circles between siblings in shop" in names
