"""What in a test can fail it, and which tests are skipped without saying why (golden-rules.md 4.17)."""

import ast
import fnmatch
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter

from hive_guardian.source.document import Document
from hive_guardian.source.walk import FUNCTIONS, all_nodes, last_name

TestFunction = ast.FunctionDef | ast.AsyncFunctionDef
_FAILING = frozenset(
    {"raises", "warns", "deprecated_call", "fail", "xfail", "skip", "skipTest", "importorskip"}
    | {"fnmatch_lines", "fnmatch_lines_random", "no_fnmatch_line", "re_match_lines", "no_re_match_line"}
)
"""Calls of pytest and unittest that decide a test without being called `assert`."""
_GIVING_UP = frozenset({"xfail", "skip", "skipTest", "importorskip"})
_SELF_CHECKS = ("assert", "failUnless", "failIf")
"""Beginnings of the methods of test cases that assert, old spellings and those of trial included."""
_LINE = attrgetter("lineno")
_NOTHING: frozenset[str] = frozenset()
_DECISIVE = frozenset({ast.Assert, ast.Call, ast.Raise, ast.With, ast.AsyncWith})
_MARKS = frozenset({"pytest.mark.skip", "pytest.mark.skipif"})
_SKIP_ERRORS = frozenset({"unittest.SkipTest", "unittest.case.SkipTest", "twisted.trial.unittest.SkipTest"})
_SKIPS = _MARKS | {"pytest.skip", "unittest.skip", "unittest.skipIf", "unittest.skipUnless"}
_LAST_NAMES = frozenset(name.rpartition(".")[2] for name in _SKIPS)
_SECOND_ARGUMENT = frozenset({"unittest.skipIf", "unittest.skipUnless"})


class AssertionFinder:
    """Finds what can fail a test.

    Attributes:
        names: glob patterns of the last names of calls that assert.
    """

    __slots__ = ("_known", "_match", "names")

    def __init__(self, names: Iterable[str]) -> None:
        """Compile the patterns."""
        self.names = tuple(names)
        pattern = "|".join(fnmatch.translate(name) for name in self.names)
        self._match = re.compile(pattern or r"(?!)").match
        self._known: dict[str, bool] = {}

    def find(self, function: TestFunction) -> list[ast.AST]:
        """Return the nodes in a function that can fail it, those of nested functions too; breadth first."""
        parameters = {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)}
        return [node for node in all_nodes(function) if self._asserts(node, parameters)]

    def is_sure(self, function: TestFunction) -> bool:
        """Whether what a test asserts itself, it asserts whatever happens; true as well when it asserts nothing itself.

        To skip a test, or to expect its failure, is no assertion here.
        """
        first = function.body[0].lineno
        found = (node for node in self.find(function) if getattr(node, "lineno", 0) >= first)
        wanted = frozenset(
            node for node in found if not (isinstance(node, ast.Call) and last_name(node.func) in _GIVING_UP)
        )
        return not wanted or surely_reaches(function.body, wanted)

    def index(self, document: Document) -> "AssertionIndex":
        """Return where in a file something can fail a test, from the nodes the document has collected anyway.

        What is handed on (`hands_on_assertion`) is left out: few functions get as far as that question.
        """
        lines = [node.lineno for node in document.nodes(ast.Assert)]
        for node in document.nodes(ast.Raise):
            raised = _raised(node)
            if self._asserts(node, set()) or (raised is not None and likely_names(raised, document) & _SKIP_ERRORS):
                lines.append(node.lineno)
        blocks: list[ast.With | ast.AsyncWith] = [*document.nodes(ast.With), *document.nodes(ast.AsyncWith)]
        entered = [
            (block.lineno, item.context_expr.id)
            for block in blocks
            for item in block.items
            if isinstance(item.context_expr, ast.Name)
        ]
        return AssertionIndex(sorted(lines), entered, sorted(document.nodes(ast.Call), key=_LINE), self._is_assertion)

    def _may_fail(self, call: ast.Call) -> bool:
        """Whether a call asserts, or is given a method that asserts to be called later."""
        name = last_name(call.func)
        known = self._known
        if known[name] if name in known else self._is_assertion(name):
            return True
        return hands_on_assertion((call,))

    def _is_assertion(self, name: str) -> bool:
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = (
                name in _FAILING or name.startswith(_SELF_CHECKS) or self._match(name.lstrip("_")) is not None
            )
        return known

    def _asserts(self, node: ast.AST, parameters: set[str]) -> bool:
        if node.__class__ not in _DECISIVE:
            return False
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            return self._may_fail(node)
        if isinstance(node, ast.Raise):
            raised = _raised(node)
            return raised is not None and last_name(raised) in {"AssertionError", "failureException"}
        if isinstance(node, ast.With | ast.AsyncWith):
            items = (item.context_expr for item in node.items)
            return any(isinstance(item, ast.Name) and item.id in parameters for item in items)
        return False


def _raised(statement: ast.Raise) -> ast.expr | None:
    return statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc


