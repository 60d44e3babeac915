"""Collect the facts of one file: imports, re-exports, classes, functions (golden-rules.md 4.8 to 4.10)."""

import ast
from collections.abc import Iterable, Iterator
from functools import cache

from hive_guardian.model.facts import ClassFact, ClassKind, EdgeKind, FileFacts, FunctionFact, ImportFact, MethodFact
from hive_guardian.source.bindings import resolve_relative
from hive_guardian.source.document import Document
from hive_guardian.source.walk import FUNCTIONS, Definition, Place, child_nodes, last_name

_KIND_BY_BASE: dict[str, ClassKind] = {
    "typing.Protocol": ClassKind.PROTOCOL,
    "typing_extensions.Protocol": ClassKind.PROTOCOL,
    "abc.ABC": ClassKind.ABSTRACT,
    "enum.Enum": ClassKind.ENUM,
    "enum.IntEnum": ClassKind.ENUM,
    "enum.StrEnum": ClassKind.ENUM,
    "enum.Flag": ClassKind.ENUM,
    "enum.IntFlag": ClassKind.ENUM,
    "pydantic.BaseModel": ClassKind.MODEL,
    "pydantic_settings.BaseSettings": ClassKind.MODEL,
    "typing.TypedDict": ClassKind.TYPED_DICT,
    "typing_extensions.TypedDict": ClassKind.TYPED_DICT,
    "typing.NamedTuple": ClassKind.NAMED_TUPLE,
}
_DATACLASS_DECORATORS = frozenset(
    {"dataclasses.dataclass", "attrs.define", "attrs.frozen", "attrs.mutable", "attr.s", "attr.attrs", "attr.define"}
    | {"attr.frozen", "attr.mutable", "pydantic.dataclasses.dataclass"},
)
_UNKNOWN = "?"
_DYNAMIC = frozenset({"importlib.import_module", "builtins.__import__"})
_IMPORTERS = ("importlib", "builtins")
_DOTTED = (ast.Name, ast.Attribute)
_REACHING = (ast.Subscript, ast.Attribute)


def collect_facts(document: Document) -> FileFacts:
    """Return the facts of a parsed file."""
    if not document.tree.body:
        return FileFacts(path=document.path, module=document.module, is_package=document.is_package)
    exports = literal_exports(document.tree) if "__all__" in document.names_used else None
    bindings, definitions, rebound = _module_bindings(document)
    return FileFacts(
        path=document.path,
        module=document.module,
        is_package=document.is_package,
        imports=tuple(_imports(document)),
        exports=exports,
        bindings=bindings,
        definitions=definitions,
        classes=tuple(_classes(document)),
        functions=tuple(_functions(document, rebound)),
        statements=document.statement_count,
    )


@cache
def _edge_kind(place: int) -> EdgeKind:
    if place & Place.TYPE_CHECKING:
        return EdgeKind.TYPE_CHECKING
    if place & (Place.FUNCTION | Place.MAIN):  # neither runs when the module is imported
        return EdgeKind.LOCAL
    return EdgeKind.CONDITIONAL if place & Place.CONDITIONAL else EdgeKind.RUNTIME


def _imports(document: Document) -> list[ImportFact]:
    found: list[ImportFact] = []
    column = None if document.is_ascii else document.column
    for statement, place, base in document.imports:
        kind, guarded = _edge_kind(place), place & Place.GUARDED != 0
        line, end_line = statement.lineno, statement.end_lineno or statement.lineno
        start, end = statement.col_offset + 1, (statement.end_col_offset or 0) + 1
        if column is not None:
            start, end = column(line, start - 1), column(end_line, end - 1)
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                bound = alias.asname or alias.name.partition(".")[0]
                found.append(ImportFact(alias.name, "", bound, kind, guarded, line, start, end_line, end))
            continue
        level = statement.level
        for alias in statement.names:
            bound = "" if alias.name == "*" else alias.asname or alias.name
            found.append(ImportFact(base, alias.name, bound, kind, guarded, line, start, end_line, end, level))
    if _may_import_dynamically(document, found):
        found += _dynamic_imports(document)
    return found


