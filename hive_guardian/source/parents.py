"""What stands around a node: linked for the statements of the module in which somebody asks.

Most files are asked about one or two places, and linking all of a file costs a quarter of its parse.
"""

import ast
from bisect import bisect_right

from hive_guardian.source.census import CHILDREN


class Parents:
    """The parent of every node of a tree.

    Args:
        tree: the module.
    """

    def __init__(self, tree: ast.Module) -> None:
        """Link nothing yet."""
        self._found: dict[ast.AST, ast.AST] = {}
        self._tree = tree
        self._starts = [_first_line(statement) for statement in tree.body]
        self._is_whole = False

    def __getitem__(self, node: ast.AST) -> ast.AST:
        """Return the parent of a node.

        Raises:
            KeyError: the node is the module, or of another tree.
        """
        parent = self.get(node)
        if parent is None:
            raise KeyError(node)
        return parent

    def get(self, node: ast.AST) -> ast.AST | None:
        """Return the parent of a node, `None` for the module and what is not in the tree."""
        found = self._found
        if node not in found and not self._is_whole and node is not self._tree:
            self._link_around(getattr(node, "lineno", 0))
            if node not in found:  # without a position, or with one that is wrong, as in f-strings of older Pythons
                self._is_whole = True
                for statement in self._tree.body:
                    self._link(statement)
        return found.get(node)

    def _link_around(self, line: int) -> None:
        """Link the statement of the module that stands on a line: the last one that starts there or before."""
        index = bisect_right(self._starts, line) - 1
        if index >= 0:
            self._link(self._tree.body[index])

    def _link(self, statement: ast.stmt) -> None:
        found = self._found
        if statement in found:
            return
        found[statement] = self._tree
        nodes: list[ast.AST] = [statement]
        for node in nodes:
            for name in CHILDREN[node.__class__]:
                value = getattr(node, name)
                if value.__class__ is list:
                    children = [item for item in value if item is not None]
                    nodes += children
                    found.update(dict.fromkeys(children, node))
                elif value is not None:
                    nodes.append(value)
                    found[value] = node


def _first_line(statement: ast.stmt) -> int:
    """Return the line on which a statement starts, decorators included."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return decorators[0].lineno if decorators else statement.lineno
