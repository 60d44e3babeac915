"""What in a test can fail it (golden-rules.md 4.17)."""

import ast
import fnmatch
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter

from hive_guardian.model.cached_property import cached_property
from hive_guardian.source.document import Document
from hive_guardian.source.walk import FUNCTIONS, all_nodes, last_name

TestFunction = ast.FunctionDef | ast.AsyncFunctionDef
_FAILING = frozenset(
    {"raises", "RaisesGroup", "RaisesExc", "warns", "deprecated_call", "fail"}
    | {"xfail", "skip", "skipTest", "importorskip"}
    | {"fnmatch_lines", "fnmatch_lines_random", "no_fnmatch_line", "re_match_lines", "no_re_match_line"}
)
"""Calls of pytest and unittest that decide a test without being called `assert`."""
_GIVING_UP = frozenset({"xfail", "skip", "skipTest", "importorskip"})
_SELF_CHECKS = ("assert", "failUnless", "failIf")
"""Beginnings of the methods of test cases that assert, old spellings and those of trial included."""
_LINE = attrgetter("lineno")
_OWN = frozenset({"self", "cls"})
_DOTTED = (ast.Name, ast.Attribute)
_DISPLAYS = (ast.List, ast.Tuple, ast.Set)
_WITHS = (ast.With, ast.AsyncWith)
_LEADING = (*_WITHS, ast.For)
"""Statements whose last statement is the last that runs."""
_NOTHING: frozenset[str] = frozenset()
_FAILURES = frozenset({"AssertionError", "failureException"})
_DECISIVE = frozenset({ast.Assert, ast.Call, ast.Raise, ast.With, ast.AsyncWith})
_SKIP_ERRORS = frozenset({"unittest.SkipTest", "unittest.case.SkipTest", "twisted.trial.unittest.SkipTest"})


class _Asserting(dict[str, bool]):
    """Last name of a call -> whether such a call asserts; found out when it is first asked.

    Args:
        names: glob patterns of the last names of calls that assert.
    """

    __slots__ = ("_match",)

    def __init__(self, names: Iterable[str]) -> None:
        pattern = "|".join(fnmatch.translate(name) for name in names)
        self._match = re.compile(pattern or r"(?!)").match

    def __missing__(self, name: str) -> bool:
        asserts = name in _FAILING or name.startswith(_SELF_CHECKS) or self._match(name.lstrip("_")) is not None
        self[name] = asserts
        return asserts


class AssertionFinder:
    """Finds what can fail a test.

    Attributes:
        names: glob patterns of the last names of calls that assert.
    """

    __slots__ = ("_asserting", "names")

    def __init__(self, names: Iterable[str]) -> None:
        """Compile the patterns."""
        self.names = tuple(names)
        self._asserting = _Asserting(self.names)

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
        return AssertionIndex(document, self._asserting)

    def _asserts(self, node: ast.AST, parameters: set[str]) -> bool:
        if node.__class__ not in _DECISIVE:
            return False
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            return self._asserting[last_name(node.func)] or hands_on_assertion((node,))
        if isinstance(node, ast.Raise):
            return _last_name_raised(node) in _FAILURES
        if isinstance(node, ast.With | ast.AsyncWith):
            items = (item.context_expr for item in node.items)
            return any(isinstance(item, ast.Name) and item.id in parameters for item in items)
        return False


def _raised(statement: ast.Raise) -> ast.expr | None:
    return statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc


def _last_name_raised(statement: ast.Raise) -> str:
    raised = _raised(statement)
    return last_name(raised) if raised is not None else ""


