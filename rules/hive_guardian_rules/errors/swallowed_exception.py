"""GR44: a broad handler after which nobody can know that something failed."""

import ast
from collections.abc import Iterator, Mapping
from typing import ClassVar

from hive_guardian import (
    Bad,
    Check,
    Document,
    DottedSet,
    Field,
    FileContext,
    FileRule,
    Finding,
    FixClass,
    Good,
    Loggers,
    ResolvedCall,
    RuleOptions,
    Severity,
    State,
    broad_types,
    calls_in,
    fails_future,
    handler_nodes,
    is_broad,
    leaves_process,
    on,
    reads_exception,
    reraises,
    suggest,
)

_REPORTERS = (
    *("warnings.warn", "warnings.warn_explicit", "traceback.*", "sys.exc_info", "sys.exception"),
    *("sys.excepthook", "sentry_sdk.capture_exception", "asyncio.**.call_exception_handler"),
    "twisted.python.failure.Failure",
)
_FINALIZERS = frozenset({"__del__", "__exit__", "__aexit__"})
_REGISTRARS = frozenset({"atexit.register", "signal.signal", "weakref.finalize"})
_IMPORT_ERRORS = frozenset({"builtins.ImportError", "builtins.ModuleNotFoundError"})
_ADVICE = "log with `logger.exception`, or name the exceptions that may be ignored"


