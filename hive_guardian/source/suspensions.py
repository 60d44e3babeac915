"""Where `yield` and `await` may stand (GR00): what the compiler knows about functions, lambdas and comprehensions."""

import ast
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from enum import Enum, auto
from itertools import accumulate

from hive_guardian.source.census import CHILDREN
from hive_guardian.source.document import Document
from hive_guardian.source.walk import FUNCTIONS, Definition, child_nodes

Problem = tuple[ast.AST, str]
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
_Suspension = ast.Yield | ast.YieldFrom | ast.Await | ast.AsyncFor | ast.AsyncWith
_COMPREHENSIONS: dict[type[Comprehension], str] = {
    ast.ListComp: "list comprehension",
    ast.SetComp: "set comprehension",
    ast.DictComp: "dict comprehension",
    ast.GeneratorExp: "generator expression",
}


_IN_FORMAT = re.compile(rb"\{[^{}\n]*\b(?:yield|await)\b")
_Position = tuple[int, int]
_Span = tuple[_Position, _Position]


class _Zone(Enum):
    """The kind of code block an expression runs in."""

    MODULE = auto()
    CLASS = auto()
    FUNCTION = auto()
    COROUTINE = auto()
    LAMBDA = auto()
    COMPREHENSION = auto()


_Block = tuple[list[ast.AST], _Zone, str]
_OUTSIDE = frozenset({_Zone.MODULE, _Zone.CLASS})
_MAY_AWAIT = frozenset({_Zone.COROUTINE, _Zone.COMPREHENSION})


SUSPENSIONS: frozenset[type] = frozenset(
    {ast.Yield, ast.YieldFrom, ast.Await, ast.AsyncFor, ast.AsyncWith, ast.comprehension}
)
"""The node types one of which a file must have to suspend: a comprehension may be asynchronous."""


def suspension_problems(document: Document) -> Iterator[Problem]:
    """Yield every misplaced `yield`, `await`, asynchronous statement and comprehension, and returns that clash."""
    if _is_plain(document):
        return
    yield from _search((list(document.tree.body), _Zone.MODULE, ""))
    has_coroutines = b"async" in document.data or b"await" in document.data
    for definition in document.outline.definitions:
        if isinstance(definition, ast.ClassDef):
            yield from _search((list(definition.body), _Zone.CLASS, ""))
        elif has_coroutines:
            zone = _Zone.COROUTINE if isinstance(definition, ast.AsyncFunctionDef) else _Zone.FUNCTION
            yield from _search((list(definition.body), zone, ""))
    if not has_coroutines:
        yield from _yields_in_comprehensions(document)


def _is_plain(document: Document) -> bool:
    """Whether every suspension evidently stands right in the body of a function that may have it.

    True for nearly every file with a suspension, at a fraction of the price of the search.
    """
    if any(generator.is_async for generator in document.nodes(ast.comprehension)):
        return False
    suspensions: list[_Suspension] = [
        *document.nodes(ast.Yield), *document.nodes(ast.YieldFrom), *document.nodes(ast.Await),
        *document.nodes(ast.AsyncFor), *document.nodes(ast.AsyncWith),
    ]  # fmt: skip
    if not suspensions:
        return True
    if document.nodes(ast.FormattedValue) and _IN_FORMAT.search(document.data):
        return False  # Python 3.11 and older misplace what stands in f-strings
    spans = sorted(map(_span, [*document.nodes(ast.Lambda), *_comprehensions(document)]))
    starts = [start for start, _ in spans]
    ends = list(accumulate((end for _, end in spans), max))
    bodies = _Bodies(document)
    for node in suspensions:
        place = (node.lineno, node.col_offset)
        before = bisect_right(starts, place)
        if (before and place < ends[before - 1]) or not _may_hold(bodies.around(place), node.__class__, bodies):
            return False
    return True


class _Bodies:
    """Finds the definition in whose body a position lies, by bisection: a file may have many suspensions."""

    def __init__(self, document: Document) -> None:
        """Note where the definitions begin, which stand in source order."""
        self.document = document
        self.owners = document.outline.definitions
        self.definitions = list(self.owners)
        self.starts = [(node.lineno, node.col_offset) for node in self.definitions]
        self.spans: dict[Definition, _Span] = {}

    def around(self, place: _Position) -> Definition | None:
        """Return the innermost definition in whose body a position lies."""
        index = bisect_right(self.starts, place)
        block = self.definitions[index - 1] if index else None
        while block is not None:
            span = self.spans.get(block)
            if span is None:
                span = self.spans[block] = _body_start(block), _end(block)
            if span[0] <= place < span[1]:
                break
            block = self.owners[block]
        return block

    def returns_value(self, block: Definition) -> bool:
        """Whether a function returns a value, those inside it left out."""
        values = [node for node in self.document.nodes(ast.Return) if node.value is not None]
        return any(self.around((node.lineno, node.col_offset)) is block for node in values)


def _may_hold(block: Definition | None, kind: type, bodies: _Bodies) -> bool:
    """Whether a suspension may stand in the body of a definition, by that alone."""
    if isinstance(block, ast.AsyncFunctionDef):
        return kind is not ast.YieldFrom and (kind is not ast.Yield or not bodies.returns_value(block))
    return isinstance(block, ast.FunctionDef) and kind in {ast.Yield, ast.YieldFrom}


