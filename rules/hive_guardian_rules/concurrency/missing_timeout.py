"""GR51: outbound I/O that may wait for ever."""

import ast
from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal

from hive_guardian import (
    Bad,
    Check,
    Document,
    Field,
    FileContext,
    FileRule,
    Finding,
    FixClass,
    Good,
    OptionTable,
    ResolvedCall,
    RuleOptions,
    Severity,
    State,
    on,
    suggest,
)

_VERBS = ("get", "options", "head", "post", "put", "patch", "delete", "request")
_WAIT_FOR = frozenset({"asyncio.wait_for"})
_FTP = frozenset({"ftplib.FTP", "ftplib.FTP_TLS"})
_FTP_POSITION = 2
_SCOPES = frozenset(
    {"asyncio.timeout", "asyncio.timeout_at", "async_timeout.timeout", "async_timeout.timeout_at"}
    | {f"{library}.{name}" for library in ("anyio", "trio") for name in ("fail_after", "move_on_after")},
)


class TimeoutArgument(OptionTable):
    """How a call takes its timeout, and what happens without one."""

    keyword: str = Field(default="timeout", description="name of the argument")
    position: int | None = Field(default=None, description="0-based position, for calls that also take it by position")
    unset: Literal["infinite", "finite"] = Field(default="infinite", description="what the call does without it")


def _table() -> dict[str, TimeoutArgument]:
    """Return the built-in table: dotted call -> how it takes its timeout; it holds without being validated."""
    waits = TimeoutArgument.model_construct()
    only_none = TimeoutArgument.model_construct(unset="finite")
    sessions = ("requests.Session", "requests.session", "requests.sessions.Session")
    clients = ("httpx.Client", "httpx.AsyncClient")
    verbs = (*_VERBS, "stream")
    return {
        **{f"requests.{verb}": waits for verb in _VERBS},
        **{f"{session}().{verb}": waits for session in sessions for verb in _VERBS},
        **{f"httpx.{name}": only_none for name in (*verbs, "Client", "AsyncClient")},
        **{f"{client}().{verb}": only_none for client in clients for verb in verbs},
        **{f"subprocess.{name}": waits for name in ("run", "call", "check_call", "check_output")},
        "urllib.request.urlopen": TimeoutArgument.model_construct(position=2),
        "socket.create_connection": TimeoutArgument.model_construct(position=1),
        "smtplib.SMTP": TimeoutArgument.model_construct(position=3),
        "smtplib.SMTP_SSL": waits,
        "ftplib.FTP": TimeoutArgument.model_construct(position=4),
        "ftplib.FTP_TLS": waits,
        "http.client.HTTPConnection": TimeoutArgument.model_construct(position=2),
        "http.client.HTTPSConnection": waits,
        "imaplib.IMAP4": TimeoutArgument.model_construct(position=2),
        "imaplib.IMAP4_SSL": waits,
        "poplib.POP3": TimeoutArgument.model_construct(position=2),
        "poplib.POP3_SSL": waits,
        "aiohttp.ClientSession": only_none,
        "aiohttp.ClientTimeout": TimeoutArgument.model_construct(keyword="total", position=0, unset="finite"),
        "asyncio.wait_for": TimeoutArgument.model_construct(position=1, unset="finite"),
    }


_TABLE = _table()


