"""GR42: a comma that makes a tuple nobody meant."""

import ast
from collections.abc import Iterator
from typing import ClassVar, Literal

from hive_guardian import (
    ALL_ROLES,
    Bad,
    Change,
    Check,
    Confidence,
    Document,
    Edit,
    Field,
    FileContext,
    FileRule,
    Finding,
    Fix,
    FixClass,
    Good,
    Location,
    RuleOptions,
    Safety,
    Severity,
    on,
    suggest,
)
from hive_guardian_rules.correctness._tuples import (
    ScalarReads,
    is_known_list,
    is_meant_as_tuple,
    may_be_meant_as_tuple,
)

_DISCARDED = "trailing comma after a statement"
_ADVICE = "remove the comma"
_ASSIGNMENTS: tuple[type[ast.Assign | ast.AnnAssign | ast.AugAssign], ...] = (ast.Assign, ast.AnnAssign, ast.AugAssign)
_TUPLE_OR_YIELD = frozenset({ast.Tuple, ast.Yield})


class AccidentalTuple(FileRule):
    """Comma that makes a tuple nobody meant.

    What: A statement that ends in a comma outside all brackets, so that its value is a one-element tuple or its result
    is thrown away as one; `x = (value,)` whose `x` is then used as the value; `append` with several arguments.

    Why: Valid syntax, other meaning: every syntax check stays green while the program is broken.

    Not a finding: Unpacking targets (`first, = rows`); `x = *items,`; a value annotated as a tuple; `__slots__` and
    its kin; `+=` onto a list or tuple; a deliberate `(x,)`; one class under a name in the plural
    (`string_types = str,`); two or more elements, unless `multi-element`.

    Fix: Remove the comma; write the parentheses where a tuple is meant. Safe after a statement whose value is thrown
    away, unless a string would become a docstring; unsafe where the value is used.

    When to suppress: Never; `(x,)` says the same and shows that it is meant.

    Differs: ruff COM818 with `multi-element = true`, but for `*items,`, values annotated as tuples and names of
    several classes.

    Source: golden rule 42; flake8-commas C818.
    """

    code, name, title = "GR42", "accidental-tuple", "Accidental One-Tuple"
    severity = Severity.CRITICAL
    tags = ("correctness",)
    roles = ALL_ROLES
    fix = FixClass.SAFE
    checks = (
        Check("statement", Severity.CRITICAL, "a statement whose tuple is thrown away"),
        Check("bare", Severity.CRITICAL, "a value that becomes a one-element tuple"),
        Check("parenthesised", Severity.CRITICAL, "a one-element tuple that is used as its element"),
        Check("multi-append", Severity.ERROR, "list.append with several arguments"),
    )

    class Options(RuleOptions):
        """Options of this rule."""

        parenthesised: Literal["evidence", "always", "never"] = Field(
            default="evidence", description="when `x = (value,)` is reported"
        )
        multi_element: bool = Field(default=False, description="also trailing commas after two or more elements")

    options: Options

    @on(Document)
    def check_commas(self, document: Document, ctx: FileContext) -> Iterator[Finding]:
        """Report statements that end in a comma."""
        for deletion in document.nodes(ast.Delete):
            if _end(deletion) != _end(deletion.targets[-1]):
                yield from self._check_discarded(deletion, len(deletion.targets), ctx)
        tuples = document.nodes(ast.Tuple)
        if not self.options.multi_element:
            tuples = [item for item in tuples if len(item.elts) == 1]
        if tuples:
            yield from self._check_tuples(document, ctx)

    def _check_tuples(self, document: Document, ctx: FileContext) -> Iterator[Finding]:
        """Report statements whose value is a tuple that ends in a comma."""
        for statement in [node for node in document.nodes(ast.Expr) if node.value.__class__ in _TUPLE_OR_YIELD]:
            if isinstance(statement.value, ast.Tuple):
                yield from self._check_discarded(statement.value, len(statement.value.elts), ctx)
            elif isinstance(statement.value, ast.Yield):
                yield from self._check_value(statement, statement.value, "the yielded value", ctx)
        for result in document.nodes(ast.Return):
            if isinstance(result.value, ast.Tuple):
                yield from self._check_value(result, result, "the return value", ctx)
        reads = ScalarReads(document)
        for kind in _ASSIGNMENTS:
            for assignment in [node for node in document.nodes(kind) if node.value.__class__ in _TUPLE_OR_YIELD]:
                value = assignment.value
                if isinstance(value, ast.Yield):
                    yield from self._check_value(assignment, value, "the yielded value", ctx)
                elif isinstance(value, ast.Tuple):
                    target = assignment.targets[0] if isinstance(assignment, ast.Assign) else assignment.target
                    yield from self._check_value(assignment, assignment, "", ctx)
                    yield from self._check_parenthesised(assignment, value, target, reads, ctx)

    @on(Document)
    def check_appends(self, document: Document, ctx: FileContext) -> Iterator[Finding]:
        """Report `append` with several arguments."""
        if b".append(" not in document.data:
            return
        for call in [call for call in document.nodes(ast.Call) if len(call.args) > 1]:
            callee = call.func
            if isinstance(callee, ast.Attribute) and callee.attr == "append" and is_known_list(callee.value, document):
                yield ctx.finding(
                    call.args[1],
                    "list.append takes one argument",
                    check="multi-append",
                    fix=suggest("append a tuple, or extend the list"),
                )

    def _check_discarded(self, node: ast.expr | ast.stmt, elements: int, ctx: FileContext) -> Iterator[Finding]:
        """Report the comma after an expression statement or `del`."""
        if elements > 1 and not self.options.multi_element:
            return
        comma = _final_comma(node, ctx.document)
        if comma is not None:
            yield _at_comma(comma, node, _DISCARDED, "statement", ctx)

    def _check_value(
        self, statement: ast.stmt, holder: ast.stmt | ast.Yield, target: str, ctx: FileContext
    ) -> Iterator[Finding]:
        """Report the comma after an assigned, returned or yielded value."""
        value = getattr(holder, "value", None)
        if not isinstance(value, ast.Tuple) or (len(value.elts) > 1 and not self.options.multi_element):
            return
        comma = _final_comma(value, ctx.document)
        if comma is None or is_meant_as_tuple(statement, value, ctx.document):
            return
        if not target:
            first = statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", value)
            target = ctx.document.source(first)
        message = f"trailing comma makes {target} a one-element tuple" if len(value.elts) == 1 else _DISCARDED
        confidence = Confidence.MEDIUM if may_be_meant_as_tuple(statement, ctx.document) else None
        yield _at_comma(comma, value, message, "bare", ctx, confidence)

    def _check_parenthesised(
        self, statement: ast.stmt, value: ast.Tuple, target: ast.expr, reads: ScalarReads, ctx: FileContext
    ) -> Iterator[Finding]:
        """Report `x = (value,)` whose `x` is used as the value."""
        mode = self.options.parenthesised
        if mode == "never" or len(value.elts) != 1 or not isinstance(statement, ast.Assign):
            return
        is_suspect = isinstance(value.elts[0], ast.Call | ast.BinOp | ast.JoinedStr | ast.Await)
        if (
            not is_suspect
            or _final_comma(value, ctx.document) is not None
            or is_meant_as_tuple(statement, value, ctx.document)
        ):
            return
        is_proven = isinstance(target, ast.Name) and reads.prove_scalar(target)
        if is_proven or mode == "always":
            name = ctx.document.source(target)
            yield ctx.finding(
                value,
                f"trailing comma makes {name} a one-element tuple",
                check="parenthesised",
                confidence=None if is_proven else Confidence.MEDIUM,
                fix=suggest(_ADVICE),
            )

    examples: ClassVar = (
        Bad(
            "name = load(),\n",
            at=[(1, 14)],
            message="trailing comma makes name a one-element tuple",
            fixed="name = load()\n",
        ),
        Bad(
            "logger.info('x'),  # why\n",
            at=[(1, 17)],
            message="trailing comma after a statement",
            fixed="logger.info('x')  # why\n",
        ),
        Bad("'Text.',\n", at=[(1, 8)], fixed="'Text.'\n"),
        Bad("timeout: float = 30.0,\n", at=[(1, 22)], fixed="timeout: float = 30.0\n"),
        Bad("def f():\n    return result,\n", at=[(2, 18)], message="the return value"),
        Bad("def f():\n    yield row,\n    x = yield row,\n", at=[(2, 14), (3, 18)], message="the yielded value"),
        Bad("del cache[key],\n", at=[(1, 15)]),
        Bad("kind = str,\ntypes = load,\n", at=[(1, 11), (2, 13)]),
        Bad("total = 0\ntotal += 1,\n", at=[(2, 11)]),
        Bad("class A:\n    def f(self):\n        self.ü = load(),\n", at=[(3, 24)], path="tests/test_a.py"),
        Bad("x = (\n    1\n),\n", at=[(3, 2)], fixed="x = (\n    1\n)\n"),
        Bad("a, b,\nx = 1, 2,\n", at=[(1, 5), (2, 9)], options={"multi-element": True}),
        Bad("def f():\n    rows = (load(),)\n    return rows.first()\n", at=[(2, 12)]),
        Bad("x = (load(),)\n", at=[(1, 5)], options={"parenthesised": "always"}),
        Bad("def f(a):\n    if a:\n        return a, 1\n    return a,\n", at=[(4, 13)], message="the return value"),
        Bad("from enum import Enum\nclass A(str, Enum):\n    X = 'x',\n", at=[(3, 12)]),
        Bad("def f(total):\n    total += 1,\n", at=[(2, 15)]),
        Bad("def f(a, b):\n    xs = []\n    xs.append(a, b)\n", at=[(3, 18)], message="takes one argument"),
        Good("point = (x,)\nshape: tuple[int] = n,\n"),
        Good("first, = rows\nfor a, in rows: ...\n[b, ] = rows\n"),
        Good("x = *items,\n"),
        Good("string_types = str,\nclass_types = type,\nlost_errors = ConnectionError,\n"),
        Good("for i in 1,: ...\n@f(1,)\ndef g(a,): ...\n"),
        Good("items = []\nitems += new,\npair: tuple = ()\npair += new,\n"),
        Good("class A:\n    __slots__ = 'x',\n"),
        Good("def f() -> tuple[int]:\n    return 1,\n"),
        Good("import typing as t\ndef f() -> t.Tuple[int, ...]:\n    return 1,\n"),
        Good("a, b,\nx = 1, 2,\nreturn_ = a[1,]\nf(1,)\n"),
        Good("def f():\n    rows = (load(),)\n    return rows + (1,), rows.count(1), len(rows)\n"),
        Good("x = (load(),)\nx.first()\n", options={"parenthesised": "never"}),
        Good("def f(xs, a, b):\n    xs.append(a, b)\n"),
        Good("text = '''\nx = 1,\n'''  # y = 2,\n"),
    )


