"""Which files come to re-exports of looked-for names."""

import pytest

from hive_guardian.engine.re_exports import Reach
from hive_guardian.model.facts import EdgeKind, FileFacts, ImportFact

TARGETS = frozenset({"subprocess.run"})
REACH = Reach({"shop.tools.shell.run": TARGETS})


def facts(module: str, name: str = "", bound: str = "") -> FileFacts:
    """Facts of a file with one import."""
    fact = ImportFact(module, name, bound, EdgeKind.RUNTIME, guarded=False, line=1, column=1, end_line=1, end_column=20)
    return FileFacts("app.py", "app", is_package=False, imports=(fact,))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (facts("shop.tools.shell", "run", "run"), True),
        (facts("shop.tools", "shell", "shell"), True),
        (facts("shop", "", "shop"), True),
        (facts("shop.tools.shell", "*"), True),
        (facts("shop.tools", "*"), False),
        (facts("shop.tools", "paint", "paint"), False),
        (facts("os", "", "os"), False),
        (None, False),
    ],
)
def test_an_import_of_a_module_above_comes_near(given: FileFacts | None, *, expected: bool) -> None:
    """What is imported must be the re-export, or something it lies below."""
    assert REACH.is_near(given) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("shop.tools.shell.run()", True),
        ("(shop\n  .tools  # comment (with .dots)\n  .shell).run", True),
        ("shop.tools \\\n.shell.run", True),
        ("tools = shop.tools\ntools.shell.run()", True),
        ("(me := (shop)).tools.shell.run()", True),
        ("shop.tools.shell.runner()", False),
        ("from shop.tools.shell import paint\nshop.tools.cook()\nthread.run()", False),
        ("shop.tools.run()", False),
        ("shopping = shops.tools.dish\nother.shell.x.run()", False),
    ],
)
def test_attributes_below_an_import_must_be_spelled_out(text: str, *, expected: bool) -> None:
    """The attributes stand one after the other, or some of them behind a name that is bound to the others."""
    assert bool(REACH.redirects(facts("shop", "", "shop"), text.encode()).names) is expected


def test_the_member_must_be_mentioned() -> None:
    """A file that imports everything from a module comes to what it mentions."""
    star = facts("shop.tools.shell", "*")

    assert REACH.redirects(star, b"run()").stars == {"shop.tools.shell": frozenset({"run"})}
    assert REACH.redirects(star, b"walk()").stars == {}
    assert REACH.redirects(facts("shop.tools.shell", "run", "go"), b"import run as go").names == {
        "shop.tools.shell.run": TARGETS
    }
