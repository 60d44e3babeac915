from datetime import date, datetime, time

import pytest

from hive_guardian.model.config import ContractSetting, Origin
from hive_guardian.model.errors import UsageError
from hive_guardian.model.severity import Severity
from hive_guardian.project.contracts import (
    AcyclicContract,
    Element,
    ForbiddenContract,
    Handling,
    Ignore,
    IndependentContract,
    InterfaceContract,
    Layer,
    LayersContract,
    ProtectedContract,
    allow_absent,
    parse_contract,
    parse_contracts,
    parse_ignores,
)

ORIGIN = Origin("pyproject.toml", 12)
MOMENT = datetime.combine(date(2026, 1, 1), time(8))


def _setting(kind: str, origin: Origin = ORIGIN, **table: object) -> ContractSetting:
    keys = {key.rstrip("_").replace("_", "-"): value for key, value in table.items()}
    return ContractSetting(kind, "rules", keys, origin)


def test_layers_know_independent_free_and_optional_elements() -> None:
    """`|` separates independent elements, `:` free ones, parentheses make them optional."""
    contract = parse_contract(
        _setting("layers", layers=["ui", "(a) | b", "c : d"], containers=["pkg"], exhaustive=True, severity="warning")
    )
    assert contract == LayersContract(
        name="rules",
        origin=ORIGIN,
        severity=Severity.WARNING,
        layers=(
            Layer((Element("ui"),)),
            Layer((Element("a", optional=True), Element("b")), independent=True),
            Layer((Element("c"), Element("d"))),
        ),
        containers=(Element("pkg"),),
        exhaustive=True,
    )


def test_every_other_kind_is_typed() -> None:
    """Defaults follow the catalogue: indirect forbidden imports count, an interface is the package root."""
    settings = [
        _setting("independent", modules=["apps/*"], public=[]),
        _setting("forbidden", from_=["a"], to=["b"], indirect=False, lazy="ignore", include_tests=True),
        _setting("forbidden", from_=["a"], to=["b"]),
        _setting("protected", modules=["a"], importers=[]),
        _setting("interface", modules=["packages/*"]),
        _setting("interface", modules=["packages/*"], public=["root", "api.**"]),
        _setting("acyclic", modules=["pkg"], depth=1),
    ]
    a, b, pkg, packages = Element("a"), Element("b"), Element("pkg"), Element("packages/*")
    assert parse_contracts(settings) == (
        IndependentContract(name="rules", origin=ORIGIN, modules=(Element("apps/*"),)),
        ForbiddenContract(
            name="rules", origin=ORIGIN, sources=(a,), targets=(b,), indirect=False, lazy=Handling.IGNORE,
            include_tests=True,
        ),
        ForbiddenContract(name="rules", origin=ORIGIN, sources=(a,), targets=(b,), indirect=True),
        ProtectedContract(name="rules", origin=ORIGIN, modules=(a,), importers=()),
        InterfaceContract(name="rules", origin=ORIGIN, modules=(packages,), public=(Element("root"),)),
        InterfaceContract(
            name="rules", origin=ORIGIN, modules=(packages,), public=(Element("root"), Element("api.**"))
        ),
        AcyclicContract(name="rules", origin=ORIGIN, modules=(pkg,), depth=1),
    )  # fmt: skip


def test_elements_of_a_preset_are_optional_and_nameless_contracts_get_a_name() -> None:
    """A preset must not fail in a project that lacks one of its packages."""
    setting = ContractSetting("acyclic", "", {"kind": "acyclic", "modules": ["pkg"]}, Origin("preset:hive", 3))
    assert parse_contract(setting) == AcyclicContract(
        name="acyclic at preset:hive:3", origin=setting.origin, modules=(Element("pkg", optional=True),)
    )