def _final_comma(node: ast.expr | ast.stmt, document: Document) -> Location | None:
    """Return the place of the comma a node ends in; a parenthesised tuple ends in its bracket."""
    place = document.location(node)
    column = place.end_column - 1
    if document.lines.segment(place.end_line, column, place.end_line, column + 1) != ",":
        return None
    return Location(document.path, place.end_line, column, place.end_line, column + 1)


def _end(node: ast.expr | ast.stmt) -> tuple[int | None, int | None]:
    return node.end_lineno, node.end_col_offset


def _at_comma(
    comma: Location, node: ast.AST, message: str, check: str, ctx: FileContext, confidence: Confidence | None = None
) -> Finding:
    return ctx.finding(
        comma,
        message,
        check=check,
        confidence=confidence,
        fix=_without(comma, is_used=check != "statement", would_document=_would_document(node, ctx.document)),
        symbol=ctx.document.symbol(node),
        anchor=ctx.document.source(node),
    )


def _without(comma: Location, *, is_used: bool, would_document: bool) -> Fix:
    """Return the fix that removes a comma."""
    edit = Edit(comma.path, comma.line, comma.column, comma.end_line, comma.end_column, "")
    changes = {Change.TUPLE, Change.STRING} if would_document else {Change.TUPLE}
    safety = Safety.UNSAFE if is_used or would_document else Safety.SAFE
    return Fix(_ADVICE, safety, (edit,), changes=frozenset(changes))


def _would_document(node: ast.AST, document: Document) -> bool:
    """Whether a statement would become a docstring once its tuple is a string."""
    element = node.elts[0] if isinstance(node, ast.Tuple) else None
    if not isinstance(element, ast.Constant) or not isinstance(element.value, str):
        return False
    blocks = [document.tree.body, *(definition.body for definition in document.outline.definitions)]
    return any(isinstance(block[0], ast.Expr) and block[0].value is node for block in blocks if block)