class AssertionIndex:
    """Where in one file something can fail a test, and what is called where.

    Args:
        lines: of assertions that are no calls, sorted.
        entered: (line, name) of every `with name:`.
        calls: all calls by line.
        is_assertion: whether a call of something with that last name asserts.
    """

    __slots__ = ("_call_lines", "_calls", "_entered", "_is_assertion", "_lines")

    def __init__(
        self,
        lines: list[int],
        entered: list[tuple[int, str]],
        calls: list[ast.Call],
        is_assertion: Callable[[str], bool],
    ) -> None:
        """Keep the lines."""
        self._lines = lines
        self._entered = entered
        self._calls = calls
        self._call_lines = [call.lineno for call in calls]
        self._is_assertion = is_assertion

    def has_assertion(self, function: TestFunction) -> bool:
        """Whether a function, nested ones included, holds something that can fail it."""
        first, last = function.lineno, function.end_lineno or function.lineno
        at = bisect_left(self._lines, first)
        if at < len(self._lines) and self._lines[at] <= last:
            return True
        is_assertion = self._is_assertion
        for call in reversed(self._between(first, last)):  # most tests assert in the end
            callee = call.func
            if is_assertion(callee.attr if isinstance(callee, ast.Attribute) else getattr(callee, "id", "")):
                return True
        if not self._entered:
            return False
        parameters = {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)}
        return any(first <= line <= last and name in parameters for line, name in self._entered)

    def calls(self, function: TestFunction) -> list[ast.Call]:
        """Return the calls in a function by line, those of nested functions and decorators too."""
        first = function.decorator_list[0] if function.decorator_list else function
        return self._between(first.lineno, function.end_lineno or function.lineno)

    def _between(self, first: int, last: int) -> list[ast.Call]:
        """Return the calls that begin on some lines."""
        start = bisect_left(self._call_lines, first)
        return self._calls[start : bisect_right(self._call_lines, last, start)]


def surely_reaches(body: Sequence[ast.stmt], wanted: frozenset[ast.AST]) -> bool:
    """Whether running a block reaches one of some nodes without a condition having to hold.

    Both branches of an `if` count as one; what stands under `except` does not count; loops are taken to run.
    """
    return any(_surely(statement, wanted) for statement in body)


def _surely(statement: ast.stmt, wanted: frozenset[ast.AST]) -> bool:
    if statement in wanted:
        return True
    match statement:
        case ast.If():
            both = surely_reaches(statement.body, wanted) and surely_reaches(statement.orelse, wanted)
            return both or _contains(statement.test, wanted)
        case ast.Try() | ast.TryStar():
            return any(surely_reaches(part, wanted) for part in (statement.body, statement.orelse, statement.finalbody))
        case ast.With() | ast.AsyncWith():
            return any(_contains(item, wanted) for item in statement.items) or surely_reaches(statement.body, wanted)
        case ast.For() | ast.AsyncFor() | ast.While():
            return any(surely_reaches(part, wanted) for part in (statement.body, statement.orelse))
        case ast.Match():
            return all(surely_reaches(case.body, wanted) for case in statement.cases)
        case _:
            return _contains(statement, wanted)


def _contains(node: ast.AST, wanted: frozenset[ast.AST]) -> bool:
    return not wanted.isdisjoint(all_nodes(node))


def hands_on_assertion(calls: Iterable[ast.Call]) -> bool:
    """Whether a call is given a function or method that asserts, to be called later, also inside of lists."""
    return any(
        isinstance(item, ast.Attribute | ast.Name) and last_name(item).startswith(_SELF_CHECKS)
        for call in calls
        for argument in call.args
        for item in _items(argument)
    )


def _items(argument: ast.expr) -> Iterator[ast.expr]:
    if isinstance(argument, ast.List | ast.Tuple | ast.Set):
        for element in argument.elts:
            yield from _items(element)
    else:
        yield argument


def called_names(
    calls: Iterable[ast.Call],
    document: Document,
    bound: Callable[[], Mapping[str, Sequence[ast.expr]]] = dict,
) -> list[str]:
    """Return the dotted names some calls may reach, sorted; methods of the caller's own object as `self.name`.

    A method that is handed on (`add_callback(self.done)`) may be called as well, and whatever stands in the value of an
    attribute that is called.

    Names are taken from the file's imports and definitions without looking at scopes: a shadowed name only makes a test
    look better than it is.

    Args:
        calls: the calls.
        document: their file.
        bound: returns what attributes of the caller's own object are bound to, as `own_attributes` finds it; asked
            only when such an attribute is called.
    """
    found: set[str] = set()
    for call in calls:
        for item in (call.func, *call.args):
            if isinstance(item, ast.Attribute) and _is_own_object(item.value):
                found.add(f"self.{item.attr}")
        if isinstance(call.func, ast.Attribute) and _is_own_object(call.func.value):
            for value in bound().get(call.func.attr, ()):
                for node in all_nodes(value):
                    if isinstance(node, ast.Attribute) and _is_own_object(node.value):
                        found.add(f"self.{node.attr}")
                    elif isinstance(node, ast.Name | ast.Attribute):
                        found |= likely_names(node, document)
        found |= likely_names(call.func, document)
    return sorted(found)


