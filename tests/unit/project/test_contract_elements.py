import pytest

from hive_guardian.model.layout import Layout
from hive_guardian.project.components import find_components
from hive_guardian.project.contract_elements import ElementResolver, PartNames, assign
from hive_guardian.project.contracts import Element
from hive_guardian.project.graph import build_graph
from hive_guardian.project.tree import MemoryTree
from tests.fakes.facts import file

PATHS = [
    "apps/shop/src/shop/__init__.py",
    "apps/shop/src/shop/core/__init__.py",
    "apps/shop/src/shop/core/bus.py",
    "apps/pay/src/pay/core/bus.py",
    "packages/db/src/hive_db/__init__.py",
    "tools/run.py",
]
MANIFEST = '[project]\nname = "hive-db"\nversion = "1"\n'


def _resolver() -> ElementResolver:
    tree = MemoryTree({**dict.fromkeys(PATHS, ""), "packages/db/pyproject.toml": MANIFEST})
    model = find_components(tree, Layout(components=("apps/*", "packages/*")))
    facts = [file(path, module=model.module(path)) for path in PATHS]
    return ElementResolver(build_graph(facts, stdlib=["logging"]), model)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("apps/*", {"apps/pay": 1, "apps/shop": 3}),
        ("apps/{pay,none}", {"apps/pay": 1}),
        ("apps/shop/**", {"apps/shop": 3}),
        ("apps/*/src/*/core/**", {"apps/pay/src/pay/core": 1, "apps/shop/src/shop/core": 2}),
        ("apps/*/src/*/core/bus.py", {"apps/*/src/*/core/bus.py": 2}),
        ("shop", {"shop": 3}),
        ("shop.*", {"shop.core": 2}),
        ("shop.**", {"shop": 3, "shop.core": 2, "shop.core.bus": 1}),
        ("pay", {"pay": 1}),
        ("hive-db", {"packages/db": 1}),
        ("hive-*", {"packages/db": 1}),
        ("tools", {"tools": 1}),
        ("nothing", {}),
        ("apps/nothing", {}),
        ("src/*", {}),
    ],
)
def test_a_pattern_stands_for_components_directories_files_or_modules(pattern: str, expected: dict[str, int]) -> None:
    """Slashes mean paths, components first; other words mean modules, then directories, then names."""
    parts = _resolver().resolve(Element(pattern))
    assert {part.label: len(part.paths) for part in parts} == expected
    assert list(expected) == sorted(expected)


@pytest.mark.parametrize(
    ("container", "pattern", "expected"),
    [
        ("apps/shop", "core", ["shop.core"]),
        ("shop", "core", ["shop.core"]),
        ("shop", "*", ["shop.core"]),
        ("apps/shop", "src/shop/core", ["apps/shop/src/shop/core"]),
        ("apps/pay", "api", []),
    ],
)
def test_a_pattern_in_a_container_starts_from_its_packages(container: str, pattern: str, expected: list[str]) -> None:
    """Dotted names count from the import packages of the container, paths from its directory."""
    resolver = _resolver()
    (outer,) = resolver.resolve(Element(container))
    assert [part.label for part in resolver.resolve(Element(pattern), outer)] == expected


def test_the_most_specific_part_owns_a_file() -> None:
    """A part inside another part takes its files away."""
    resolver = _resolver()
    parts = [part for pattern in ("apps/shop", "shop.core") for part in resolver.resolve(Element(pattern))]
    owners = assign(parts)
    assert {path: part.label for path, part in owners.items()} == {
        "apps/shop/src/shop/__init__.py": "apps/shop",
        "apps/shop/src/shop/core/__init__.py": "shop.core",
        "apps/shop/src/shop/core/bus.py": "shop.core",
    }


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("apps.shop.gone", ("apps/shop", True)),
        ("shop.gone", ("apps/shop", False)),
        ("shopping.cart", None),
        ("packages.db", ("packages/db", True)),
        ("db.x", None),
        ("logging.shop", None),
    ],
)
def test_a_name_without_a_file_may_still_belong_to_a_component(target: str, expected: tuple[str, bool] | None) -> None:
    """The spelled path is certain, the first segment a guess, a shared last segment nothing."""
    resolver = _resolver()
    parts = [part for pattern in ("apps/*", "packages/*") for part in resolver.resolve(Element(pattern))]
    found = PartNames(parts, resolver.graph.index).find(target)
    assert (found and (found[0].label, found[1])) == expected
