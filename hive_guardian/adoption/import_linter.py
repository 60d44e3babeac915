"""Contracts of import-linter, said in our words (import-linter: "Contract types", "Configuration file")."""

import configparser
from collections.abc import Callable, Mapping

from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.manifests.document import Document, ManifestProblem, as_strings, as_table, decode, read_toml
from hive_guardian.project.tree import FileTree

_PREFIX = "importlinter:contract:"
_INI_FILES = ("setup.cfg", ".importlinter")
_REASON = "accepted in the configuration of import-linter"


@frozen
class Foreign:
    """One contract of import-linter.

    Attributes:
        name: as written.
        source: where it stands: a file.
        table: the same as a table of `[[tool.hive-guardian.contracts]]`, empty when it cannot be said.
        obstacle: why not.
    """

    name: str
    source: str
    table: Mapping[str, object]
    obstacle: str = ""


def read_import_linter(tree: FileTree) -> tuple[Foreign, ...]:
    """Return the contracts of the first configuration that has any, in order; a file it cannot read has none."""
    for path in (*_INI_FILES, "pyproject.toml"):
        if tree.exists(path):
            general, contracts = _pyproject(tree, path) if path == "pyproject.toml" else _ini(tree, path)
            if general or contracts:
                return tuple(_translate(contract, general, path) for contract in contracts)
    return ()


def _pyproject(tree: FileTree, path: str) -> tuple[Mapping[str, object], list[Mapping[str, object]]]:
    try:
        document = read_toml(path, tree.read(path))
    except OSError:
        return {}, []
    if not isinstance(document, Document):
        return {}, []
    general = document.table("tool", "importlinter")
    contracts = general.get("contracts")
    return general, [as_table(one) for one in contracts] if isinstance(contracts, list) else []


def _ini(tree: FileTree, path: str) -> tuple[Mapping[str, object], list[Mapping[str, object]]]:
    try:
        text = decode(path, tree.read(path))
    except OSError:
        return {}, []
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string("" if isinstance(text, ManifestProblem) else text)
    except configparser.Error:
        return {}, []
    general = dict(parser["importlinter"]) if parser.has_section("importlinter") else {}
    contracts = [dict(parser[name]) for name in parser.sections() if name.startswith(_PREFIX)]
    return general, list(contracts)


def _translate(contract: Mapping[str, object], general: Mapping[str, object], source: str) -> Foreign:
    kind = str(contract.get("type", ""))
    name = str(contract.get("name", "")) or f"{kind} contract of import-linter"
    build = _KINDS.get(kind)
    if build is None:
        return Foreign(name, source, {}, f"there is no kind like {kind!r}")
    table = build(contract)
    lost = next((key for key in _UNTOLD if contract.get(key)), "")
    lost = lost or ("" if _truth(contract.get("as_packages"), default=True) else "as_packages")
    if lost:
        return Foreign(name, source, {}, f"its {lost} cannot be said here")
    common: dict[str, object] = {"name": name, "kind": table.pop("kind"), **table}
    if not _truth(general.get("exclude_type_checking_imports"), default=False):
        common["type-checking"] = "same"
    ignored = [_ignore(text) for text in _strings(contract.get("ignore_imports"))]
    if ignored:
        common["ignore"] = ignored
    return Foreign(name, source, common)


_UNTOLD = ("exhaustive_ignores", "skip_descendants")
"""Keys that change what a contract means and for which we have no word."""


def _layers(contract: Mapping[str, object]) -> dict[str, object]:
    table: dict[str, object] = {"kind": "layers"}
    if containers := _strings(contract.get("containers")):
        table["containers"] = containers
    if _truth(contract.get("exhaustive"), default=False):
        table["exhaustive"] = True
    return table | {"layers": _strings(contract.get("layers"))}


def _forbidden(contract: Mapping[str, object]) -> dict[str, object]:
    table: dict[str, object] = {
        "kind": "forbidden",
        "from": _strings(contract.get("source_modules")),
        "to": _strings(contract.get("forbidden_modules")),
    }
    if _truth(contract.get("allow_indirect_imports"), default=False):
        table["indirect"] = False
    return table


def _independence(contract: Mapping[str, object]) -> dict[str, object]:
    return {"kind": "independent", "modules": _strings(contract.get("modules"))}


def _protected(contract: Mapping[str, object]) -> dict[str, object]:
    modules = _strings(contract.get("protected_modules"))
    return {"kind": "protected", "modules": modules, "importers": _strings(contract.get("allowed_importers"))}


def _acyclic(contract: Mapping[str, object]) -> dict[str, object]:
    table: dict[str, object] = {"kind": "acyclic", "modules": _strings(contract.get("ancestors")), "lazy": "same"}
    depth = str(contract.get("depth", ""))
    return table | ({"depth": int(depth) + 1} if depth.isdigit() else {})  # theirs counts from the ancestors, as 0


_KINDS: Mapping[str, Callable[[Mapping[str, object]], dict[str, object]]] = {
    "layers": _layers,
    "forbidden": _forbidden,
    "independence": _independence,
    "protected": _protected,
    "acyclic_siblings": _acyclic,
}


def _strings(value: object) -> list[str]:
    """A list of strings, in ini files one a line; a set of TOML comes as list too."""
    if isinstance(value, str):
        return [line.strip() for line in value.splitlines() if line.strip()]
    return [text for _, text in as_strings(value)]


def _truth(value: object, *, default: bool) -> bool:
    return default if value is None else str(value).lower() in {"true", "yes", "on", "1"}


def _ignore(text: str) -> dict[str, str]:
    importer, _, imported = text.partition("->")
    return {"from": importer.strip(), "to": imported.strip(), "reason": _REASON}
