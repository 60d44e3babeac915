"""Where a value comes from (golden-rules.md 4.5): constructor or annotation, one function deep, no flow analysis."""

import ast
from collections.abc import Iterable
from functools import lru_cache

from hive_guardian.source.bindings import Binding, BindingKind, Scope
from hive_guardian.source.names import UNKNOWN, Names, Resolution
from hive_guardian.source.walk import all_nodes


def origin(expression: ast.expr, names: Names) -> Resolution:
    """Return the dotted constructors or classes an expression may be an instance of; unknown stays unknown.

    Understands a direct call, a name whose every binding is a constructor call, an annotation (with `Optional` and
    `| None` unwrapped), `with ... as` targets, and `self.attribute` when all assignments in the class agree.
    """
    if isinstance(expression, ast.Await):
        expression = expression.value
    if isinstance(expression, ast.Call):
        return names.resolve(expression.func)
    if isinstance(expression, ast.NamedExpr):
        return origin(expression.value, names)
    if isinstance(expression, ast.Name):
        return _agree(_of_binding(binding, names) for binding in _all_bindings(expression, names))
    if isinstance(expression, ast.Attribute) and isinstance(expression.value, ast.Name):
        return _of_self_attribute(expression, expression.value, names)
    return UNKNOWN


def annotation_names(annotation: ast.expr, names: Names) -> Resolution:
    """Return the class an annotation names, with `Optional[...]`, `| None` and quotes unwrapped."""
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        sides = [side for side in (annotation.left, annotation.right) if not _is_none(side)]
        return annotation_names(sides[0], names) if len(sides) == 1 else UNKNOWN
    if isinstance(annotation, ast.Subscript):
        outer = names.resolve(annotation.value)
        if outer.may_be(lambda name: name.rpartition(".")[2] in {"Optional", "Annotated", "Final", "ClassVar"}):
            inner = annotation.slice
            return annotation_names(inner.elts[0] if isinstance(inner, ast.Tuple) else inner, names)
        return outer
    return names.resolve(annotation)


def _is_none(expression: ast.expr) -> bool:
    return isinstance(expression, ast.Constant) and expression.value is None


def _all_bindings(name: ast.Name, names: Names) -> list[Binding]:
    """Return every binding of the name in the scope it belongs to, whatever the order."""
    scope: Scope | None = names.scopes.scope_of(name)
    home = True
    while scope is not None:
        if name.id in scope.bindings and (home or not scope.is_class):
            return scope.bindings[name.id]
        home = home and scope.is_comprehension
        scope = scope.parent
    return []


def _of_binding(binding: Binding, names: Names) -> Resolution:
    if binding.annotation is not None:
        return annotation_names(binding.annotation, names)
    if binding.kind in {BindingKind.ASSIGNMENT, BindingKind.WITH} and binding.value is not None:
        value = binding.value.value if isinstance(binding.value, ast.Await) else binding.value
        if isinstance(value, ast.Call):
            return names.resolve(value.func)
        if _is_none(value):
            return Resolution(frozenset(), complete=True)
    return UNKNOWN


def _agree(origins: Iterable[Resolution]) -> Resolution:
    """Return the common origin of all bindings, unknown when they differ; `None` assignments do not count."""
    found: set[frozenset[str]] = set()
    for item in origins:
        if not item.names and item.complete:
            continue
        if not item.names:
            return UNKNOWN
        found.add(item.names)
    return Resolution(found.pop(), complete=True) if len(found) == 1 else UNKNOWN


def _of_self_attribute(expression: ast.Attribute, base: ast.Name, names: Names) -> Resolution:
    """Return the origin of `self.x` when all its assignments in the class agree."""
    scope = names.scopes.scope_of(base)
    while scope is not None and not scope.is_class:
        scope = scope.parent
    if scope is None or base.id not in {"self", "cls"} or not isinstance(scope.node, ast.ClassDef):
        return UNKNOWN
    return _agree(_assigned_origins(scope.node, base.id, expression.attr, names))


def _assigned_origins(node: ast.ClassDef, receiver: str, attribute: str, names: Names) -> list[Resolution]:
    """Return the origin of each assignment to `receiver.attribute` in a class body."""
    return [
        _of_assignment(assignment, names)
        for assignment in _assignments(node)
        for target in (assignment.targets if isinstance(assignment, ast.Assign) else [assignment.target])
        if _is_member(target, receiver, attribute)
    ]


@lru_cache(maxsize=8)
def _assignments(node: ast.ClassDef) -> tuple[ast.Assign | ast.AnnAssign, ...]:
    """Return every assignment in a class body; questions about one class come in a row."""
    return tuple(inner for inner in all_nodes(node) if isinstance(inner, ast.Assign | ast.AnnAssign))


def _is_member(target: ast.expr, receiver: str, attribute: str) -> bool:
    """Whether an assignment target is `receiver.attribute`."""
    return (
        isinstance(target, ast.Attribute)
        and target.attr == attribute
        and isinstance(target.value, ast.Name)
        and target.value.id == receiver
    )


def _of_assignment(node: ast.Assign | ast.AnnAssign, names: Names) -> Resolution:
    if isinstance(node, ast.AnnAssign):
        return annotation_names(node.annotation, names)
    if _is_none(node.value):
        return Resolution(frozenset(), complete=True)
    return origin(node.value, names) if isinstance(node.value, ast.Call | ast.Name) else UNKNOWN
