"""ACME01: database connection besides the pool."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from hive_guardian import (
    Bad,
    Field,
    FileContext,
    FileRule,
    Finding,
    Good,
    ResolvedCall,
    RuleOptions,
    Severity,
    on,
    suggest,
)


class UnpooledConnection(FileRule):
    """Database connection besides the pool.

    What: A call that opens a connection to a database, such as `psycopg.connect`.

    Why: Connections that no pool counts exhaust the server under load, and nobody sees them in the metrics.

    Not a finding: A function of the same name from elsewhere; the pool itself, see the option `exclude`.

    Fix: Take a connection from the pool.

    When to suppress: A migration that must hold its connection alone.
    """

    code, name, title = "ACME01", "unpooled-connection", "Connections Come From the Pool"
    severity = Severity.ERROR
    tags = ("acme", "database")

    class Options(RuleOptions):
        """Options of this rule."""

        calls: dict[str, str] = Field(
            {"psycopg.connect": "acme.db.pool.connection", "sqlite3.connect": "acme.db.pool.connection"},
            description="call that opens a connection -> what to call instead",
        )

    options: Options

    def call_table(self) -> Mapping[str, str]:
        """Return the calls to report."""
        return self.options.calls

    @on(ResolvedCall)
    def check_call(self, call: ResolvedCall, ctx: FileContext) -> Iterator[Finding]:
        """Report a call that opens a connection."""
        instead = f"use {call.payload}"
        yield ctx.finding(call.node.func, f"`{call.name}` opens a connection besides the pool", fix=suggest(instead))

    examples: ClassVar = (
        Bad("import psycopg\nc = psycopg.connect()\n", at=[(2, 5)], message="`psycopg.connect` opens"),
        Bad("from sqlite3 import connect as open_db\ndef f():\n    return open_db('x')\n", at=[(3, 12)]),
        Bad("import odb\nodb.dial()\n", at=[(2, 1)], options={"calls": {"odb.dial": "acme.odb.session"}}),
        Good("from acme.db.pool import connect\nconnect()\n"),
        Good("def f(psycopg):\n    psycopg.connect()\n"),
        Good("import sqlite3\nsqlite3.connect('x')\n", options={"calls": {}}),
        Good("note = 'psycopg.connect()'\n"),
    )
