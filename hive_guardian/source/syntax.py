"""What `ast.parse` accepts and only the compiler refuses (GR00), found by structure.

`compile()` of every tree would cost 0.8 of a parse; it is the oracle of the tests instead.
"""

import ast
import re
from collections.abc import Iterator

from hive_guardian.source.document import Document
from hive_guardian.source.walk import FUNCTIONS, all_nodes, child_nodes

Problem = tuple[ast.AST, str]
_LAMBDA_WITH_PARAMETERS = re.compile(rb"lambda[^:\n]*,")


def structural_problems(document: Document) -> Iterator[Problem]:
    """Yield (node, message) for what the compiler would refuse, messages worded like the compiler's."""
    yield from document.outline.misplaced
    for definition in document.outline.definitions:
        if isinstance(definition, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _duplicate_parameters(definition.args)
    if _LAMBDA_WITH_PARAMETERS.search(document.data):
        for function in document.nodes(ast.Lambda):
            yield from _duplicate_parameters(function.args)
    yield from _late_future_imports(document)
    yield from _scope_declarations(document)
    yield from _starred_targets(document)
    if b"yield" in document.data or b"await" in document.data or b"async" in document.data:
        yield from _suspensions_outside_functions(document)
    if b"await" in document.data or b"async" in document.data:
        yield from _suspensions_in_functions(document)


def _duplicate_parameters(arguments: ast.arguments) -> Iterator[Problem]:
    seen: set[str] = set()
    everything = [*arguments.posonlyargs, *arguments.args, arguments.vararg, *arguments.kwonlyargs, arguments.kwarg]
    for argument in everything:
        if argument is None:
            continue
        if argument.arg in seen:
            yield argument, f"duplicate argument '{argument.arg}' in function definition"
        seen.add(argument.arg)


def _late_future_imports(document: Document) -> Iterator[Problem]:
    if b"__future__" not in document.data:
        return
    body = document.tree.body
    allowed = True
    early: set[ast.AST] = set()
    for index, statement in enumerate(body):
        is_future = isinstance(statement, ast.ImportFrom) and statement.module == "__future__" and not statement.level
        is_docstring = (
            index == 0 and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
            and isinstance(statement.value.value, str)
        )  # fmt: skip
        allowed = allowed and (is_future or is_docstring)
        if allowed:
            early.add(statement)
    for statement, _ in document.outline.imports:
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__" and statement not in early:
            yield statement, "from __future__ imports must occur at the beginning of the file"


def _scope_declarations(document: Document) -> Iterator[Problem]:
    declarations: list[ast.Global | ast.Nonlocal] = [*document.nodes(ast.Global), *document.nodes(ast.Nonlocal)]
    if not declarations:
        return
    for declaration in declarations:
        scope = document.scope(declaration)
        word = "global" if isinstance(declaration, ast.Global) else "nonlocal"
        for name in declaration.names:
            if word == "nonlocal" and scope.parent is None:
                yield declaration, "nonlocal declaration not allowed at module level"
                continue
            if isinstance(scope.node, ast.FunctionDef | ast.AsyncFunctionDef) and _is_parameter(scope.node, name):
                yield declaration, f"name '{name}' is parameter and {word}"
            elif _used_before(document, declaration, name):
                yield declaration, f"name '{name}' is used prior to {word} declaration"
            elif word == "nonlocal" and not _has_nonlocal_target(document, declaration, name):
                yield declaration, f"no binding for nonlocal '{name}' found"


def _is_parameter(function: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> bool:
    arguments = function.args
    plain = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    extra = [argument for argument in (arguments.vararg, arguments.kwarg) if argument is not None]
    return any(argument.arg == name for argument in [*plain, *extra])


def _used_before(document: Document, declaration: ast.Global | ast.Nonlocal, name: str) -> bool:
    """Whether the same scope mentions the name before its declaration."""
    scope = document.scope(declaration)
    start = (declaration.lineno, declaration.col_offset)
    return any(
        node.id == name and owner is scope and (node.lineno, node.col_offset) < start
        for node, owner in document.scopes.scope_of.items()
    )


def _has_nonlocal_target(document: Document, declaration: ast.Nonlocal | ast.Global, name: str) -> bool:
    parent = document.scope(declaration).parent
    while parent is not None:
        if parent.is_function and (name in parent.bindings or name in parent.nonlocal_names):
            return True
        parent = parent.parent
    return False


def _starred_targets(document: Document) -> Iterator[Problem]:
    if b"*" not in document.data:
        return
    for assignment in document.nodes(ast.Assign):
        for target in assignment.targets:
            yield from _starred_twice(target)
    loops: list[ast.For | ast.AsyncFor] = [*document.nodes(ast.For), *document.nodes(ast.AsyncFor)]
    for loop in loops:
        yield from _starred_twice(loop.target)


def _starred_twice(target: ast.expr) -> Iterator[Problem]:
    if isinstance(target, ast.Starred):
        yield target, "starred assignment target must be in a list or tuple"
    if isinstance(target, ast.Tuple | ast.List):
        starred = [element for element in target.elts if isinstance(element, ast.Starred)]
        if len(starred) > 1:
            yield starred[1], "multiple starred expressions in assignment"
        for element in target.elts:
            if not isinstance(element, ast.Starred):
                yield from _starred_twice(element)


def _suspensions_outside_functions(document: Document) -> Iterator[Problem]:
    """Search module and class level; function bodies are not entered."""
    yield from _search(list(document.tree.body), "module")


def _suspensions_in_functions(document: Document) -> Iterator[Problem]:
    for definition in document.outline.definitions:
        if isinstance(definition, ast.AsyncFunctionDef):
            yield from _search(list(definition.body), "async")
        elif isinstance(definition, ast.FunctionDef):
            yield from _search(list(definition.body), "sync")


def _search(body: list[ast.stmt], zone: str) -> Iterator[Problem]:
    """Yield the misplaced suspensions that run in this zone, nested functions left to their own search."""
    stack: list[ast.AST] = list(reversed(body))
    while stack:
        node = stack.pop()
        yield from _suspension(node, zone)
        children = list(child_nodes(node))
        if isinstance(node, FUNCTIONS):
            inside = set(node.body)
            children = [child for child in children if child not in inside]
        elif isinstance(node, ast.Lambda):
            children = [node.args]
            yield from _lambda_suspensions(node)
        stack.extend(reversed(children))


def _lambda_suspensions(node: ast.Lambda) -> Iterator[Problem]:
    for inner in all_nodes(node.body):
        if isinstance(inner, ast.Await):
            yield inner, "'await' outside async function"


def _suspension(node: ast.AST, zone: str) -> Iterator[Problem]:
    outside = zone in {"module", "class"}
    if isinstance(node, ast.Yield | ast.YieldFrom) and outside:
        yield node, "'yield' outside function"
    elif isinstance(node, ast.YieldFrom) and zone == "async":
        yield node, "'yield from' inside async function"
    elif isinstance(node, ast.Await) and zone != "async":
        yield node, "'await' outside function" if outside else "'await' outside async function"
    elif isinstance(node, ast.AsyncFor | ast.AsyncWith) and zone != "async":
        word = "for" if isinstance(node, ast.AsyncFor) else "with"
        yield node, f"'async {word}' outside async function"
