"""GR05: library that runs itself."""

import ast
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import ClassVar, Literal

from hive_guardian import (
    Bad,
    Check,
    Component,
    Confidence,
    Document,
    Field,
    FileContext,
    FileRule,
    Finding,
    GlobSet,
    Good,
    ResolvedCall,
    RuleOptions,
    Severity,
    State,
    is_main_test,
    on,
)

_WEB, _SERVER, _WORKER, _MAIN, _CLI = "web-app", "server", "worker", "main-block", "cli"
_KINDS = {_WEB: "web application", _SERVER: "server", _WORKER: "worker"}
_ENTRY_POINTS: Mapping[str, str] = {
    **dict.fromkeys(
        (
            *("fastapi.FastAPI", "flask.Flask", "quart.Quart", "litestar.Litestar", "sanic.Sanic"),
            *("starlette.applications.Starlette", "aiohttp.web.Application", "tornado.web.Application"),
        ),
        _WEB,
    ),
    **dict.fromkeys(("uvicorn.run", "hypercorn.asyncio.serve", "waitress.serve", "aiohttp.web.run_app"), _SERVER),
    **dict.fromkeys(("celery.Celery", "rq.Worker", "apscheduler.schedulers.**"), _WORKER),
}
_SELF_TESTS = frozenset({"doctest.testmod", "doctest.testfile", "unittest.main", "pytest.main"})
_WRAPPERS = frozenset({"sys.exit", "builtins.exit", "builtins.SystemExit"})


