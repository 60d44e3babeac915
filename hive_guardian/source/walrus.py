"""Where `:=` is refused inside comprehensions (GR00, PEP 572)."""

import ast
from collections.abc import Iterator

from hive_guardian.source.document import Document
from hive_guardian.source.walk import all_nodes, child_nodes

Problem = tuple[ast.AST, str]
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def walrus_problems(document: Document) -> Iterator[Problem]:
    """Yield the assignment expressions the compiler refuses because of the comprehension around them."""
    comprehensions: list[Comprehension] = [
        *document.nodes(ast.ListComp),
        *document.nodes(ast.SetComp),
        *document.nodes(ast.DictComp),
        *document.nodes(ast.GeneratorExp),
    ]
    for comprehension in comprehensions:
        if ast.NamedExpr not in map(type, all_nodes(comprehension)):
            continue
        for generator in comprehension.generators:
            for node in all_nodes(generator.iter):
                if isinstance(node, ast.NamedExpr):
                    yield node, "assignment expression cannot be used in a comprehension iterable expression"
        walruses = list(_own_walruses(comprehension))
        names = set(_iteration_names(comprehension)) if walruses else set()
        for walrus in walruses:
            name = walrus.target.id
            if name in names:
                yield walrus, f"assignment expression cannot rebind comprehension iteration variable '{name}'"
            elif _runs_in_class(document, comprehension):
                yield walrus, "assignment expression within a comprehension cannot be used in a class body"


def _iteration_names(comprehension: Comprehension) -> Iterator[str]:
    for generator in comprehension.generators:
        for node in all_nodes(generator.target):
            if isinstance(node, ast.Name):
                yield node.id


def _own_walruses(comprehension: Comprehension) -> Iterator[ast.NamedExpr]:
    """Yield the assignment expressions of a comprehension and of those inside it, lambdas left out."""
    stack: list[ast.AST] = [comprehension]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.NamedExpr):
            yield node
        stack.extend([node.args] if isinstance(node, ast.Lambda) else child_nodes(node))


def _runs_in_class(document: Document, comprehension: ast.AST) -> bool:
    """Whether the block around a comprehension, other comprehensions left out, is a class body."""
    child = comprehension
    for parent in document.ancestors(comprehension):
        if isinstance(parent, ast.ClassDef):
            return child in parent.body
        if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef) and child in parent.body:
            return False
        if isinstance(parent, ast.Lambda) and child is parent.body:
            return False
        child = parent
    return False
