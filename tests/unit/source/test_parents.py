"""Parents of nodes, linked for one statement of the module at a time."""

import ast

import pytest

from hive_guardian.source.census import CHILDREN, walk
from hive_guardian.source.parents import Parents

CODE = """@decorate(1)
class A(B, key=1):
    def f(self, a=1, *, b): return {**a, 'x': [i for i in b if not i]}
x = (1,
     2); y = f'{x!r} {x:>{y}}'
if x:
    import m
with x as y, y: z = 1; w = 2
"""


@pytest.mark.parametrize("step", [1, -1])
def test_every_node_has_the_parent_that_holds_it(step: int) -> None:
    """Whichever node is asked about first, with a position or without, each one comes with its own parent."""
    tree = ast.parse(CODE)
    expected = {
        child: node
        for node in walk(tree)
        for name in CHILDREN[node.__class__]
        for child in (getattr(node, name) if isinstance(getattr(node, name), list) else [getattr(node, name)])
        if child is not None
    }
    parents = Parents(tree)
    nodes = walk(tree)[::step]
    assert [parents.get(node) for node in nodes] == [expected.get(node) for node in nodes]


def test_what_is_not_in_the_tree_has_no_parent() -> None:
    """The module has none, and neither has a node of another tree."""
    tree = ast.parse("a = b")
    parents = Parents(tree)
    assert parents.get(tree) is None
    assert parents.get(ast.parse("a = b").body[0]) is None
    with pytest.raises(KeyError):
        parents[tree]
