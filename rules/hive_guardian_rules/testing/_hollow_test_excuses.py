"""Which functions that are named like tests are none, or need no assertion (GR40)."""

import ast
import re
from collections.abc import Collection, Iterator

from hive_guardian import Document, has_own_yield, likely_names

_WORDS = re.compile(r"[^\W_]+")
_FIXTURES = frozenset({"pytest.fixture", "pytest_asyncio.fixture"})
_OPEN = frozenset({"typing.overload", "typing_extensions.overload", "abc.abstractmethod"})
_DECIDED = frozenset({"pytest.mark.skip", "pytest.mark.xfail", "unittest.skip", "unittest.expectedFailure"})
"""Marks of tests that are not run, or that fail when nothing is wrong."""
_UNDECIDED = "benchmark"
"""The fixture and the mark of pytest-benchmark: a test that has one of them measures."""


def is_excused(
    node: ast.FunctionDef | ast.AsyncFunctionDef,
    owner: ast.AST | None,
    document: Document,
    smoke_markers: Collection[str],
) -> bool:
    """Whether a function is no test, or one that needs no assertion.

    Args:
        node: the function.
        owner: the class around it.
        document: the file.
        smoke_markers: marks of tests that only run, or words of their names and docstrings.
    """
    parameters = {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}
    said = f"{node.name} {ast.get_docstring(node, clean=False) or ''}"
    if not set(_WORDS.findall(said.lower())).isdisjoint(smoke_markers):
        return True
    if _UNDECIDED in parameters or (node.decorator_list and has_own_yield(node)):
        return True
    decisive = _FIXTURES | _OPEN | _DECIDED | {f"pytest.mark.{mark}" for mark in (*smoke_markers, _UNDECIDED)}
    marked = owner.decorator_list if isinstance(owner, ast.ClassDef) else ()
    for decorator in (*node.decorator_list, *marked, *_shared_marks(document.tree, owner)):
        if likely_names(decorator.func if isinstance(decorator, ast.Call) else decorator, document) & decisive:
            return True
    return False


def _shared_marks(module: ast.Module, owner: ast.AST | None) -> Iterator[ast.expr]:
    """Yield what `pytestmark` of the module, and of the class around a test, marks every test with."""
    for scope in (module, owner) if isinstance(owner, ast.ClassDef) else (module,):
        for statement in scope.body:
            if isinstance(statement, ast.Assign) and any(
                isinstance(target, ast.Name) and target.id == "pytestmark" for target in statement.targets
            ):
                value = statement.value
                yield from value.elts if isinstance(value, ast.List | ast.Tuple) else (value,)
