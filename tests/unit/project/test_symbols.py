import pytest

from hive_guardian.model.facts import FileFacts
from hive_guardian.project.module_index import ModuleIndex
from hive_guardian.project.symbols import Symbol, SymbolIndex
from tests.fakes.facts import file, klass


def _index(*facts: FileFacts) -> SymbolIndex:
    return SymbolIndex(facts, ModuleIndex(facts))


INDEX = _index(
    file(
        "pkg/__init__.py", "from pkg.impl import f, Base as Root", "from pkg import compat as c", exports=["f", "Root"]
    ),
    file("pkg/impl.py", definitions=["f", "_secret"], classes=[klass("Base"), klass("Base.Inner")]),
    file("pkg/compat.py", "from os import system as run", "import subprocess as sp", "import os"),
    file("pkg/stars.py", "from pkg.impl import *", "from pkg import *", definitions=["own"]),
    file("pkg/foreign.py", "from tkinter import *", definitions=["own"]),
    file("pkg/either.py", bindings={"json": ("orjson", "json"), "dump": "pkg.either.json.dumps"}),
    file("pkg/ring_a.py", "from pkg.ring_b import x"),
    file("pkg/ring_b.py", "from pkg.ring_a import x"),
    file("use.py", "from pkg.compat import os, sp", "from pkg.stars import f as g"),
)


@pytest.mark.parametrize(
    ("dotted", "expected"),
    [
        ("pkg.f", {"pkg.impl.f"}),
        ("pkg.Root", {"pkg.impl.Base"}),
        ("pkg.Root.Inner", {"pkg.impl.Base.Inner"}),
        ("pkg.c.run", {"os.system"}),
        ("pkg.compat.sp.Popen", {"subprocess.Popen"}),
        ("pkg.compat", {"pkg.compat"}),
        ("pkg.stars.f", {"pkg.impl.f"}),
        ("pkg.stars.Root", {"pkg.impl.Base"}),
        ("pkg.stars.own", {"pkg.stars.own"}),
        ("pkg.stars._secret", {"pkg.stars._secret"}),
        ("pkg.foreign.own", {"pkg.foreign.own"}),
        ("pkg.foreign.Button", set()),
        ("pkg.either.dump", {"orjson.dumps", "json.dumps"}),
        ("pkg.ring_a.x", {"pkg.ring_a.x"}),
        ("pkg.impl.unheard_of", {"pkg.impl.unheard_of"}),
        ("os.path.join", {"os.path.join"}),
        ("use.g", {"pkg.impl.f"}),
    ],
)
def test_a_name_resolves_to_its_definition(dotted: str, expected: set[str]) -> None:
    """Re-exports, renames, star imports and alternatives are followed; rings end; foreign stars mean unknown."""
    assert INDEX.resolve(dotted) == expected


def test_a_meaning_names_the_file_and_the_member() -> None:
    """A symbol of the project knows where it stands, one from outside has no path."""
    assert INDEX.meanings("pkg.Root.Inner") == (Symbol("pkg.impl.Base.Inner", "pkg/impl.py", "Base.Inner"),)
    assert INDEX.meanings("pkg.compat.run") == (Symbol("os.system"),)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("pkg/__init__.py", ("Root", "f")),
        ("pkg/impl.py", ("Base", "f")),
        ("pkg/compat.py", ()),
        ("pkg/stars.py", ("own",)),
    ],
)
def test_public_names(path: str, expected: tuple[str, ...]) -> None:
    """`__all__` decides; else what is defined there without an underscore."""
    assert INDEX.public_names(path) == expected


def test_a_package_publishes_what_it_takes_from_its_modules() -> None:
    """Without `__all__`, an `__init__` re-exports names of the project, not of distributions."""
    index = _index(
        file("p/__init__.py", "from p.a import f, _g", "import os", "from p.b import *"),
        file("p/a.py", definitions=["f", "_g"]),
        file("p/b.py", definitions=["h", "_i"]),
    )
    assert index.public_names("p/__init__.py") == ("f", "h")


def test_star_import_takes_imported_names_too_and_survives_rings() -> None:
    """At run time a star import binds every name without an underscore, modules included."""
    index = _index(
        file("a.py", "import os", "from b import *", definitions=["x"]),
        file("b.py", "from a import *", definitions=["y"]),
    )
    assert index.star_names("a.py") == index.star_names("b.py") == {"os", "x", "y"}
    assert index.resolve("b.x") == {"a.x"}


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        (["os.system"], {"pkg.compat.os.system": ("os.system",), "pkg.compat.run": ("os.system",)}),
        (["subprocess.Popen"], {"pkg.compat.sp.Popen": ("subprocess.Popen",)}),
        (["os.*"], {"pkg.compat.run": ("os.system",)}),
        (["pkg.f"], {"pkg.impl.f": ("pkg.f",), "pkg.stars.f": ("pkg.f",), "use.g": ("pkg.f",)}),
        (["pkg.impl.f"], {"pkg.f": ("pkg.impl.f",), "pkg.stars.f": ("pkg.impl.f",), "use.g": ("pkg.impl.f",)}),
        (["nothing.at.all"], {}),
    ],
)
def test_re_exports_of_a_target_are_found(targets: list[str], expected: dict[str, tuple[str, ...]]) -> None:
    """The inverse question: which names of the project denote a target; unused module bindings do not count."""
    assert INDEX.re_exports_of(targets) == expected


def test_the_inverse_agrees_with_resolution() -> None:
    """Whatever is called a re-export of an external target resolves to it."""
    for alias, names in INDEX.re_exports_of(["os.system", "subprocess.**", "json.dumps"]).items():
        assert set(names) <= INDEX.resolve(alias)


def test_roots_with_equal_names_keep_their_symbols_apart() -> None:
    """`core.make` of each app is its own."""
    index = _index(
        file("apps/x/src/core/__init__.py", "from core.impl import make"),
        file("apps/x/src/core/impl.py", definitions=["make"]),
        file("apps/y/src/core/__init__.py", "from core.impl import make"),
        file("apps/y/src/core/impl.py", definitions=["make"]),
    )
    (symbol,) = index.meanings("core.make", "apps/y/src/core/impl.py")
    assert symbol.path == "apps/y/src/core/impl.py"
