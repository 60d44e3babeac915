from collections.abc import Mapping

import pytest

from hive_guardian.adoption.import_linter import read_import_linter
from hive_guardian.project.tree import MemoryTree

SAME = {"type-checking": "same"}


@pytest.mark.parametrize(
    ("contract", "table"),
    [
        (
            'type = "layers"\nlayers = ["a | b", "(c)"]\ncontainers = ["shop"]\nexhaustive = true',
            {"kind": "layers", "containers": ["shop"], "exhaustive": True, "layers": ["a | b", "(c)"]},
        ),
        (
            'type = "forbidden"\nsource_modules = ["a"]\nforbidden_modules = ["django"]\nallow_indirect_imports = true',
            {"kind": "forbidden", "from": ["a"], "to": ["django"], "indirect": False},
        ),
        ('type = "independence"\nmodules = ["a", "b"]', {"kind": "independent", "modules": ["a", "b"]}),
        (
            'type = "protected"\nprotected_modules = ["a"]\nallowed_importers = ["b"]',
            {"kind": "protected", "modules": ["a"], "importers": ["b"]},
        ),
        (
            'type = "acyclic_siblings"\nancestors = ["a"]\ndepth = 0',
            {"kind": "acyclic", "modules": ["a"], "lazy": "same", "depth": 1},
        ),
    ],
)
def test_translates_each_kind(contract: str, table: Mapping[str, object]) -> None:
    """Every built-in kind has a counterpart with the same meaning."""
    text = f'[tool.importlinter]\nroot_package = "a"\n[[tool.importlinter.contracts]]\nname = "N"\n{contract}\n'
    (found,) = read_import_linter(MemoryTree({"pyproject.toml": text}))
    assert found.table == {"name": "N", **table, **SAME}


def test_reads_the_ini_form() -> None:
    """Lists stand one item a line, and ignored imports become ignores with a reason."""
    text = (
        "[importlinter]\nroot_package = a\nexclude_type_checking_imports = True\n\n"
        "[importlinter:contract:one]\nname = One\ntype = layers\nlayers =\n  a.high\n  a.low\n"
        "ignore_imports =\n  a.low.x -> a.high.y\n"
    )
    (found,) = read_import_linter(MemoryTree({".importlinter": text}))
    reason = "accepted in the configuration of import-linter"
    assert found.source == ".importlinter"
    assert found.table == {
        "name": "One",
        "kind": "layers",
        "layers": ["a.high", "a.low"],
        "ignore": [{"from": "a.low.x", "to": "a.high.y", "reason": reason}],
    }


@pytest.mark.parametrize(
    ("contract", "obstacle"),
    [
        ('type = "acme.Custom"', "there is no kind like 'acme.Custom'"),
        ('type = "layers"\nlayers = ["a"]\nexhaustive_ignores = ["x"]', "its exhaustive_ignores cannot be said here"),
        ('type = "forbidden"\nas_packages = false', "its as_packages cannot be said here"),
    ],
)
def test_says_what_has_no_counterpart(contract: str, obstacle: str) -> None:
    """What would mean something else here is left out, with the reason."""
    text = f'[[tool.importlinter.contracts]]\nname = "N"\n{contract}\n'
    (found,) = read_import_linter(MemoryTree({"pyproject.toml": text}))
    assert (found.table, found.obstacle) == ({}, obstacle)


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"pyproject.toml": "[tool.importlinter\n"},
        {".importlinter": "no section\n"},
        {"setup.cfg": "[metadata]\nname = x\n"},
        {"pyproject.toml": "[tool.importlinter]\ncontracts = 3\n"},
    ],
)
def test_files_without_contracts_give_none(files: Mapping[str, str]) -> None:
    """What is absent or malformed has no contract, and is no error of this tool."""
    assert read_import_linter(MemoryTree(files)) == ()
