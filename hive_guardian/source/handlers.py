"""What an exception handler does with the exception (golden-rules.md 4.13): raise on, log, report, read, or nothing."""

import ast
from collections.abc import Callable, Iterable, Iterator

from hive_guardian.source.document import Document
from hive_guardian.source.walk import FUNCTIONS, child_nodes, last_name

_BROAD = frozenset({"builtins.Exception", "builtins.BaseException"})
_FACTORIES = frozenset(
    {
        "logging.getLogger",
        "logging.Logger",
        "structlog.get_logger",
        "structlog.getLogger",
        "structlog.stdlib.get_logger",
    }
    | {"loguru.logger", "logbook.Logger", "celery.utils.log.get_task_logger"},
)
_LEVELS = frozenset({"debug", "info", "warning", "warn", "error", "critical", "fatal", "exception", "failure", "log"})
_LOUD = _LEVELS - {"debug", "info"}
_WITH_TRACEBACK = frozenset({"exception", "failure"})
_ERROR_LOGS = frozenset({"twisted.python.log.err", "twisted.python.log.deferr"})
_EXITS = frozenset({"sys.exit", "os._exit", "os.abort", "builtins.exit", "builtins.quit"})
_FAILS_FUTURE = frozenset({"set_exception", "errback"})
_MAKES_FAILED = frozenset({"twisted.internet.defer.fail"})
_TRIES = (ast.Try, ast.TryStar)


class Loggers:
    """Recognises calls of loggers: by resolution, by known factories, by configured objects, then by local names."""

    def __init__(self, factory: str | None = None, objects: Iterable[str] = ()) -> None:
        """Keep what the project calls its loggers.

        Args:
            factory: dotted name of the function loggers come from.
            objects: dotted names of objects to treat as loggers.
        """
        self._factories = _FACTORIES | ({factory} if factory else set())
        self._objects = frozenset(objects)

    def method(self, call: ast.Call, document: Document) -> str:
        """Return the log method a call uses (`warning`, `exception`, ...), empty when it logs nothing."""
        callee = call.func
        if isinstance(callee, ast.Attribute) and callee.attr in _LEVELS:
            return callee.attr if self.is_logger(callee.value, document) else ""
        if isinstance(callee, ast.Name) and callee.id in document.imported:
            for name in document.resolve(callee).names:
                module, _, method = name.rpartition(".")
                if method in _LEVELS and module in {"logging", *self._objects}:
                    return method
        return ""

    def is_logger(self, expression: ast.expr, document: Document) -> bool:
        """Whether an expression is a logger, or a logging module."""
        if isinstance(expression, ast.Name | ast.Attribute):
            names = document.resolve(expression).names
            if names & self._objects or "logging" in names or names & self._factories:
                return True
        if document.origin(expression).names & self._factories:
            return True
        return _sounds_like_logger(last_name(expression.func if isinstance(expression, ast.Call) else expression))

    def logs_traceback(self, call: ast.Call, document: Document) -> bool:
        """Whether a call logs with the traceback: `.exception(...)`, `.handleError(...)`, or a truthy `exc_info`.

        Twisted's `log.err()` and `.failure(...)` do so as well. `exc_info` decides on any callee: wrappers of loggers
        take the keyword to hand it on.
        """
        given = next((keyword.value for keyword in call.keywords if keyword.arg == "exc_info"), None)
        if given is not None:
            return not isinstance(given, ast.Constant) or bool(given.value)
        if _is_handle_error(call.func) or self.method(call, document) in _WITH_TRACEBACK:
            return True
        return last_name(call.func) in {"err", "deferr"} and document.resolve(call.func).may_be(_ERROR_LOGS)

    def is_loud(self, call: ast.Call, document: Document) -> bool:
        """Whether a call logs at warning or above."""
        return self.method(call, document) in _LOUD


def _is_handle_error(callee: ast.expr) -> bool:
    """Whether a callee is the method by which a `logging.Handler` reports its own errors."""
    return isinstance(callee, ast.Attribute) and callee.attr == "handleError"


