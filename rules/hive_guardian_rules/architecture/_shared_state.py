"""State that functions share behind the module's back (GR17): containers they change, instances classes keep."""

import ast
from collections.abc import Iterator

from hive_guardian import Document

_CONTAINERS = frozenset(
    {"builtins.list", "builtins.dict", "builtins.set", "collections.defaultdict", "collections.OrderedDict"}
    | {"collections.deque", "collections.Counter"},
)
_DISPLAYS = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
_MUTATORS = frozenset(
    {"append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse", "update", "setdefault", "popitem"}
    | {"add", "discard", "appendleft", "extendleft", "popleft", "rotate", "subtract"}
    | {"intersection_update", "difference_update", "symmetric_difference_update"},
)
_WRAPS = frozenset({"functools.wraps"})
_CLASS_METHOD = frozenset({"builtins.classmethod"})
_METACLASSES = frozenset({"builtins.type", "abc.ABCMeta"})


def container_writes(document: Document) -> Iterator[tuple[ast.expr, ast.Name]]:
    """Yield (place, variable) where a module-level list, dict or set is changed, registration left out."""
    names = _module_containers(document)
    for place, name in _writes(document, names) if names else ():
        if _is_module_variable(name, document) and not _is_registrar(place, document):
            yield place, name


def kept_instances(method: ast.stmt, owner: ast.ClassDef, document: Document) -> Iterator[ast.expr]:
    """Yield the targets below the class parameter of a method that get a new instance of the class."""
    if not isinstance(method, ast.FunctionDef) or not _receives_class(method, owner, document):
        return
    receiver = next((argument.arg for argument in [*method.args.posonlyargs, *method.args.args]), "")
    instances: set[str] = set()
    assignments = [node for node in ast.walk(method) if isinstance(node, ast.Assign)]
    for node in sorted(assignments, key=lambda item: item.lineno):
        if not _makes_instance(node.value, receiver, instances):
            continue
        for target in node.targets:
            base = target.value if isinstance(target, ast.Subscript) else target
            if isinstance(target, ast.Name):
                instances.add(target.id)
            elif isinstance(base, ast.Attribute) and isinstance(base.value, ast.Name) and base.value.id == receiver:
                yield target


def _makes_instance(value: ast.expr, receiver: str, instances: set[str]) -> bool:
    """Whether a value is a new instance of the class, or a name that holds one."""
    if isinstance(value, ast.BoolOp):
        return any(_makes_instance(item, receiver, instances) for item in value.values)
    if isinstance(value, ast.Name):
        return value.id in instances
    if not isinstance(value, ast.Call):
        return False
    callee = value.func
    return (isinstance(callee, ast.Name) and callee.id == receiver) or (
        isinstance(callee, ast.Attribute) and callee.attr in {"__new__", "__call__"}
    )


def _receives_class(method: ast.FunctionDef, owner: ast.ClassDef, document: Document) -> bool:
    """Whether the first parameter of a method is the class: `__new__`, class methods, calls of a metaclass."""
    if method.name == "__new__":
        return True
    if any(document.resolve(decorator).may_be(_CLASS_METHOD) for decorator in method.decorator_list):
        return True
    return method.name == "__call__" and any(document.resolve(base).may_be(_METACLASSES) for base in owner.bases)


def _module_containers(document: Document) -> frozenset[str]:
    """Return the names bound at module level to a new list, dict or set."""
    names: set[str] = set()
    for statement in document.module_level:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            value = statement.value
            if not isinstance(value, _DISPLAYS) and not _makes_container(value, document):
                continue
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            names.update(target.id for target in targets if isinstance(target, ast.Name))
    return frozenset(names)


def _makes_container(value: ast.expr, document: Document) -> bool:
    """Whether a call may make a container; the cheap look at names comes before any scope is built."""
    if not isinstance(value, ast.Call):
        return False
    callee = value.func
    if isinstance(callee, ast.Name):
        targets = document.imported.get(callee.id, frozenset({f"builtins.{callee.id}"}))
        is_likely = bool(targets & _CONTAINERS)
    else:
        is_likely = isinstance(callee, ast.Attribute) and f"collections.{callee.attr}" in _CONTAINERS
    return is_likely and document.resolve(callee).may_be(_CONTAINERS)


def _writes(document: Document, names: frozenset[str]) -> Iterator[tuple[ast.expr, ast.Name]]:
    """Yield (place, variable) for method calls, item assignments and deletions on variables of these names."""
    for call in document.nodes(ast.Call):
        method = call.func
        if isinstance(method, ast.Attribute) and method.attr in _MUTATORS:
            variable = method.value
            if isinstance(variable, ast.Name) and variable.id in names:
                yield method, variable
    targets: list[ast.expr] = [target for node in document.nodes(ast.Assign) for target in node.targets]
    targets += [target for node in document.nodes(ast.Delete) for target in node.targets]
    targets += [node.target for node in document.nodes(ast.AugAssign)]
    for target in targets:
        if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name) and target.value.id in names:
            yield target, target.value


def _is_module_variable(name: ast.Name, document: Document) -> bool:
    """Whether no function around a use binds the name itself."""
    scope = document.scopes.scope_of.get(name)
    while scope is not None and scope.parent is not None:
        if name.id in scope.bindings and not scope.is_class:
            return False
        scope = scope.parent
    return scope is not None


def _is_registrar(node: ast.AST, document: Document) -> bool:
    """Whether a function only registers what it is given: a decorator or `__init_subclass__`."""
    for parent in document.ancestors(node):
        if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef):
            given = {argument.arg for argument in [*parent.args.posonlyargs, *parent.args.args]}
            given |= set(_wrappers(parent.body, document))
            returned = [item.value for item in parent.body if isinstance(item, ast.Return)]
            if parent.name == "__init_subclass__" or any(
                isinstance(value, ast.Name) and value.id in given for value in returned
            ):
                return True
    return False


def _wrappers(body: list[ast.stmt], document: Document) -> Iterator[str]:
    """Yield the names of what a decorator may return in place of the function it was given."""
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) and any(
            isinstance(decorator, ast.Call) and document.resolve(decorator.func).may_be(_WRAPS)
            for decorator in statement.decorator_list
        ):
            yield statement.name
