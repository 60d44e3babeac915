"""Evidence that a one-element tuple is meant, may be meant, or cannot be meant (GR42)."""

import ast
import re
from collections.abc import Iterator

from hive_guardian import Document

_TUPLE_NAMES = frozenset({"__slots__", "__match_args__", "_fields", "__all__"})
_TUPLES = frozenset({"builtins.tuple", "typing.Tuple", "typing.NamedTuple"})
_SEQUENCES = _TUPLES | {"builtins.list", "typing.List", "typing.Sequence", "typing.Iterable", "typing.Collection"} | {
    f"collections.abc.{name}" for name in ("Sequence", "Iterable", "Iterator", "Generator", "Collection")
}  # fmt: skip
_LISTS = frozenset({"builtins.list", "typing.List"})
_NUMBERS = frozenset({"builtins.int", "builtins.float", "builtins.str", "builtins.complex"})
_ENUMS = frozenset(f"enum.{name}" for name in ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "ReprEnum"))
_TUPLE_METHODS = frozenset({"count", "index"})
_CLASSES = re.compile(
    r"str|bytes|bytearray|int|float|complex|bool|type|object|list|dict|tuple|set|frozenset|\w+(?:Error|Exception)"
)
_OLD_CLASSES = frozenset({"basestring", "unicode", "long", "file"})
_NAMES_CLASSES = re.compile(r".*(?:types|classes|errors|exceptions)", re.IGNORECASE)
_SCALAR_OPERATORS = (ast.Sub, ast.Div, ast.FloorDiv, ast.Pow, ast.MatMult)


def is_meant_as_tuple(statement: ast.stmt, value: ast.Tuple, document: Document) -> bool:
    """Whether annotation, name or target says that the value is a tuple."""
    if len(value.elts) == 1 and isinstance(value.elts[0], ast.Starred):
        return True
    if isinstance(statement, ast.AnnAssign):
        return _names_tuple(statement.annotation, document) or _last_name(statement.target) in _TUPLE_NAMES
    if isinstance(statement, ast.Assign):
        return any(
            isinstance(target, ast.Tuple | ast.List)
            or _last_name(target) in _TUPLE_NAMES
            or _is_for_isinstance(target, value)
            for target in statement.targets
        )
    if isinstance(statement, ast.AugAssign):
        return _last_name(statement.target) in _TUPLE_NAMES or _kind(statement.target, document) == "sequence"
    function = document.function(statement)
    returns = function.returns if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) else None
    return returns is not None and _names_tuple(returns, document)


def _is_for_isinstance(target: ast.expr, value: ast.Tuple) -> bool:
    """Whether a name in the plural gets one class, as `isinstance` and `except` take it (`string_types = str,`)."""
    element = value.elts[0]
    if len(value.elts) != 1 or not isinstance(element, ast.Name) or not _NAMES_CLASSES.fullmatch(_last_name(target)):
        return False
    return element.id in _OLD_CLASSES or _CLASSES.fullmatch(element.id) is not None


def may_be_meant_as_tuple(statement: ast.stmt, document: Document) -> bool:
    """Whether the code around leaves room for intent: sibling returns, enum members with arguments, unknown `+=`."""
    if isinstance(statement, ast.AugAssign):
        return _kind(statement.target, document) != "scalar"
    if isinstance(statement, ast.Return):
        function = document.function(statement)
        return function is not None and any(
            isinstance(other, ast.Return) and other is not statement and isinstance(other.value, ast.Tuple)
            for other in ast.walk(function)
        )
    owner = document.parents.get(statement)
    return isinstance(owner, ast.ClassDef) and _is_enum_with_arguments(owner, document)


def used_as_scalar(name: ast.Name, document: Document) -> bool:
    """Whether a variable bound once is read in a way that fails on a tuple."""
    scope = document.scope(name)
    if len(scope.bindings.get(name.id, ())) != 1:
        return False
    return any(
        (read.lineno, read.col_offset) > (name.lineno, name.col_offset)
        and _fails_on_tuple(read, document.parents[read])
        for read in scope.reads.get(name.id, ())
    )


def is_known_list(expression: ast.expr, document: Document) -> bool:
    """Whether an expression is a list by its display, constructor or annotation."""
    if isinstance(expression, ast.Name):
        values = [binding.value for binding in document.names.bindings(expression)]
        if values and all(isinstance(value, ast.List | ast.ListComp) for value in values):
            return True
    return document.origin(expression).must_be(_LISTS)


def _fails_on_tuple(read: ast.Name, parent: ast.AST) -> bool:
    match parent:
        case ast.Attribute(attr=attribute):
            return attribute not in _TUPLE_METHODS and not attribute.startswith("__")
        case ast.Call(func=callee):
            return callee is read
        case ast.withitem():
            return True
        case ast.BinOp(op=operator, left=left, right=right):
            other = right if left is read else left
            return isinstance(operator, _SCALAR_OPERATORS) or (
                isinstance(operator, ast.Add) and isinstance(other, ast.Constant)
            )
        case ast.UnaryOp(op=operator):
            return not isinstance(operator, ast.Not)
    return False


def _names_tuple(annotation: ast.expr, document: Document) -> bool:
    """Whether an annotation mentions a tuple, also as the element of something."""
    return any(
        (isinstance(node, ast.Name | ast.Attribute) and document.resolve(node).may_be(_TUPLES))
        or (isinstance(node, ast.Constant) and isinstance(node.value, str) and "tuple" in node.value.lower())
        for node in ast.walk(annotation)
    )


def _kind(target: ast.expr, document: Document) -> str:
    """Return `sequence`, `scalar` or an empty text for what is known about the target of `+=`."""
    names = document.origin(target).names
    if names & _SEQUENCES:
        return "sequence"
    if names & _NUMBERS:
        return "scalar"
    kinds = {_kind_of_value(value) for value in _values(target, document)}
    return kinds.pop() if len(kinds) == 1 else ""


def _values(target: ast.expr, document: Document) -> Iterator[ast.expr | None]:
    """Yield what is assigned to a name elsewhere in its scope; extensions by `+=` do not count."""
    if isinstance(target, ast.Name):
        scope = document.scope(target)
        extended = {id(node.target) for node in document.nodes(ast.AugAssign)}
        for binding in scope.bindings.get(target.id, ()):
            if id(binding.node) not in extended:
                yield binding.value


def _kind_of_value(value: ast.expr | None) -> str:
    if isinstance(value, ast.List | ast.Tuple | ast.ListComp):
        return "sequence"
    if isinstance(value, ast.JoinedStr) or (isinstance(value, ast.Constant) and value.value is not None):
        return "scalar"
    return ""


def _is_enum_with_arguments(owner: ast.ClassDef, document: Document) -> bool:
    """Whether an enum passes the value of a member on: by `__new__`, `__init__` or a mixed-in type."""
    bases = [document.resolve(base) for base in owner.bases]
    if not any(base.may_be(_ENUMS) for base in bases):
        return False
    methods = {item.name for item in owner.body if isinstance(item, ast.FunctionDef)}
    return bool(methods & {"__new__", "__init__"}) or len(bases) > 1


def _last_name(target: ast.expr) -> str:
    if isinstance(target, ast.Name):
        return target.id
    return target.attr if isinstance(target, ast.Attribute) else ""
