"""Renaming a name with all its uses. Importing this module imports libcst."""

import ast
import symtable
from collections.abc import Iterable, Iterator

import libcst as cst
from libcst.metadata import Assignment, ScopeProvider

from hive_guardian.autofix.nodes import NodeIndex
from hive_guardian.model.edit import Edit
from hive_guardian.model.errors import FixRefusedError
from hive_guardian.source.document import Document

_REFLECTION = frozenset({"eval", "exec", "globals", "locals", "vars"})


def rename(
    document: Document, index: NodeIndex, definition: cst.FunctionDef | cst.ClassDef | cst.Name, new: str
) -> list[Edit]:
    """Return the edits that rename what a node binds, in every place of the file that means it.

    Args:
        document: the file.
        index: its libcst nodes.
        definition: a function, a class, or an assigned name.
        new: the new name.

    Raises:
        FixRefusedError: a use cannot be followed, or the new name is taken.
    """
    node = definition if isinstance(definition, cst.Name) else definition.name
    old = node.value
    _refuse(document, old, new)
    scope = index.wrapper.resolve(ScopeProvider).get(definition)
    if scope is None:
        raise FixRefusedError(f"nothing is known about the scope of `{old}`")
    places: set[Edit] = set()
    for found in scope[old]:
        if not isinstance(found, Assignment):
            raise FixRefusedError(f"`{old}` is also a builtin")
        for name in (_bound_name(found.node, old), *(access.node for access in found.references)):
            if not isinstance(name, cst.Name) or name.value != old:
                raise FixRefusedError(f"a use of `{old}` cannot be followed")
            place = index.place(name, document.path)
            places.add(Edit(document.path, place.line, place.column, place.end_line, place.end_column, new))
    return sorted(places)


def _bound_name(node: cst.CSTNode, old: str) -> cst.CSTNode:
    if isinstance(node, cst.FunctionDef | cst.ClassDef):
        return node.name
    if isinstance(node, cst.Name):
        return node
    raise FixRefusedError(f"`{old}` is also bound by something that cannot be renamed")


def _refuse(document: Document, old: str, new: str) -> None:
    """Refuse where text of the file may mean the name without being a use of it, or the new name is taken."""
    if not new.isidentifier():
        raise FixRefusedError(f"`{new}` is no name")
    for node in ast.walk(document.tree):
        names = set(_names(node))
        if new in names:
            raise FixRefusedError(f"`{new}` is already used in this file")
        if names & _REFLECTION and isinstance(node, ast.Name):
            raise FixRefusedError(f"the file looks at its own names through `{node.id}`")
        if old not in names:
            continue
        if isinstance(node, ast.Constant):
            raise FixRefusedError(f"a string of the file says `{old}`")
        if isinstance(node, ast.Attribute | ast.keyword):
            raise FixRefusedError(f"`{old}` is also reached through an object")
        if isinstance(node, ast.Global | ast.Nonlocal):
            raise FixRefusedError(f"`{old}` is declared global or nonlocal")


def _names(node: ast.AST) -> Iterator[str]:
    """Yield the identifiers and short strings of a node itself."""
    for _, value in ast.iter_fields(node):
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield from (item for item in value if isinstance(item, str))


def same_scopes(before: str, after: str, old: str, new: str) -> bool:
    """Whether every name of two texts is bound in the same scope, but for one name that has another name.

    The compiler's own symbol table is asked, so that no mistake of a scope model goes unseen.
    """
    one = _bindings(symtable.symtable(before, "<before>", "exec"))
    other = _bindings(symtable.symtable(after, "<after>", "exec"))
    return _as_one(one, old, new) == _as_one(other, old, new)


def _as_one(bindings: Iterable[tuple[int, str, int]], old: str, new: str) -> list[tuple[int, str, int]]:
    return sorted((scope, new if name == old else name, home) for scope, name, home in bindings)


def _bindings(top: symtable.SymbolTable) -> Iterator[tuple[int, str, int]]:
    """Yield (number of a scope, name in it, number of the scope that binds the name); scopes in order of the text."""
    pending: list[tuple[symtable.SymbolTable, tuple[tuple[int, symtable.SymbolTable], ...]]] = [(top, ())]
    number = 0
    while pending:
        table, around = pending.pop()
        for symbol in table.get_symbols():
            name = symbol.get_name()
            home = number
            if symbol.is_free():
                home = next(at for at, outer in reversed(around) if _binds(outer, name))
            elif symbol.is_global():
                bound = top.lookup(name).is_assigned() if name in top.get_identifiers() else False
                home = 0 if bound else -1
            yield number, name, home
        inner = (*around, (number, table))
        pending += [(child, inner) for child in reversed(table.get_children())]
        number += 1


def _binds(table: symtable.SymbolTable, name: str) -> bool:
    """Whether a function binds a name that the functions in it see."""
    return table.get_type() != "class" and name in table.get_identifiers() and table.lookup(name).is_local()
