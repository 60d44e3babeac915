"""What `ast.parse` accepts and only the compiler refuses (GR00), found by structure.

`compile()` of every tree would cost 0.8 of a parse; it is the oracle of the tests instead. Each part runs only in
files with the statements or characters it is about.
"""

import __future__

import ast
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter

from hive_guardian.source.census import every_node
from hive_guardian.source.declarations import declaration_problems
from hive_guardian.source.document import Document
from hive_guardian.source.generics import GENERICS, generic_problems
from hive_guardian.source.patterns import pattern_problems
from hive_guardian.source.suspensions import SUSPENSIONS, suspension_problems
from hive_guardian.source.walk import FUNCTIONS, child_nodes
from hive_guardian.source.walrus import walrus_problems

Problem = tuple[ast.AST, str]
_Holder = ast.Assign | ast.Expr | ast.Return | ast.AugAssign | ast.AnnAssign | ast.FormattedValue
_Loop = ast.For | ast.AsyncFor
_LOOPS: tuple[type[_Loop], ...] = (ast.For, ast.AsyncFor)
_HOLDERS: tuple[type[_Holder], ...] = (
    ast.Assign, ast.Expr, ast.Return, ast.AugAssign, ast.AnnAssign, ast.FormattedValue,
)  # fmt: skip
"""What has a value that must not be starred itself."""
_ARGUMENT = attrgetter("arg")
_FEATURES = frozenset(__future__.all_feature_names)
_DEBUG = "__debug__"
_STARRED = "can't use starred expression here"
_JUMP = "'break', 'continue' and 'return' cannot appear in an except* block"


def structural_problems(document: Document) -> Iterator[Problem]:
    """Yield (node, message) for what the compiler would refuse, messages worded like the compiler's, in no order."""
    yield from document.outline.misplaced
    yield from _repeated_names(document)
    yield from _imports(document)
    yield from _debug_assignments(document)
    present = document.census.keys() & _JUDGED
    for kinds, part in _PARTS if present else ():
        if not present.isdisjoint(kinds):
            yield from part(document)


def _repeated_names(document: Document) -> Iterator[Problem]:
    """Parameters and keyword arguments given twice."""
    for arguments in document.nodes(ast.arguments):
        plain = arguments.args
        if arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.posonlyargs:
            plain = _parameters(arguments)
        if len(plain) > 1 and len(set(map(_ARGUMENT, plain))) < len(plain):
            yield from _duplicate_parameters(plain)
    groups = [definition.keywords for definition in document.nodes(ast.ClassDef) if definition.keywords]
    groups += [
        keywords
        for call in document.nodes(ast.Call)
        if len(keywords := call.keywords) > 1 and len(set(map(_ARGUMENT, keywords))) < len(keywords)
    ]
    for keywords in groups:
        yield from _repeated_keywords(keywords)


def _parameters(arguments: ast.arguments) -> list[ast.arg]:
    """Return the parameters of every kind."""
    found = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    if arguments.vararg is not None:
        found.append(arguments.vararg)
    if arguments.kwarg is not None:
        found.append(arguments.kwarg)
    return found


def _duplicate_parameters(parameters: list[ast.arg]) -> Iterator[Problem]:
    names: set[str] = set()
    for argument in sorted(parameters, key=lambda item: (item.lineno, item.col_offset)):
        if argument.arg in names:
            yield argument, f"duplicate argument '{argument.arg}' in function definition"
        names.add(argument.arg)


def _repeated_keywords(keywords: list[ast.keyword]) -> Iterator[Problem]:
    seen: set[str] = set()
    for keyword in keywords:
        if keyword.arg is None:
            continue
        if keyword.arg in seen:
            yield keyword, f"keyword argument repeated: {keyword.arg}"
        seen.add(keyword.arg)


def _imports(document: Document) -> Iterator[Problem]:
    early: set[ast.AST] | None = None
    for statement in document.nodes(ast.ImportFrom):
        if statement.names[0].name == "*" and statement not in document.module_level:
            yield statement.names[0], "import * only allowed at module level"
        if statement.module != "__future__" or statement.level:
            continue
        if early is None:
            early = set(_future_block(document.tree))
        if statement not in early:
            yield statement, "from __future__ imports must occur at the beginning of the file"
        for alias in statement.names:
            if alias.name not in _FEATURES:
                unknown = f"future feature {alias.name} is not defined"
                yield statement, "not a chance" if alias.name == "braces" else unknown


