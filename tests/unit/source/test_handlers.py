import ast

import pytest

from hive_guardian.source.document import Document
from hive_guardian.source.handlers import (
    Loggers,
    always_reraises,
    broad_types,
    calls_in,
    fails_future,
    handler_nodes,
    leaves_process,
    reads_exception,
    reraises,
)


def handler_of(body: str, head: str = "except Exception as e:", before: str = "") -> tuple[ast.ExceptHandler, Document]:
    """Return the first handler of a file with one `try`, its body given as lines."""
    lines = "\n    ".join(body.split("\n"))
    data = f"{before}\ntry:\n    f()\n{head}\n    {lines}\n".encode()
    document = Document("pkg/module.py", data, ast.parse(data), "pkg.module")
    return document.nodes(ast.Try)[0].handlers[0], document


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("raise", True),
        ("raise e", True),
        ("raise Wrapped() from e", True),
        ("if x:\n    raise", True),
        ("raise ValueError(e)", False),
        ("raise Wrapped() from None", False),
        ("raise e from None", True),
        ("raise e from other", True),
        ("six.reraise(*info)", True),
        ("with excutils.save_and_reraise_exception():\n    undo()", True),
        ("self._re_raise(info)", True),
        ("try:\n    g()\nfinally:\n    raise", True),
        ("reraise", False),
        ("try:\n    g()\nexcept KeyError:\n    raise", False),
        ("def g():\n    raise", False),
        ("class A:\n    raise e", False),
        ("pass", False),
    ],
)
def test_reraising_passes_the_exception_on(body: str, *, expected: bool) -> None:
    """Bare, by name, as a cause or by a helper; functions, classes and all but the end of a `try` do not count."""
    handler, _ = handler_of(body)
    assert reraises(handler) is expected


@pytest.mark.parametrize(
    ("body", "before", "expected"),
    [
        ("logger.exception('x')", "", True),
        ("self._log.error('x', exc_info=True)", "", True),
        ("logging.warning('x', exc_info=e)", "import logging", True),
        ("exception('x')", "from logging import exception", True),
        ("audit.exception('x')", "from logging import getLogger\naudit = getLogger('a')", True),
        ("audit.exception('x')", "from acme import make\naudit = make()", True),
        ("audit.exception('x')", "from acme import audit", True),
        ("self.log_exception('x', exc_info=e)", "", True),
        ("warn('x', exc_info=True)", "", True),
        ("self.handleError(record)", "", True),
        ("self._log.failure('x')", "", True),
        ("log.err(None, 'x')", "from twisted.python import log", True),
        ("err()", "from twisted.python.log import err", True),
        ("log.err()", "from acme import log", False),
        ("test.failure('x')", "", False),
        ("handleError(record)", "", False),
        ("warn('x', exc_info=0)", "", False),
        ("logger.error('x', exc_info=False)", "", False),
        ("logger.exception('x', exc_info=None)", "", False),
        ("logger.error('x')", "", False),
        ("future.exception('x')", "", False),
        ("exception('x')", "", False),
        ("logger.flush()", "", False),
    ],
)
def test_logging_the_traceback(body: str, before: str, *, expected: bool) -> None:
    """Loggers are known by resolution, factory, configuration or name; the traceback by method, or any `exc_info`."""
    handler, document = handler_of(body, before=before)
    loggers = Loggers("acme.make", ["acme.audit"])
    assert calls_in(handler, lambda call: loggers.logs_traceback(call, document)) is expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("raise", True),
        ("undo()\nraise", True),
        ("with safe_reraise():\n    undo()", True),
        ("reraise(*info)", True),
        ("return reraise(*info)", True),
        ("try:\n    undo()\nfinally:\n    raise", True),
        ("if x:\n    raise", False),
        ("raise Wrapped()", False),
        ("with lock:\n    undo()", False),
        ("x = reraise", False),
        ("try:\n    raise\nexcept OSError:\n    undo()", False),
        ("return", False),
    ],
)
def test_always_reraising(body: str, *, expected: bool) -> None:
    """Only a statement of the handler itself, or the `finally` of one, surely raises on."""
    handler, _ = handler_of(f"def go():\n    pass\n{body}")
    assert always_reraises(handler.body) is expected


@pytest.mark.parametrize(
    ("body", "before", "expected"),
    [
        ("self.future.set_exception(e)", "", True),
        ("set_exception(self.queue, e)", "", True),
        ("done.errback()", "", True),
        ("defer.fail()", "from twisted.internet import defer", True),
        ("self.fail()", "", False),
        ("fail()", "from acme import fail", False),
        ("future.set_result(e)", "", False),
    ],
)
def test_failing_a_future(body: str, before: str, *, expected: bool) -> None:
    """Who waits for a future or a deferred gets the exception; other methods called `fail` say nothing."""
    handler, document = handler_of(body, before=before)
    assert calls_in(handler, lambda call: fails_future(call, document)) is expected


@pytest.mark.parametrize(
    ("method", "expected"), [("warning", True), ("critical", True), ("info", False), ("debug", False)]
)
def test_loud_log_calls(method: str, *, expected: bool) -> None:
    """Warnings and above tell somebody."""
    handler, document = handler_of(f"log.{method}('x')")
    assert calls_in(handler, lambda call: Loggers().is_loud(call, document)) is expected


@pytest.mark.parametrize(
    ("head", "before", "expected"),
    [
        ("except Exception:", "", ["Exception"]),
        ("except (KeyError, BaseException):", "", ["BaseException"]),
        ("except b.Exception:", "import builtins as b", ["b.Exception"]),
        ("except Broad:", "Broad = Exception", ["Broad"]),
        ("except Broad:", "from builtins import Exception as Broad", ["Broad"]),
        ("except Exception:", "from acme import Exception", []),
        ("except KeyError:", "", []),
        ("except:", "", []),
    ],
)
def test_broad_types_are_resolved(head: str, before: str, expected: list[str]) -> None:
    """Only what resolves to the builtin counts."""
    handler, document = handler_of("pass", head, before)
    assert [document.source(kind) for kind in broad_types(handler, document)] == expected


def test_reading_the_exception_looks_into_nested_code() -> None:
    """A callback that uses the exception uses it; another variable does not."""
    assert reads_exception(handler_of("def g():\n    show(e)")[0])
    assert not reads_exception(handler_of("show(error)")[0])
    assert not reads_exception(handler_of("show(e)", "except Exception:")[0])


def test_leaving_the_process() -> None:
    """`sys.exit` leaves; a method of that name does not."""
    for body, before, expected in (
        ("sys.exit(1)", "import sys", True),
        ("exit()", "", True),
        ("leave(1)", "from sys import exit as leave", True),
        ("leave(1)", "from app import exit as leave", False),
        ("app.exit()", "", False),
    ):
        handler, document = handler_of(body, before=before)
        calls = [node for node in handler_nodes(handler) if isinstance(node, ast.Call)]
        assert [leaves_process(call, document) for call in calls] == [expected]
