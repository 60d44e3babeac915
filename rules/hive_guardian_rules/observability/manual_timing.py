"""GR35: elapsed time measured by hand."""

import ast
from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import ClassVar

from hive_guardian import (
    Bad,
    Check,
    Confidence,
    Document,
    DottedSet,
    Field,
    FileContext,
    FileRule,
    Finding,
    GlobSet,
    Good,
    Place,
    RuleOptions,
    Severity,
    State,
    on,
)

_CLOCKS = (
    *("time.time", "time.perf_counter", "time.monotonic", "time.process_time", "time.thread_time"),
    *("time.time_ns", "time.perf_counter_ns", "time.monotonic_ns", "time.process_time_ns", "time.thread_time_ns"),
    *("datetime.datetime.now", "datetime.datetime.utcnow"),
)
_LOG_METHODS = frozenset({"debug", "info", "warning", "warn", "error", "critical", "exception", "log", "msg"})
_METRIC_METHODS = frozenset(
    {"observe", "record", "timing", "histogram", "gauge", "distribution", "set", "inc", "increment", "put_metric"}
    | {"add_metric", "send_metric", "emit", "track", "update_timer", "record_value", "set_attribute"}
)
_COMPARISON = "a comparison"
_BENCHMARKS = ("**/{bench,benches,benchmark,benchmarks}/**", "**/{bench,benchmark}_*.py")
"""Programs whose subject is elapsed time."""
_TERMINAL = frozenset({"print", "echo", "secho"})
_CONVERSIONS = frozenset({"round", "float", "int", "str", "abs", "format", "timedelta", "total_seconds", "repr"})
_PASSING = (
    *(ast.JoinedStr, ast.FormattedValue, ast.Tuple, ast.List, ast.Dict, ast.keyword, ast.Attribute, ast.Starred),
    *(ast.UnaryOp, ast.IfExp, ast.NamedExpr, ast.Await),
)


