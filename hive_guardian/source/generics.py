"""Type parameters and type aliases (Python 3.12 and newer): what the compiler refuses in them (GR00).

Read by attribute name, because older Pythons have neither the node types nor the fields.
"""

import ast
from collections.abc import Iterable, Iterator

from hive_guardian.source.document import Document
from hive_guardian.source.walk import child_nodes

Problem = tuple[ast.AST, str]
_ALIAS: type[ast.AST] | None = getattr(ast, "TypeAlias", None)
GENERICS: list[type[ast.AST]] = [
    getattr(ast, name) for name in ("TypeAlias", "TypeVar", "ParamSpec", "TypeVarTuple") if hasattr(ast, name)
]
"""The node types one of which a file must have to be worth asking about."""
_GENERIC = "the definition of a generic"
_EXPRESSIONS: dict[type, str] = {
    ast.Yield: "yield expression",
    ast.YieldFrom: "yield expression",
    ast.Await: "await expression",
    ast.NamedExpr: "named expression",
}


def type_parameters(node: ast.AST) -> list[ast.AST]:
    """Return the type parameters of a function, class or type alias."""
    return getattr(node, "type_params", [])


def parameter_name(parameter: ast.AST) -> str:
    """Return the name of a type parameter."""
    return str(getattr(parameter, "name", ""))


def generic_problems(document: Document) -> Iterator[Problem]:
    """Yield what may not stand in type parameters, generic signatures and type aliases."""
    aliases: list[ast.AST] = document.nodes(_ALIAS) if _ALIAS is not None else []
    for alias in aliases:
        yield from _parameter_problems(type_parameters(alias))
        value = getattr(alias, "value", None)
        yield from _misplaced([value] if isinstance(value, ast.expr) else [], "a type alias")
    for definition in document.outline.definitions:
        if parameters := type_parameters(definition):
            yield from _parameter_problems(parameters)
            yield from _misplaced(_signature(definition), _GENERIC)


def _parameter_problems(parameters: Iterable[ast.AST]) -> Iterator[Problem]:
    seen: set[str] = set()
    has_default = False
    for parameter in parameters:
        name, kind = parameter_name(parameter), type(parameter).__name__
        if name in seen:
            yield parameter, f"duplicate type parameter '{name}'"
        seen.add(name)
        bound, default = getattr(parameter, "bound", None), getattr(parameter, "default_value", None)
        if isinstance(bound, ast.expr):
            yield from _misplaced([bound], f"a {kind} {'constraint' if isinstance(bound, ast.Tuple) else 'bound'}")
        if isinstance(default, ast.expr):
            yield from _misplaced([default], f"a {kind} default")
        elif has_default:
            yield parameter, f"non-default type parameter '{name}' follows default type parameter"
        has_default = has_default or default is not None


def _signature(definition: ast.AST) -> list[ast.AST]:
    """Return what a generic definition evaluates where its type parameters are known: no defaults, no decorators."""
    if isinstance(definition, ast.ClassDef):
        return [*definition.bases, *definition.keywords]
    if not isinstance(definition, ast.FunctionDef | ast.AsyncFunctionDef):
        return []
    given = definition.args
    arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs, *filter(None, (given.vararg, given.kwarg))]
    return [*(item.annotation for item in arguments if item.annotation), *filter(None, (definition.returns,))]


def _misplaced(nodes: Iterable[ast.AST], where: str) -> Iterator[Problem]:
    """Yield the expressions that would suspend or bind; a lambda or comprehension has a scope of its own."""
    stack = list(nodes)
    while stack:
        node = stack.pop()
        word = _EXPRESSIONS.get(node.__class__)
        if word is not None:
            yield node, f"{word} cannot be used within {where}"
        elif isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            stack.append(node.generators[0].iter)
        elif isinstance(node, ast.Lambda):
            stack.append(node.args)
        else:
            stack.extend(child_nodes(node))
