"""GR12: blocking call inside `async def`."""

import ast
from collections.abc import Iterator, Mapping
from typing import ClassVar, NamedTuple

from hive_guardian import (
    Bad,
    Change,
    Check,
    Edit,
    Field,
    FileContext,
    FileRule,
    Finding,
    Fix,
    FixClass,
    FixContext,
    FixRefusedError,
    Good,
    ResolvedCall,
    RuleOptions,
    Severity,
    State,
    offer,
    on,
    suggest,
)

_VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "request")
_TO_THREAD = "asyncio.to_thread"
_OTHER_LOOPS = frozenset({"trio", "anyio", "curio"})
_OS_PATH = (
    *("exists", "lexists", "isfile", "isdir", "islink", "ismount", "isjunction", "samefile", "realpath"),
    *("getsize", "getmtime", "getatime", "getctime"),
)
_OS = (
    *("access", "chmod", "chown", "fsync", "link", "listdir", "lstat", "makedirs", "mkdir", "readlink", "remove"),
    *("removedirs", "rename", "renames", "replace", "rmdir", "scandir", "stat", "statvfs", "symlink", "sync"),
    *("truncate", "unlink", "utime", "walk"),
)
_SHUTIL = (
    *("chown", "copy", "copy2", "copyfile", "copyfileobj", "copymode", "copystat", "copytree", "disk_usage"),
    *("make_archive", "move", "rmtree", "unpack_archive", "which"),
)
_PATH_METHODS = (
    *("exists", "is_file", "is_dir", "is_symlink", "is_mount", "is_socket", "is_fifo", "is_block_device"),
    *("is_char_device", "is_junction", "stat", "lstat", "samefile", "owner", "group", "readlink", "resolve"),
    *("read_text", "read_bytes", "write_text", "write_bytes", "touch", "mkdir", "rmdir", "unlink", "rename"),
    *("replace", "symlink_to", "hardlink_to", "chmod", "lchmod", "iterdir", "glob", "rglob", "walk"),
)
"""What asks or changes the disk; `joinpath`, `with_suffix` and their like only calculate."""


class _Blocking(NamedTuple):
    """Which check a call belongs to, and what to await instead."""

    check: str
    instead: str