class ManualTiming(FileRule):
    """Elapsed time measured by hand.

    What: In one function, the difference of two clock readings that is logged, printed or handed to a metric, directly,
    formatted, or through one local name; an import of a metrics library that is to be used behind a wrapper.

    Why: Hand-made timings have no labels, no buckets and no owner.

    Not a finding: Differences that are compared (deadlines, retries, rate limits), returned or stored, timestamps,
    rates and estimates of the remaining time, context managers and decorators that are timers themselves, functions
    that a policy decorator already measures, tests, scripts and benchmarks.

    When to suppress: The one place that implements the policy; better list it in `except`.

    Source: golden rule 35 of the predecessor.
    """

    code, name, title = "GR35", "manual-timing", "Observability Standards"
    severity = Severity.WARNING
    tags = ("observability",)
    state = State.OPT_IN
    reads_today = True
    checks = (
        Check("delta", Severity.WARNING, "a measured duration that is reported", confidence=Confidence.MEDIUM),
        Check("import", Severity.WARNING, "an import of a banned library"),
    )

    class Options(RuleOptions):
        """Options of this rule."""

        decorators: tuple[str, ...] = Field(
            default=(), description="qualified names of the timers to use, `*` allowed; what they decorate is exempt"
        )
        clocks: tuple[str, ...] = Field(
            default=_CLOCKS, description="qualified names of the functions that read a clock"
        )
        banned_imports: tuple[str, ...] = Field(default=(), description="modules to use behind a wrapper only")
        except_: tuple[str, ...] = Field(default=(), description="globs of the files that implement the timers")
        enforce_from: date | None = Field(default=None, description="findings are info until this day")

    options: Options

    @cached_property
    def _clocks(self) -> DottedSet:
        return DottedSet(self.options.clocks)

    @cached_property
    def _banned(self) -> DottedSet:
        return DottedSet(self.options.banned_imports)

    @cached_property
    def _excepted(self) -> GlobSet:
        return GlobSet((*self.options.except_, *_BENCHMARKS))

    @on(ast.Import, ast.ImportFrom)
    def check_import(self, node: ast.Import | ast.ImportFrom, ctx: FileContext) -> Iterator[Finding]:
        """Report an import of a banned module."""
        if not self.options.banned_imports or self._excepted.matches(ctx.file.path):
            return
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        else:
            modules = [] if node.level else [f"{node.module}.{alias.name}" for alias in node.names]
        module = next((name for name in modules if self._banned.covers(name)), None)
        if module is not None and not ctx.document.place(node) & Place.TYPE_CHECKING:
            message = f"`{module}` is imported directly; use {self._instead}"
            yield ctx.finding(node, message, check="import", severity=self._severity)

    @on(ast.BinOp)
    def check_difference(self, node: ast.BinOp, ctx: FileContext) -> Iterator[Finding]:
        """Report a difference of two clock readings that goes to a log, the terminal or a metric."""
        if not (isinstance(node.op, ast.Sub) and isinstance(node.right, ast.Name)):
            return
        document = ctx.document
        function = document.function(node)
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) or self._excepted.matches(ctx.file.path):
            return
        if not self._is_reading(node.right, document) or not self._is_reading(node.left, document):
            return
        if document.function(_binding_node(node.right, document) or node) is not function:
            return
        if self._is_timer(function, document):
            return
        sink = _sink(node, document)
        if sink:
            message = f"elapsed time is measured by hand and sent to {sink}; use {self._instead}"
            yield ctx.finding(node, message, check="delta", severity=self._severity)

    @property
    def _instead(self) -> str:
        named = ", ".join(f"`{name}`" for name in self.options.decorators)
        return named or "a timing decorator or context manager"

    @property
    def _severity(self) -> Severity | None:
        start = self.options.enforce_from
        return Severity.INFO if start is not None and self.settings.today < start else None

    def _is_reading(self, expression: ast.expr, document: Document) -> bool:
        """Whether an expression is a clock call, or a name whose every binding is one."""
        if isinstance(expression, ast.Call):
            return document.resolve(expression.func).may_be(self._clocks.matches)
        if not isinstance(expression, ast.Name):
            return False
        bindings = document.names.bindings(expression)
        values = [item.value for item in bindings]
        return bool(values) and all(
            isinstance(value, ast.Call) and self._is_reading(value, document) for value in values
        )

    def _is_timer(self, function: ast.FunctionDef | ast.AsyncFunctionDef, document: Document) -> bool:
        """Whether a function implements a timer, or a policy decorator measures it already."""
        if function.name in {"__enter__", "__exit__", "__aenter__", "__aexit__"}:
            return True
        policy = DottedSet(self.options.decorators)
        for decorator in function.decorator_list:
            named = decorator.func if isinstance(decorator, ast.Call) else decorator
            names = document.resolve(named)
            if names.may_be(_MAKES_A_TIMER) or names.may_be(policy.matches):
                return True
        outer = document.function(function)
        return isinstance(outer, ast.FunctionDef) and any(
            isinstance(statement, ast.Return)
            and isinstance(statement.value, ast.Name)
            and statement.value.id == function.name
            for statement in outer.body
        )

    examples: ClassVar = (
        Bad(
            "from time import perf_counter\ndef f(log):\n    t0 = perf_counter()\n    work()\n"
            '    log.info("took %s", perf_counter() - t0)\n',
            at=[(5, 25)],
            message="sent to the log",
        ),
        Bad("import time as t\ndef f():\n    a = t.time()\n    print(f'{t.time() - a:.2f}')\n", at=[(4, 14)]),
        Bad(
            "import time\nasync def f(logger):\n    start = time.monotonic_ns()\n    await work()\n"
            "    elapsed = round((time.monotonic_ns() - start) / 1e6, 2)\n"
            "    logger.debug('ms', extra={'ms': elapsed})\n",
            at=[(5, 22)],
        ),
        Bad(
            "import time\ndef f(latency):\n    a = time.time()\n    b = time.time()\n"
            "    latency.labels('x').observe(b - a)\n",
            at=[(5, 33)],
            message="a metric",
        ),
        Bad(
            "from datetime import datetime\ndef f(log):\n    a = datetime.now()\n"
            "    log.info((datetime.now() - a).total_seconds())\n",
            at=[(4, 15)],
        ),
        Bad(
            "import acme\ndef f(log):\n    a = acme.tick()\n    log.info(acme.tick() - a)\n",
            at=[(4, 14)],
            options={"clocks": ["acme.tick"]},
        ),
        Bad(
            "from prometheus_client import Counter\n",
            at=[(1, 1)],
            options={"banned-imports": ["prometheus_client"], "decorators": ["hive_performance.timed"]},
            message="`hive_performance.timed`",
        ),
        Good(
            "from hive_performance import timed\nimport time\n@timed\ndef f(log):\n    a = time.time()\n"
            "    log.info(time.time() - a)\n",
            options={"decorators": ["hive_performance.**"]},
        ),
        Good(
            "import time\ndef f(timeout):\n    a = time.monotonic()\n"
            "    while time.monotonic() - a < timeout:\n        go()\n"
        ),
        Good(
            "import time\ndef f(log):\n    a = time.time()\n    spent = time.time() - a\n    if spent > 5:\n"
            "        log.warning('slow: %s', spent)\n"
        ),
        Good("import time\ndef f():\n    a = time.time()\n    return time.time() - a\n"),
        Good("import time\ndef f(log, row):\n    row.created_at = time.time()\n    log.info(time.time())\n"),
        Good("import time\ndef f(log, n):\n    a = time.time()\n    log.info('%s/s', n / (time.time() - a))\n"),
        Good(
            "import time\nfrom contextlib import contextmanager\n@contextmanager\n"
            "def timer(log):\n    a = time.time()\n    yield\n    log.info(time.time() - a)\n"
        ),
        Good(
            "import time\ndef timed(func):\n    def wrapper(*args):\n        a = time.time()\n        func(*args)\n"
            "        print(time.time() - a)\n    return wrapper\n"
        ),
        Good("import time\ndef f(log, time):\n    a = time.time()\n    log.info(time.time() - a)\n"),
        Good("import time\ndef f(log):\n    a = time.time()\n    log.info(time.time() - a)\n", path="scripts/x.py"),
        Good(
            "import time\ndef f(log):\n    a = time.time()\n    log.info(time.time() - a)\n",
            path="t/benchmarks/bench.py",
        ),
        Good(
            "import time\nimport prometheus_client\ndef f(log):\n    a = time.time()\n    log.info(time.time() - a)\n",
            options={"except": ["pkg/**"], "banned-imports": ["prometheus_client"]},
        ),
        Good("import time\ndef f(run):\n    run(clock=time.perf_counter)\n"),
    )


