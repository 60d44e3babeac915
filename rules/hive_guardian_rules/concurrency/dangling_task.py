"""GR49: started or created work whose handle is thrown away."""

import ast
import builtins
from collections.abc import Iterator, Mapping
from functools import cache
from typing import ClassVar

from hive_guardian import (
    Bad,
    Check,
    ClassEntry,
    Document,
    DottedSet,
    Field,
    FileContext,
    FileRule,
    Finding,
    FixClass,
    Good,
    ProjectContext,
    ResolvedCall,
    RuleOptions,
    Severity,
    has_own_yield,
    on,
    stdlib_modules,
    suggest,
)

_LOOPS = ("get_event_loop", "get_running_loop", "new_event_loop", "AbstractEventLoop")
_HARMLESS = ("functools.wraps", "typing.override", "builtins.staticmethod", "builtins.classmethod")
Function = ast.FunctionDef | ast.AsyncFunctionDef


class DanglingTask(FileRule):
    """Started or created work whose handle is thrown away.

    What: The task of `asyncio.create_task`, `asyncio.ensure_future` or a loop's `create_task` that nobody keeps; a call
    of an `async def` of this project, or of a method of the same class, as a statement without `await`.

    Why: The loop keeps only a weak reference to a task; a coroutine that is not awaited never runs.

    Not a finding: `TaskGroup.create_task`, nurseries; results that are awaited, returned, stored, passed on or given a
    callback; asynchronous generators; functions with decorators that may return anything; names with a synchronous
    alternative (another definition, an override in a subclass); `asyncio.run(main())`.

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
        """Report calls of coroutine functions that are statements of their own."""
        names = {definition.name for definition in document.nodes(ast.AsyncFunctionDef)}
        imported = document.imported
        for call in [node.value for node in document.nodes(ast.Expr) if isinstance(node.value, ast.Call)]:
            root = callee = call.func
            while isinstance(root, ast.Attribute):
                root = root.value
            targets = imported.get(root.id) if isinstance(root, ast.Name) else None
            if not targets and not names:
                continue
            name = callee.attr if isinstance(callee, ast.Attribute) else getattr(callee, "id", "")
            clue: str | None = _imported_name(callee, targets, document) if targets else ""
            if not clue:
                function = _called_function(callee, document) if name in names else None
                if not isinstance(function, ast.AsyncFunctionDef) or not self._is_plain_coroutine(function, document):
                    continue
                owner = document.outline.definitions[function]
                clue = f"{owner.lineno} {name}" if isinstance(owner, ast.ClassDef) else None
            yield ctx.finding(
                call,
                f"coroutine {name} is never awaited",
                check="coroutine",
                fix=suggest("await it, or start a task and keep it"),
                clue=clue,
            )

    def confirm(self, finding: Finding, ctx: ProjectContext) -> bool:
        """Whether an imported name means one coroutine function, or every override of a method is one too."""
        name, _, method = finding.clue.partition(" ")
        if not method:
            return self._is_coroutine(name, finding.location.path, ctx)
        owner = ctx.project.classes.at(finding.location.path, int(name))
        return owner is None or not self._is_overridden(owner, method, ctx)

    def _is_coroutine(self, name: str, path: str, ctx: ProjectContext) -> bool:
        meanings = ctx.project.symbols.meanings(name, path)
        facts = ctx.project.facts.get(meanings[0].path) if len(meanings) == 1 else None
        harmless = DottedSet(self.options.awaitable_decorators)
        return facts is not None and any(
            function.name == meanings[0].member
            and function.is_async
            and not (function.is_generator or function.conditional)
            and all(map(harmless.matches, function.decorators))
            for function in facts.functions
        )

    def _is_overridden(self, owner: ClassEntry, name: str, ctx: ProjectContext) -> bool:
        harmless = DottedSet(self.options.awaitable_decorators)
        classes = ctx.project.classes
        return any(
            method.name == name
            and not (method.is_async and all(map(harmless.matches, method.decorators)))
            and owner in classes.superclasses(entry)
            for entry in classes.classes
            for method in entry.fact.methods
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
        Bad(
            {
                "pkg/__init__.py": "from .jobs import load as fetch\n",
                "pkg/jobs.py": "async def load(): ...\nasync def save(): ...\n",
                "pkg/a.py": "from pkg import fetch, jobs as j\ndef f():\n    fetch()\n    j.save()\n",
                "pkg/b.py": "import pkg.jobs\nasync def f():\n    pkg.jobs.load()\n    await pkg.jobs.load()\n",
            },
            at=[("pkg/a.py", 3, 5), ("pkg/a.py", 4, 5), ("pkg/b.py", 3, 5)],
            message="coroutine fetch is never awaited",
        ),
        Good(
            {
                "pkg/jobs.py": "from acme import task\n@task\nasync def queued(): ...\n"
                "async def rows():\n    yield 1\ndef plain(): ...\nasync def swapped(): ...\nswapped = task(swapped)\n"
                "class Job: ...\nasync def load(): ...\nif task:\n    async def either(): ...\n"
                "else:\n    def either(): ...\n",
                "pkg/a.py": "import acme as o\nfrom pkg.jobs import Job, either, load, plain, queued, rows, swapped\n"
                "def f(x):\n    queued(); rows(); plain(); swapped(); Job(); either(); Job.load(); o.load()\n"
                "def g(load):\n    load()\n",
                "pkg/b.py": "try:\n    from pkg.jobs import load\nexcept ImportError:\n    def load(): ...\nload()\n",
            }
        ),
        Good(
            {
                "pkg/a.py": "class A:\n    async def go(self): ...\n    def f(self):\n        self.go()\n",
                "pkg/b.py": "from .a import A\nclass B(A): ...\n",
                "pkg/c.py": "from pkg.b import B\nclass C(B):\n    def go(self): ...\n",
            }
        ),
        Bad(
            {
                "pkg/a.py": "class A:\n    async def go(self): ...\n    def f(self):\n        self.go()\n",
                "pkg/b.py": "from .a import A\nclass B(A):\n    async def go(self): ...\nclass C:\n    def go(s): 0\n",
            },
            at=[("pkg/a.py", 4, 9)],
        ),
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


def _imported_name(callee: ast.expr, targets: frozenset[str], document: Document) -> str:
    """Return the one dotted name a callee stands for whose root is imported, empty for the standard library's.

    Args:
        callee: what is called.
        targets: what imports may bind its root to.
        document: its file.
    """
    if all(target.partition(".")[0] in _stdlib() for target in targets):
        return ""
    resolution = document.resolve(callee)
    return next(iter(resolution.names)) if resolution.complete and len(resolution.names) == 1 else ""


@cache
def _stdlib() -> frozenset[str]:
    return stdlib_modules(None)


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
    """Return the method of the class around that `self.name` stands for."""
    function, owner = document.function(callee), document.class_of(callee)
    if owner is None or not isinstance(function, Function) or not isinstance(callee.value, ast.Name):
        return None
    first = next((argument.arg for argument in [*function.args.posonlyargs, *function.args.args]), "")
    if function not in owner.body or callee.value.id != first:
        return None
    own = [item for item in owner.body if isinstance(item, Function) and item.name == callee.attr]
    return own[0] if len(own) == 1 else None
