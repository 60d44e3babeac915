from collections.abc import Mapping

import pytest

from hive_guardian.model.layout import Layout
from hive_guardian.project.components import find_components
from hive_guardian.project.import_origins import Absence, ImportOrigins, Undeclared
from hive_guardian.project.module_index import ModuleIndex
from hive_guardian.project.tree import MemoryTree
from tests.fakes.facts import file

_SHOP = "[project]\nname = 'shop'\n"
_WORKSPACE = {
    "pyproject.toml": "[project]\nname = 'all'\n[tool.uv.workspace]\nmembers = ['a', 'b']\n"
    "[dependency-groups]\ndev = ['httpx']\n",
    "a/pyproject.toml": "[project]\nname = 'a'\n",
    "a/a/__init__.py": "",
    "a/tests/test_a.py": "",
    "b/pyproject.toml": "[project]\nname = 'b'\n",
    "b/b/__init__.py": "",
}


def _judge(
    files: Mapping[str, str], path: str, dotted: str, *, strict: bool = True, layout: Layout | None = None
) -> Undeclared | None:
    tree = MemoryTree(files)
    given = layout or Layout()
    model = find_components(tree, given)
    index = ModuleIndex([file(one, module=model.module(one)) for one in tree.paths() if one.endswith(".py")])
    origins = ImportOrigins(model, index, tree, given, lambda: frozenset({dotted.partition(".")[0]}))
    supplies = origins.supplies(path)
    assert supplies is not None
    return origins.judge(path, dotted, supplies, strict=strict)


@pytest.mark.parametrize(
    ("declared", "dotted", "expected"),
    [
        ("dependencies = ['httpx']", "httpx.Client", None),
        ("", "httpx.Client", Undeclared(Absence.MISSING, ("httpx",))),
        ("[dependency-groups]\ndev = ['httpx']", "httpx", Undeclared(Absence.MISPLACED, ("httpx",))),
        ("dependencies = ['acme-sdk']", "acme_lib", Undeclared(Absence.MISSING, (), ("acme-sdk",))),
        ("dependencies = ['types-pyyaml']", "yaml", Undeclared(Absence.MISSING, ("pyyaml",))),
        ("", "os.path", None),
        ("", "__main__", None),
        ("requires-python = '>=3.13'", "cgi", Undeclared(Absence.MISSING, ("legacy-cgi",))),
        ("requires-python = '>=3.10'", "cgi", None),
        ("", "shop.cart", None),
        ("", "shop.not_there", None),
    ],
)
def test_production_code_needs_a_runtime_declaration(declared: str, dotted: str, expected: Undeclared | None) -> None:
    """Declared, own and standard modules are fine; everything else says what to declare."""
    files = {"pyproject.toml": f"{_SHOP}{declared}\n", "shop/__init__.py": "", "shop/cart.py": ""}
    assert _judge(files, "shop/__init__.py", dotted) == expected


@pytest.mark.parametrize(
    ("path", "dotted", "strict", "is_missing"),
    [
        ("a/a/__init__.py", "b", True, True),
        ("a/tests/test_a.py", "b", False, True),
        ("a/tests/test_a.py", "httpx", False, False),
        ("a/a/__init__.py", "httpx", True, True),
        ("tests/test_all.py", "a", False, False),
    ],
)
def test_members_of_a_workspace_answer_for_themselves(
    path: str, dotted: str, *, strict: bool, is_missing: bool
) -> None:
    """What the root declares for development serves its members' tests, and the root's tests may import members."""
    files = {**_WORKSPACE, "tests/test_all.py": "", "all/__init__.py": ""}
    assert (_judge(files, path, dotted, strict=strict) is not None) is is_missing


def test_a_sibling_is_named_by_its_distribution() -> None:
    """What to declare is the distribution of the other component."""
    files = {**_WORKSPACE, "b/pyproject.toml": "[project]\nname = 'acme-b'\n"}
    assert _judge(files, "a/a/__init__.py", "b") == Undeclared(Absence.SIBLING, ("acme-b",))


@pytest.mark.parametrize(
    ("extra", "path", "dotted", "strict"),
    [
        ({"shop/_speed.pyx": ""}, "shop/__init__.py", "_speed", True),
        ({"proto/order.proto": ""}, "shop/__init__.py", "order_pb2", True),
        ({"helpers.py": ""}, "tests/deep/test_x.py", "helpers", False),
        ({"tools/beside.py": ""}, "tools/run.py", "beside", True),
        ({}, "noxfile.py", "nox", False),
        ({}, "setup.py", "setuptools", False),
        ({"x.py": "# /// script\n# dependencies = ['rich']\n# ///\n"}, "x.py", "rich", True),
    ],
)
def test_what_stands_beside_or_runs_a_file_is_no_dependency(
    extra: Mapping[str, str], path: str, dotted: str, *, strict: bool
) -> None:
    """Built modules, neighbours of a script, the tool that runs it and its own metadata need no declaration."""
    files = {"pyproject.toml": _SHOP, "shop/__init__.py": "", path: "", **extra}
    assert _judge(files, path, dotted, strict=strict) is None


def test_files_beside_the_package_may_use_what_is_for_development() -> None:
    """A file that no distribution ships needs no runtime dependency, whatever its name says about its role."""
    files = {
        "pyproject.toml": f"{_SHOP}[dependency-groups]\ndev = ['httpx']\n",
        "src/shop/__init__.py": "",
        "bench/speed.py": "",
    }
    assert _judge(files, "bench/speed.py", "httpx") is None
    assert _judge(files, "src/shop/__init__.py", "httpx") is not None


def test_packages_that_nobody_analyses_are_still_the_projects_own() -> None:
    """A package that is excluded from the check has no facts, yet no distribution brings it."""
    files = {"pyproject.toml": _SHOP, "src/shop/__init__.py": "", "src/generated/__init__.py": ""}
    tree = MemoryTree(files)
    model = find_components(tree, Layout())
    origins = ImportOrigins(
        model, ModuleIndex([file("src/shop/__init__.py")]), tree, Layout(), lambda: frozenset({"generated"})
    )
    supplies = origins.supplies("src/shop/__init__.py")
    assert supplies is not None
    assert origins.judge("src/shop/__init__.py", "generated.api", supplies, strict=True) is None
