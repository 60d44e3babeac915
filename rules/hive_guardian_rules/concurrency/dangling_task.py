"""GR49: started or created work whose handle is thrown away."""

import ast
import builtins
from collections.abc import Iterator, Mapping
from typing import ClassVar

from pydantic import Field

from hive_guardian import (
    Bad,
    Check,
    Document,
    DottedSet,
    FileContext,
    FileRule,
    Finding,
    FixClass,
    Good,
    ResolvedCall,
    RuleOptions,
    Severity,
    has_own_yield,
    on,
    suggest,
)

_LOOPS = ("get_event_loop", "get_running_loop", "new_event_loop", "AbstractEventLoop")
_HARMLESS = ("functools.wraps", "typing.override", "builtins.staticmethod", "builtins.classmethod")
Function = ast.FunctionDef | ast.AsyncFunctionDef


class DanglingTask(FileRule):
    """Started or created work whose handle is thrown away.

    What: The task of `asyncio.create_task`, `asyncio.ensure_future` or a loop's `create_task` that nobody keeps; a call
    of a function or method of this file that is `async def`, as a statement without `await`.

    Why: The loop keeps only a weak reference to a task; a coroutine that is not awaited never runs.

    Not a finding: `TaskGroup.create_task`, nurseries; results that are awaited, returned, stored, passed on or given a
    callback; asynchronous generators; functions with decorators that may return anything; names with a synchronous
    alternative; `asyncio.run(main())`.

    Fix: Keep a reference until it is done, use a TaskGroup, or add `await`.

    When to suppress: A task that keeps itself alive, for example in a registry its constructor fills.

    Differs: ruff RUF006 is `task`; chained loops and `spawners` are extra. pyright's reportUnusedCoroutine is the typed
    neighbour of `coroutine`.

    Source: golden rule 49; documentation of `asyncio.create_task`.
    """

    code, name, title = "GR49", "dangling-task", "Dangling Task or Lost Coroutine"
    severity = Severity.ERROR
    tags = ("concurrency", "async")
    fix = FixClass.SUGGESTION
    checks = (
        Check("task", Severity.ERROR, "a task nobody keeps"),
        Check("coroutine", Severity.ERROR, "a coroutine nobody awaits"),
    )

    class Options(RuleOptions):
        """Options of this rule."""

        spawners: tuple[str, ...] = Field(default=(), description="further calls that return a task to keep")
        awaitable_decorators: tuple[str, ...] = Field(
            default=_HARMLESS, description="decorators after which a coroutine function still is one"
        )

    options: Options

    def call_table(self) -> Mapping[str, None]:
        """Return the calls that start a task."""
        loops = [f"asyncio.{loop}().create_task" for loop in _LOOPS]
        return dict.fromkeys(["asyncio.create_task", "asyncio.ensure_future", *loops, *self.options.spawners])

    @on(ResolvedCall)
    def check_task(self, call: ResolvedCall, ctx: FileContext) -> Iterator[Finding]:
        """Report a task whose handle nobody keeps."""
        if _is_lost(call.node, ctx.document):
            yield ctx.finding(
                call.node,
                f"the task made by {ctx.document.source(call.node.func)} is not kept",
                check="task",
                fix=suggest("keep a reference until the task is done, or use a TaskGroup"),
            )

    @on(Document)
    def check_coroutines(self, document: Document, ctx: FileContext) -> Iterator[Finding]:
        """Report calls of this file's coroutine functions that are statements of their own."""
        if not document.nodes(ast.AsyncFunctionDef):
            return
        names = {definition.name for definition in document.nodes(ast.AsyncFunctionDef)}
        for statement in document.nodes(ast.Expr):
            call = statement.value
            if not isinstance(call, ast.Call):
                continue
            callee = call.func
            if (callee.attr if isinstance(callee, ast.Attribute) else getattr(callee, "id", "")) not in names:
                continue
            function = _called_function(callee, document)
            if isinstance(function, ast.AsyncFunctionDef) and self._is_plain_coroutine(function, document):
                yield ctx.finding(
                    call,
                    f"coroutine {function.name} is never awaited",
                    check="coroutine",
                    fix=suggest("await it, or start a task and keep it"),
                )

    def _is_plain_coroutine(self, function: ast.AsyncFunctionDef, document: Document) -> bool:
        """Whether calling the function returns a coroutine and nothing else."""
        harmless = DottedSet(self.options.awaitable_decorators)
        for decorator in function.decorator_list:
            expression = decorator.func if isinstance(decorator, ast.Call) else decorator
            if not document.resolve(expression).must_be(harmless.matches):
                return False
        return not has_own_yield(function)

    examples: ClassVar = (
        Bad("import asyncio\nasync def f():\n    asyncio.create_task(poll())\n", at=[(3, 5)], message="is not kept"),
        Bad("from asyncio import ensure_future as go\ndef f(c):\n    _ = go(c)\n", at=[(3, 9)]),
        Bad(
            "from asyncio import get_running_loop\ndef f(c):\n    loop = get_running_loop()\n    loop.create_task(c)\n",
            at=[(4, 5)],
        ),
        Bad("import asyncio as a\ndef f(c):\n    a.get_event_loop().create_task(c)\n", at=[(3, 5)]),
        Bad("import asyncio\ndef f(c):\n    def g():\n        task = asyncio.create_task(c)\n", at=[(4, 16)]),
        Bad("async def load(): ...\nasync def f():\n    load()\n", at=[(3, 5)], message="load is never awaited"),
        Bad("def g():\n    async def load(): ...\n    async def f():\n        load()\n", at=[(4, 9)]),
        Bad(
            "class A:\n    async def flush(self): ...\n    async def close(self):\n        self.flush()\n", at=[(4, 9)]
        ),
        Bad("import acme\ndef f(c):\n    acme.spawn(c)\n", at=[(3, 5)], options={"spawners": ["acme.spawn"]}),
        Good("import asyncio\nasync def f(tasks):\n    tasks.add(asyncio.create_task(poll()))\n"),
        Good("import asyncio\nasync def f():\n    async with asyncio.TaskGroup() as g:\n        g.create_task(h())\n"),
        Good("import asyncio\nasync def f():\n    task = asyncio.create_task(poll())\n    await task\n"),
        Good("import asyncio\nasync def f(self):\n    self.task = asyncio.create_task(poll())\n"),
        Good("import asyncio\nasync def f():\n    asyncio.create_task(poll()).add_done_callback(print)\n"),
        Good("import asyncio\ntask = None\ndef f(c):\n    global task\n    task = asyncio.create_task(c)\n"),
        Good("import asyncio\ndef f(c):\n    task = asyncio.create_task(c)\n    return lambda: task.cancel()\n"),
        Good("class A:\n    async def flush(self): ...\n    async def close(self):\n        await self.flush()\n"),
        Good("import asyncio\nasync def main(): ...\nasyncio.run(main())\n"),
        Good("from acme import task\n@task\nasync def load(): ...\ndef f():\n    load()\n"),
        Good("async def rows():\n    yield 1\ndef f():\n    rows()\n"),
        Good("try:\n    from x import load\nexcept ImportError:\n    async def load(): ...\ndef f():\n    load()\n"),
        Good("async def load(): ...\ndef f(load):\n    load()\n"),
        Good(
            "class A:\n    async def go(self): ...\n    def f(self):\n        self.go()\n"
            "class B(A):\n    def go(self): ...\n"
        ),
        Good("def create_task(c): ...\ndef f(c):\n    create_task(c)\n"),
    )  # fmt: skip


