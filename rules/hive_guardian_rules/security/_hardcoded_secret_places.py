"""Where a literal is bound to a name that promises a secret (GR30)."""

import ast
from collections.abc import Callable, Iterator
from typing import NamedTuple

from hive_guardian import Document, constant_text, parameter_defaults

_ENUMERATIONS = ("Enum", "IntEnum", "StrEnum", "Flag", "Choices", "TextChoices")
_LOOKUP_HINTS = (b"environ", b"getenv", b"get_env", b"env(", b"env.", b"_env", b"config(")
_EXAMPLE_KEYS = frozenset({"example", "examples", "openapi_examples"})
_Predicate = Callable[[str], bool]


class Binding(NamedTuple):
    """A literal bound to a name.

    Attributes:
        name: the name.
        constant: the literal.
        node: what to point at: the keyword of a call, else the literal.
        is_enumerated: whether it is a member of an enumeration.
    """

    name: str
    constant: ast.Constant
    node: ast.AST
    is_enumerated: bool = False

    @property
    def value(self) -> str:
        """The text of the literal."""
        return str(self.constant.value)


def secret_places(document: Document, promises_secret: _Predicate) -> Iterator[Binding]:
    """Yield the literals bound to names that promise a secret; a literal bound twice counts once."""
    for assignment in document.nodes(ast.Assign):
        for target in assignment.targets:
            found = [place for place in _pairs(target, assignment.value) if promises_secret(place.name)]
            if found:
                yield from (_in_class(place, assignment, document) for place in found)
                break
    for annotated in document.nodes(ast.AnnAssign):
        if annotated.value is not None:
            for place in _pairs(annotated.target, annotated.value):
                if promises_secret(place.name):
                    yield _in_class(place, annotated, document)
    yield from (place for place in _in_expressions(document) if promises_secret(place.name))


def secret_defaults(document: Document, promises_secret: _Predicate) -> Iterator[Binding]:
    """Yield the literals an environment lookup for a secret falls back to."""
    if not any(hint in document.lowered for hint in _LOOKUP_HINTS):
        return
    for value, constant in document.strings.values:
        if not value or not isinstance(document.parents.get(constant), ast.Call | ast.keyword | ast.BoolOp | ast.IfExp):
            continue
        lookup = document.strings.describe(constant).lookup
        if lookup is None or lookup.key is None:
            continue
        name = constant_text(lookup.key, document)
        if name is not None and promises_secret(name):
            yield Binding(name, constant, constant)


def is_schema_example(constant: ast.Constant, document: Document) -> bool:
    """Whether a literal belongs to what a schema shows its readers: `Field(examples=[...])`, `{"example": ...}`."""
    child: ast.AST = constant
    for parent in document.ancestors(constant):
        if isinstance(parent, ast.keyword) and parent.arg in _EXAMPLE_KEYS:
            return True
        if isinstance(parent, ast.Dict) and child in parent.values:
            key = parent.keys[parent.values.index(child)]
            if isinstance(key, ast.Constant) and key.value in _EXAMPLE_KEYS:
                return True
        if isinstance(parent, ast.stmt):
            return False
        child = parent
    return False


def _in_expressions(document: Document) -> Iterator[Binding]:
    """Yield the literals bound by parameters, keywords, dict keys and comparisons."""
    functions: list[ast.FunctionDef | ast.AsyncFunctionDef] = [
        *document.nodes(ast.FunctionDef),
        *document.nodes(ast.AsyncFunctionDef),
    ]
    for function in functions:
        for parameter, default in parameter_defaults(function.args):
            yield from _place(parameter.arg, default)
    for keyword in document.nodes(ast.keyword):
        if keyword.arg is not None:
            yield from _place(keyword.arg, keyword.value, keyword)
    for mapping in document.nodes(ast.Dict):
        for key, value in zip(mapping.keys, mapping.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield from _place(key.value, value)
    for comparison in document.nodes(ast.Compare):
        for name in _names(comparison.left):
            for operand in comparison.comparators:
                yield from _place(name, operand)


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[Binding]:
    """Yield the literals one target takes, side by side for tuples."""
    if isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
        if len(target.elts) == len(value.elts):
            for inner_target, inner_value in zip(target.elts, value.elts, strict=True):
                yield from _pairs(inner_target, inner_value)
        return
    for name in _names(target):
        yield from _place(name, value)


def _names(target: ast.expr) -> Iterator[str]:
    """Yield the name of a variable, attribute or constant key."""
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=str() as name)):
            yield name


def _place(name: str, value: ast.expr, node: ast.AST | None = None) -> Iterator[Binding]:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield Binding(name, value, node or value)


def _in_class(place: Binding, statement: ast.stmt, document: Document) -> Binding:
    """Note whether a binding is a member of an enumeration."""
    owner = document.parents.get(statement)
    if not isinstance(owner, ast.ClassDef):
        return place
    return place._replace(is_enumerated=any(_is_enumeration(base, document) for base in owner.bases))


def _is_enumeration(base: ast.expr, document: Document) -> bool:
    written = base.attr if isinstance(base, ast.Attribute) else base.id if isinstance(base, ast.Name) else ""
    return written.endswith(_ENUMERATIONS) or document.resolve(base).may_be(lambda name: name.startswith("enum."))