class SwallowedException(FileRule):
    """Broad handler after which nobody can know that something failed.

    What: A bare, `Exception` or `BaseException` handler that does nothing; `contextlib.suppress` with such a type; with
    the strict checks also handlers that only return or assign constants, or work without reporting the exception.

    Why: A swallowed error is a failure reported as success.

    Not a finding: Narrow types, unless `typed`; handlers that raise, also through a helper that is called `reraise`,
    use the exception, exit, log at warning or above or with `exc_info`, or call a reporter; `__del__`, `__exit__`,
    exit and signal handlers, clean-up in `finally`; optional imports.

    Fix: Log with `logger.exception`, or name the exceptions that may be ignored.

    When to suppress: Best-effort clean-up whose failure changes nothing, with that reason; a comment alone is no
    handling.

    Differs: ruff S110, S112 report bodies of one `pass` or `continue`, also in finalizers; SIM105 proposes exactly the
    `suppress` form that is reported here when the type is broad.

    Source: golden rule 44; bandit B110, B112.
    """

    code, name, title = "GR44", "swallowed-exception", "Swallowed Exception"
    severity = Severity.ERROR
    tags = ("errors",)
    fix = FixClass.SUGGESTION
    checks = (
        Check("silent", Severity.ERROR, "a broad handler that does nothing"),
        Check("suppress", Severity.ERROR, "`contextlib.suppress` with a broad type"),
        Check("constant", Severity.WARNING, "a broad handler that only yields constants", state=State.OPT_IN),
        Check("unreported", Severity.WARNING, "a broad handler that works without reporting", state=State.OPT_IN),
    )

    class Options(RuleOptions):
        """Options of this rule."""

        typed: bool = Field(default=False, description="also handlers of narrow types")
        reporters: tuple[str, ...] = Field(default=_REPORTERS, description="calls that report an exception")
        extend_reporters: tuple[str, ...] = Field(default=(), description="further calls that report an exception")

    options: Options

    def call_table(self) -> Mapping[str, None]:
        """Return the call that suppresses."""
        return {"contextlib.suppress": None}

    @on(ResolvedCall)
    def check_suppress(self, call: ResolvedCall, ctx: FileContext) -> Iterator[Finding]:
        """Report `suppress` with a broad type."""
        kinds = [kind for kind in call.node.args if is_broad(kind, ctx.document)]
        if (kinds or (self.options.typed and call.node.args)) and not _is_last_resort(call.node, ctx.document):
            types = ", ".join(map(ctx.document.source, kinds or call.node.args))
            message = f"handler for {types} hides every error (suppress)"
            yield ctx.finding(call.node, message, check="suppress", fix=suggest(_ADVICE))

    @on(ast.Try, ast.TryStar)
    def check_handlers(self, node: ast.Try | ast.TryStar, ctx: FileContext) -> Iterator[Finding]:
        """Report the handlers that hide what they catch."""
        for handler in node.handlers:
            if not self._is_candidate(handler, ctx.document):
                continue
            check, how = self._judge(handler, ctx)
            if check and ctx.wants(check) and not _is_last_resort(node, ctx.document):
                types = ctx.document.source(handler.type) if handler.type else "everything"
                message = f"handler for {types} hides every error ({how})"
                yield ctx.finding(handler, message, check=check, fix=suggest(_ADVICE))

    def _is_candidate(self, handler: ast.ExceptHandler, document: Document) -> bool:
        if handler.type is None or broad_types(handler, document):
            return True
        return self.options.typed and not document.resolve(handler.type).may_be(_IMPORT_ERRORS)

    def _judge(self, handler: ast.ExceptHandler, ctx: FileContext) -> tuple[str, str]:
        """Return the check and how the exception disappears; empty texts for a handler that handles."""
        if all(map(_is_silent, handler.body)):
            return "silent", _describe(handler.body)
        if reads_exception(handler) or reraises(handler) or _raises(handler):
            return "", ""
        if all(_is_silent(statement) or _is_constant(statement) for statement in handler.body):
            return "constant", "constants only"
        if calls_in(handler, lambda _: True) and not calls_in(handler, lambda call: self._reports(call, ctx)):
            return "unreported", "no report"
        return "", ""

    def _reports(self, call: ast.Call, ctx: FileContext) -> bool:
        """Whether a call tells somebody: a log call at warning or above, a reporter, the end of the program."""
        layout, document = self.settings.layout, ctx.document
        loggers = Loggers(layout.logger_factory, layout.logger_objects)
        if loggers.is_loud(call, document) or loggers.logs_traceback(call, document) or leaves_process(call, document):
            return True
        if fails_future(call, document):
            return True
        names = document.resolve(call.func).names
        if isinstance(call.func, ast.Attribute):
            names |= {f"{owner}.{call.func.attr}" for owner in document.origin(call.func.value).names}
        reporters = DottedSet((*self.options.reporters, *self.options.extend_reporters))
        return any(map(reporters.matches, names))

    examples: ClassVar = (
        Bad("try:\n    f()\nexcept Exception:\n    pass\n", at=[(3, 1)], message="handler for Exception hides every"),
        Bad("for x in y:\n    try:\n        f()\n    except:\n        continue\n", at=[(4, 5)], message="(continue)"),
        Bad("def f():\n    try: g()\n    except (KeyError, BaseException):\n        return None\n", at=[(3, 5)]),
        Bad("import builtins\ntry:\n    f()\nexcept builtins.Exception:\n    'ignored'\n    ...\n", at=[(4, 1)]),
        Bad("try:\n    f()\nexcept* Exception:\n    pass\n", at=[(3, 1)]),
        Bad("from contextlib import suppress\nwith suppress(Exception):\n    f()\n", at=[(2, 6)], message="(suppress)"),
        Bad("import contextlib as c\nwith c.suppress(KeyError, Exception): f()\n", at=[(2, 6)]),
        Bad("try:\n    f()\nexcept KeyError:\n    pass\n", at=[(3, 1)], options={"typed": True}),
        Bad("def f():\n    try: g()\n    except Exception:\n        return {}\n", at=[(3, 5)], checks=["constant"]),
        Bad("def f():\n    try: g()\n    except Exception:\n        return -1\n", at=[(3, 5)], checks=["constant"]),
        Bad("try:\n    f()\nexcept Exception:\n    tidy()\n", at=[(3, 1)], checks=["unreported"], message="no report"),
        Bad("try:\n    f()\nexcept Exception:\n    log.info('x')\n", at=[(3, 1)], checks=["unreported"]),
        Bad(
            "try:\n    f()\nexcept Exception:\n    try: g()\n    except Exception: pass\n    log.error('x')\n",
            at=[(5, 5)],
        ),
        Good("try:\n    f()\nexcept FileNotFoundError:\n    pass\n"),
        Good("try:\n    f()\nexcept Exception:\n    logger.exception('sync failed')\n", checks=["unreported"]),
        Good("try:\n    f()\nexcept Exception as e:\n    errors.append(e)\n", checks=["unreported", "constant"]),
        Good("def f():\n    try:\n        g()\n    except Exception:\n        return False\n"),
        Good("try:\n    import yaml\nexcept ImportError:\n    pass\n", options={"typed": True}),
        Good("class A:\n    def __del__(self):\n        try: self.close()\n        except Exception: pass\n"),
        Good("try:\n    f()\nfinally:\n    try:\n        g()\n    except Exception:\n        pass\n"),
        Good("import atexit\n@atexit.register\ndef f():\n    try:\n        g()\n    except Exception:\n        pass\n"),
        Good("try:\n    f()\nexcept* KeyError:\n    pass\n"),
        Good("import sentry_sdk as s\ntry: f()\nexcept Exception:\n    s.capture_exception()\n", checks=["unreported"]),
        Good("try:\n    f()\nexcept Exception:\n    log.warning('x')\n", checks=["unreported"]),
        Good("from .errors import Exception\ntry:\n    f()\nexcept Exception:\n    pass\n"),
        Good(
            "from twisted.python import failure\ntry: f()\nexcept Exception:\n    fail(failure.Failure())\n",
            checks=["unreported"],
        ),
        Good(
            "from twisted.internet import defer\ntry: f()\nexcept Exception:\n    send(defer.fail())\n",
            checks=["unreported"],
        ),
        Good("def g(d):\n    try: f()\n    except Exception:\n        d.errback()\n", checks=["unreported"]),
        Good("from twisted.python import log\ntry: f()\nexcept Exception:\n    log.err()\n", checks=["unreported"]),
        Bad(
            "from acme import log\ntry: f()\nexcept Exception:\n    log.err()\n", at=[(3, 1)], checks=["unreported"]
        ),
        Good("from .ours import suppress\nwith suppress(Exception):\n    f()\n"),
        Good("import sys\ntry:\n    f()\nexcept Exception:\n    sys.exit(1)\n", checks=["unreported"]),
        Good("import sys\ntry:\n    f()\nexcept Exception:\n    show(*sys.exc_info())\n", checks=["unreported"]),
        Good(
            "from acme import Reporter\nr = Reporter()\ntry:\n    f()\nexcept Exception:\n    r.report()\n",
            options={"extend-reporters": ["acme.Reporter.report"]},
            checks=["unreported"],
        ),
        Good("try:\n    f()\nexcept Exception:\n    reraise(*capture())\n", checks=["unreported"]),
        Good("try:\n    f()\nexcept:\n    with safe_reraise():\n        undo()\n", checks=["unreported"]),
        Good("try:\n    f()\nexcept Exception:\n    warn('lost', exc_info=True)\n", checks=["unreported"]),
        Good(
            "class H:\n    def emit(self, r):\n        try: f(r)\n        except Exception: self.handleError(r)\n",
            checks=["unreported"],
        ),
        Bad("try:\n    f()\nexcept Exception:\n    warn('lost', exc_info=False)\n", at=[(3, 1)], checks=["unreported"]),
        Good("try:\n    f()\nexcept Exception:\n    pass\n", path="tests/test_f.py"),
    )  # fmt: skip