def _is_lost(call: ast.Call, document: Document) -> bool:
    """Whether a value is a statement of its own, or bound to a local name that is never read."""
    parent = document.parents[call]
    if isinstance(parent, ast.Expr):
        return True
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1:
        target = parent.targets[0]
    elif isinstance(parent, ast.AnnAssign):
        target = parent.target
    else:
        return False
    function = document.function(call)
    if not isinstance(target, ast.Name) or function is None:
        return False
    return not any(_keeps(node, target.id) for node in ast.walk(function))


def _keeps(node: ast.AST, name: str) -> bool:
    """Whether a node reads a variable or declares it to belong to an outer scope."""
    if isinstance(node, ast.Name):
        return node.id == name and not isinstance(node.ctx, ast.Store)
    return isinstance(node, ast.Global | ast.Nonlocal) and name in node.names


def _called_function(callee: ast.expr, document: Document) -> Function | None:
    """Return the one function of this file a callee can be: by name, or as a method of the class around."""
    if isinstance(callee, ast.Attribute):
        return _own_method(callee, document)
    bindings = document.names.bindings(callee) if isinstance(callee, ast.Name) else []
    if len(bindings) != 1 or not isinstance(bindings[0].node, Function):
        return None
    may_be_builtin = hasattr(builtins, bindings[0].name) and not document.resolve(callee).complete
    return None if may_be_builtin else bindings[0].node


def _own_method(callee: ast.Attribute, document: Document) -> Function | None:
    """Return the method `self.name` stands for, unless another class of the file may override it otherwise."""
    function, owner = document.function(callee), document.class_of(callee)
    if owner is None or not isinstance(function, Function) or not isinstance(callee.value, ast.Name):
        return None
    first = next((argument.arg for argument in [*function.args.posonlyargs, *function.args.args]), "")
    if function not in owner.body or callee.value.id != first:
        return None
    own = [item for item in owner.body if isinstance(item, Function) and item.name == callee.attr]
    others = [
        item
        for definition, around in document.outline.definitions.items()
        if isinstance(around, ast.ClassDef) and around is not owner
        for item in [definition]
        if isinstance(item, ast.FunctionDef) and item.name == callee.attr and _derives(around, owner)
    ]
    return own[0] if len(own) == 1 and not others else None


def _derives(subclass: ast.ClassDef, owner: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id == owner.name for base in subclass.bases)