class EntryPointInLibrary(FileRule):
    """Library that runs itself.

    What: In a component of `layout.libraries`, the creation of a web application, the start of a server, or a worker;
    with the strict preset also a `__main__` block and the function behind a console script.

    Why: A library that runs itself is an application without an owner.

    Not a finding: Routers and blueprints, an application built in a function and returned, annotations and
    `isinstance` tests, test clients in tests, a `__main__` block that only runs doctests or a self-test, packages
    whose subject is commands or frameworks (`exempt`).

    When to suppress: A demonstration inside a library; better move it to `examples/`.

    Source: golden rule 5 of the seed.
    """

    code, name, title = "GR05", "entry-point-in-library", "Package-App Discipline"
    severity = Severity.ERROR
    tags = ("architecture",)
    state = State.CONFIG
    checks = (
        Check(_WEB, Severity.ERROR, "a web application"),
        Check(_SERVER, Severity.ERROR, "the start of a server"),
        Check(_WORKER, Severity.ERROR, "a worker or scheduler"),
        Check(_MAIN, Severity.ERROR, "a `__main__` block", confidence=Confidence.MEDIUM, state=State.OPT_IN),
        Check(_CLI, Severity.ERROR, "a console script", confidence=Confidence.MEDIUM, state=State.OPT_IN),
    )

    class Options(RuleOptions):
        """Options of this rule."""

        exempt: tuple[str, ...] = Field(default=(), description="globs of component directories that may run things")
        allow_factories: bool = Field(
            default=True, description="whether a function may build and return an application"
        )
        entry_points: dict[str, Literal["web-app", "server", "worker"]] = Field(
            default_factory=dict, description="further constructors and runners -> check"
        )

    options: Options

    @cached_property
    def _exempt(self) -> GlobSet:
        return GlobSet(self.options.exempt)

    def inactive(self) -> str | None:
        """Ask which components are libraries."""
        return None if self.settings.layout.libraries else "set `layout.libraries`"

    def call_table(self) -> Mapping[str, str]:
        """Return the constructors and runners."""
        return {**_ENTRY_POINTS, **self.options.entry_points}

    @on(ResolvedCall)
    def check_call(self, call: ResolvedCall, ctx: FileContext) -> Iterator[Finding]:
        """Report an application, server or worker in a library."""
        library = self._library(ctx)
        if library is None or not isinstance(call.payload, str):
            return
        if call.payload != _SERVER and self.options.allow_factories and _is_returned(call.node, ctx.document):
            return
        kind = _KINDS[call.payload]
        message = f"library {library.name} creates a {kind} (`{call.name}`); build it in an application"
        yield ctx.finding(call.node.func, message, check=call.payload)

    @on(ast.If)
    def check_main_block(self, node: ast.If, ctx: FileContext) -> Iterator[Finding]:
        """Report a `__main__` block that does more than test the module."""
        if not is_main_test(node.test) or not ctx.wants(_MAIN):
            return
        library = self._library(ctx)
        if library is not None and not all(_is_self_test(statement, ctx.document) for statement in node.body):
            message = f"library {library.name} runs itself (`__main__` block); run it from an application"
            yield ctx.finding(node.test, message, check=_MAIN)

    @on(ast.FunctionDef)
    def check_script(self, node: ast.FunctionDef, ctx: FileContext) -> Iterator[Finding]:
        """Report the function behind a console script."""
        library = self._library(ctx) if ctx.wants(_CLI) else None
        if library is None or not library.scripts or ctx.document.outline.definitions[node] is not None:
            return
        target = f"{ctx.file.module}:{node.name}"
        script = next((name for name, written in library.scripts if written.replace(" ", "") == target), None)
        if script is not None:
            message = f"library {library.name} ships the console script `{script}`; offer it from an application"
            yield ctx.finding(node, message, check=_CLI)

    def _library(self, ctx: FileContext) -> Component | None:
        """Return the component of a file when it is a library that may not run things."""
        component = ctx.file.component
        if component is None or component.kind != "library" or self._exempt.matches(component.directory):
            return None
        return component

    examples: ClassVar = (
        Bad(
            "from fastapi import FastAPI\napp = FastAPI()\n",
            at=[(2, 7)],
            path="packages/x/src/x/api.py",
            layout={"libraries": ["packages/*"]},
            message="library packages/x creates a web application (`fastapi.FastAPI`)",
        ),
        Bad(
            "import uvicorn as u\ndef serve(app):\n    u.run(app)\n",
            at=[(3, 5)],
            path="packages/x/src/x/api.py",
            layout={"libraries": ["packages/*"]},
            message="server",
        ),
        Bad(
            "from celery import Celery as C\nclass Tasks:\n    app = C('x')\n",
            at=[(3, 11)],
            path="packages/x/tasks.py",
            layout={"libraries": ["packages/*"]},
        ),
        Bad(
            "from apscheduler.schedulers.background import BackgroundScheduler as B\ndef f():\n    B().start()\n",
            at=[(3, 5)],
            path="packages/x/tasks.py",
            layout={"libraries": ["packages/*"]},
        ),
        Bad(
            "from flask import Flask\ndef create_app():\n    app = Flask('x')\n    return app\n",
            at=[(3, 11)],
            path="packages/x/api.py",
            layout={"libraries": ["packages/*"]},
            options={"allow-factories": False},
        ),
        Bad(
            "import acme\nacme.Server()\n",
            at=[(2, 1)],
            path="packages/x/api.py",
            layout={"libraries": ["packages/*"]},
            options={"entry-points": {"acme.Server": "server"}},
        ),
        Bad(
            "if __name__ == '__main__':\n    main()\n",
            at=[(1, 4)],
            path="packages/x/tool.py",
            layout={"libraries": ["packages/*"]},
            checks=["main-block"],
        ),
        Bad(
            {
                "packages/x/pyproject.toml": '[project]\nname = "x"\n[project.scripts]\nx-tool = "x.cli:main"\n',
                "packages/x/src/x/__init__.py": "",
                "packages/x/src/x/cli.py": "def other(): ...\ndef main(): ...\n",
            },
            at=[("packages/x/src/x/cli.py", 2, 1)],
            layout={"libraries": ["packages/*"]},
            checks=["cli"],
            message="`x-tool`",
        ),
        Good(
            "from fastapi import APIRouter, FastAPI\nrouter = APIRouter()\ndef f(app: FastAPI):\n"
            "    return isinstance(app, FastAPI)\n",
            path="packages/x/api.py",
            layout={"libraries": ["packages/*"]},
        ),
        Good(
            "from fastapi import FastAPI\n"
            "def create_app() -> FastAPI:\n    app = FastAPI()\n    app.x = 1\n    return app\n"
            "def other():\n    return FastAPI(title='x')\n",
            path="packages/x/api.py",
            layout={"libraries": ["packages/*"]},
        ),
        Good(
            "from fastapi import FastAPI\napp = FastAPI()\n",
            path="apps/shop/main.py",
            layout={"libraries": ["packages/*"], "apps": ["apps/*"]},
        ),
        Good(
            "from fastapi import FastAPI\napp = FastAPI()\n",
            path="packages/x/tests/test_api.py",
            layout={"libraries": ["packages/*"]},
        ),
        Good(
            "from fastapi import FastAPI\napp = FastAPI()\n",
            path="packages/toolkit/api.py",
            layout={"libraries": ["packages/*"]},
            options={"exempt": ["packages/toolkit"]},
        ),
        Good("class FastAPI: ...\napp = FastAPI()\n", path="packages/x/api.py", layout={"libraries": ["packages/*"]}),
        Good(
            "if __name__ == '__main__':\n    import doctest\n    doctest.testmod()\n",
            path="packages/x/tool.py",
            layout={"libraries": ["packages/*"]},
            checks=["main-block"],
        ),
    )


def _is_returned(call: ast.Call, document: Document) -> bool:
    """Whether the function that builds an object returns it."""
    function = document.function(call)
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        return isinstance(function, ast.Lambda) and function.body is call
    statement = document.statement(call)
    if isinstance(statement, ast.Return):
        return statement.value is call
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    if isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    names = {target.id for target in targets if isinstance(target, ast.Name)}
    return any(
        isinstance(item.value, ast.Name) and item.value.id in names and document.function(item) is function
        for item in document.nodes(ast.Return)
    )


def _is_self_test(statement: ast.stmt, document: Document) -> bool:
    """Whether a statement only imports, or runs the module's own tests."""
    if isinstance(statement, ast.Import | ast.ImportFrom | ast.Pass):
        return True
    call = statement.exc if isinstance(statement, ast.Raise) else getattr(statement, "value", None)
    while isinstance(call, ast.Call) and call.args and document.resolve(call.func).may_be(_WRAPPERS):
        call = call.args[0]
    return isinstance(call, ast.Call) and document.resolve(call.func).may_be(_SELF_TESTS)