def _raises(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Raise) for node in handler_nodes(handler))


def _is_silent(statement: ast.stmt) -> bool:
    """Whether a statement does nothing."""
    if isinstance(statement, ast.Pass | ast.Continue | ast.Break):
        return True
    if isinstance(statement, ast.Return):
        return statement.value is None or (isinstance(statement.value, ast.Constant) and statement.value.value is None)
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _describe(body: list[ast.stmt]) -> str:
    """Return the word for a silent body: that of its last statement."""
    last = body[-1]
    return "..." if isinstance(last, ast.Expr) else type(last).__name__.lower()


def _is_constant(statement: ast.stmt) -> bool:
    """Whether a statement returns or assigns a constant or an empty container."""
    if not isinstance(statement, ast.Return | ast.Assign | ast.AnnAssign):
        return False
    match statement.value:
        case ast.Constant() | ast.List(elts=[]) | ast.Tuple(elts=[]) | ast.Dict(keys=[]):
            return True
        case ast.UnaryOp(operand=ast.Constant()):
            return True
    return False


def _is_last_resort(node: ast.AST, document: Document) -> bool:
    """Whether nobody could be told: finalizers, exit and signal handlers, clean-up in `finally`."""
    child = node
    for parent in document.ancestors(node):
        if isinstance(parent, ast.Try | ast.TryStar) and child in parent.finalbody:
            return True
        if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef):
            return parent.name in _FINALIZERS or _is_registered(parent, document)
        child = parent
    return False


def _is_registered(function: ast.FunctionDef | ast.AsyncFunctionDef, document: Document) -> bool:
    """Whether a function is handed to `atexit` or `signal` in this file."""
    if b"atexit" not in document.data and b"signal" not in document.data and b"finalize" not in document.data:
        return False
    if any(document.resolve(decorator).may_be(_REGISTRARS) for decorator in function.decorator_list):
        return True

    def names_it(argument: ast.expr) -> bool:
        if isinstance(argument, ast.Attribute):
            return argument.attr == function.name
        return isinstance(argument, ast.Name) and argument.id == function.name

    return any(
        any(map(names_it, call.args)) and document.resolve(call.func).may_be(_REGISTRARS)
        for call in document.nodes(ast.Call)
    )