def _sounds_like_logger(name: str) -> bool:
    lowered = name.lower().strip("_")
    return lowered.endswith(("log", "logger", "logging")) or lowered.startswith("log")


def broad_types(handler: ast.ExceptHandler, document: Document) -> list[ast.expr]:
    """Return the expressions of a handler that name `Exception` or `BaseException`."""
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return [kind for kind in types if kind is not None and is_broad(kind, document)]


def is_broad(kind: ast.expr, document: Document) -> bool:
    """Whether an expression names `Exception` or `BaseException`."""
    if last_name(kind) not in {"Exception", "BaseException"} and not (
        isinstance(kind, ast.Name) and (kind.id in document.aliases or kind.id in document.imported)
    ):
        return False
    return document.resolve(kind).may_be(_BROAD)


def handler_nodes(handler: ast.ExceptHandler) -> Iterator[ast.AST]:
    """Yield the nodes of a handler's body; of a nested `try` only its `finally`, of definitions and lambdas nothing."""
    stack: list[ast.AST] = list(reversed(handler.body))
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, _TRIES):
            stack.extend(reversed(node.finalbody))
        elif not isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
            stack.extend(reversed(list(child_nodes(node))))


def reraises(handler: ast.ExceptHandler) -> bool:
    """Whether a handler raises the exception on: bare, by its name, as the cause of another one, or by a helper.

    A helper is what says so itself: `six.reraise(...)`, `with save_and_reraise_exception():`.
    """
    return any(_raises_on(node, handler.name) for node in handler_nodes(handler))


def always_reraises(body: Iterable[ast.stmt]) -> bool:
    """Whether the statements of a handler end in raising on, whatever happens in between.

    Only a bare `raise` or a helper as one of the statements counts, also in the `finally` of a nested `try`.
    """
    return any(_always_reraises(statement) for statement in body)


def _always_reraises(statement: ast.stmt) -> bool:
    match statement:
        case ast.Raise(exc=None):
            return True
        case ast.Try(finalbody=body) | ast.TryStar(finalbody=body):
            return always_reraises(body)
        case ast.With(items=items) | ast.AsyncWith(items=items):
            return any(_is_reraising_call(item.context_expr) for item in items)
        case ast.Expr(value=value) | ast.Return(value=value):
            return _is_reraising_call(value)
    return False


def _raises_on(node: ast.AST, name: str | None) -> bool:
    if not isinstance(node, ast.Raise):
        return _is_reraising_call(node)
    if node.exc is None:
        return True
    return any(isinstance(carrier, ast.Name) and carrier.id == name for carrier in (node.exc, node.cause))


def _is_reraising_call(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Call) and "reraise" in last_name(node.func).replace("_", "").lower()


def calls_in(handler: ast.ExceptHandler, accepts: Callable[[ast.Call], bool]) -> bool:
    """Whether the handler itself makes a call that is accepted."""
    return any(isinstance(node, ast.Call) and accepts(node) for node in handler_nodes(handler))


def reads_exception(handler: ast.ExceptHandler) -> bool:
    """Whether the bound exception is read anywhere in the handler, nested code included."""
    return handler.name is not None and any(
        isinstance(node, ast.Name) and node.id == handler.name and isinstance(node.ctx, ast.Load)
        for statement in handler.body
        for node in ast.walk(statement)
    )


def fails_future(call: ast.Call, document: Document) -> bool:
    """Whether a call hands the exception to whoever waits for a result: `future.set_exception(...)`, `defer.fail()`."""
    name = last_name(call.func)
    return name in _FAILS_FUTURE or (name == "fail" and document.resolve(call.func).may_be(_MAKES_FAILED))


def leaves_process(call: ast.Call, document: Document) -> bool:
    """Whether a call ends the program."""
    is_near = last_name(call.func) in {"exit", "_exit", "abort", "quit"}
    if not is_near and not (isinstance(call.func, ast.Name) and call.func.id in document.imported):
        return False
    return document.resolve(call.func).may_be(_EXITS)
