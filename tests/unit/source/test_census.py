import ast
import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from hive_guardian.engine.pool import collector_paused
from hive_guardian.source.census import Census, every_node, start_census, take_census, walk

_CODE = [path.read_text("utf-8") for path in sorted(Path(ast.__file__).parent.glob("a*.py"))]


@pytest.fixture
def paused() -> Iterator[None]:
    """The state in which the engine parses."""
    with collector_paused():
        yield


def _walked(tree: ast.AST) -> dict[type, list[ast.AST]]:
    found: dict[type, list[ast.AST]] = {}
    for node in walk(tree):
        found.setdefault(type(node), []).append(node)
    return found


def _nodes_of(census: Census) -> dict[type, list[ast.AST]]:
    return {kind: nodes for kind, nodes in census.items() if issubclass(kind, ast.AST)}


@pytest.mark.usefixtures("paused")
@pytest.mark.parametrize("code", ["", "x = 1\n", *_CODE])
def test_the_census_of_a_parse_is_what_a_walk_finds(code: str) -> None:
    """The nodes of each type come in the order of a depth-first walk, and nothing is walked for it."""
    start_census()
    tree = ast.parse(code)
    census = take_census(tree)
    assert dict in census, "the interpreter's list was not used"
    assert _nodes_of(census) == _walked(tree)


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
    assert _nodes_of(take_census(tree)) == _walked(tree)
    assert foreign.body


def test_a_host_that_collects_keeps_its_objects_in_reach() -> None:
    """With the collector on nothing is frozen and the tree is walked."""
    assert gc.isenabled()
    frozen = gc.get_freeze_count()
    start_census()
    tree = ast.parse(_CODE[0])
    assert gc.get_freeze_count() == frozen
    assert take_census(tree) == _walked(tree)


def test_every_node_is_there_once() -> None:
    """No node is left out and none is given twice; contexts and operators are not nodes to look at."""
    tree = ast.parse(_CODE[0])
    passed_over = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop)
    expected = sorted(id(node) for node in ast.walk(tree) if not isinstance(node, passed_over))
    assert sorted(map(id, every_node(take_census(tree)))) == expected
