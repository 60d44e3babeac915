"""Contracts as typed data: what a `[[contracts]]` table says, validated (golden-rules.md GR06, GR43, GR47, 4.18)."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from datetime import date
from enum import StrEnum
from typing import Any, TypedDict

from hive_guardian.model.config import ContractSetting, Origin
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.severity import Severity
from hive_guardian.model.spelling import nearest
from hive_guardian.project.contract_table import Table

_PRESET = "preset:"


class _SeverityWord(StrEnum):
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    CRITICAL = "critical"


class Handling(StrEnum):
    """How a kind of import counts."""

    IGNORE = "ignore"
    SAME = "same"


@frozen
class Element:
    """One name in a contract.

    Attributes:
        pattern: a glob of directories, a pattern of dotted names, or the name of a component.
        optional: matching nothing is allowed: written `(pattern)`, or from a preset.
    """

    pattern: str
    optional: bool = False


@frozen
class Layer:
    """One level of a layers contract.

    Attributes:
        elements: side by side on this level.
        independent: they must not import each other (`a | b`), as opposed to `a : b`.
    """

    elements: tuple[Element, ...]
    independent: bool = False


@frozen
class Ignore:
    """Imports a contract or rule accepts.

    Attributes:
        importer: pattern of dotted module names, or a path glob if it contains a slash.
        imported: likewise.
        reason: why; empty when missing (GR45 reports that).
        until: last day on which it holds, or `None`.
        index: position in its list.
        origin: where the list stands.
    """

    importer: str
    imported: str
    reason: str
    until: date | None
    index: int
    origin: Origin


@frozen(kw_only=True)
class Contract:
    """What every contract has.

    Attributes:
        name: for messages; made from kind and origin when the table has none.
        origin: where the table stands.
        severity: of its findings, `None` for the rule's.
        type_checking: how imports under `TYPE_CHECKING` count, `None` for the rule's option.
        lazy: how function-local imports count, `None` for the rule's option.
        include_tests: whether importers of role test count, `None` for the rule's option.
        ignore: accepted imports.
    """

    name: str
    origin: Origin
    severity: Severity | None = None
    type_checking: Handling | None = None
    lazy: Handling | None = None
    include_tests: bool | None = None
    ignore: tuple[Ignore, ...] = ()


@frozen(kw_only=True)
class LayersContract(Contract):
    """A lower layer never reaches a higher one.

    Attributes:
        layers: highest first.
        containers: packages or components whose children the layers name; empty for the whole project.
        exhaustive: every child of a container must be in a layer.
    """

    layers: tuple[Layer, ...]
    containers: tuple[Element, ...] = ()
    exhaustive: bool = False


@frozen(kw_only=True)
class IndependentContract(Contract):
    """Members never reach each other, except through modules in `public`."""

    modules: tuple[Element, ...]
    public: tuple[Element, ...] = ()


@frozen(kw_only=True)
class ForbiddenContract(Contract):
    """`sources` never reach `targets`; with `indirect` off they only must not import them directly."""

    sources: tuple[Element, ...]
    targets: tuple[Element, ...]
    indirect: bool = True


@frozen(kw_only=True)
class ProtectedContract(Contract):
    """Only `importers` may import `modules` directly."""

    modules: tuple[Element, ...]
    importers: tuple[Element, ...]


@frozen(kw_only=True)
class InterfaceContract(Contract):
    """Others import `modules` only through what is `public`: `root`, or modules below the root."""

    modules: tuple[Element, ...]
    public: tuple[Element, ...] = (Element("root"),)


@frozen(kw_only=True)
class AcyclicContract(Contract):
    """The children of `modules` do not import each other in a circle, `depth` generations down (`None`: all)."""

    modules: tuple[Element, ...]
    depth: int | None = None


def parse_contracts(settings: Iterable[ContractSetting]) -> tuple[Contract, ...]:
    """Validate contracts in order of declaration.

    Raises:
        UsageError: a table is wrong; names file, line, contract and key.
    """
    return tuple(parse_contract(setting) for setting in settings)


def parse_contract(setting: ContractSetting) -> Contract:
    """Validate one `[[contracts]]` table.

    Raises:
        UsageError: unknown kind or key, missing key, value of the wrong type.
    """
    name = setting.name or f"{setting.kind} at {setting.origin}"
    table = Table(setting.table, setting.origin, f'contract "{name}"', ("kind", "name"))
    build = _KINDS.get(setting.kind)
    if build is None:
        raise table.error(
            f"unknown kind {setting.kind!r}{nearest(setting.kind, _KINDS)}; kinds are {', '.join(_KINDS)}"
        )
    contract = build(table, _common(table, name))
    table.refuse_unknown()
    return contract


def allow_absent(contract: Contract) -> Contract:
    """Return a contract whose elements may all match nothing: for files from before it was written."""
    # `replace` wants the type of each field, which a loop over all kinds of contracts cannot name.
    changed: dict[str, Any] = {each.name: _all_optional(getattr(contract, each.name)) for each in fields(contract)}
    return replace(contract, **changed)


def _all_optional(value: object) -> object:
    match value:
        case Element():
            return replace(value, optional=True)
        case Layer():
            return replace(value, elements=tuple(replace(element, optional=True) for element in value.elements))
        case tuple():
            return tuple(map(_all_optional, value))
        case _:
            return value


def parse_ignores(value: object, origin: Origin, owner: str) -> tuple[Ignore, ...]:
    """Validate a list of `{from, to, reason, until?}`.

    Args:
        value: the raw list, `None` for none.
        origin: where it stands.
        owner: whose list it is, for messages.

    Raises:
        UsageError: an entry is wrong.
    """
    entries = Table({"ignore": value}, origin, owner).tables("ignore")
    return tuple(_ignore(Table(entry, origin, f"{owner}: ignore"), index) for index, entry in enumerate(entries))


class _Common(TypedDict):
    name: str
    origin: Origin
    severity: Severity | None
    type_checking: Handling | None
    lazy: Handling | None
    include_tests: bool | None
    ignore: tuple[Ignore, ...]


def _common(table: Table, name: str) -> _Common:
    word = table.choice("severity", _SeverityWord)
    return _Common(
        name=name,
        origin=table.origin,
        severity=Severity[word.name] if word else None,
        type_checking=table.choice("type-checking", Handling),
        lazy=table.choice("lazy", Handling),
        include_tests=table.flag("include-tests"),
        ignore=parse_ignores(table.get("ignore"), table.origin, table.owner),
    )


def _ignore(table: Table, index: int) -> Ignore:
    parsed = Ignore(
        table.text("from"), table.text("to"), table.text("reason", ""), table.day("until"), index, table.origin
    )
    table.refuse_unknown()
    return parsed


def _layers(table: Table, common: _Common) -> Contract:
    layers = tuple(_layer(table, text) for text in _required(table, "layers"))
    containers = _elements(table, "containers")
    exhaustive = table.flag("exhaustive") or False
    if exhaustive and not containers:
        raise table.error("exhaustive needs containers: without them there is nothing to be exhaustive about")
    return LayersContract(layers=layers, containers=containers, exhaustive=exhaustive, **common)


def _layer(table: Table, text: str) -> Layer:
    if "|" in text and ":" in text:
        raise table.error(f"layer {text!r} mixes | (independent) and : (free); use one of them")
    items = re.split(r"[|:]", text)
    return Layer(tuple(_element(table, "layers", item) for item in items), independent="|" in text)


def _independent(table: Table, common: _Common) -> Contract:
    modules = _required_elements(table, "modules")
    return IndependentContract(modules=modules, public=_elements(table, "public"), **common)


def _forbidden(table: Table, common: _Common) -> Contract:
    sources, targets = _required_elements(table, "from"), _required_elements(table, "to")
    return ForbiddenContract(sources=sources, targets=targets, indirect=table.flag("indirect") is not False, **common)


def _protected(table: Table, common: _Common) -> Contract:
    if table.get("importers") is None:
        raise table.missing("importers", "write [] when nobody may import the modules")
    modules = _required_elements(table, "modules")
    return ProtectedContract(modules=modules, importers=_elements(table, "importers"), **common)


def _interface(table: Table, common: _Common) -> Contract:
    modules = _required_elements(table, "modules")
    if table.get("public") is None:
        return InterfaceContract(modules=modules, **common)
    return InterfaceContract(modules=modules, public=_required_elements(table, "public"), **common)


def _acyclic(table: Table, common: _Common) -> Contract:
    return AcyclicContract(modules=_required_elements(table, "modules"), depth=table.count("depth"), **common)


_KINDS: Mapping[str, Callable[[Table, _Common], Contract]] = {
    "layers": _layers,
    "forbidden": _forbidden,
    "independent": _independent,
    "protected": _protected,
    "interface": _interface,
    "acyclic": _acyclic,
}


def _required(table: Table, key: str) -> tuple[str, ...]:
    found = table.strings(key)
    if not found:
        raise table.missing(key) if found is None else table.error(f"{key} must not be empty")
    return found


def _required_elements(table: Table, key: str) -> tuple[Element, ...]:
    return tuple(_element(table, key, text) for text in _required(table, key))


def _elements(table: Table, key: str) -> tuple[Element, ...]:
    return tuple(_element(table, key, text) for text in table.strings(key) or ())


def _element(table: Table, key: str, text: str) -> Element:
    pattern = text.strip()
    optional = pattern.startswith("(") and pattern.endswith(")")
    pattern = pattern[1:-1].strip() if optional else pattern
    if not pattern or re.search(r"[()|\s]", pattern):
        raise table.error(f"{key} has the malformed element {text.strip()!r}")
    return Element(pattern.removeprefix("./"), optional=optional or table.origin.source.startswith(_PRESET))
