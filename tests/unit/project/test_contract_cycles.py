import pytest

from hive_guardian.model.config import Origin
from hive_guardian.project.contract_cycles import find_sibling_cycles
from hive_guardian.project.contracts import AcyclicContract, Element
from tests.fakes.projects import resolver

SOURCES = {
    "app/__init__.py": (),
    "app/a/__init__.py": "from app.b import x",
    "app/a/one.py": "from app.a.two import x",
    "app/a/two.py": "from app.a.one import x",
    "app/b/__init__.py": (),
    "app/b/deep.py": "from app.a import x",
    "app/c.py": "from app.a import x",
}


def cycles(depth: int | None, root: str = "app") -> list[tuple[str, str]]:
    """Return (child that imports, child that is imported) of each cut below a package."""
    project = resolver(SOURCES)
    contract = AcyclicContract(name="x", origin=Origin("a.toml"), modules=(Element(root),), depth=depth)
    return [(one.from_element, one.to_element) for one in find_sibling_cycles(contract, project, project.graph)]


@pytest.mark.parametrize(
    ("depth", "count"),
    [(1, 1), (2, 2), (None, 2)],
)
def test_siblings_are_judged_generation_by_generation(depth: int | None, count: int) -> None:
    """Children count as wholes; deeper generations only as far as the contract goes."""
    found = cycles(depth)
    assert len(found) == count
    assert set(found[0]) == {"app.a", "app.b"}
    assert all(set(pair) == {"app.a.one", "app.a.two"} for pair in found[1:])


def test_only_the_given_package_is_judged() -> None:
    """What lies outside the modules of the contract does not count."""
    assert [set(pair) for pair in cycles(None, "app.a")] == [{"app.a.one", "app.a.two"}]
    assert cycles(None, "app.b") == []
