import ast
import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from hive_guardian.engine.pool import collector_paused
from hive_guardian.source.census import STATEMENTS, start_census, take_census, walk

_CODE = [path.read_text("utf-8") for path in sorted(Path(ast.__file__).parent.glob("a*.py"))]


@pytest.fixture
def paused() -> Iterator[None]:
    """The state in which the engine parses."""
    with collector_paused():
        yield


@pytest.mark.usefixtures("paused")
@pytest.mark.parametrize("code", ["", "x = 1\n", *_CODE])
def test_the_census_of_a_parse_is_what_a_walk_finds(code: str) -> None:
    """The objects of a parse are listed in the order of a depth-first walk, and nothing is walked for it."""
    start_census()
    tree = ast.parse(code)
    census = take_census(tree)
    assert any(isinstance(thing, list) for thing in census.objects or ()), "the interpreter's list was not used"
    assert census.nodes() == walk(tree)


@pytest.mark.usefixtures("paused")
@pytest.mark.parametrize("other", ["before", "after"])
def test_another_tree_is_never_counted(other: str) -> None:
    """Nodes that somebody else made in between are noticed, and the right tree is walked."""
    start_census()
    if other == "before":
        foreign = ast.parse("import foreign")
    tree = ast.parse("import own")
    if other == "after":
        foreign = ast.parse("import foreign")
    assert take_census(tree).nodes() == walk(tree)
    assert foreign.body


def test_a_host_that_collects_keeps_its_objects_in_reach() -> None:
    """With the collector on nothing is frozen and the tree is walked."""
    assert gc.isenabled()
    frozen = gc.get_freeze_count()
    start_census()
    tree = ast.parse(_CODE[0])
    assert gc.get_freeze_count() == frozen
    assert take_census(tree).objects is None


def test_groups_are_complete_and_in_source_order() -> None:
    """Every statement lands in the group of its type, none twice."""
    tree = ast.parse(_CODE[0])
    groups: dict[type, list[ast.AST]] = {kind: [] for kind in STATEMENTS}
    take_census(tree).group(groups)
    found = [node for group in groups.values() for node in group]
    assert sorted(map(id, found)) == sorted(id(node) for node in ast.walk(tree) if isinstance(node, ast.stmt))
    for group in groups.values():
        lines = [node.lineno for node in group if isinstance(node, ast.stmt)]
        assert lines == sorted(lines)