def _table() -> dict[str, _Blocking]:
    """Return the built-in table: dotted call -> check and alternative."""
    http = _Blocking("http", "an async client such as httpx.AsyncClient")
    process = _Blocking("process", "asyncio.create_subprocess_exec")
    wait = _Blocking("wait", _TO_THREAD)
    file = _Blocking("file", _TO_THREAD)
    database = _Blocking("database", "an async driver, or asyncio.to_thread")
    disk = _Blocking("path-io", _TO_THREAD)
    names = {
        http: [
            *(f"{library}.{verb}" for library in ("requests", "httpx") for verb in _VERBS),
            *(
                f"{client}().{verb}"
                for client in ("requests.Session", "requests.sessions.Session", "httpx.Client")
                for verb in _VERBS
            ),
            *(f"{library}.{verb}" for library in ("requests", "httpx") for verb in ("connect", "trace")),
            *("httpx.stream", "urllib.request.urlopen", "urllib3.request"),
        ],
        process: [
            *(f"subprocess.{name}" for name in ("run", "call", "check_call", "check_output", "getoutput")),
            *(
                "subprocess.getstatusoutput",
                "subprocess.Popen",
                "os.system",
                "os.popen",
                *("os.posix_spawn", "os.posix_spawnp"),
                *(f"os.spawn{kind}" for kind in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")),
            ),
        ],
        wait: [f"os.{name}" for name in ("wait", "wait3", "wait4", "waitid", "waitpid")],
        file: ["builtins.open", "io.open", "io.open_code", "pathlib.Path().open"],
        database: ["sqlite3.connect", "psycopg2.connect", "pymysql.connect"],
        disk: [
            *(f"os.path.{name}" for name in _OS_PATH),
            *(f"os.{name}" for name in _OS),
            *(f"shutil.{name}" for name in _SHUTIL),
            *(f"pathlib.Path().{name}" for name in _PATH_METHODS),
        ],
    }
    table = {name: blocking for blocking, group in names.items() for name in group}
    table["time.sleep"] = _Blocking("sleep", "asyncio.sleep")
    table["builtins.input"] = _Blocking("input", _TO_THREAD)
    network = {
        "socket.create_connection": "asyncio.open_connection",
        "socket.getaddrinfo": "loop.getaddrinfo",
        "smtplib.SMTP": _TO_THREAD,
        "ftplib.FTP": _TO_THREAD,
    }
    return table | {name: _Blocking("network", instead) for name, instead in network.items()}


_TABLE = _table()


class BlockingCallInAsync(FileRule):
    """Blocking call inside `async def`.

    What: A call that blocks (HTTP, process, file, sleep, input, database, network) and whose nearest enclosing function
    is `async def`; comprehensions do not count as functions, a lambda or nested `def` ends the context.

    Why: One blocking call stalls every task on the event loop.

    Not a finding: Passing the callable on (`asyncio.to_thread(time.sleep, 1)`), asynchronous look-alikes
    (`from aiofiles import open`), constructors that do no I/O, a shadowed `open`.

    Fix: Await the asynchronous alternative, or move the call to a thread with `asyncio.to_thread`. The statement
    `time.sleep(x)` becomes `await asyncio.sleep(x)`, unless the file uses trio, anyio or curio.

    When to suppress: A short-lived script whose loop runs nothing else.

    Source: golden rule 19 of the predecessor; flake8-async ASYNC210, 220-222, 230, 250, 251.
    """

    code, name, title = "GR12", "blocking-call-in-async", "No Synchronous Calls in Async"
    severity = Severity.ERROR
    tags = ("concurrency", "async")
    fix = FixClass.UNSAFE
    checks = (
        Check("http", Severity.ERROR, "synchronous HTTP"),
        Check("process", Severity.ERROR, "starting or waiting for a process"),
        Check("wait", Severity.ERROR, "waiting for a child process"),
        Check("file", Severity.ERROR, "opening a file"),
        Check("sleep", Severity.ERROR, "time.sleep"),
        Check("input", Severity.ERROR, "reading from the terminal"),
        Check("database", Severity.ERROR, "connecting with a synchronous driver"),
        Check("network", Severity.ERROR, "connecting or resolving names"),
        Check("path-io", Severity.ERROR, "asking or changing the file system", state=State.OPT_IN),
        Check("custom", Severity.ERROR, "calls from the option"),
    )

    class Options(RuleOptions):
        """Options of this rule."""

        calls: dict[str, str] = Field(default_factory=dict, description="blocking call -> what to await instead")
        ignore_calls: tuple[str, ...] = Field(default=(), description="calls of the table that are fine here")

    options: Options

    def call_table(self) -> Mapping[str, _Blocking]:
        """Return the built-in table, extended and reduced by the options."""
        extra = {name: _Blocking("custom", instead) for name, instead in self.options.calls.items()}
        return {name: item for name, item in (_TABLE | extra).items() if name not in self.options.ignore_calls}

    @on(ResolvedCall)
    def check_call(self, call: ResolvedCall, ctx: FileContext) -> Iterator[Finding]:
        """Report a blocking call whose nearest function is a coroutine."""
        blocking, document = call.payload, ctx.document
        if not isinstance(blocking, _Blocking) or not document.nodes(ast.AsyncFunctionDef):
            return
        if not isinstance(document.function(call.node), ast.AsyncFunctionDef):
            return
        name = call.name.removeprefix("builtins.").replace("().", ".")
        yield ctx.finding(
            call.node.func,
            f"`{name}` blocks the event loop; use {blocking.instead}",
            check=blocking.check,
            fix=_fix(call, blocking, ctx),
        )

    def render_fix(self, finding: Finding, ctx: FixContext) -> Iterator[Edit]:
        """Await `asyncio.sleep` instead, imported if need be."""
        others = {target.partition(".")[0] for targets in ctx.document.imported.values() for target in targets}
        other = min(others & _OTHER_LOOPS, default=None)
        if other is not None:
            raise FixRefusedError(f"the file uses {other}, whose loop may not be asyncio's")
        call = next(item for item in ctx.document.nodes(ast.Call) if ctx.place(item.func) == finding.location)
        statement = ctx.document.parents[call]
        if ctx.place(statement) != ctx.place(call) or ctx.place(call).line != finding.location.line:
            raise FixRefusedError("the call stands in parentheses")
        module = ctx.use_import("asyncio", where=call)
        yield from module.edits
        yield ctx.replace(call.func, f"await {module.name}.sleep")

    examples: ClassVar = (
        Bad(
            "import time as t\nasync def f():\n    t.sleep(1)  # let others in\n",
            at=[(3, 5)],
            message="asyncio.sleep",
            fixed="import asyncio\nimport time as t\nasync def f():\n    await asyncio.sleep(1)  # let others in\n",
        ),
        Bad(
            "import asyncio as aio\nfrom time import sleep\n\n\nasync def f(n):\n"
            "    if n: sleep(\n        n  # s\n    )\n",
            at=[(6, 11)],
            fixed="import asyncio as aio\nfrom time import sleep\n\n\nasync def f(n):\n"
            "    if n: await aio.sleep(\n        n  # s\n    )\n",
        ),
        Bad(
            "import time, anyio\nasync def f():\n    time.sleep(1)\n",
            at=[(3, 5)],
            fixed="import time, anyio\nasync def f():\n    time.sleep(1)\n",
        ),
        Bad(
            "import time\nasync def f(asyncio):\n    time.sleep(1)\n",
            at=[(3, 5)],
            fixed="import time\nasync def f(asyncio):\n    time.sleep(1)\n",
        ),
        Bad(
            "import time\nasync def f(a):\n    return time.sleep(1), time.sleep(*a)\n",
            at=[(3, 12), (3, 27)],
            fixed="import time\nasync def f(a):\n    return time.sleep(1), time.sleep(*a)\n",
        ),
        Bad("from subprocess import run as r\nasync def f(cmd):\n    r(cmd)\n", at=[(3, 5)]),
        Bad("async def f(p):\n    with open(p) as h:\n        return h.read()\n", at=[(2, 10)]),
        Bad("import requests\nasync def f(u):\n    with requests.Session() as s:\n        s.get(u)\n", at=[(4, 9)]),
        Bad("import time\nasync def f(n):\n    return [time.sleep(i) for i in range(n)]\n", at=[(3, 13)]),
        Bad("from pathlib import Path\nasync def f(p):\n    Path(p).exists()\n", at=[(3, 5)], checks=["path-io"]),
        Bad(
            "import os, socket, sqlite3\nasync def f(p):\n    input()\n    os.wait()\n    sqlite3.connect(p)\n"
            "    socket.create_connection(p)\n",
            at=[(3, 5), (4, 5), (5, 5), (6, 5)],
        ),
        Bad(
            "import acme\nasync def f():\n    acme.fetch()\n", at=[(3, 5)], options={"calls": {"acme.fetch": "afetch"}}
        ),
        Bad(
            "import os\nfrom pathlib import Path\nasync def f(p):\n    os.path.getsize(p)\n    Path(p).rglob('*')\n",
            at=[(4, 5), (5, 5)],
            checks=["path-io"],
        ),
        Bad(
            "import os, shutil\nasync def f(p):\n    shutil.rmtree(p)\n    return os.listdir(p)\n",
            at=[(3, 5), (4, 12)],
            checks=["path-io"],
            message="`shutil.rmtree` blocks the event loop",
        ),
        Bad(
            "from pathlib import Path as P\nclass A:\n    def __init__(self, p: P): self.p = p / 'a'\n"
            "    async def f(self, n):\n        (self.p / n).exists()\n        P.cwd().parent.touch()\n",
            at=[(5, 9), (6, 9)],
            checks=["path-io"],
        ),
        Good(
            "import asyncio, os, shutil\nfrom anyio import Path\nasync def f(p):\n    os.getpid(); os.fspath(p)\n"
            "    await (Path(p) / 'a').exists()\n    await asyncio.to_thread(shutil.rmtree, p)\n",
            checks=["path-io"],
        ),
        Good("import time\nasync def f():\n    def g(): time.sleep(1)\n"),
        Good("import time\nasync def f():\n    class A:\n        x = [time.sleep(0)]\n"),
        Good("import httpx\nasync def f(u):\n    async with httpx.AsyncClient() as c:\n        await c.get(u)\n"),
        Good("import requests, socket\nasync def f():\n    return requests.Session(), socket.socket()\n"),
        Good("async def f(open, p):\n    open(p)\n"),
        Good("import anyio\nasync def f(p):\n    await anyio.to_thread.run_sync(open, p)\n"),
        Good(
            "from pathlib import Path\nasync def f(p):\n    return Path(p).joinpath('x').with_suffix('.y')\n",
            checks=["path-io"],
        ),
        Good("import asyncio, time\nasync def f():\n    await asyncio.to_thread(time.sleep, 1)\n"),
        Good("import os\nasync def f(status):\n    return os.waitstatus_to_exitcode(status)\n"),
        Good("from aiofiles import open\nasync def f(p):\n    async with open(p) as h:\n        pass\n"),
        Good("import time\nasync def f(run):\n    run(lambda: time.sleep(1))\n"),
        Good("import time\ndef f(): time.sleep(1)\n"),
        Good("import time\nasync def f(delay=time.sleep(0)): ...\n"),
        Good("import time\nasync def f(): time.sleep(1)\n", options={"ignore-calls": ["time.sleep"]}),
        Good("async def f():\n    'time.sleep(1)'  # open(p)\n"),
    )


def _fix(call: ResolvedCall, blocking: _Blocking, ctx: FileContext) -> Fix:
    """Return the offer to await a sleep whose result nobody takes, else advice."""
    node = call.node
    is_plain = len(node.args) == 1 and not node.keywords and not isinstance(node.args[0], ast.Starred)
    if blocking.check == "sleep" and is_plain and isinstance(ctx.document.parents.get(node), ast.Expr):
        return offer("await `asyncio.sleep`", changes={Change.AWAIT})
    return suggest(f"use {blocking.instead}")
