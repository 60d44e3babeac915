"""Where a value comes from (golden-rules.md 4.5): constructor or annotation, one function deep, no flow analysis."""

import ast
from collections.abc import Iterable
from functools import lru_cache

from hive_guardian.source.bindings import Binding, BindingKind, Scope
from hive_guardian.source.names import UNKNOWN, Names, Resolution
from hive_guardian.source.walk import all_nodes

_PATHS = frozenset({"pathlib.Path", "pathlib.PosixPath", "pathlib.WindowsPath"})
_PATH_MAKERS = frozenset({"pathlib.Path.cwd", "pathlib.Path.home"})
_PATH_METHODS = frozenset(
    {"absolute", "expanduser", "joinpath", "readlink", "relative_to", "rename", "replace", "resolve"}
    | {"with_name", "with_segments", "with_stem", "with_suffix"},
)
"""Methods of a path that return a path of the same class, as `/` and `.parent` do."""
_NOTHING = Resolution(frozenset(), complete=True)
"""What `None` says about the class of a variable."""
_ITSELF = Resolution(frozenset(), complete=True)
"""What a variable says that is calculated from itself, as in `path = path / name`: it stays a path if it is one."""
_Asked = frozenset[tuple[int, str]]


def origin(expression: ast.expr, names: Names) -> Resolution:
    """Return the dotted constructors or classes an expression may be an instance of; unknown stays unknown.

    Understands a direct call, a name whose every binding is a constructor call, an annotation (with `Optional` and
    `| None` unwrapped), `with ... as` targets, `self.attribute` when all assignments in the class agree, and what is
    calculated from a path of `pathlib`.
    """
    return _origin(expression, names, frozenset())


def _origin(expression: ast.expr, names: Names, asked: _Asked) -> Resolution:
    """Return the origin of an expression, given the variables whose origin is being asked for."""
    if isinstance(expression, ast.Await):
        expression = expression.value
    if isinstance(expression, ast.Call | ast.BinOp):
        return _of_result(expression, names, asked)
    if isinstance(expression, ast.NamedExpr):
        return _origin(expression.value, names, asked)
    if isinstance(expression, ast.Name):
        bindings = _all_bindings(expression, names)
        key = (id(bindings), expression.id)
        if key in asked:
            return _ITSELF
        return _agree(_of_binding(binding, names, asked | {key}) for binding in bindings)
    if isinstance(expression, ast.Attribute):
        if expression.attr == "parent":
            return _path(expression.value, names, asked)
        if isinstance(expression.value, ast.Name):
            return _of_self_attribute(expression, expression.value, names, asked)
    return UNKNOWN


def _of_result(expression: ast.expr, names: Names, asked: _Asked) -> Resolution:
    """Return the origin of what a call or an operator returns."""
    if isinstance(expression, ast.BinOp):
        if not isinstance(expression.op, ast.Div):
            return UNKNOWN
        left = _path(expression.left, names, asked)
        return left if left is not UNKNOWN else _path(expression.right, names, asked)
    if not isinstance(expression, ast.Call):
        return UNKNOWN
    callee = expression.func
    if isinstance(callee, ast.Attribute) and callee.attr in _PATH_METHODS:
        found = _path(callee.value, names, asked)
        if found is not UNKNOWN:
            return found
    resolved = names.resolve(callee)
    return Resolution(frozenset({"pathlib.Path"}), complete=True) if resolved.must_be(_PATH_MAKERS) else resolved


def _path(expression: ast.expr, names: Names, asked: _Asked) -> Resolution:
    """Return the origin of an expression that is, or may stay, a path; else `UNKNOWN`."""
    found = _origin(expression, names, asked)
    return found if found is _ITSELF or found.must_be(_PATHS) else UNKNOWN


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


def _of_binding(binding: Binding, names: Names, asked: _Asked) -> Resolution:
    if binding.annotation is not None:
        return annotation_names(binding.annotation, names)
    if binding.kind in {BindingKind.ASSIGNMENT, BindingKind.WITH} and binding.value is not None:
        value = binding.value.value if isinstance(binding.value, ast.Await) else binding.value
        if _is_none(value):
            return _NOTHING
        if isinstance(value, ast.Attribute):
            return _path(value, names, asked)
        return _of_result(value, names, asked)
    return UNKNOWN


def _agree(origins: Iterable[Resolution]) -> Resolution:
    """Return the common origin of all bindings, unknown when they differ; `None` assignments do not count."""
    found: set[frozenset[str]] = set()
    needs_path = False
    for item in origins:
        needs_path |= item is _ITSELF
        if not item.names and not item.complete:
            return UNKNOWN
        if item.names:
            found.add(item.names)
    if len(found) != 1 or (needs_path and not found <= {frozenset({path}) for path in _PATHS}):
        return UNKNOWN
    return Resolution(found.pop(), complete=True)


def _of_self_attribute(expression: ast.Attribute, base: ast.Name, names: Names, asked: _Asked) -> Resolution:
    """Return the origin of `self.x` when all its assignments in the class agree."""
    scope = names.scopes.scope_of(base)
    while scope is not None and not scope.is_class:
        scope = scope.parent
    if scope is None or base.id not in {"self", "cls"} or not isinstance(scope.node, ast.ClassDef):
        return UNKNOWN
    key = (id(scope.node), expression.attr)
    if key in asked:
        return _ITSELF
    return _agree(_assigned_origins(scope.node, base.id, expression.attr, names, asked | {key}))


def _assigned_origins(
    node: ast.ClassDef, receiver: str, attribute: str, names: Names, asked: _Asked
) -> list[Resolution]:
    """Return the origin of each assignment to `receiver.attribute` in a class body."""
    return [
        _of_assignment(assignment, names, asked)
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


def _of_assignment(node: ast.Assign | ast.AnnAssign, names: Names, asked: _Asked) -> Resolution:
    if isinstance(node, ast.AnnAssign):
        return annotation_names(node.annotation, names)
    if _is_none(node.value):
        return _NOTHING
    if isinstance(node.value, ast.Attribute):
        return _path(node.value, names, asked)
    is_telling = isinstance(node.value, ast.Call | ast.Name | ast.BinOp)
    return _origin(node.value, names, asked) if is_telling else UNKNOWN
