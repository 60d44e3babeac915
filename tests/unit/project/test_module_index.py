import pytest

from hive_guardian.model.facts import EdgeKind, ImportFact
from hive_guardian.project.module_index import Located, ModuleIndex, member
from tests.fakes.facts import file, files, imports

TREE = files(
    {
        "src/a/__init__.py": (),
        "src/a/b.py": (),
        "src/a/c/__init__.py": (),
        "ns/part/__init__.py": (),
    }
)


@pytest.mark.parametrize(
    ("statement", "path", "rest"),
    [
        ("import a", "src/a/__init__.py", ""),
        ("import a.b", "src/a/b.py", ""),
        ("import a.b.c", "src/a/b.py", "c"),
        ("from a import b", "src/a/b.py", ""),
        ("from a import c", "src/a/c/__init__.py", ""),
        ("from a import thing", "src/a/__init__.py", "thing"),
        ("from a import *", "src/a/__init__.py", ""),
        ("from a.b import f", "src/a/b.py", "f"),
        ("from ns import part", "ns/part/__init__.py", ""),
    ],
)
def test_a_statement_means_the_submodule_if_it_exists_else_the_package(statement: str, path: str, rest: str) -> None:
    """The deepest existing module is the target; what is left over is a member of it."""
    assert ModuleIndex(TREE).locate(imports(statement)[0], "src/a/b.py") == Located(path, rest)


@pytest.mark.parametrize("statement", ["import os", "from ns import other", "import abc", "import ns"])
def test_what_no_file_offers_is_not_located(statement: str) -> None:
    """Distributions and bare namespace directories are no modules of the project."""
    assert ModuleIndex(TREE).locate(imports(statement)[0], "src/a/b.py") is None


def test_a_relative_import_that_leaves_the_project_is_not_located() -> None:
    """An empty module name means nothing."""
    assert (
        ModuleIndex(TREE).locate(
            ImportFact(
                "", "b", "b", EdgeKind.RUNTIME, guarded=False, line=1, column=1, end_line=1, end_column=20, level=9
            ),
            "src/a/b.py",
        )
        is None
    )


def test_a_namespace_belongs_to_the_project_without_being_a_module() -> None:
    """Directories above modules are owned; names that share a prefix are not."""
    index = ModuleIndex(TREE)
    assert [index.owns(name) for name in ("ns", "ns.part", "ns.other", "a", "ab")] == [True, True, False, True, False]


def test_of_equal_names_the_importers_own_root_wins_then_the_nearest() -> None:
    """Two apps may both have `core.bus`; each sees its own, and its tests do too."""
    index = ModuleIndex(
        files(
            {
                "apps/x/src/core/bus.py": (),
                "apps/x/src/core/use.py": (),
                "apps/y/src/core/bus.py": (),
                "apps/y/tests/test_bus.py": (),
                "tools/run.py": (),
            }
        )
    )
    assert index.find("core.bus", "apps/x/src/core/use.py") == Located("apps/x/src/core/bus.py")
    assert index.find("core.bus", "apps/y/tests/test_bus.py") == Located("apps/y/src/core/bus.py")
    assert index.find("core.bus", "tools/run.py") == Located("apps/x/src/core/bus.py", certain=False)


def test_source_wins_over_stub_and_package_over_module() -> None:
    """A name that several files of one root offer means the file the interpreter would run."""
    index = ModuleIndex(
        [file("a.pyi"), file("a.py"), file("b.py"), file("b/__init__.py"), file("only.pyi")],
    )
    found = [index.find(name) for name in ("a", "b", "only")]
    assert found == [Located("a.py"), Located("b/__init__.py"), Located("only.pyi")]


def test_a_standard_library_name_is_first_party_only_inside_its_root() -> None:
    """A script directory's `types.py` does not become everybody's `types`."""
    index = ModuleIndex(
        [file("src/a.py"), file("scripts/types.py", module="types"), file("scripts/run.py", module="run")],
        stdlib={"types"},
    )
    assert index.find("types", "src/a.py") is None
    assert index.find("types", "scripts/run.py") == Located("scripts/types.py")


def test_a_path_from_the_project_root_is_a_name_of_last_resort() -> None:
    """`apps.shop.api` means `apps/shop/api.py`, but a single segment is left to distributions."""
    index = ModuleIndex(
        [file("apps/shop/api.py", module="shop.api"), file("redis/x.py", module=""), file("t.py", module="")]
    )
    assert index.deepest("apps.shop.api.get") == Located("apps/shop/api.py", "get")
    assert index.deepest("redis.client") is None
    assert index.deepest("t") is None


def test_the_member_of_a_statement_is_its_full_dotted_name() -> None:
    """Star imports ask for the module."""
    assert [member(imports(text)[0]) for text in ("import a.b", "from a import b", "from a import *")] == [
        "a.b",
        "a.b",
        "a",
    ]