_MAKES_A_TIMER = frozenset({"contextlib.contextmanager", "contextlib.asynccontextmanager", "functools.wraps"})


def _binding_node(name: ast.Name, document: Document) -> ast.AST | None:
    bindings = document.names.bindings(name)
    return bindings[0].node if bindings else None


def _sink(node: ast.expr, document: Document) -> str:
    """Return where a duration goes, through one local name; empty when it is compared, stored or returned."""
    destination = _destination(node, document)
    if not isinstance(destination, ast.Name):
        return "" if destination == _COMPARISON else destination
    scope = document.scope(destination)
    reads = scope.reads.get(destination.id, [])
    found = [_destination(read, document) for read in reads]
    if _COMPARISON in found:
        return ""
    return next((place for place in found if isinstance(place, str) and place), "")


def _destination(node: ast.expr, document: Document) -> str | ast.Name:
    """Return the sink an expression ends in, the name it is bound to, or an empty string."""
    child: ast.AST = node
    for parent in document.ancestors(node):
        if isinstance(parent, ast.Compare):
            return _COMPARISON
        if isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name):
            return parent.targets[0]
        if isinstance(parent, ast.BinOp):
            other = parent.right if child is parent.left else parent.left
            if not isinstance(other, ast.Constant):
                return ""
        elif isinstance(parent, ast.Call):
            if child is not parent.func and _called(parent) not in _CONVERSIONS:
                return _kind_of_sink(parent)
        elif not isinstance(parent, _PASSING):
            return ""
        child = parent
    return ""


def _called(call: ast.Call) -> str:
    func = call.func
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def _kind_of_sink(call: ast.Call) -> str:
    called = _called(call)
    if called in _TERMINAL:
        return "the terminal"
    if not isinstance(call.func, ast.Attribute):
        return ""
    return "the log" if called in _LOG_METHODS else "a metric" if called in _METRIC_METHODS else ""