class MissingTimeout(FileRule):
    """Outbound I/O that may wait for ever.

    What: A call of the table whose timeout is absent, where the library then waits for ever, or literally `None`.

    Why: A peer that never answers should cost seconds, not the service.

    Not a finding: Any other value, also a variable; `**kwargs`; httpx and aiohttp without the argument, which have
    finite defaults; `ClientTimeout(total=None)` with `sock_read`; an FTP client whose `connect` takes the timeout;
    calls inside `asyncio.timeout(...)` and its kin, or wrapped by `asyncio.wait_for`; the same method names on other
    objects; tests and scripts.

    Fix: Pass a timeout; how long is a policy of the project.

    When to suppress: A long poll whose connection another part of the program supervises.

    Differs: ruff S113 is the `requests` and `httpx` rows, but takes `**kwargs` for absent; the rest is extra.

    Source: golden rule 51; bandit B113.
    """

    code, name, title = "GR51", "missing-timeout", "Outbound I/O without Timeout"
    severity = Severity.WARNING
    tags = ("concurrency", "resilience")
    fix = FixClass.SUGGESTION
    checks = (
        Check("network", Severity.WARNING, "a network call that may wait for ever"),
        Check("process", Severity.WARNING, "waiting for a process for ever", state=State.OPT_IN),
    )
    yields_to: ClassVar = {"network": ("GR12",), "process": ("GR12",)}

    class Options(RuleOptions):
        """Options of this rule."""

        calls: dict[str, TimeoutArgument] = Field(
            default_factory=dict, description="further call -> how it takes its timeout"
        )
        ignore_calls: tuple[str, ...] = Field(default=(), description="calls of the table that are fine here")

    options: Options

    def call_table(self) -> Mapping[str, TimeoutArgument]:
        """Return the built-in table, extended and reduced by the options."""
        table = _TABLE | self.options.calls
        return {name: argument for name, argument in table.items() if name not in self.options.ignore_calls}

    @on(ResolvedCall)
    def check_call(self, call: ResolvedCall, ctx: FileContext) -> Iterator[Finding]:
        """Report an absent or disabled timeout."""
        argument = call.payload
        if not isinstance(argument, TimeoutArgument):
            return
        check = "process" if call.name.startswith("subprocess.") else "network"
        given = call.argument(argument.keyword, argument.position)
        if given is None:
            is_missing = argument.unset == "infinite" and not call.has_unknown_arguments
        else:
            is_missing = isinstance(given, ast.Constant) and given.value is None
        if is_missing and ctx.wants(check) and not _is_limited(call, ctx.document):
            problem = "has no timeout" if given is None else "disables the timeout"
            yield ctx.finding(
                call.node.func,
                f"`{call.name}` {problem}",
                check=check,
                fix=suggest(f"pass `{argument.keyword}=` with a number of seconds"),
            )

    examples: ClassVar = (
        Bad("import requests\ndef f(u):\n    return requests.get(u)\n", at=[(3, 12)], message="has no timeout"),
        Bad("from requests import post as go\ndef f(u):\n    go(u, timeout=None)\n", at=[(3, 5)], message="disables"),
        Bad("import requests as r\ndef f(u):\n    with r.Session() as s:\n        s.get(u)\n", at=[(4, 9)]),
        Bad("import httpx\nclient = httpx.Client(timeout=None)\n", at=[(2, 10)], message="disables the timeout"),
        Bad("from urllib.request import urlopen\ndef f(u):\n    urlopen(u, None)\n", at=[(3, 5)]),
        Bad("import socket\ndef f(a):\n    return [socket.create_connection(a) for _ in a]\n", at=[(3, 13)]),
        Bad("import smtplib\nsmtplib.SMTP('mail')\n", at=[(2, 1)]),
        Bad("import smtplib, ftplib\nsmtplib.SMTP_SSL('mail')\nftplib.FTP_TLS('files')\n", at=[(2, 1), (3, 1)]),
        Bad("import aiohttp as a\na.ClientSession(timeout=None)\n", at=[(2, 1)], message="disables"),
        Bad("import httpx\ndef f(u):\n    httpx.stream('GET', u, timeout=None)\n", at=[(3, 5)]),
        Bad("import aiohttp\nlimit = aiohttp.ClientTimeout(total=None)\n", at=[(2, 9)]),
        Bad("import aiohttp\nlimit = aiohttp.ClientTimeout(total=None, connect=5, sock_read=None)\n", at=[(2, 9)]),
        Good("from aiohttp import ClientTimeout as T\ndef f(t):\n    T(None, 5, t)\n    T(total=None, sock_read=t)\n"),
        Bad("from http.client import HTTPSConnection as C\nc = C('acme.example', 443)\n", at=[(2, 5)]),
        Bad("import imaplib, poplib\nimaplib.IMAP4('m')\npoplib.POP3_SSL('m', 995)\n", at=[(2, 1), (3, 1)]),
        Good("import http.client\nhttp.client.HTTPConnection('acme.example', 80, 5)\n"),
        Bad("from ftplib import FTP\ndef f(h):\n    c = FTP()\n    c.connect(h, 21)\n", at=[(3, 9)]),
        Bad("from ftplib import FTP\ndef f(h):\n    c = FTP(h)\n    c.connect(h, timeout=5)\n", at=[(3, 9)]),
        Good("from ftplib import FTP\ndef f(h):\n    with FTP() as c:\n        c.connect(h, timeout=5)\n"),
        Good("from ftplib import FTP_TLS\ndef f(h):\n    c = FTP_TLS()\n    c.connect(h, 21, 5)\n"),
        Bad("import asyncio\nasync def f(c):\n    await asyncio.wait_for(c, None)\n", at=[(3, 11)]),
        Bad("import subprocess\nsubprocess.run(['ls'])\n", at=[(2, 1)], checks=["process"]),
        Bad("import acme\nacme.fetch(1)\n", at=[(2, 1)], options={"calls": {"acme.fetch": {"keyword": "wait"}}}),
        Good("import requests\ndef f(u, t):\n    requests.get(u, timeout=10)\n    requests.get(u, timeout=t)\n"),
        Good("import httpx\ndef f(u):\n    httpx.get(u)\n"),
        Good("from urllib.request import urlopen\ndef f(u):\n    urlopen(u, None, 5)\n"),
        Good("import aiohttp, httpx\naiohttp.ClientSession()\nhttpx.AsyncClient()\n"),
        Good(
            "import trio, socket\nasync def f(s):\n    with trio.fail_after(5):\n        socket.create_connection(s)\n"
        ),
        Good("import requests\ndef f(u, **kw):\n    requests.get(u, **kw)\n"),
        Good("def f(client, cache):\n    client.get('x')\n    cache.get('x')\n"),
        Good("from .http import get\ndef f(u):\n    get(u)\n"),
        Good("import requests\nok = requests.codes.ok\nsession = requests.Session()\n"),
        Good(
            "import asyncio, socket\nasync def f(a):\n    async with asyncio.timeout(5):\n"
            "        socket.create_connection(a)\n"
        ),
        Good(
            "import asyncio, httpx\nasync def f(u):\n    c = httpx.AsyncClient()\n"
            "    await asyncio.wait_for(c.get(u, timeout=None), 5)\n"
        ),
        Good("import requests\ndef f(u):\n    requests.get(u)\n", options={"ignore-calls": ["requests.get"]}),
        Good("import requests\nrequests.get('http://localhost')\n", path="tests/test_web.py"),
        Good("import subprocess\nsubprocess.run(['ls'])\n"),
    )  # fmt: skip


