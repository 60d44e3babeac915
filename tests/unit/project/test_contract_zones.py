import pytest

from hive_guardian.model.config import ContractSetting, Origin
from hive_guardian.model.errors import UsageError
from hive_guardian.project.contract_zones import divide, find_unlisted
from hive_guardian.project.contracts import Contract, parse_contract
from tests.fakes.projects import resolver

SOURCES = {f"app/{name}.py": "" for name in ("__init__", "top", "left", "right", "low", "odd")}


def contract(kind: str, **table: object) -> Contract:
    """Return a contract."""
    return parse_contract(ContractSetting(kind, "x", table, Origin("a.toml", 1)))


def forbidden(of: Contract) -> set[tuple[str, str]]:
    """Return the pairs of parts of the only zone that must not reach each other."""
    (zone,) = divide(of, resolver(SOURCES))
    return {
        (one.label, other.label)
        for one in zone.parts
        for other in zone.parts
        if one != other and zone.forbids(one, other)
    }


def test_layers_forbid_the_way_up_and_between_independent_siblings() -> None:
    """A lower layer must not reach a higher one; `|` separates, `:` does not."""
    up = {("app.low", "app.top"), ("app.low", "app.left"), ("app.low", "app.right")}
    up |= {("app.left", "app.top"), ("app.right", "app.top")}
    across = {("app.left", "app.right"), ("app.right", "app.left")}
    assert forbidden(contract("layers", layers=["app.top", "app.left : app.right", "app.low"])) == up
    assert forbidden(contract("layers", layers=["app.top", "app.left | app.right", "app.low"])) == up | across


def test_members_of_an_independent_contract_forbid_each_other() -> None:
    """Both directions count."""
    found = forbidden(contract("independent", modules=["app.left", "app.right"]))
    assert found == {("app.left", "app.right"), ("app.right", "app.left")}


def test_protected_modules_are_open_to_their_importers_only() -> None:
    """Importers of no part are judged too, except the ones that are named."""
    (zone,) = divide(contract("protected", modules=["app.low"], importers=["app.top"]), resolver(SOURCES))
    assert zone.outsiders
    assert set(zone.allowed) == {"app/top.py"}
    assert set(zone.owners) == {"app/low.py"}
    assert not zone.indirect


def test_acyclic_contracts_have_no_zones() -> None:
    """Cycles are no question of territory."""
    assert divide(contract("acyclic", modules=["app"]), resolver(SOURCES)) == ()


def test_an_exhaustive_contract_names_what_it_forgot() -> None:
    """Children of the container in no layer are listed, and only when the contract asks."""
    layers = ["top", "left | right", "low"]
    found = find_unlisted(contract("layers", layers=layers, containers=["app"], exhaustive=True), resolver(SOURCES))
    assert ["app.odd" in str(item) for item in found] == [True]
    assert find_unlisted(contract("layers", layers=layers, containers=["app"]), resolver(SOURCES)) == ()


def test_policy_about_nothing_is_refused() -> None:
    """A module that does not exist is an error unless it is optional; one in two layers always is."""
    with pytest.raises(UsageError, match="gone"):
        divide(contract("independent", modules=["app.low", "app.gone"]), resolver(SOURCES))
    assert divide(contract("independent", modules=["app.low", "(app.gone)"]), resolver(SOURCES))
    with pytest.raises(UsageError):
        divide(contract("layers", layers=["app.low", "app.low"]), resolver(SOURCES))