def _span(node: ast.expr) -> _Span:
    return (node.lineno, node.col_offset), _end(node)


def _body_start(node: Definition) -> _Position:
    first = node.body[0]
    decorators: list[ast.expr] = getattr(first, "decorator_list", [])
    return min([(first.lineno, first.col_offset), *((one.lineno, one.col_offset) for one in decorators)])


def _end(node: ast.expr | Definition) -> _Position:
    return node.end_lineno or node.lineno, node.end_col_offset or node.col_offset


def _comprehensions(document: Document) -> list[Comprehension]:
    return [
        *document.nodes(ast.ListComp), *document.nodes(ast.SetComp), *document.nodes(ast.DictComp),
        *document.nodes(ast.GeneratorExp),
    ]  # fmt: skip


def _yields_in_comprehensions(document: Document) -> Iterator[Problem]:
    """Search what is left where nothing can be asynchronous; those at module level were reported already."""
    for comprehension in _comprehensions(document):
        yield from (problem for block in _inner_blocks(comprehension) for problem in _search(block))


def _search(root: _Block) -> Iterator[Problem]:
    """Search one code block and the lambdas and comprehensions in it; definitions have their own search."""
    blocks = [root]
    for nodes, zone, word in blocks:
        yields = False
        returns: list[ast.Return] = []
        for node in nodes:
            kind = node.__class__
            if kind in _SPECIAL:
                yield from _judge(node, zone, word)
                yields = yields or kind is ast.Yield
                if isinstance(node, ast.Return) and node.value is not None:
                    returns.append(node)
                nodes.extend(_same_block(node))
                blocks.extend(_inner_blocks(node))
                continue
            for name in CHILDREN[kind]:
                value = getattr(node, name)
                if value.__class__ is list:
                    nodes.extend(value)
                elif value is not None:
                    nodes.append(value)
        if yields and zone is _Zone.COROUTINE:
            yield from ((statement, "'return' with value in async generator") for statement in returns)


_SPECIAL: frozenset[type] = frozenset(
    {*_COMPREHENSIONS, *FUNCTIONS, ast.ClassDef, ast.Lambda, ast.Yield, ast.YieldFrom, ast.Await, ast.Return}
    | {ast.AsyncFor, ast.AsyncWith}
)


def _same_block(node: ast.AST) -> Iterable[ast.AST]:
    """Return the children that run in the block around a node."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return [*node.decorator_list, node.args, *([node.returns] if node.returns else [])]
        case ast.ClassDef():
            return [*node.decorator_list, *node.bases, *node.keywords]
        case ast.Lambda():
            return [node.args]
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return [node.generators[0].iter]
    return child_nodes(node)


def _inner_blocks(node: ast.AST) -> Iterator[_Block]:
    """Yield the blocks a lambda or comprehension opens."""
    if isinstance(node, ast.Lambda):
        yield [node.body], _Zone.LAMBDA, ""
    elif isinstance(node, Comprehension):
        yield _own_nodes(node), _Zone.COMPREHENSION, _COMPREHENSIONS[node.__class__]


def _own_nodes(node: Comprehension) -> list[ast.AST]:
    """Return the parts of a comprehension that run in its own block: all but the first iterable."""
    first, *others = node.generators
    element = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
    return [*element, first.target, *first.ifs, *others]


def _judge(node: ast.AST, zone: _Zone, word: str) -> Iterator[Problem]:
    if isinstance(node, ast.Yield | ast.YieldFrom):
        if zone in _OUTSIDE:
            yield node, f"'yield{' from' * isinstance(node, ast.YieldFrom)}' outside function"
        elif zone is _Zone.COMPREHENSION:
            yield node, f"'yield' inside {word}"
        elif zone is _Zone.COROUTINE and isinstance(node, ast.YieldFrom):
            yield node, "'yield from' inside async function"
    elif isinstance(node, ast.Await):
        if zone not in _MAY_AWAIT:
            yield node, "'await' outside function" if zone in _OUTSIDE else "'await' outside async function"
    elif isinstance(node, ast.AsyncFor | ast.AsyncWith):
        if zone is not _Zone.COROUTINE:
            statement = "for" if isinstance(node, ast.AsyncFor) else "with"
            yield node, f"'async {statement}' outside async function"
    elif isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp) and zone not in _MAY_AWAIT and _is_async(node):
        yield node, "asynchronous comprehension outside of an asynchronous function"


def _is_async(node: Comprehension) -> bool:
    """Whether a comprehension suspends: `async for`, `await`, or a comprehension inside that does."""
    if any(generator.is_async for generator in node.generators):
        return True
    stack: list[ast.AST] = _own_nodes(node)
    while stack:
        inner = stack.pop()
        if isinstance(inner, ast.Await):
            return True
        if isinstance(inner, ast.ListComp | ast.SetComp | ast.DictComp) and _is_async(inner):
            return True
        stack.extend(_same_block(inner))
    return False