class AssertionIndex:
    """Where in one file something can fail a test, and what is called where.

    Args:
        document: the file.
        asserting: last name of a call -> whether such a call asserts.
    """

    def __init__(self, document: Document, asserting: Mapping[str, bool]) -> None:
        """Keep the inputs; a file of tests that all end in an assertion is asked for nothing else."""
        self._document = document
        self._asserting = asserting

    def undecided(self, function: TestFunction) -> list[ast.Call] | None:
        """Return the calls in a function, decorators included, when nothing in it can fail it; `None` otherwise."""
        if self._ends_in_assertion(function.body):
            return None
        first, last = function.lineno, function.end_lineno or function.lineno
        calls = self._between(first, last)
        if any(map(self._is_assertion, calls)) or self._has_other_assertion(function, first, last):
            return None
        if function.decorator_list:
            calls = self.calls(function)
        return None if hands_on_assertion(calls) else calls

    def calls(self, function: TestFunction) -> list[ast.Call]:
        """Return the calls in a function by line, those of nested functions and decorators too."""
        first = function.decorator_list[0] if function.decorator_list else function
        return self._between(first.lineno, function.end_lineno or function.lineno)

    def names(self, calls: Iterable[ast.Call]) -> list[str]:
        """Return the dotted names some calls of the file may reach, as `called_names` does."""
        return called_names(calls, self._document, self._bound)

    def _ends_in_assertion(self, body: Sequence[ast.stmt]) -> bool:
        """Whether the last statement, in the blocks that lead to it, asserts: most tests end like that."""
        last = body[-1]
        while isinstance(last, _LEADING):
            if isinstance(last, _WITHS) and self._is_assertion(last.items[-1].context_expr):
                return True
            last = last.body[-1]
        return self._is_assertion(last.value) if isinstance(last, ast.Expr) else isinstance(last, ast.Assert)

    def _is_assertion(self, expression: ast.expr) -> bool:
        if not isinstance(expression, ast.Call):
            return False
        callee = expression.func
        return self._asserting[callee.attr if isinstance(callee, ast.Attribute) else getattr(callee, "id", "")]

    def _has_other_assertion(self, function: TestFunction, first: int, last: int) -> bool:
        """Whether something that is no call can fail a function on some lines."""
        at = bisect_left(self._lines, first)
        if at < len(self._lines) and self._lines[at] <= last:
            return True
        if not self._entered:
            return False
        parameters = {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)}
        return any(first <= line <= last and name in parameters for line, name in self._entered)

    def _between(self, first: int, last: int) -> list[ast.Call]:
        """Return the calls that begin on some lines."""
        calls = self._calls
        start = bisect_left(calls, first, key=_LINE)
        return calls[start : bisect_right(calls, last, start, key=_LINE)]

    @cached_property
    def _calls(self) -> list[ast.Call]:
        """All calls by line."""
        return sorted(self._document.nodes(ast.Call), key=_LINE)

    @cached_property
    def _lines(self) -> list[int]:
        """The lines of assertions that are no calls, sorted."""
        document = self._document
        lines = [node.lineno for node in document.nodes(ast.Assert)]
        for node in document.nodes(ast.Raise):
            raised = _raised(node)
            if raised is not None and (last_name(raised) in _FAILURES or likely_names(raised, document) & _SKIP_ERRORS):
                lines.append(node.lineno)
        return sorted(lines)

    @cached_property
    def _entered(self) -> list[tuple[int, str]]:
        """The line and name of every `with name:`."""
        document = self._document
        blocks: list[ast.With | ast.AsyncWith] = [*document.nodes(ast.With), *document.nodes(ast.AsyncWith)]
        return [
            (block.lineno, item.context_expr.id)
            for block in blocks
            for item in block.items
            if isinstance(item.context_expr, ast.Name)
        ]

    @cached_property
    def _attributes(self) -> Mapping[str, Sequence[ast.expr]]:
        """What the classes of the file bind attributes to."""
        return own_attributes(self._document)

    def _bound(self) -> Mapping[str, Sequence[ast.expr]]:
        return self._attributes


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
    pending = [argument for call in calls for argument in call.args]
    for item in pending:
        if isinstance(item, _DOTTED):
            if last_name(item).startswith(_SELF_CHECKS):
                return True
        elif isinstance(item, _DISPLAYS):
            pending += item.elts
    return False


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
        callee = call.func
        for item in call.args:
            if isinstance(item, ast.Attribute) and _is_own_object(item.value):
                found.add(f"self.{item.attr}")
        if isinstance(callee, ast.Attribute) and _is_own_object(callee.value):
            found.add(f"self.{callee.attr}")
            for value in bound().get(callee.attr, ()):
                for node in all_nodes(value):
                    if isinstance(node, ast.Attribute) and _is_own_object(node.value):
                        found.add(f"self.{node.attr}")
                    elif isinstance(node, _DOTTED):
                        found |= likely_names(node, document)
        found |= likely_names(callee, document)
    return sorted(found)


def own_attributes(document: Document) -> Mapping[str, Sequence[ast.expr]]:
    """Return what the classes of a file bind attributes to, in their bodies or through `self` and `cls`.

    What a method binds may be a function inside of it, so the method itself is one of the values.
    """
    found: dict[str, list[ast.expr]] = {}
    owners = document.outline.definitions
    inner = _names_of_functions([node for node, owner in owners.items() if isinstance(owner, FUNCTIONS)])
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
    if isinstance(node, ast.Name):
        return node.id in _OWN
    return isinstance(node, ast.Call) and last_name(node.func) == "super"
