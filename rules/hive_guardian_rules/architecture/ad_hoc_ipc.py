"""GR39: processes that talk past the channels of the project."""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import ClassVar

from hive_guardian import (
    Bad,
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
    on,
)

_BANNED = (
    *(f"socket.{name}" for name in ("socket", "socketpair", "fromfd", "create_connection", "create_server")),
    *(f"multiprocessing.{name}" for name in ("Queue", "SimpleQueue", "JoinableQueue", "Pipe", "Manager")),
    *("multiprocessing.managers.BaseManager", "multiprocessing.managers.SyncManager"),
    *("multiprocessing.connection.Client", "multiprocessing.connection.Listener", "multiprocessing.connection.Pipe"),
    *("multiprocessing.shared_memory.SharedMemory", "multiprocessing.shared_memory.ShareableList"),
    *("mmap.mmap", "os.mkfifo"),
    *("xmlrpc.client.Server", "xmlrpc.client.ServerProxy", "xmlrpc.server.*Server"),
)


class AdHocIpc(FileRule):
    """Processes that talk past the channels of the project.

    What: In the components of the option, a call that opens a raw socket, a multiprocessing queue or pipe, shared
    memory, a memory map, a named pipe or an XML-RPC endpoint.

    Why: Applications talk through the bus or declared endpoints; a side channel has no owner, schema or trace.

    Not a finding: Constants, exceptions and name look-ups (`socket.AF_INET`, `socket.gethostname()`); types in
    annotations; asyncio streams and web servers; pools for CPU work; libraries, tests and scripts.

    Fix: Publish an event, or call a declared endpoint.

    When to suppress: A protocol that another system dictates, in the one module that speaks it.

    Source: golden rule 39.
    """

    code, name, title = "GR39", "ad-hoc-ipc", "Communication Patterns"
    severity = Severity.ERROR
    tags = ("architecture",)
    state = State.OPT_IN

    class Options(RuleOptions):
        """Options of this rule."""

        banned: tuple[str, ...] = Field(default=_BANNED, description="the calls that open a side channel")
        components: tuple[str, ...] | None = Field(
            default=None, description="globs of component directories; by default `layout.apps`"
        )
        use_instead: str = Field(default="the event bus", description="what the message recommends")

    options: Options

    def call_table(self) -> Mapping[str, None]:
        """Return the banned calls."""
        return dict.fromkeys(self.options.banned)

    @on(ResolvedCall)
    def check_call(self, call: ResolvedCall, ctx: FileContext) -> Iterator[Finding]:
        """Report a banned call in one of the components."""
        components = self.options.components
        globs = GlobSet(self.settings.layout.apps if components is None else components)
        if any(globs.matches(str(folder)) for folder in PurePosixPath(ctx.file.path).parents):
            yield ctx.finding(call.node.func, f"`{call.name}` opens a side channel; use {self.options.use_instead}")

    examples: ClassVar = (
        Bad(
            "import multiprocessing\nqueue = multiprocessing.Queue()\n",
            at=[(2, 9)],
            path="apps/shop/src/shop/jobs.py",
            layout={"apps": ["apps/*"]},
            message="opens a side channel; use the event bus",
        ),
        Bad("import socket as s\ndef f():\n    s.socket()\n", at=[(3, 5)], options={"components": ["pkg"]}),
        Bad("from socket import create_server as c\nc(('', 1))\n", at=[(2, 1)], options={"components": ["pkg"]}),
        Bad(
            "from multiprocessing import shared_memory\nclass A:\n    m = shared_memory.SharedMemory('x')\n",
            at=[(3, 9)],
            options={"components": ["pkg"], "use-instead": "hive_bus"},
            message="use hive_bus",
        ),
        Bad("import os\nos.mkfifo('x')\n", at=[(2, 1)], options={"components": ["pkg"]}),
        Bad("from mmap import mmap\nmmap(0, 1)\n", at=[(2, 1)], options={"components": ["pkg"]}),
        Bad(
            "from xmlrpc.server import SimpleXMLRPCServer as S\nS(('', 1))\n",
            at=[(2, 1)],
            options={"components": ["pkg"]},
        ),
        Bad("import acme\nacme.dial()\n", at=[(2, 1)], options={"components": ["pkg"], "banned": ["acme.dial"]}),
        Good("import socket\nhost, kind = socket.gethostname(), socket.AF_INET\n", options={"components": ["pkg"]}),
        Good("import socket\ndef f(s: socket.socket): ...\n", options={"components": ["pkg"]}),
        Good("import asyncio\nasync def f(): await asyncio.open_connection('x', 1)\n", options={"components": ["pkg"]}),
        Good("from concurrent.futures import ProcessPoolExecutor as P\nP()\n", options={"components": ["pkg"]}),
        Good("from .queues import Queue\nQueue()\n", options={"components": ["pkg"]}),
        Good("def f(socket):\n    socket.socket()\n", options={"components": ["pkg"]}),
        Good("async def f(bus): await bus.publish('event.type', 1)\n", options={"components": ["pkg"]}),
        Good("import socket\nsocket.socket()\n", layout={"apps": ["apps/*"]}, path="packages/net/src/net/raw.py"),
        Good("import socket\nsocket.socket()\n"),
    )  # fmt: skip
