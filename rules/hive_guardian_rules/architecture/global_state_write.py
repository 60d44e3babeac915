"""GR17: writes to state that outlives the call and belongs to no object."""

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
    Good,
    ResolvedCall,
    RuleOptions,
    Severity,
    State,
    on,
    rebound_names,
)
from hive_guardian_rules.architecture._shared_state import container_writes, kept_instances

_LOGGER_FACTORIES = frozenset({"logging.getLogger", "structlog.get_logger"})
Function = ast.FunctionDef | ast.AsyncFunctionDef


class GlobalStateWrite(FileRule):
    """Write to state that outlives the call and belongs to no object.

    What: `global x` in a function that then binds `x`; calls the option forbids; with the strict checks also
    module-level lists, dicts and sets changed inside a function, and classes that keep their only instance.

    Why: Hidden dependencies, order effects, tests that need each other.

    Not a finding: `global x` that is only read; module-level code; `nonlocal`; loggers; `functools.cache`; a
    `ContextVar`; module `__getattr__`; the module's own `__doc__`; the signature `config: Config | None = None` with
    `config or create()`; registries filled by decorators or `__init_subclass__`; names in `allow`.

    Fix: Make it an attribute of an object and pass that to the constructor.

    When to suppress: A process-wide cache behind a lock, with the reason.

    Differs: ruff PLW0603, which repeats per assignment and does not count tuple, `for`, `with` and walrus targets.

    Source: golden rule 17 (18 of the predecessor); pylint W0603.
    """

    code, name, title = "GR17", "global-state-write", "No Global State Access"
    severity = Severity.ERROR
    tags = ("architecture", "state")
    checks = (
        Check("global-statement", Severity.ERROR, "a function rebinds a module variable"),
        Check("forbidden-call", Severity.ERROR, "calls from the option"),
        Check("module-mutable", Severity.WARNING, "a function changes a module-level container", state=State.OPT_IN),
        Check("singleton", Severity.WARNING, "a class keeps its only instance, or one per key", state=State.OPT_IN),
    )

    class Options(RuleOptions):
        """Options of this rule."""

        allow: tuple[str, ...] = Field(default=(), description="names, or `module.name` patterns, that may be written")
        forbidden_calls: dict[str, str] = Field(
            default_factory=dict, description="call that fetches global state -> what to do instead"
        )

    options: Options

    def call_table(self) -> Mapping[str, str]:
        """Return the forbidden calls."""
        return self.options.forbidden_calls

    @on(ResolvedCall)
    def check_call(self, call: ResolvedCall, ctx: FileContext) -> Iterator[Finding]:
        """Report a forbidden call."""
        yield ctx.finding(call.node.func, f"`{call.name}` fetches global state; {call.payload}", check="forbidden-call")

    @on(ast.Global)
    def check_global(self, node: ast.Global, ctx: FileContext) -> Iterator[Finding]:
        """Report each declared name that the function binds."""
        function = ctx.document.function(node)
        if not isinstance(function, Function) or _is_module_hook(function, ctx.document):
            return
        bound = rebound_names(function)
        for name in dict.fromkeys(node.names):
            if (
                name in bound
                and name != "__doc__"
                and not self._is_allowed(name, ctx)
                and not self._is_logger(name, ctx.document)
            ):
                yield ctx.finding(
                    node,
                    f"{function.name} rebinds module variable {name}; inject it instead",
                    check="global-statement",
                    anchor=f"global {name}",
                )

    @on(Document)
    def check_containers(self, document: Document, ctx: FileContext) -> Iterator[Finding]:
        """Report functions that change a list, dict or set of the module."""
        for node, name in container_writes(document) if ctx.wants("module-mutable") else ():
            function = document.function(node)
            if not isinstance(function, Function) or self._is_allowed(name.id, ctx):
                continue
            yield ctx.finding(
                node,
                f"{function.name} changes module variable {name.id}; inject it instead",
                check="module-mutable",
            )

    @on(ast.ClassDef)
    def check_singleton(self, node: ast.ClassDef, ctx: FileContext) -> Iterator[Finding]:
        """Report the assignment by which a class keeps its only instance."""
        for method in node.body if ctx.wants("singleton") else ():
            for target in kept_instances(method, node, ctx.document):
                source = ctx.document.source
                if isinstance(target, ast.Subscript):
                    kept = f"an instance per key in {source(target.value)}; inject them"
                else:
                    kept = f"its only instance in {source(target)}; inject it"
                yield ctx.finding(target, f"{node.name} keeps {kept} instead", check="singleton")

    def _is_allowed(self, name: str, ctx: FileContext) -> bool:
        allowed = DottedSet(self.options.allow)
        return allowed.matches(name) or allowed.matches(f"{ctx.file.module}.{name}")

    def _is_logger(self, name: str, document: Document) -> bool:
        """Whether every value the variable gets is a logger."""
        own = self.settings.layout.logger_factory
        factories = _LOGGER_FACTORIES | ({own} if own else set())

        def is_made(value: ast.expr | None) -> bool:
            return isinstance(value, ast.Call) and document.resolve(value.func).may_be(factories)

        if not any(is_made(value) for value in _given_values(name, document)):
            return False  # before all scopes are opened
        values = [item.value for item in document.scopes.module.bindings.get(name, []) if not _is_none(item.value)]
        return bool(values) and all(map(is_made, values))

    examples: ClassVar = (
        Bad("_pool = None\ndef pool():\n    global _pool\n    _pool = 1\n", at=[(3, 5)], message="pool rebinds module"),
        Bad("class A:\n    def f(self):\n        global a, b\n        a, b = 1, 2\n", at=[(3, 9), (3, 9)]),
        Bad("def f(rows):\n    global row\n    for row in rows: ...\n", at=[(2, 5)]),
        Bad("def f():\n    global json\n    import json\n", at=[(2, 5)]),
        Bad("def f():\n    global n\n    if (n := 1): ...\n", at=[(2, 5)]),
        Bad("def f():\n    global a, b\n    def a(): ...\n    class b: ...\n", at=[(2, 5), (2, 5)]),
        Bad("def f(lock):\n    global held, old\n    with lock as held: ...\n    del old\n", at=[(2, 5), (2, 5)]),
        Bad("def f():\n    def g():\n        global n\n        n += 1\n", at=[(3, 9)], message="g rebinds"),
        Bad(
            "from acme import get_config as gc\ngc()\n",
            at=[(2, 1)],
            options={"forbidden-calls": {"acme.get_config": "take it as a parameter"}},
        ),
        Bad("_cache = {}\ndef f(k, v):\n    _cache[k] = v\n", at=[(3, 5)], checks=["module-mutable"]),
        Bad("rows = []\ndef f(k):\n    rows.pop(); del rows[0]\n", at=[(3, 5), (3, 21)], checks=["module-mutable"]),
        Bad(
            "class A:\n    _only = None\n    def __new__(cls):\n        if cls._only is None:\n"
            "            cls._only = super().__new__(cls)\n        return cls._only\n",
            at=[(5, 13)],
            checks=["singleton"],
        ),
        Bad(
            "class A:\n    @classmethod\n    def get(cls):\n        cls._instance = cls._instance or cls()\n",
            at=[(4, 9)],
            checks=["singleton"],
        ),
        Bad(
            "class Once(type):\n    made = {}\n    def __call__(cls, *a):\n"
            "        cls.made[cls] = super().__call__(*a)\n        return cls.made[cls]\n",
            at=[(4, 9)],
            checks=["singleton"],
            message="Once keeps an instance per key in cls.made; inject them instead",
        ),
        Good("def f():\n    global limit\n    return limit\n"),
        Good('def f():\n    global __doc__\n    __doc__ = f"{__doc__} More."\n'),
        Good("def f():\n    global limit\n    def g():\n        limit = 1\n"),
        Good("count = 0\ncount += 1\ndef f():\n    n = 0\n    def g():\n        nonlocal n\n        n = 1\n"),
        Good(
            "from .config import create\nclass A:\n    def __init__(self, config=None):\n"
            "        self._config = config or create()\n"
        ),
        Good("def __getattr__(name):\n    global heavy\n    import heavy\n    return heavy\n"),
        Good("import logging\ndef f():\n    global log\n    log = logging.getLogger('x')\n"),
        Good(
            "from hive_logging import get_logger\ndef f():\n    global log\n    log = get_logger('x')\n",
            layout={"logger-factory": "hive_logging.get_logger"},
        ),
        Good(
            "from contextvars import ContextVar\nimport functools, threading\nuser = ContextVar('user')\n"
            "state = threading.local()\n@functools.cache\ndef f(x):\n    user.set(x)\n    state.user = x\n",
            checks=["module-mutable", "singleton"],
        ),
        Good("def f():\n    global _pool\n    _pool = 1\n", options={"allow": ["pkg.*._pool"]}),
        Good("def f():\n    global _pool\n    _pool = 1\n", path="tests/test_pool.py"),
        Good("rows = []\nrows.append(1)\ndef f(k):\n    rows.append(k)\n"),
        Good("rows = []\ndef f(rows, k):\n    rows.append(k)\n", checks=["module-mutable"]),
        Good("rules = []\ndef rule(cls):\n    rules.append(cls)\n    return cls\n", checks=["module-mutable"]),
        Good(
            "from functools import wraps\nrules = {}\ndef rule(f):\n    @wraps(f)\n    def run(*a): return f(*a)\n"
            "    rules[f] = run\n    return run\n",
            checks=["module-mutable"],
        ),
        Bad(
            "made = {}\ndef make(x):\n    def run(): return x\n    made[x] = run\n    return run\n",
            at=[(4, 5)],
            checks=["module-mutable"],
        ),
        Good("class A:\n    @classmethod\n    def f(cls):\n        cls.label = 'x'\n", checks=["singleton"]),
        Good('"""global state; a singleton"""\nclass SingletonFree: ...\n', checks=["singleton"]),
    )  # fmt: skip


def _is_module_hook(function: Function, document: Document) -> bool:
    return function.name == "__getattr__" and document.outline.definitions.get(function, function) is None


def _given_values(name: str, document: Document) -> Iterator[ast.expr | None]:
    """Yield what variables of that name are bound to, in whatever scope."""
    for assignment in document.nodes(ast.Assign):
        if any(isinstance(node, ast.Name) and node.id == name for node in assignment.targets):
            yield assignment.value
    for kind in (ast.AnnAssign, ast.AugAssign, ast.NamedExpr):
        targets: list[ast.AnnAssign | ast.AugAssign | ast.NamedExpr] = document.nodes(kind)
        yield from (node.value for node in targets if isinstance(node.target, ast.Name) and node.target.id == name)
    for item in document.nodes(ast.withitem):
        if isinstance(item.optional_vars, ast.Name) and item.optional_vars.id == name:
            yield item.context_expr


def _is_none(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Constant) and value.value is None
