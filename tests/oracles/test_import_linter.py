"""GR06 and GR43 against import-linter and grimp, on our own source."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import grimp
import pytest

from hive_guardian.model.facts import EdgeKind
from hive_guardian.project.graph import ImportGraph, build_graph
from hive_guardian.source.document import Document
from hive_guardian.source.facts import collect_facts
from hive_guardian.testing import check
from hive_guardian_rules.architecture.forbidden_import import ForbiddenImport
from hive_guardian_rules.architecture.import_cycle import ImportCycle

ROOT = Path(__file__).parents[2]
PACKAGES = {"hive_guardian": ROOT, "hive_guardian_rules": ROOT / "rules"}
LAYERS = ["report", "engine", "config", "project", "source", "model"]


@dataclass(frozen=True)
class Pair:
    """The same contract for both tools."""

    ours: Mapping[str, object]
    theirs: Mapping[str, object]


CASES = {
    "layers": Pair(
        {"kind": "layers", "containers": ["hive_guardian"], "layers": LAYERS},
        {"type": "layers", "containers": ["hive_guardian"], "layers": LAYERS},
    ),
    "upside down": Pair(
        {"kind": "layers", "containers": ["hive_guardian"], "layers": LAYERS[::-1]},
        {"type": "layers", "containers": ["hive_guardian"], "layers": LAYERS[::-1]},
    ),
    "only through others": Pair(
        {"kind": "layers", "layers": ["hive_guardian.source", "hive_guardian_rules"]},
        {"type": "layers", "layers": ["hive_guardian.source", "hive_guardian_rules"]},
    ),
    "independent siblings": Pair(
        {"kind": "layers", "containers": ["hive_guardian"], "layers": ["report | engine", "model"]},
        {"type": "layers", "containers": ["hive_guardian"], "layers": ["report | engine", "model"]},
    ),
    "free siblings": Pair(
        {"kind": "layers", "containers": ["hive_guardian"], "layers": ["config : engine", "model"]},
        {"type": "layers", "containers": ["hive_guardian"], "layers": ["config : engine", "model"]},
    ),
    "dependent siblings": Pair(
        {"kind": "layers", "containers": ["hive_guardian"], "layers": ["config | project", "model"]},
        {"type": "layers", "containers": ["hive_guardian"], "layers": ["config | project", "model"]},
    ),
    "forgotten": Pair(
        {"kind": "layers", "containers": ["hive_guardian"], "layers": LAYERS, "exhaustive": True},
        {"type": "layers", "containers": ["hive_guardian"], "layers": LAYERS, "exhaustive": "True"},
    ),
    "forbidden": Pair(
        {"kind": "forbidden", "from": ["hive_guardian.model"], "to": ["hive_guardian.report"]},
        {
            "type": "forbidden",
            "source_modules": ["hive_guardian.model"],
            "forbidden_modules": ["hive_guardian.report"],
        },
    ),
    "forbidden distribution": Pair(
        {"kind": "forbidden", "from": ["hive_guardian.project"], "to": ["packaging"]},
        {"type": "forbidden", "source_modules": ["hive_guardian.project"], "forbidden_modules": ["packaging"]},
    ),
    "forbidden directly": Pair(
        {"kind": "forbidden", "from": ["hive_guardian_rules"], "to": ["hive_guardian.source"], "indirect": False},
        {
            "type": "forbidden",
            "source_modules": ["hive_guardian_rules"],
            "forbidden_modules": ["hive_guardian.source"],
            "allow_indirect_imports": "True",
        },
    ),
    "independent": Pair(
        {"kind": "independent", "modules": ["hive_guardian.report", "hive_guardian.engine"]},
        {"type": "independence", "modules": ["hive_guardian.report", "hive_guardian.engine"]},
    ),
    "dependent": Pair(
        {"kind": "independent", "modules": ["hive_guardian.config", "hive_guardian.project"]},
        {"type": "independence", "modules": ["hive_guardian.config", "hive_guardian.project"]},
    ),
    "protected": Pair(
        {
            "kind": "protected",
            "modules": ["hive_guardian.project.toml_positions"],
            "importers": ["hive_guardian.project", "hive_guardian.config"],
        },
        {
            "type": "protected",
            "protected_modules": ["hive_guardian.project.toml_positions"],
            "allowed_importers": ["hive_guardian.project", "hive_guardian.config"],
        },
    ),
    "unprotected": Pair(
        {"kind": "protected", "modules": ["hive_guardian.project.globs"], "importers": ["hive_guardian.config"]},
        {
            "type": "protected",
            "protected_modules": ["hive_guardian.project.globs"],
            "allowed_importers": ["hive_guardian.config"],
        },
    ),
}


def sources() -> dict[str, str]:
    """Return our own source: root-relative path -> text."""
    files = (path for name, root in PACKAGES.items() for path in sorted((root / name).rglob("*.py")))
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in files}


def project() -> dict[str, str]:
    """Return our own source and the manifest that says where packages lie."""
    return sources() | {"pyproject.toml": (ROOT / "pyproject.toml").read_text("utf-8")}


def our_graph() -> ImportGraph:
    """Return the import graph as the engine builds it."""
    return build_graph(
        collect_facts(Document(path, text.encode(), ast.parse(text), _module(path))) for path, text in sources().items()
    )


def _module(path: str) -> str:
    return path.removeprefix("rules/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def our_edges(graph: ImportGraph) -> Iterator[tuple[str, str, int]]:
    """Yield (importer, imported, line) of what grimp sees too: statements, no `import_module`."""
    for edge in graph.edges:
        if edge.kind is not EdgeKind.DYNAMIC and edge.fact.bound:
            yield graph.label(edge.importer), graph.label(edge.imported), edge.fact.line


def test_edges_equal_grimp() -> None:
    """Both read the same imports from every statement of our own source."""
    theirs = grimp.build_graph(*PACKAGES, cache_dir=None)
    expected = {
        (importer, imported, detail["line_number"])
        for importer in theirs.modules
        for imported in theirs.find_modules_directly_imported_by(importer)
        for detail in theirs.get_import_details(importer=importer, imported=imported)
    }

    assert set(our_edges(our_graph())) == expected


def their_verdicts(directory: Path, *, type_checking: bool) -> dict[str, bool]:
    """Run import-linter once over all cases: name of the case -> whether the contract holds."""
    lines = ["[tool.importlinter]", f"root_packages = {json.dumps(list(PACKAGES))}", "include_external_packages = true"]
    lines.append(f"exclude_type_checking_imports = {json.dumps(not type_checking)}")
    for name, pair in CASES.items():
        lines += ["[[tool.importlinter.contracts]]", f"name = {json.dumps(name)}"]
        lines += [f"{key} = {json.dumps(value)}" for key, value in pair.theirs.items()]
    config = directory / "pyproject.toml"
    config.write_text("\n".join(lines), "utf-8")
    command = [str(Path(sys.executable).with_name("lint-imports")), "--config", str(config), "--no-cache"]
    output = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT).stdout
    found = [line.rpartition(" ") for line in output.splitlines() if line.endswith((" KEPT", " BROKEN"))]
    return {name: word == "KEPT" for name, _, word in found}


def our_verdicts(*, type_checking: bool) -> dict[str, bool]:
    """Run GR06 once over all cases: name of the case -> whether the contract holds."""
    contracts = [{"name": name, **pair.ours} for name, pair in CASES.items()]
    options = {"type-checking": "same" if type_checking else "ignore", "include-tests": True}
    findings = check(ForbiddenImport, project(), contracts=contracts, options=options)
    return {name: not any(f'contract "{name}"' in item.message for item in findings) for name in CASES}


@pytest.mark.parametrize("type_checking", [True, False])
def test_verdicts_equal_import_linter(tmp_path: Path, *, type_checking: bool) -> None:
    """Every contract is kept or broken for both tools alike, and both verdicts occur."""
    ours = our_verdicts(type_checking=type_checking)

    assert ours == their_verdicts(tmp_path, type_checking=type_checking)
    assert {*ours.values()} == {True, False}


def test_cycles_equal_grimp() -> None:
    """Siblings cycle for `acyclic` exactly where grimp finds something to cut, all kinds of imports counted."""
    theirs = grimp.build_graph(*PACKAGES, cache_dir=None)
    expected = {
        package
        for package in sorted(theirs.modules)
        if theirs.find_children(package) and theirs.nominate_cycle_breakers(package)
    }
    everything = {"type-checking": "same", "lazy": "same", "include-tests": True}
    contract = {"kind": "acyclic", "modules": list(PACKAGES), **everything}

    findings = check(ImportCycle, project(), contracts=[contract], options={"scope": []})

    assert {item.anchor.partition(" ")[0].rpartition(".")[0] for item in findings} == expected
