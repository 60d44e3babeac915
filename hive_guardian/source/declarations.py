"""When a `global` or `nonlocal` declaration is refused (GR00)."""

import ast
from collections.abc import Iterable, Iterator
from enum import IntEnum

from hive_guardian.source.bindings import Scope
from hive_guardian.source.document import Document
from hive_guardian.source.walk import FUNCTIONS, Definition, all_nodes, assigned_names, child_nodes, module_level

Problem = tuple[ast.AST, str]
_Declaration = ast.Global | ast.Nonlocal


class _Mention(IntEnum):
    """How a block mentioned a name before its declaration; the smallest decides the message."""

    PARAMETER = 0
    USE = 1
    ANNOTATION = 2
    ASSIGNMENT = 3


def declaration_problems(document: Document) -> Iterator[Problem]:
    """Yield what the compiler says about the declarations of every block of a file."""
    declarations: list[_Declaration] = [*document.nodes(ast.Global), *document.nodes(ast.Nonlocal)]
    blocks = {_block_of(declaration, document): declaration for declaration in declarations}
    for block in blocks:
        if block is None:
            yield from _judge_block(document.tree.body, {}, is_module=True)
        else:
            names = _parameters(block.args) if isinstance(block, FUNCTIONS) else ()
            yield from _judge_block(block.body, dict.fromkeys(names, _Mention.PARAMETER), is_module=False)
    for declaration in document.nodes(ast.Nonlocal):
        if _is_plainly_bound(declaration, document):
            continue
        scope = document.scope(declaration)
        for name in declaration.names:
            if scope.parent is not None and not _has_target(scope, name):
                yield declaration, f"no binding for nonlocal '{name}' found"


def _block_of(declaration: _Declaration, document: Document) -> Definition | None:
    """Return the definition in whose block a declaration stands, `None` for the module."""
    line, found = declaration.lineno, None
    for definition in document.outline.definitions:
        if definition.lineno <= line <= (definition.end_lineno or line) and definition.body[0].lineno <= line:
            found = definition
    return found


def _is_plainly_bound(declaration: ast.Nonlocal, document: Document) -> bool:
    """Whether functions around the block of a declaration plainly assign its names: no scopes needed."""
    block = _block_of(declaration, document)
    owners = document.outline.definitions
    owner = owners[block] if block is not None else None
    missing = set(declaration.names)
    while owner is not None and missing:
        if isinstance(owner, FUNCTIONS):
            statements = module_level(owner.body)
            if any(isinstance(statement, _Declaration) for statement in statements):
                return False
            missing.difference_update(_parameters(owner.args))
            missing.difference_update(name for name, _ in assigned_names(statements))
        owner = owners[owner]
    return not missing


def _parameters(arguments: ast.arguments) -> Iterator[str]:
    plain = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    extra = [argument for argument in (arguments.vararg, arguments.kwarg) if argument is not None]
    return (argument.arg for argument in [*plain, *extra])


def _judge_block(body: list[ast.stmt], mentioned: dict[str, _Mention], *, is_module: bool) -> Iterator[Problem]:
    """Follow one block in source order, as the compiler's symbol table does."""
    declared: dict[str, _Declaration] = {}
    for node in _in_order(body):
        if isinstance(node, _Declaration):
            yield from _judge_declaration(node, mentioned, declared, is_module=is_module)
        elif isinstance(node, ast.AnnAssign) and node.simple and isinstance(node.target, ast.Name):
            name = node.target.id
            if name in declared and not is_module:
                yield node, f"annotated name '{name}' can't be {_word(declared[name])}"
            mentioned[name] = min(mentioned.get(name, _Mention.ANNOTATION), _Mention.ANNOTATION)
        else:
            for name, mention in _mentions(node):
                mentioned[name] = min(mentioned.get(name, mention), mention)


def _judge_declaration(
    node: _Declaration, mentioned: dict[str, _Mention], declared: dict[str, _Declaration], *, is_module: bool
) -> Iterator[Problem]:
    word = _word(node)
    if is_module and isinstance(node, ast.Nonlocal):
        yield node, "nonlocal declaration not allowed at module level"
        return
    for name in node.names:
        mention = mentioned.get(name)
        if mention is _Mention.PARAMETER:
            yield node, f"name '{name}' is parameter and {word}"
        elif mention is _Mention.USE:
            yield node, f"name '{name}' is used prior to {word} declaration"
        elif mention is _Mention.ANNOTATION:
            yield node, f"annotated name '{name}' can't be {word}"
        elif mention is _Mention.ASSIGNMENT:
            yield node, f"name '{name}' is assigned to before {word} declaration"
        if name in declared and declared[name].__class__ is not node.__class__:
            yield declared[name], f"name '{name}' is nonlocal and global"
        declared[name] = node


def _word(declaration: _Declaration) -> str:
    return "global" if isinstance(declaration, ast.Global) else "nonlocal"


def _in_order(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """Yield the nodes that run in a block in source order; a nested block contributes what runs around it."""
    stack: list[ast.AST] = list(reversed(body))
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(list(_children(node))))


def _children(node: ast.AST) -> Iterable[ast.AST]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return [node.args, *node.decorator_list, *([node.returns] if node.returns else [])]
        case ast.ClassDef():
            return [*node.bases, *node.keywords, *node.decorator_list]
        case ast.Lambda():
            return [node.args]
        case ast.AnnAssign(simple=1):
            return [node.annotation, *([node.value] if node.value else [])]
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return [node.generators[0].iter, *_walrus_targets(node)]
    return child_nodes(node)


def _walrus_targets(comprehension: ast.AST) -> Iterator[ast.AST]:
    """Yield the names `:=` binds around a comprehension."""
    return (node.target for node in all_nodes(comprehension) if isinstance(node, ast.NamedExpr))


def _mentions(node: ast.AST) -> Iterator[tuple[str, _Mention]]:
    """Yield the names a node uses or binds; the compiler lets an import stand before its declaration."""
    match node:
        case ast.Name():
            yield node.id, _Mention.USE if isinstance(node.ctx, ast.Load) else _Mention.ASSIGNMENT
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name, _Mention.ASSIGNMENT
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name, _Mention.ASSIGNMENT
        case ast.MatchMapping(rest=str(name)):
            yield name, _Mention.ASSIGNMENT


def rebound_names(function: ast.FunctionDef | ast.AsyncFunctionDef) -> frozenset[str]:
    """Return the names the block of a function binds itself, by whatever statement, whoever owns the variable."""
    bound: set[str] = set()
    for node in _in_order(function.body):
        bound.update(name for name, mention in _mentions(node) if mention is _Mention.ASSIGNMENT)
        if isinstance(node, ast.Import | ast.ImportFrom):
            bound.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            bound.add(node.target.id)
    return frozenset(bound)


def _has_target(scope: Scope, name: str) -> bool:
    """Whether an enclosing function binds the name; every method sees `__class__`."""
    parent = scope.parent
    while parent is not None:
        if parent.is_class and name == "__class__":
            return True
        if parent.is_function:
            if name in parent.bindings or name in parent.nonlocal_names:
                return True
            if name in parent.global_names:
                return False
        parent = parent.parent
    return False