def _is_limited(call: ResolvedCall, document: Document) -> bool:
    """Whether something else ends the call in time: another argument, a later call, something around it."""
    if call.name == "aiohttp.ClientTimeout":
        return _has_read_limit(call)
    if call.name in _FTP and call.argument("host", 0) is None and _connects_in_time(document):
        return True
    return _is_enclosed(call.node, document)


def _has_read_limit(call: ResolvedCall) -> bool:
    """Whether waiting for bytes has a limit, if the whole exchange has none."""
    limit = call.argument("sock_read", 2)
    return call.has_unknown_arguments or (
        limit is not None and not (isinstance(limit, ast.Constant) and limit.value is None)
    )


def _connects_in_time(document: Document) -> bool:
    """Whether an FTP client that is made without a host gets its timeout where it connects."""
    return any(
        isinstance(call.func, ast.Attribute)
        and call.func.attr == "connect"
        and (len(call.args) > _FTP_POSITION or any(item.arg == "timeout" for item in call.keywords))
        and document.origin(call.func.value).may_be(_FTP)
        for call in document.nodes(ast.Call)
    )


def _is_enclosed(call: ast.Call, document: Document) -> bool:
    """Whether something around the call ends it in time."""
    for parent in document.ancestors(call):
        if isinstance(parent, ast.With | ast.AsyncWith):
            for item in parent.items:
                manager = item.context_expr
                if isinstance(manager, ast.Call) and document.resolve(manager.func).may_be(_SCOPES):
                    return True
        elif isinstance(parent, ast.Call) and document.resolve(parent.func).may_be(_WAIT_FOR):
            return True
        elif isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return False
    return False