def _dynamic_imports(document: Document) -> Iterator[ImportFact]:
    """Yield `importlib.import_module("literal")` and `__import__("literal")`."""
    spelled = {"import_module", "__import__", *document.aliases}
    spelled |= {name for name, targets in document.imported.items() if not _DYNAMIC.isdisjoint(targets)}
    for call in document.nodes(ast.Call):
        first = call.args[0] if call.args else None
        if last_name(call.func) not in spelled or not (
            isinstance(first, ast.Constant) and isinstance(first.value, str)
        ):
            continue
        if document.resolve(call.func).may_be(_DYNAMIC):
            place = document.location(call)
            bits = document.place(call)
            local = bool(bits & Place.MAIN) or document.function(call) is not None
            kind = EdgeKind.LOCAL if local else EdgeKind.DYNAMIC
            level = len(first.value) - len(first.value.lstrip("."))
            module = resolve_relative(
                document.module, is_package=document.is_package, level=level, target=first.value.lstrip(".")
            )
            span = (place.line, place.column, place.end_line, place.end_column)
            yield ImportFact(module, "", "", kind, bool(bits & Place.GUARDED), *span, level=level)


def _may_import_dynamically(document: Document, imports: list[ImportFact]) -> bool:
    """Whether a file can name what imports a module at run time: it imports that, or uses the builtin."""
    if "__import__" in document.names_used or document.redirects or document.star_exports:
        return True
    return any(module.startswith(_IMPORTERS) for module in {fact.module for fact in imports})


def literal_exports(tree: ast.Module) -> tuple[str, ...] | None:
    """Return the literal `__all__`, what branches assign or add to it included; `None` when absent or not literal."""
    names: list[str] | None = None
    for statement in _module_statements(tree.body):
        value: ast.expr | None = None
        match statement:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=given):
                names, value = names or [], given
            case ast.AnnAssign(target=ast.Name(id="__all__"), value=ast.expr() as given):
                names, value = names or [], given
            case ast.AugAssign(target=ast.Name(id="__all__"), value=given):
                value = given
        if value is None or names is None:
            continue
        literal = _string_elements(value)
        if literal is None:
            return None
        names += literal
    return None if names is None else tuple(names)


