"""Which tests are skipped without saying why (golden-rules.md 4.17)."""

import ast
from collections.abc import Iterator

from hive_guardian.source.document import Document
from hive_guardian.source.walk import FUNCTIONS

_MARKS = frozenset({"pytest.mark.skip", "pytest.mark.skipif"})
_SKIPS = _MARKS | {"pytest.skip", "unittest.skip", "unittest.skipIf", "unittest.skipUnless"}
_LAST_NAMES = frozenset(name.rpartition(".")[2] for name in _SKIPS)
_WAYS_TO_SKIP = _SKIPS | {"pytest", "pytest.*", "pytest.mark", "pytest.mark.*", "unittest", "unittest.*"}
"""What an import can bring from where a skip is reached."""
_CONDITIONAL_MARK = frozenset({"pytest.mark.skipif"})
_SECOND_ARGUMENT = frozenset({"unittest.skipIf", "unittest.skipUnless"})


def skips_without_reason(document: Document) -> Iterator[ast.expr]:
    """Yield the marks, decorators and calls that skip a test and say nothing."""
    if not (document.star_exports or _brings(_WAYS_TO_SKIP, document)):
        return
    attributes = [node for node in document.nodes(ast.Attribute) if node.attr in _LAST_NAMES]
    spelled: set[ast.expr] = {*attributes}
    if not _LAST_NAMES.isdisjoint(document.names_used):
        spelled.update([node for node in document.nodes(ast.Name) if node.id in _LAST_NAMES])
    if not spelled:
        return
    called = {call.func: call for call in document.nodes(ast.Call) if call.func in spelled}
    is_marked = b"skipif" in document.data or not document.is_ascii or _brings(_CONDITIONAL_MARK, document)
    readings = _SKIPS if is_marked else _SKIPS - _CONDITIONAL_MARK
    for callee, call in called.items():
        if all(_says_why(call, name, document) for name in readings):  # a name is dearer to resolve
            continue
        names = document.resolve(callee).names & _SKIPS
        if names and not any(_says_why(call, name, document) for name in names):
            yield call
    for expression in (*attributes, *_plain_decorators(document)):
        if expression not in called and document.resolve(expression).may_be(_MARKS | {"unittest.skip"}):
            yield expression


def _brings(names: frozenset[str], document: Document) -> bool:
    """Whether a file imports one of some names, or the project hands one on to it.

    Asked of every file of tests: to look at the imports takes half the time of a search of the text.
    """
    handed_on = document.redirects.values() if document.redirects else ()
    return any(not names.isdisjoint(targets) for targets in (*document.imported.values(), *handed_on))


def _plain_decorators(document: Document) -> list[ast.Name]:
    """Return the names used as decorators that may skip."""
    return [
        one
        for owner in document.outline.definitions
        for one in owner.decorator_list
        if isinstance(one, ast.Name) and one.id in _LAST_NAMES
    ]


def _says_why(call: ast.Call, name: str, document: Document) -> bool:
    """Whether a call that skips gives a text, or something that may be one."""
    for keyword in call.keywords:
        if keyword.arg is None or keyword.arg in {"reason", "msg"}:
            return not _is_empty(keyword.value)
    if any(isinstance(argument, ast.Starred) for argument in call.args):
        return True
    if name in _SECOND_ARGUMENT:
        return len(call.args) > 1 and not _is_empty(call.args[1])
    first = call.args[0] if call.args else None
    if name in _CONDITIONAL_MARK:  # a condition that is a string is its own reason
        return first is not None and _is_text(first, document)
    return first is not None and not _is_empty(first) and not isinstance(first, FUNCTIONS)


def _is_text(node: ast.expr, document: Document) -> bool:
    """Whether an expression is a string, or a name that the file binds to one."""
    if isinstance(node, ast.Name):
        return any(
            isinstance(target, ast.Name) and target.id == node.id and _is_text(statement.value, document)
            for statement in document.nodes(ast.Assign)
            if not isinstance(statement.value, ast.Name)
            for target in statement.targets
        )
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_empty(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and (node.value is None or not str(node.value).strip())