def own_attributes(document: Document) -> Mapping[str, Sequence[ast.expr]]:
    """Return what the classes of a file bind attributes to, in their bodies or through `self` and `cls`.

    What a method binds may be a function inside of it, so the method itself is one of the values.
    """
    found: dict[str, list[ast.expr]] = {}
    owners = document.outline.definitions
    inner = _names_of_functions(node for node, owner in owners.items() if isinstance(owner, FUNCTIONS))
    for statement in document.nodes(ast.Assign):
        for target in statement.targets:
            if isinstance(target, ast.Attribute) and _is_own_object(target.value):
                found.setdefault(target.attr, []).append(statement.value)
                method = document.function(statement) if _mentions(statement.value, inner) else None
                if isinstance(method, FUNCTIONS) and _mentions(statement.value, _names_of_functions(method.body)):
                    found[target.attr].append(ast.Attribute(target.value, method.name))
    for owner in document.nodes(ast.ClassDef):
        for item in owner.body:
            if isinstance(item, ast.Assign):
                for target in item.targets:
                    if isinstance(target, ast.Name):
                        found.setdefault(target.id, []).append(item.value)
    return found


def _names_of_functions(nodes: Iterable[ast.AST]) -> frozenset[str]:
    return frozenset(node.name for node in nodes if isinstance(node, FUNCTIONS))


def _mentions(value: ast.expr, names: frozenset[str]) -> bool:
    return bool(names) and any(isinstance(node, ast.Name) and node.id in names for node in all_nodes(value))


def likely_names(expression: ast.expr, document: Document) -> frozenset[str]:
    """Return what a name or attribute stands for by the imports and definitions of the file, scopes not looked at."""
    root = expression
    while isinstance(root, ast.Attribute):
        root = root.value
    if not isinstance(root, ast.Name):
        return _NOTHING
    roots = document.imported.get(root.id)
    if not roots and root.id in document.defined:
        roots = frozenset({f"{document.module}.{root.id}"})
    if not roots or root is expression:
        return roots or _NOTHING
    attributes: list[str] = []
    while isinstance(expression, ast.Attribute):
        attributes.append(expression.attr)
        expression = expression.value
    return frozenset(".".join([one, *reversed(attributes)]) for one in roots)


def _is_own_object(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        return last_name(node.func) == "super"
    return isinstance(node, ast.Name) and node.id in {"self", "cls"}


def skips_without_reason(document: Document) -> Iterator[ast.expr]:
    """Yield the marks, decorators and calls that skip a test and say nothing."""
    called = {call.func: call for call in document.nodes(ast.Call) if _is_spelled_like_skip(call.func)}
    for callee, call in called.items():
        names = document.resolve(callee).names & _SKIPS
        if names and not any(_says_why(call, name, document) for name in names):
            yield call
    for expression in _uncalled(document):
        if expression not in called and document.resolve(expression).may_be(_MARKS | {"unittest.skip"}):
            yield expression


def _is_spelled_like_skip(callee: ast.expr) -> bool:
    if isinstance(callee, ast.Attribute):
        return callee.attr in _LAST_NAMES
    return isinstance(callee, ast.Name) and callee.id in _LAST_NAMES


def _uncalled(document: Document) -> Iterator[ast.expr]:
    """Yield expressions that may be a mark or decorator without a call: attributes, and names used as decorators."""
    yield from [node for node in document.nodes(ast.Attribute) if node.attr in _LAST_NAMES]
    for owner in document.outline.definitions:
        yield from (one for one in owner.decorator_list if isinstance(one, ast.Name) and one.id in _LAST_NAMES)


def _says_why(call: ast.Call, name: str, document: Document) -> bool:
    """Whether a call that skips gives a text, or something that may be one."""
    for keyword in call.keywords:
        if keyword.arg is None or keyword.arg in {"reason", "msg"}:
            return not _is_empty(keyword.value)
    if any(isinstance(argument, ast.Starred) for argument in call.args):
        return True
    if name in _SECOND_ARGUMENT:
        return len(call.args) > 1 and not _is_empty(call.args[1])
    first = call.args[0] if call.args else None
    if name == "pytest.mark.skipif":  # a condition that is a string is its own reason
        return first is not None and _is_text(first, document)
    return first is not None and not _is_empty(first) and not isinstance(first, FUNCTIONS)


def _is_text(node: ast.expr, document: Document) -> bool:
    """Whether an expression is a string, or a name that the file binds to one."""
    if isinstance(node, ast.Name):
        return any(
            isinstance(target, ast.Name) and target.id == node.id and _is_text(statement.value, document)
            for statement in document.nodes(ast.Assign)
            if not isinstance(statement.value, ast.Name)
            for target in statement.targets
        )
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_empty(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and (node.value is None or not str(node.value).strip())