def test_ignores_carry_reason_and_last_day() -> None:
    """Dates come as TOML dates or ISO text; a missing reason is left to the rule that asks for reasons."""
    ignores = [
        {"from": "a.*", "to": "b", "reason": " old ", "until": date(2026, 1, 31)},
        {"from": "apps/x/**", "to": "c", "until": "2026-02-01"},
    ]
    assert parse_ignores(ignores, ORIGIN, "GR43") == (
        Ignore("a.*", "b", "old", date(2026, 1, 31), 0, ORIGIN),
        Ignore("apps/x/**", "c", "", date(2026, 2, 1), 1, ORIGIN),
    )
    assert parse_ignores(None, ORIGIN, "GR43") == ()


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        (_setting("layer", layers=["a"]), "unknown kind 'layer'; did you mean 'layers'?"),
        (_setting("layers", layer=["a"]), "unknown key 'layer'; did you mean 'layers'?"),
        (_setting("layers", containers=["a"]), "layers is missing"),
        (_setting("layers", layers=[]), "layers must not be empty"),
        (_setting("layers", layers="a"), "layers must be a list of non-empty strings, not 'a'"),
        (_setting("layers", layers=["a", 1]), "layers must be a list of non-empty strings"),
        (_setting("layers", layers=["a"], container=["p"]), "unknown key 'container'; did you mean 'containers'?"),
        (_setting("layers", layers=["a"], exhaustive=True), "exhaustive needs containers"),
        (_setting("layers", layers=["a | b : c"]), "mixes | (independent) and : (free)"),
        (_setting("layers", layers=["a |"]), "layers has the malformed element ''"),
        (_setting("layers", layers=["(a"]), "layers has the malformed element '(a'"),
        (_setting("independent", modules=["a | b"]), "modules has the malformed element 'a | b'"),
        (_setting("forbidden", from_=["a"]), "to is missing"),
        (_setting("forbidden", from_=["a"], to=["b"], indirect="no"), "indirect must be true or false, not 'no'"),
        (_setting("protected", modules=["a"]), "importers is missing; write []"),
        (_setting("interface", modules=["a"], public=[]), "public must not be empty"),
        (_setting("acyclic", modules=["a"], depth=0), "depth must be a whole number from 1, not 0"),
        (_setting("acyclic", modules=["a"], depth=True), "depth must be a whole number from 1, not True"),
        (_setting("acyclic", modules=["a"], severity="eror"), "'eror'; did you mean 'error'?"),
        (_setting("acyclic", modules=["a"], lazy=True), "lazy must be one of ignore, same, not True"),
        (_setting("acyclic", modules=["a"], ignore={}), "ignore must be a list of tables"),
        (_setting("acyclic", modules=["a"], ignore=[{"to": "b"}]), "ignore: from is missing"),
        (_setting("acyclic", modules=["a"], ignore=[{"from": "a", "to": ""}]), "ignore: to must be a non-empty string"),
        (
            _setting("acyclic", modules=["a"], ignore=[{"from": "a", "to": "b", "reson": "x"}]),
            "ignore: unknown key 'reson'; did you mean 'reason'?",
        ),
        (
            _setting("acyclic", modules=["a"], ignore=[{"from": "a", "to": "b", "until": "soon"}]),
            "until must be a date such as 2027-01-31, not 'soon'",
        ),
        (
            _setting("acyclic", modules=["a"], ignore=[{"from": "a", "to": "b", "until": MOMENT}]),
            "until must be a date",
        ),
    ],
)  # fmt: skip
def test_a_wrong_table_is_refused_where_it_stands(setting: ContractSetting, message: str) -> None:
    """The message names file, line, contract, key and the nearest right word."""
    with pytest.raises(UsageError) as caught:
        parse_contract(setting)
    assert str(caught.value).startswith('pyproject.toml:12: contract "rules": ')
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "contract",
    [
        _setting("layers", layers=["ui", "a | b"], containers=["pkg"]),
        _setting("independent", modules=["a", "b"], public=["a.api"]),
        ContractSetting("forbidden", "rules", {"from": ["a"], "to": ["b"]}, ORIGIN),
        _setting("protected", modules=["a"], importers=["b"]),
        _setting("interface", modules=["a"], public=["api"]),
        _setting("acyclic", modules=["a"]),
    ],
)
def test_every_element_may_be_absent_from_an_earlier_state(contract: ContractSetting) -> None:
    """Nothing else about a contract changes."""
    parsed = parse_contract(contract)
    lenient = allow_absent(parsed)
    assert "optional=False" not in repr(lenient)
    assert repr(lenient) == repr(parsed).replace("optional=False", "optional=True")