def _module_statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield statements that run on import in source order, those of branches included."""
    for statement in body:
        yield statement
        match statement:
            case ast.If() | ast.Try() | ast.TryStar():
                handlers = statement.handlers if not isinstance(statement, ast.If) else []
                blocks = [statement.body, *(handler.body for handler in handlers), statement.orelse]
                for block in blocks:
                    yield from _module_statements(block)


def _string_elements(value: ast.expr) -> list[str] | None:
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        left, right = _string_elements(value.left), _string_elements(value.right)
        return None if left is None or right is None else left + right
    if not isinstance(value, ast.List | ast.Tuple | ast.Set):
        return None
    found = [item.value for item in value.elts if isinstance(item, ast.Constant) and isinstance(item.value, str)]
    return found if len(found) == len(value.elts) else None


def _module_bindings(
    document: Document,
) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], tuple[str, ...], frozenset[str]]:
    """Return module-level re-exports and aliases, the other names the module binds, and those bound again."""
    targets: dict[str, tuple[str, ...]] = {}
    definitions: set[str] = set()
    rebound: set[str] = set()
    for statement, place, base in document.imports:
        if place & Place.FUNCTION:
            continue
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                if alias.asname or "." not in alias.name:
                    name = alias.asname or alias.name
                    targets[name] = (*targets.get(name, ()), alias.name)
        elif base:
            for alias in statement.names:
                name = alias.asname or alias.name
                targets[name] = (*targets.get(name, ()), f"{base}.{alias.name}")
    targets.pop("*", None)
    for name, value in document.assigned:
        if name in targets or name in definitions:
            rebound.add(name)
            definitions.add(name)
        elif isinstance(value, _DOTTED) and (dotted := _dotted_alias(value, document)):
            targets[name] = (dotted,)
        else:
            definitions.add(name)
    bindings = tuple(
        [
            (name, found if len(found) == 1 else tuple(sorted(set(found))))
            for name, found in sorted(targets.items())
            if name not in definitions
        ]
    )
    return bindings, tuple(sorted(definitions)), frozenset(rebound)


def _dotted_alias(value: ast.expr, document: Document) -> str:
    """Return the dotted name a module-level `x = a.b` stands for, optimistically, or an empty string."""
    parts: list[str] = []
    while isinstance(value, ast.Attribute):
        parts.append(value.attr)
        value = value.value
    if not isinstance(value, ast.Name):
        return ""
    roots = document.imported.get(value.id, frozenset())
    return ".".join([*roots, *reversed(parts)]) if len(roots) == 1 else ""


def _functions(document: Document, rebound: frozenset[str]) -> Iterator[FunctionFact]:
    maybe = document.outline.conditional
    yields = [node.lineno for kind in (ast.Yield, ast.YieldFrom) for node in document.nodes(kind)]
    for node in document.module_level:
        if isinstance(node, FUNCTIONS):
            last = node.end_lineno or node.lineno
            yield FunctionFact(
                node.name,
                isinstance(node, ast.AsyncFunctionDef),
                bool(yields) and any(node.lineno <= line <= last for line in yields) and has_own_yield(node),
                _decorators(node.decorator_list, document) if node.decorator_list else (),
                node.lineno,
                node.name in rebound or node in maybe,
            )


def has_own_yield(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function contains a yield of its own, nested functions not searched."""
    stack: list[ast.AST] = list(function.body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(node, (*FUNCTIONS, ast.Lambda, ast.ClassDef)):
            stack.extend(child_nodes(node))
    return False


def _decorators(decorators: Iterable[ast.expr], document: Document) -> tuple[str, ...]:
    """Return the possible dotted names of decorators, calls unwrapped, in source order; `?` for an unknown one."""
    names: list[str] = []
    for decorator in decorators:
        expression = decorator.func if isinstance(decorator, ast.Call) else decorator
        names += _optimistic(expression, document) or [_UNKNOWN]
    return tuple(names)


def _optimistic(expression: ast.expr, document: Document) -> list[str]:
    """Return dotted names by the file's imports and module-level names, without scopes: enough for facts."""
    parts: list[str] = []
    while isinstance(expression, _REACHING):
        if isinstance(expression, ast.Attribute):
            parts.append(expression.attr)
        expression = expression.value
    if not isinstance(expression, ast.Name):
        return []
    name, is_defined = expression.id, expression.id in document.defined
    roots = document.imported.get(name)
    if roots is None:
        found = [f"{document.module}.{name}".lstrip(".") if is_defined else f"builtins.{name}"]
    else:  # imported and bound again: only the scopes can tell
        found = sorted(document.resolve(expression).names if is_defined else roots)
    return [".".join([root, *reversed(parts)]) for root in found] if parts else found


def _classes(document: Document) -> Iterator[ClassFact]:
    owners = document.outline.definitions
    for node in document.nodes(ast.ClassDef):
        bases = tuple([tuple(_optimistic(base, document)) for base in node.bases])
        decorators = _decorators(node.decorator_list, document) if node.decorator_list else ()
        column = node.col_offset + 1  # only blanks stand before the keyword
        body = node.body
        yield ClassFact(
            node.name if owners[node] is None else _qualname(node, owners),
            bases,
            _class_kind(node, bases, decorators, document),
            tuple([_method(method, document) for method in body if isinstance(method, FUNCTIONS)]),
            isinstance(body[-1], _TRIVIAL) and all(map(_is_trivial, body)),
            node.lineno,
            column,
            node.lineno,
            column + len("class ") + len(node.name),
            is_documented(node),
            decorators,
        )


def _qualname(node: ast.ClassDef, owners: dict[Definition, Definition | None]) -> str:
    parts = [node.name]
    owner = owners[node]
    while owner is not None:
        parts.append(owner.name if isinstance(owner, ast.ClassDef) else f"{owner.name}.<locals>")
        owner = owners[owner]
    return ".".join(reversed(parts))


_TRIVIAL = (ast.Pass, ast.Expr)


def _is_trivial(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and (statement.value.value is ... or isinstance(statement.value.value, str))
    )


def _method(method: ast.FunctionDef | ast.AsyncFunctionDef, document: Document) -> MethodFact:
    return MethodFact(
        method.name,
        isinstance(method, ast.AsyncFunctionDef),
        _decorators(method.decorator_list, document) if method.decorator_list else (),
        is_documented(method),
        method.lineno,
    )


def is_documented(node: Definition) -> bool:
    """Whether a definition starts with a docstring."""
    first = node.body[0]
    return isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)


def _class_kind(
    node: ast.ClassDef, bases: tuple[tuple[str, ...], ...], decorators: tuple[str, ...], document: Document
) -> ClassKind:
    for alternatives in bases:
        for name in alternatives:
            if name in _KIND_BY_BASE:
                return _KIND_BY_BASE[name]
    if decorators and not _DATACLASS_DECORATORS.isdisjoint(decorators):
        return ClassKind.DATACLASS
    for keyword in node.keywords:
        if keyword.arg == "metaclass" and "abc.ABCMeta" in _optimistic(keyword.value, document):
            return ClassKind.ABSTRACT
    return ClassKind.PLAIN