def _future_block(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the statements that may be `__future__` imports: those after the docstring, before anything else."""
    for index, statement in enumerate(tree.body):
        is_future = isinstance(statement, ast.ImportFrom) and statement.module == "__future__" and not statement.level
        is_docstring = index == 0 and isinstance(statement, ast.Expr) and _is_text(statement.value)
        if not is_future and not is_docstring:
            return
        yield statement


def _is_text(expression: ast.expr) -> bool:
    return isinstance(expression, ast.Constant) and isinstance(expression.value, str)


def _exception_handlers(document: Document) -> Iterator[Problem]:
    for statement in document.nodes(ast.Try):
        for handler in statement.handlers[:-1]:
            if handler.type is None:
                yield handler, "default 'except:' must be last"
    for group in document.nodes(ast.TryStar):
        for handler in group.handlers:
            yield from _jumps(handler.body, in_loop=False)


def _jumps(body: Iterable[ast.AST], *, in_loop: bool) -> Iterator[Problem]:
    """Yield the jumps that leave an `except*` block; a loop inside it may have its own."""
    for node in body:
        if isinstance(node, ast.Return) or (isinstance(node, ast.Break | ast.Continue) and not in_loop):
            yield node, _JUMP
        elif isinstance(node, ast.For | ast.AsyncFor | ast.While):
            yield from _jumps(node.body, in_loop=True)
            yield from _jumps(node.orelse, in_loop=in_loop)
        elif not isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.expr)):
            yield from _jumps(child_nodes(node), in_loop=in_loop)


def _starred(document: Document) -> Iterator[Problem]:
    values = [node.value for kind in _HOLDERS for node in document.nodes(kind)]
    values += [loop.iter for kind in _LOOPS for loop in document.nodes(kind)]
    yield from ((value, _STARRED) for value in values if value.__class__ is ast.Starred)
    targets = [node for node in document.nodes(ast.Starred) if node.ctx.__class__ is ast.Store]
    if targets:
        yield from _starred_targets(targets, document)


def _starred_targets(starred: list[ast.Starred], document: Document) -> Iterator[Problem]:
    """Judge what is assigned to, by whatever statement or comprehension."""
    groups: list[ast.Tuple | ast.List] = [*document.nodes(ast.Tuple), *document.nodes(ast.List)]
    inside: set[ast.expr] = set()
    for group in groups:
        if group.ctx.__class__ is ast.Store:
            elements = [element for element in group.elts if element.__class__ is ast.Starred]
            inside.update(elements)
            if len(elements) > 1:
                yield group, "multiple starred expressions in assignment"
    yield from (
        (node, "starred assignment target must be in a list or tuple") for node in starred if node not in inside
    )


def _patterns(document: Document) -> Iterator[Problem]:
    for match in document.nodes(ast.Match):
        yield from pattern_problems(match)


def _debug_assignments(document: Document) -> Iterator[Problem]:
    """The name `__debug__` cannot be bound, whatever binds it."""
    if _DEBUG.encode() not in document.data:
        return
    extended = {statement.target for statement in document.nodes(ast.AugAssign)}
    for node in every_node(document.census):
        if _binds_debug(node) and not (isinstance(node, ast.Attribute) and node in extended):
            word = "delete" if isinstance(getattr(node, "ctx", None), ast.Del) else "assign to"
            yield node, f"cannot {word} {_DEBUG}"


def _binds_debug(node: ast.AST) -> bool:
    match node:
        case ast.Name(id=name):
            return name == _DEBUG and not isinstance(node.ctx, ast.Load)
        case ast.Attribute(attr=name):
            return name == _DEBUG and isinstance(node.ctx, ast.Store)
        case ast.arg(arg=name) | ast.keyword(arg=name):
            return name == _DEBUG
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return node.name == _DEBUG
        case ast.ExceptHandler() | ast.MatchAs() | ast.MatchStar():
            return node.name == _DEBUG
        case ast.Import() | ast.ImportFrom():
            return any((alias.asname or alias.name) == _DEBUG for alias in node.names)
    return False


_PARTS: tuple[tuple[frozenset[type], Callable[[Document], Iterator[Problem]]], ...] = (
    (frozenset(GENERICS), generic_problems),
    (frozenset({ast.Try, ast.TryStar}), _exception_handlers),
    (frozenset({ast.Global, ast.Nonlocal}), declaration_problems),
    (frozenset({ast.Starred}), _starred),
    (frozenset({ast.Match}), _patterns),
    (SUSPENSIONS, suspension_problems),
    (frozenset({ast.NamedExpr}), walrus_problems),
)
"""Types one of which a file must have to be worth a question, and the question."""
_JUDGED = frozenset[type]().union(*(kinds for kinds, _ in _PARTS))
